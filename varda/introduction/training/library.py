"""The courses that there are: the package's, with what the county has declared of its own on top (decision 38)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

from varda.catalogue import Content, InForce
from varda.introduction.training import reading
from varda.introduction.training.model import KINDS, Course
from varda.kernel.errors import Problem, Unprocessable

KIND = "course"
"""The kind of the county's own declarations that are courses: `{"files": {name: text}}`."""
_TEXT = (".toml", ".md", ".vtt", ".svg")
FILM = ".webm"
"""How a film's name ends. Of a film the files of a course have its fingerprint: it is the package's own."""


def files_of(code: str) -> dict[str, str]:
    """The files of one of the package's courses, by name; empty where there is none."""
    folder = _folder().joinpath(code)
    if not folder.is_dir():
        return {}
    films = {one.name: sha256(one.read_bytes()).hexdigest() for one in folder.iterdir() if one.name.endswith(FILM)}
    return films | {one.name: one.read_text(encoding="utf-8") for one in folder.iterdir() if one.name.endswith(_TEXT)}


@lru_cache
def shipped() -> dict[str, Course]:
    """The package's courses by code, in the order of a path. Raises `Unprocessable` with the file and the line."""
    found = {one.name: reading.course(one.name, files_of(one.name)) for one in _folders()}
    problems = list(reading.fitting(found))
    if problems:
        raise Unprocessable(problems[0].message, problems)
    return _ordered(found)


def known(in_force: InForce) -> dict[str, Course]:
    """Every course by code: the package's with the county's own and its changes, withdrawn ones as well."""
    own = in_force.declared(KIND)
    return _with_own(msgspec.json.encode(own, order="sorted")) if own else shipped()


def file_of(in_force: InForce, code: str, name: str) -> bytes | None:
    """A file that a course shows, such as a picture: the county's own where it has declared the course."""
    own = in_force.declared(KIND).get(code)
    if own is not None and name in own["files"] and not name.endswith(FILM):
        return str(own["files"][name]).encode()
    file = _folder().joinpath(code, name)
    return file.read_bytes() if "/" not in name and file.is_file() else None


def content(files: Mapping[str, str]) -> Content:
    """A course as a county declares it."""
    return {"files": dict(files)}


def files_in_use(in_force: InForce, code: str) -> dict[str, str]:
    """The files of a course as it is in use: the county's own where it has declared it; empty where there is none."""
    own = in_force.declared(KIND).get(code)
    return dict(own["files"]) if own is not None else files_of(code)


def proposed(in_force: InForce, code: str, files: Mapping[str, str]) -> Course:
    """A course that somebody wants, among those in use. Raises `Unprocessable` with every problem, a circle named."""
    wanted = reading.course(code, files)
    problems = list(reading.fitting(known(in_force) | {code: wanted}))
    if problems:
        raise Unprocessable(problems[0].message, problems)
    return wanted


def read(code: str, files: Mapping[str, str]) -> Course:
    """A course of its files, by itself. Raises `Unprocessable` with every problem."""
    return reading.course(code, files)


def unreadable(in_force: InForce) -> dict[str, Sequence[Problem]]:
    """The county's own courses that this build cannot read, each with what is wrong: the package's stand instead."""
    found: dict[str, Sequence[Problem]] = {}
    for code, said in in_force.declared(KIND).items():
        try:
            reading.course(code, said["files"])
        except Unprocessable as wrong:
            found[code] = wrong.problems
    return found


@lru_cache(maxsize=4)
def _with_own(own: bytes) -> dict[str, Course]:
    declared: dict[str, Any] = msgspec.json.decode(own)
    found = dict(shipped())
    for code, said in declared.items():
        with suppress(Unprocessable):  # nobody's path stands still for a course that an older build could read
            found[code] = reading.course(code, said["files"])
    return _ordered(found)


def _ordered(found: Mapping[str, Course]) -> dict[str, Course]:
    """By kind, and within it what others ask for first."""
    depth: dict[str, int] = {}

    def of(code: str) -> int:
        if code not in depth:
            depth[code] = 0
            depth[code] = 1 + max((of(one) for one in found[code].requires if one in found), default=0)
        return depth[code]

    order = sorted(found.values(), key=lambda one: (KINDS.index(one.kind), of(one.code), one.title.sv))
    return {one.code: one for one in order}


def _folders() -> Iterator[Traversable]:
    return (one for one in sorted(_folder().iterdir(), key=lambda one: one.name) if one.is_dir() and one.name[0] != "_")


def _folder() -> Traversable:
    return resources.files("varda.introduction.training").joinpath("courses")
