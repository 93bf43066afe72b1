"""The folder where the packs lie, one encrypted file a unit. Nobody reads half of one: it is written beside and moved.

The file is all that a unit needs, so that the folder may be mirrored to the units' computers by whatever means.
"""

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from varda.kernel.errors import Unavailable

_FULL = "The folder of the downtime packs (VARDA_PACKS) cannot be written: %s"


class Folder:
    """Packs by HSA-id of their unit."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def file(self, unit: str) -> Path:
        """Where a unit's pack lies."""
        return self.path / f"{quote(unit, safe='')}.html"

    def write(self, unit: str, body: bytes) -> None:
        """Put the newest pack in place of the one before. Raises `Unavailable`, and leaves the one before."""
        file = self.file(unit)
        fresh = file.with_suffix(".fresh")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as opened:
                opened.write(body)
                opened.flush()
                os.fsync(opened.fileno())
            fresh.replace(file)
        except OSError as full:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise Unavailable(_FULL % full) from full

    def read(self, unit: str) -> bytes | None:
        """A unit's pack; None where there is none."""
        try:
            return self.file(unit).read_bytes()
        except OSError:
            return None

    def units(self) -> set[str]:
        """Names of the files that there are, without their ending."""
        return {one.stem for one in self.path.glob("*.html")} if self.path.is_dir() else set()

    def keep_only(self, units: Collection[str]) -> list[str]:
        """Remove the packs of all other units, and pieces that were left; gives the names of those removed."""
        kept = {quote(one, safe="") for one in units}
        gone = sorted(self.units() - kept)
        for name in gone:
            (self.path / f"{name}.html").unlink(missing_ok=True)
        for piece in self.path.glob("*.fresh"):
            if piece.stem not in kept:
                piece.unlink(missing_ok=True)
        return gone
