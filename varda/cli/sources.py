"""What an import reads: folders, NDJSON, Bundles and single resources, each plain or gzipped, never whole in memory
unless one document is.

A piece is either some lines of an NDJSON file or one whole JSON document. Its name in the notes of the run depends on
the file and the place in it alone.
"""

import gzip
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from varda.kernel.errors import Absent, Malformed

LINES = (".ndjson", ".jsonl")
_AT_ONCE = 500  # lines of one piece: a transaction of some tenths of a second
_MOST_BYTES = 4_000_000  # … and of no more than this
# Who is written about comes before what is written, so that few references point to what has not come yet.
_FIRST = ("hospital", "practitioner", "organization", "location", "patient", "encounter")


@dataclass(frozen=True, slots=True)
class File:
    """One file of a run. `mark` tells it from another, also from an earlier state of itself."""

    path: Path
    shown: str
    size: int
    mark: str

    @property
    def has_lines(self) -> bool:
        """NDJSON by its name."""
        return self.path.name.removesuffix(".gz").endswith(LINES)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a file from line `first` (1-based) on, or all of it. `until` is how far of its bytes it goes."""

    file: File
    first: int = 0
    lines: tuple[bytes, ...] = ()
    until: int = 0

    @property
    def name(self) -> str:
        """What it is called in the notes of the run."""
        return f"{self.file.shown}#{self.first}" if self.lines else self.file.shown


def files(paths: Iterable[Path]) -> list[File]:
    """Every file to read, those about people and places first. Raises `Absent` for a path that is not there."""
    found: list[File] = []
    for path in paths:
        if not path.exists():
            raise Absent(f"There is no file or folder {path}.")
        if path.is_file():
            found.append(_file(path, path.name))
            continue
        inside = [_file(one, str(one.relative_to(path))) for one in sorted(path.rglob("*")) if _is_wanted(one)]
        if not inside:
            raise Malformed(f"The folder {path} holds no .json, .ndjson or .jsonl file (plain or .gz).")
        found += inside
    return sorted(found, key=lambda one: (_rank(one.path.name.lower()), one.shown))


def _is_wanted(path: Path) -> bool:
    name = path.name.removesuffix(".gz")
    return path.is_file() and not name.startswith(".") and name.endswith((".json", *LINES))


def _rank(name: str) -> int:
    return next((n for n, start in enumerate(_FIRST) if name.startswith(start)), len(_FIRST))


def _file(path: Path, shown: str) -> File:
    about = path.stat()
    mark = blake2b(f"{path.resolve()}|{about.st_size}|{about.st_mtime_ns}".encode(), digest_size=8).hexdigest()
    return File(path, shown, about.st_size, mark)


def run_of(wanted: Iterable[File], owner: str) -> str:
    """The name of the run that imports these files as they are now for this owner."""
    text = "|".join([owner, *sorted(file.mark for file in wanted)])
    return f"import {blake2b(text.encode(), digest_size=6).hexdigest()}"


def pieces(file: File, known: Iterable[str]) -> Iterator[Piece]:
    """What of a file has not been noted as done."""
    done = set(known)
    if not file.has_lines:
        if file.shown not in done:
            yield Piece(file, until=file.size)
        return
    with opened(file.path) as (lines, at):
        first, batch, size = 1, list[bytes](), 0
        for number, line in enumerate(lines, 1):
            batch.append(line)
            size += len(line)
            if len(batch) == _AT_ONCE or size > _MOST_BYTES:
                piece = Piece(file, first, tuple(batch), at.tell())
                first, batch, size = number + 1, [], 0
                if piece.name not in done:
                    yield piece
        piece = Piece(file, first, tuple(batch), file.size)
        if batch and piece.name not in done:
            yield piece


def document(path: Path) -> bytes:
    """A whole file, unpacked. Raises `Malformed` for gzip that is broken."""
    try:
        with opened(path) as (stream, _):
            return stream.read()
    except (EOFError, gzip.BadGzipFile, OSError) as broken:
        raise Malformed(f"{path.name} cannot be read: {broken}.") from broken


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """The unpacked content of a file, and the file itself, whose position tells how far reading has come."""
    with path.open("rb") as raw:
        if path.suffix == ".gz":
            with gzip.open(raw) as unpacked:
                yield io.BufferedReader(unpacked, 1 << 20), raw
        else:
            yield raw, raw
