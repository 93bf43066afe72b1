"""What the store takes and gives: a change to write, and one stored version of one resource."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec

from varda.fhir import resource
from varda.search.index import Index


class Stored(msgspec.Struct, frozen=True, dict=True):
    """One version of one resource: the bytes to answer with, and who owns it (keys of HSA-ids; 0 = the county).

    A Struct because a page makes fifty of them: a frozen dataclass takes eight times as long to make.
    """

    type: str
    id: str
    version: int
    provider: int
    unit: int
    body: bytes
    compartment: int = 0
    also: tuple[int, ...] = ()
    at: datetime | None = None
    deleted: bool = False

    @property
    def updated(self) -> datetime:
        """When it was written. A page of a search does not bring the time by itself: the resource tells it."""
        return self.at or datetime.fromisoformat(self.resource["meta"]["lastUpdated"])

    @property
    def patients(self) -> tuple[int, ...]:
        """The compartments of everyone it is about."""
        return tuple(c for c in (self.compartment, *self.also) if c)

    @cached_property
    def resource(self) -> dict[str, Any]:
        """The body as a `dict`, decimals exact. Do not change it."""
        return resource.parse(self.body)

    @property
    def reference(self) -> str:
        """`Type/id`."""
        return f"{self.type}/{self.id}"


@dataclass(frozen=True, slots=True)
class Held:
    """What an item is before it changes, locked until the end of the transaction. `viewed` is its body, where the
    patient's view is noted on it."""

    item: int
    compartment: int
    version: int
    deleted: bool
    provider: int
    unit: int
    type: str
    id: str
    born: int | None
    also: tuple[int, ...]
    viewed: bytes | None = None


class Change(msgspec.Struct, frozen=True):
    """One new version. `index` is None for a deletion; `before` is None for a new item."""

    type: str
    id: str
    item: int
    compartment: int
    also: tuple[int, ...]
    version: int
    at: datetime
    provider: int
    unit: int
    author: str
    body: bytes
    index: Index | None
    before: Held | None = None
    dangling: tuple[str, ...] = ()
    linked: tuple[int, ...] = ()
    withheld: bool = False

    @property
    def patients(self) -> tuple[int, ...]:
        """The compartments of everyone it is about, records linked to a Patient included."""
        return tuple(c for c in (self.compartment, *self.also, *self.linked) if c)
