"""A class is drawn by one stylesheet: two parts of the house that call something alike would draw over one another."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import varda.web

STYLES = Path(varda.web.__file__).with_name("static")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PIECE = re.compile(r"([^{}]*)([{}])")
_CLASS = re.compile(r"\.[\w-]+")


def classes(style: str) -> Iterator[str]:
    """The classes that a stylesheet gives rules of their own, whatever the width of the screen and not for paper."""
    around: list[str] = []
    for before, brace in _PIECE.findall(_COMMENT.sub("", style)):
        if brace == "}":
            around.pop()
            continue
        said = before.rpartition(";")[2].strip()
        if not any(one.startswith("@media") for one in around):
            yield from (one for one in map(str.strip, said.split(",")) if _CLASS.fullmatch(one))
        around.append(said)


def shared(styles: Mapping[str, str]) -> dict[str, list[str]]:
    """Classes that more than one stylesheet draws, with the names of those."""
    found: dict[str, set[str]] = {}
    for name, style in styles.items():
        for one in classes(style):
            found.setdefault(one, set()).add(name)
    return {one: sorted(names) for one, names in found.items() if len(names) > 1}


def test_no_class_is_drawn_by_two_stylesheets() -> None:
    assert shared({one.name: one.read_text(encoding="utf-8") for one in STYLES.glob("*.css")}) == {}


def test_a_class_of_two_is_caught_and_a_width_is_not() -> None:
    first = "@layer a { .row, .cell { gap: 1rem } .row .cell { gap: 0 } }"
    assert shared({"a": first, "b": "@layer b { .row { gap: 0 } }"}) == {".row": ["a", "b"]}
    assert shared({"a": first, "b": "@layer b { @media print { .row { gap: 0 } } }"}) == {}
