"""Searches of one shape as one statement: each asks with values of its own, and its rows bear its number `n`."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from varda.search.compile import Statement

_VALUE = re.compile(r"\$(\d+)::([a-z]+(?:\[\])?)")


@lru_cache(maxsize=512)
def together(text: str) -> str:
    """The statement that answers any number of searches with this text; it takes what `side_by_side` gives.

    The rows of one search come in its order: nothing but a nested loop can follow a lateral.
    """
    types = _types(text)
    columns = ", ".join(f"v{number}" for number in range(1, len(types) + 1))
    given = ", ".join(f"${number}::{_sent(type_)}[]" for number, type_ in enumerate(types, 2))
    one = _VALUE.sub(lambda value: f"q.v{value[1]}::{value[2]}", text)
    return f"select q.n, s.* from unnest($1::int[], {given}) as q(n, {columns}) cross join lateral ({one}) s"  # noqa: S608 - a compiled statement


def side_by_side(searches: Sequence[Statement]) -> list[list[Any]]:
    """The values of searches with the same text: their numbers, then for each `$n` one value a search."""
    arrays = [type_.endswith("[]") for type_ in _types(searches[0].text)]
    columns = zip(*(search.values for search in searches), strict=True)
    values = [
        ["{" + ",".join(map(str, value)) + "}" for value in column] if is_array else list(column)
        for column, is_array in zip(columns, arrays, strict=True)
    ]
    return [list(range(len(searches))), *values]


@lru_cache(maxsize=512)
def _types(text: str) -> list[str]:
    """The type of each value. Every value is named with its type; arrays are of numbers."""
    return [type_ for _, type_ in sorted({(int(value[1]), value[2]) for value in _VALUE.finditer(text)})]


def _sent(type_: str) -> str:
    """Arrays travel as text: an array of arrays would have to be a rectangle."""
    return "text" if type_.endswith("[]") else type_
