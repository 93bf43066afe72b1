"""The row a condition is about, and the values its SQL refers to by number. No user value is ever in the text."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec


@dataclass(slots=True)
class Bound:
    """The values of one statement, in the order of `$1`, `$2` …, and the names of the rows it has used."""

    values: list[Any] = field(default_factory=list)
    instant: datetime | None = None
    rows: int = 0
    _places: dict[tuple[str, Any], str] = field(default_factory=dict)

    def bind(self, value: Any, type_: str) -> str:
        """`$n::type` for a value; the same value of the same type has the same number."""
        known = (type_, tuple(value) if isinstance(value, list) else value)
        if known not in self._places:
            self.values.append(value)
            self._places[known] = f"${len(self.values)}::{type_}"
        return self._places[known]

    def row(self, type_: str) -> "Row":
        """A row of store.current of one resource type, under a name of its own."""
        self.rows += 1
        return Row(f"c{self.rows}", type_, self.bind, self.instant)


class Row(msgspec.Struct, frozen=True):
    """One row of store.current: the name it has in the statement, and its resource type."""

    name: str
    type: str
    bind: Callable[[Any, str], str]
    instant: datetime | None

    @property
    def now(self) -> str:
        """The session's time; bound only where it is used, for a statement may not have a value it does not name."""
        return self.bind(self.instant, "timestamptz")

    def has_any(self, keys: list[int] | tuple[int, ...]) -> str:
        """Whether it has one of the tokens."""
        found = sorted(set(keys))
        if len(found) == 1:
            return f"{self.name}.tokens @> {self.bind(found, 'bigint[]')}"
        return f"{self.name}.tokens && {self.bind(found, 'bigint[]')}"

    def beside(self, table: str, params: list[int], condition: str = "") -> str:
        """Whether a side table has a row `x` of it under one of the params for which the condition holds."""
        which = (
            f"x.param = {self.bind(params[0], 'bigint')}"
            if len(params) == 1
            else f"x.param = any({self.bind(sorted(params), 'bigint[]')})"
        )
        more = f" and {condition}" if condition else ""
        return (
            f"exists (select from store.{table} x where x.compartment = {self.name}.compartment "
            f"and x.item = {self.name}.item and {which}{more})"
        )
