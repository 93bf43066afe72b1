"""How the two environments know one another: a folder with a key of each and where each is; nothing else is shared.

Each side needs its own `<side>.key` and the other's `<side>.pub` and `<side>.address`. On one machine both write to the
same folder; on several an operator copies the public half and the address, once. A county's own courses lie there too,
as `home.course-<fingerprint>`: an operator of several machines copies them when they are approved.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from string import ascii_letters, digits
from typing import Literal
from urllib.parse import urlencode
from uuid import uuid4

from varda.introduction.practice.words import NOT_OURS, Word, heard, new_key, public_half, signed
from varda.kernel.errors import Problem, Refused, Unavailable

Side = Literal["home", "training"]


@dataclass(frozen=True, slots=True)
class Post:
    """One side's end. `build` is its own: practice counts on the build that it was practised for."""

    folder: Path
    side: Side
    build: str

    @property
    def other(self) -> Side:
        """The side that is written to."""
        return "training" if self.side == "home" else "home"

    def open(self, address: str) -> None:
        """Make the key at the first time, and say where this side is found."""
        self.folder.mkdir(parents=True, exist_ok=True)
        key = self.folder / f"{self.side}.key"
        if not key.exists():
            fresh = self.folder / f".{self.side}.key-{os.getpid()}"
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(new_key())
            fresh.replace(key)
        self._written("pub", public_half(key.read_bytes()).decode())
        self._written("address", address.rstrip("/"))

    def address(self, word: Word, now: datetime) -> str:
        """Where a browser carries a word to. Raises `Unavailable` while the other side is not known."""
        to, path = self._read(f"{self.other}.address"), "/practice/come" if self.side == "home" else "/practice/home"
        text = signed(replace(word, build=self.build), self._read(f"{self.side}.key").encode(), now)
        return f"{to}{path}?{urlencode({'word': text})}"

    def heard(self, text: str, now: datetime) -> Word:
        """What the other side has said. Raises `Refused` for what it did not, or said of another build."""
        if not text:
            raise Refused(NOT_OURS)
        word = heard(text, "come" if self.side == "training" else "home", self._read(f"{self.other}.pub").encode(), now)
        if word.build != self.build:
            raise Refused(
                "You come from another build of Varda than this one, and what is practised on another does not count. "
                "Tell those who lead the training; nothing was done.",
                [Problem(f"{word.build} ≠ {self.build}", "build")],
            )
        return word

    def lay_out(self, material: str, files: Mapping[str, str]) -> None:
        """Lay out the files of a course (text by name) where the other side finds them by their fingerprint."""
        if not self._material(material).exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._written(f"course-{material}", json.dumps(dict(files)))

    def laid_out(self, material: str) -> dict[str, str]:
        """The files that the other side has laid out by a fingerprint; empty where it has not. Whoever reads them looks
        whether they have that fingerprint."""
        if not material or set(material) - set(ascii_letters + digits):
            return {}
        try:
            found: dict[str, str] = json.loads(self._material(material).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return found

    def _material(self, material: str) -> Path:
        return self.folder / f"home.course-{material}"

    def _read(self, name: str) -> str:
        try:
            return (self.folder / name).read_text(encoding="utf-8").strip()
        except FileNotFoundError as missing:
            if self.side == "home":
                raise Unavailable(
                    "The training environment has not been opened here yet. Those who lead the training open it."
                ) from missing
            raise Unavailable(
                "It is not known here where practice comes from. The operator sets VARDA_PRACTICE."
            ) from missing

    def _written(self, ending: str, text: str) -> None:
        path = self.folder / f"{self.side}.{ending}"
        fresh = self.folder / f".{path.name}-{uuid4().hex}"
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
