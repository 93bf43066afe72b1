"""What differs between two overall plans, and whom it hits: by whose own work moves, not by who is thought to care
(F217).

Pure. The detailed plan is the same for both, so that what moves does so by the change alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from varda.introduction.programme.items import Item, delivery_of
from varda.introduction.programme.network import Times, forecast

FIELDS = ("title", "title_en", "kind", "part_of", "days", "after", "before", "opens", "due")


@dataclass(frozen=True, slots=True)
class Change:
    """One item that is not as before: `before` None where it is new, `after` None where it is gone. `moves`: by how
    many days its end moves; None where it has none to compare."""

    before: Item | None
    after: Item | None
    moves: int | None

    @property
    def item(self) -> Item:
        """The item as it will be, or was."""
        one = self.after or self.before
        assert one is not None
        return one

    @property
    def fields(self) -> tuple[str, ...]:
        """What of it differs."""
        if self.before is None or self.after is None:
            return ()
        return tuple(name for name in FIELDS if getattr(self.before, name) != getattr(self.after, name))


@dataclass(frozen=True, slots=True)
class Hit:
    """An organisation whose work moves: how many of its things, by how many days at most (earlier is below 0), and how
    many hang on what is no longer there."""

    organisation: str
    moved: int
    days: int
    loose: int


@dataclass(frozen=True, slots=True)
class Differences:
    """Between two plans: the items, the go-lives that move (code, before, after), and whom it hits, hardest first."""

    changes: tuple[Change, ...]
    go_lives: tuple[tuple[str, date | None, date | None], ...]
    hits: tuple[Hit, ...]
    deliveries: frozenset[str]


class Drawn(Protocol):
    """What plans are compared in: the detailed plan that is the same for both, and how days are reckoned there."""

    @property
    def work(self) -> Sequence[Item]: ...  # noqa: D102 - as `Picture` says

    def scheduled(self, some: Iterable[Item]) -> Mapping[str, Times]: ...  # noqa: D102 - as `Picture` says


def between(before: Sequence[Item], after: Sequence[Item], drawn: Drawn) -> Differences:
    """What differs between two overall plans with the same detailed plan. Raises `Circular`."""
    old, new, work = {one.code: one for one in before}, {one.code: one for one in after}, drawn.work
    was, will = (drawn.scheduled([*items, *work]) for items in (before, after))

    def moves(code: str) -> int | None:
        return (will[code].finish - was[code].finish).days if code in was and code in will else None

    codes = [code for code in {**new, **old} if old.get(code) != new.get(code) or moves(code)]
    changes = tuple(Change(old.get(code), new.get(code), moves(code)) for code in codes)
    then, now = forecast(before, was), forecast(after, will)
    go_lives = tuple((c, then.get(c), now.get(c)) for c in {**now, **then} if then.get(c) != now.get(c))
    together = {**old, **new}
    deliveries = frozenset(delivery_of(one.item, together) for one in changes) - {""}
    hits = _hits(work, {code: days for one in work if (days := moves(code := one.code))}, old.keys() - new.keys())
    return Differences(changes, go_lives, hits, deliveries)


def _hits(work: Iterable[Item], moved: Mapping[str, int], gone: Iterable[str]) -> tuple[Hit, ...]:
    lost = set(gone)
    found: dict[str, list[int]] = {}
    loose: dict[str, int] = {}
    for one in work:
        hangs = any(link.code in lost for link in (*one.after, *one.before))
        if one.organisation and (hangs or one.code in moved):
            found.setdefault(one.organisation, []).extend([moved[one.code]] if one.code in moved else [])
            loose[one.organisation] = loose.get(one.organisation, 0) + hangs
    hits = [Hit(code, len(days), max(days, key=abs, default=0), loose[code]) for code, days in found.items()]
    return tuple(sorted(hits, key=lambda one: (-abs(one.days), -one.moved, one.organisation)))
