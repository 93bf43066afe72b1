"""Many patients' entries through the door, for a list over whole records: who of the unit waits for what.

Everybody whose entries are read is in the log, in one row (RULES §3). Who is not reached has none (A1, A13), and what
other units have written stands there only where it has been shown (A3).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, TypeVar

from varda.access import reach
from varda.fhir.keys import key
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Work
from varda.kernel.errors import Refused
from varda.search.lifetime import coded
from varda.search.narrowing import Narrowing
from varda.store import cohort, versions

if TYPE_CHECKING:
    from varda.record.opened import Record

T = TypeVar("T")
_PEOPLE = frozenset({"Patient", "Person", "RelatedPerson", "Practitioner"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Entries of a type that have one of some codes (none: any). `is_whole`: of all time, not since the own day."""

    type: str
    codes: tuple[str, ...] = ()
    is_whole: bool = False


async def read(
    record: "Record", since: Mapping[str, date], wanted: Sequence[Wanted], reading: Callable[[list[dict[str, Any]]], T]
) -> dict[str, T]:
    """See `Record.cohort`."""
    if record.session.kind not in ("staff", "job"):
        raise Refused("Only staff read the records of many, and jobs that serve a unit.")
    if any(one.type in _PEOPLE for one in wanted):
        raise ValueError("what is shown of people depends on who looks, and is not kept: search for them")
    record.powers.require_patients()
    rule, kept = record.narrowing, record.door.kept
    async with record.at_work(population=True) as work:
        people = await records(work, list(since))
        days = {one: datetime.combine(since[who], time(), STOCKHOLM) for who, some in people.items() for one in some}
        question = asked(days, wanted)
        stamps, units = await cohort.stamped(work, question, rule)
        names = {who: _name(some, stamps) for who, some in people.items()}
        made = kept.find(reading, names.values())
        lacking = {who: some for who, some in people.items() if names[who] not in made}
        wanting = replace(question, since=_some(days, lacking))
        fresh = await _made(work, wanting, rule, lacking, reading) if lacking else {}
    if not record.has_begun:  # what a transaction has written may come to nothing
        kept.keep(reading, {name: one for name, one in fresh.values() if name is not None})
    types, origin = ",".join(dict.fromkeys(one.type for one in wanted)), ",".join(sorted(map(str, units)))
    shown = list(dict.fromkeys(one for some in people.values() for one in some))
    await record.note("search", [], types, "entries of many patients", patients=shown, origin=origin)
    return {who: fresh[who][1] if who in fresh else made[names[who]] for who in people}


async def counted(
    work: Work,
    question: cohort.Asked,
    rule: Narrowing,
    people: Mapping[str, Sequence[int]],
    reading: Callable[[list[dict[str, Any]]], T],
) -> dict[str, T]:
    """What `reading` makes of each one's entries by what the own care provider may count, shown to nobody."""
    made = await _made(work, question, rule, people, reading, is_counted=True) if people else {}
    return {who: one for who, (_, one) in made.items()}


async def records(work: Work, patients: Sequence[str]) -> dict[str, list[int]]:
    """Of each the compartments that are theirs: the own, and those of records linked as the same person."""
    own = {one: key(f"Patient/{one}") for one in patients}
    others = await reach.same(work, list(own.values()))
    return {one: [home, *sorted(others.get(home, set()) - {home})] for one, home in own.items()}


def asked(days: Mapping[int, datetime], wanted: Sequence[Wanted]) -> cohort.Asked:
    """The question for entries wanted, of each compartment from a day on."""
    having = [one for one in wanted if one.codes]
    if len(having) > 1:
        raise ValueError("codes are asked of one type at a time")
    return cohort.Asked(
        days,
        types=tuple(one.type for one in wanted),
        whole=tuple(one.type for one in wanted if one.is_whole),
        having=tuple(one.type for one in having),
        tokens=tuple(token for one in having for token in coded(one.type, "code", *one.codes)),
    )


def _name(compartments: Sequence[int], stamps: Mapping[int, cohort.Stamp]) -> tuple[Any, ...]:
    """By which what is made of somebody's entries is kept: who it is, and which versions may be seen now."""
    return tuple((one, stamps.get(one)) for one in compartments)


def _some(days: Mapping[int, datetime], records: Mapping[str, Sequence[int]]) -> dict[int, datetime]:
    return {one: days[one] for some in records.values() for one in some}


async def _made(
    work: Work,
    asked: cohort.Asked,
    rule: Narrowing,
    records: Mapping[str, Sequence[int]],
    reading: Callable[[list[dict[str, Any]]], T],
    *,
    is_counted: bool = False,
) -> dict[str, tuple[Any, T]]:
    """What is read anew, with the name that it is kept by: of the very versions that were read, as others may have come
    since they were stamped. None, where one was destroyed meanwhile.
    """
    named = await cohort.named(work, asked, rule, is_counted=is_counted)
    bodies = {place: stored.resource async for place, stored in cohort.fetched(work, named.places)}
    of: dict[int, list[versions.Place]] = {}
    for compartment, place in zip(named.compartments, named.places, strict=True):
        of.setdefault(compartment, []).append(place)
    made = {}
    for who, some in records.items():
        places = [place for one in some for place in of.get(one, ())]
        name = _name(some, named.stamps) if all(place in bodies for place in places) else None
        made[who] = (name, reading([bodies[place] for place in places if place in bodies]))
    return made
