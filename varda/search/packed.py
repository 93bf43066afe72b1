"""Statements whose rows travel in few pieces: a page as one row of arrays, searches of one shape as one statement.

PostgreSQL sends rows in pieces of 8 kB, and each piece costs both sides a system call: fifty resources as fifty rows
cost more to move than to find.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from varda.search.compile import Statement

_VALUE = re.compile(r"\$(\d+)::([a-z]+(?:\[\])?)")


@lru_cache(maxsize=512)
def packed(text: str, columns: tuple[str, ...]) -> str:
    """One row, with an array for each column. An aggregate takes its rows in the order in which the text gives them."""
    arrays = ", ".join(f"array_agg(p.{name})" for name in columns)
    return f"select {arrays} from ({text}) p"  # noqa: S608 - a statement of ours


@lru_cache(maxsize=512)
def together(text: str, columns: tuple[str, ...]) -> str:
    """The statement that answers any number of searches with this text, one packed row each after its number; it takes
    what `side_by_side` gives.
    """
    types = _types(text)
    names = ", ".join(f"v{number}" for number in range(1, len(types) + 1))
    given = ", ".join(f"${number}::{_sent(type_)}[]" for number, type_ in enumerate(types, 2))
    one = _VALUE.sub(lambda value: f"q.v{value[1]}::{value[2]}", packed(text, columns))
    return f"select q.n, s.* from unnest($1::int[], {given}) as q(n, {names}) cross join lateral ({one}) s"  # noqa: S608 - a compiled statement


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
    return "text" if type_.endswith("[]") else type_
