"""What a plan is made of: areas, deliveries, phases, events, work packages, activities, and the milestones between
them.

Pure. The overall plan has the wide kinds and changes by decision; work packages and activities, central and local, are
the detailed plan. Days are calendar days; a thing that lasts from the 1st for three days is finished on the 4th.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from varda.kernel.errors import Problem

Kind = Literal["area", "delivery", "phase", "event", "package", "activity", "milestone", "gateway", "freeze", "go-live"]
KINDS: tuple[Kind, ...] = get_args(Kind)
DETAILED: frozenset[Kind] = frozenset({"package", "activity"})
"""The kinds of the detailed plan; all others belong to the overall plan. A milestone may be either's."""
MOMENTS: frozenset[Kind] = frozenset({"milestone", "gateway", "freeze", "go-live"})
"""Kinds that take no time: they are reached."""
GOAL: Kind = "go-live"
MOST_DAYS = 3650
_INSIDE: dict[Kind, frozenset[str]] = {
    "area": frozenset({""}),
    "delivery": frozenset({"area"}),
    "phase": frozenset({"delivery"}),
    "event": frozenset({"phase"}),
    "package": frozenset({"event", "phase", "delivery", ""}),
    "activity": frozenset({"package", "event", "phase", "delivery", ""}),
    "milestone": frozenset({"package", "event", "phase", "delivery", ""}),
    "gateway": frozenset({"phase", "delivery"}),
    "freeze": frozenset({"phase", "delivery"}),
    "go-live": frozenset({"phase", "delivery"}),
}


@dataclass(frozen=True, slots=True)
class Link:
    """Finish-to-start with another item (its code): `lag` days lie between."""

    code: str
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a plan. `after` are what it waits for, `before` what waits for it, said from its own side: so a
    local activity hangs on a central milestone. `opens`: not before that day; `due`: the day that is promised.
    `organisation` is the HSA-id of who does it, empty: the programme. `title_en` is the title in English, if any.
    """

    code: str
    kind: Kind
    title: str
    part_of: str = ""
    days: int = 0
    after: tuple[Link, ...] = ()
    before: tuple[Link, ...] = ()
    opens: date | None = None
    due: date | None = None
    organisation: str = ""
    title_en: str = ""

    def called(self, language: str) -> str:
        """The title in a language: Swedish where there is none in English."""
        return self.title_en if language == "en" and self.title_en else self.title

    @property
    def is_moment(self) -> bool:
        """Whether it takes no time."""
        return self.kind in MOMENTS


@dataclass(frozen=True, slots=True)
class Progress:
    """What has been said of an item: the day it was begun, and the day by which it was finished."""

    begun: date | None = None
    finished: date | None = None


def written(item: Item) -> dict[str, Any]:
    """An item as it is kept: what is empty is left out."""
    made: dict[str, Any] = {"code": item.code, "kind": item.kind, "title": item.title}
    for name in ("part_of", "days", "organisation", "title_en"):
        if value := getattr(item, name):
            made[name] = value
    for name in ("after", "before"):
        if links := getattr(item, name):
            made[name] = [[one.code, one.lag] for one in links]
    for name in ("opens", "due"):
        if day := getattr(item, name):
            made[name] = day.isoformat()
    return made


def read(kept: Mapping[str, Any]) -> Item:
    """The item that `written` wrote."""
    values = dict(kept)
    values |= {name: date.fromisoformat(kept[name]) for name in ("opens", "due") if name in kept}
    values |= {name: tuple(Link(*one) for one in kept[name]) for name in ("after", "before") if name in kept}
    return Item(**values)


def delivery_of(item: Item, items: Mapping[str, Item]) -> str:
    """The code of the delivery that an item belongs to, by what it is part of or hangs on; empty when to none."""
    seen: set[str] = set()
    waiting = [item]
    while waiting:
        one = waiting.pop(0)
        if one.kind == "delivery":
            return one.code
        if one.code not in seen:
            seen.add(one.code)
            # The own place first; only who has none is asked what it hangs on.
            near = [one.part_of] if one.part_of else [link.code for link in (*one.before, *one.after)]
            waiting += [items[code] for code in near if code in items]
    return ""


def problems(items: Iterable[Item]) -> Iterator[Problem]:
    """What is wrong with items as they stand together, each at its code; circles are `network`'s to find."""
    known: dict[str, Item] = {}
    for item in items:
        if item.code in known:
            yield Problem("Two have the same code.", item.code)
        known[item.code] = item
    for item in known.values():
        yield from _problems(item, known)


def _problems(item: Item, known: Mapping[str, Item]) -> Iterator[Problem]:
    if not item.title.strip():
        yield Problem("It has no title.", item.code)
    if not 0 <= item.days <= MOST_DAYS:
        yield Problem("The days are a whole number from 0 to 3650.", item.code)
    if item.is_moment and item.days:
        yield Problem("A milestone takes no days: it is reached.", item.code)
    if item.part_of and item.part_of not in known:
        yield Problem("What it is part of is not there.", item.code)
    elif (known[item.part_of].kind if item.part_of else "") not in _INSIDE[item.kind]:
        yield Problem("A thing of this kind cannot be part of that.", item.code)
    for link in (*item.after, *item.before):
        if link.code not in known:
            yield Problem("It waits for something, or is waited for by something, that is not there.", item.code)
        if abs(link.lag) > MOST_DAYS:
            yield Problem("The days between are a whole number up to 3650.", item.code)
