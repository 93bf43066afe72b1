"""Work of the own unit that is not finished, about patients whom it reaches no more (decision 35): about whom, and of
which kinds. Nothing of what it says leaves this module.

The question is narrowed as any, but by the unit as owner in the place of the relation: what other units own, and types
that the role does not read, are not found. A kind is told to nobody who could not bring it to an end.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from varda.kernel.errors import Refused
from varda.record import answers, finding, searching
from varda.record.finding import FoundPatient
from varda.record.powers import Powers
from varda.record.searching import Page
from varda.search.plan import Criterion, OfUnit
from varda.store import reading

if TYPE_CHECKING:
    from varda.record.opened import Record

MOST = 500
"""Entries that one question takes, the oldest; where there are more it is said."""
ENDS = {
    "Composition": "notes.sign",
    "DiagnosticReport": "results.sign",
    "Observation": "results.sign",
    "Task": "tasks.finish",
    "Communication": "messages.mark_read",
}
"""By what step (an action of the catalogue) work of a type is brought to an end."""


_NOTHING = "Your role brings no work of this kind to an end, so it is not told what is left of it."


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What a domain asks for: entries of a type that match. `kind` gives the word by which one is told; `is_answer`:
    those alone that nobody has signed. `entry` says, told what was included in the question, as what (a reference) one
    counts: the same one twice is counted once, and none (empty) does not wait.
    """

    type: str
    parameters: Sequence[tuple[str, str]]
    kind: Callable[[Mapping[str, Any]], str]
    entry: Callable[[Sequence[Mapping[str, Any]]], Callable[[Mapping[str, Any]], str]] | None = None
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is left; `is_cut`: that much at least."""

    number: int = 0
    is_cut: bool = False

    def __str__(self) -> str:
        return f"{self.number}{'+' if self.is_cut else ''}"


@dataclass(frozen=True, slots=True)
class Left:
    """A patient about whom something waits, and of which kinds it is."""

    patient: FoundPatient
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Whoever has waited longest first. `is_cut`: there are more than are told."""

    patients: list[Left]
    is_cut: bool = False


def may_end(powers: Powers, type_: str) -> bool:
    """Whether the role brings work of a type to an end: to others nothing of it is told."""
    return powers.does(ENDS[type_])


async def counted(record: "Record", asked: Sequence[Unfinished]) -> Amount:
    """See `Record.count_left`."""
    number, entries, is_cut = 0, set[str](), False
    for one in asked:
        if one.entry is None:
            number += (await _asked(record, one, ("_summary", "count"))).total or 0
            continue
        # Who has signed what is dear to ask of all that a unit has: it is asked where something may be left at all.
        if one.is_answer and not (await _asked(record, replace(one, is_answer=False), ("_summary", "count"))).total:
            continue
        page = await _asked(record, one, ("_count", str(MOST)))
        entry = one.entry([stored.resource for stored in page.included])
        entries |= {entry(stored.resource) for stored in page.matches}
        is_cut |= page.next is not None
    return Amount(number + len(entries - {""}), is_cut)


async def told(record: "Record", asked: Sequence[Unfinished]) -> LeftBehind:
    """See `Record.left_behind`; not yet logged."""
    if not asked:
        raise Refused(_NOTHING)
    kinds: dict[int, dict[str, None]] = {}
    since: dict[int, datetime] = {}
    is_cut = False
    for one in asked:
        page = await _asked(record, one, ("_sort", "_lastUpdated"), ("_count", str(MOST)))
        is_cut |= page.next is not None
        entry = one.entry([stored.resource for stored in page.included]) if one.entry else None
        for stored in page.matches:
            if entry is None or entry(stored.resource):
                kinds.setdefault(stored.compartment, {})[one.kind(stored.resource)] = None
                since[stored.compartment] = min(stored.updated, since.get(stored.compartment, stored.updated))
    oldest = sorted(since, key=lambda compartment: since[compartment])
    people = await _people(record, oldest)
    return LeftBehind([Left(people[one], tuple(kinds[one])) for one in oldest if one in people], is_cut)


async def _asked(record: "Record", one: Unfinished, *more: tuple[str, str]) -> Page:
    session = record.session
    if session.kind != "staff" or session.is_app or not may_end(record.powers, one.type):
        raise Refused(_NOTHING)
    rule = replace(record.narrowing, owned=(session.unit_key,))
    criteria: list[Criterion] = [OfUnit(session.unit_key, is_left=True)]
    if one.is_answer:
        criteria.append(answers.unsigned(session, one.type))
    page = await searching.asked_for(record, one.type, [*one.parameters, *more], rule, more=criteria, is_home=True)
    assert not page.about, "it is asked of everybody, so that no number tells of one patient"
    return page


async def _people(record: "Record", compartments: Sequence[int]) -> dict[int, FoundPatient]:
    """Name, number and age by compartment."""
    rule = replace(record.narrowing, everything=True)
    async with record.at_work() as work:
        found = await reading.read(work, [(one, rule) for one in compartments])
    stored = [one.stored for one in found if one.stored is not None and not one.stored.deleted]
    return dict(zip([one.compartment for one in stored], await finding.told(record, stored), strict=True))
