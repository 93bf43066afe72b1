"""Log review through the door: the daily run, what it opened, a reviewer's judgement, and the report of a year.

The rules are in `varda.audit.rules` and pure; here they are given a day of the log and what the record says about the
people in it. Whoever looks at a matter is in the log, and nobody judges the own reading (PDL 4:3; RULES section 3).
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from varda.access import reach, relations
from varda.access.session import Session, hsa_key
from varda.audit import matters, reading, rules
from varda.audit.fhir import Names
from varda.audit.matters import OUTCOMES, Matter, Run
from varda.audit.months import first_of
from varda.audit.reading import Deed, Denials, Logged, Place
from varda.audit.rules import RULES, Human, Known, Suspicion
from varda.fhir.keys import key
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Work
from varda.kernel.errors import Absent, Conflict, Malformed, Refused
from varda.record.finding import IDENTITIES, bearing
from varda.record.logbook import names_in, require_review, reviewed
from varda.search.narrowing import Narrowing
from varda.store import reading as store
from varda.store.model import Stored

if TYPE_CHECKING:
    from varda.record.door import Door
    from varda.record.opened import Record

__all__ = [
    "OUTCOMES",
    "RULES",
    "SHARE",
    "Run",
    "Tally",
    "Told",
    "claimed",
    "due",
    "judge",
    "listed",
    "one",
    "run",
    "year",
]

SHARE = Decimal("0.002")
"""Share of each unit's readings of a month that is drawn for review when the month ends; at least one a unit."""
REVIEWER = Session(kind="job", actor="log-review", name="log-review", reach="county", scopes=("read",))
_MOST_RELATING = 1000
_PEOPLE_AT_ONCE = 1000
_MADE_UP = timedelta(days=366)  # how far back nights that were missed are made up
_PROTECTED = frozenset({"R", "V"})


@dataclass(frozen=True, slots=True)
class Told:
    """A matter with its rows of the log, oldest first, and the names of everybody in it."""

    matter: Matter
    rows: list[Logged]
    names: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One unit and one rule in a year's report."""

    unit: str
    name: str
    rule: str
    opened: int
    closed: int
    justified: int
    questioned: int
    unjustified: int
    reported: int


async def denials(door: "Door", since: datetime, until: datetime) -> list[Denials]:
    """How much of what staff asked was denied, by unit: counts that tell of no patient, and are not logged."""
    async with door.database.connection() as work:
        return await reading.denials(work, since, until)


# The run -----------------------------------------------------------------------------------------------------------


async def due(door: "Door", now: datetime) -> list[date]:
    """Days of the log that are over and that nobody has looked at, the oldest first: a missed night is made up."""
    today = now.astimezone(STOCKHOLM).date()
    async with door.database.connection() as work:
        return await matters.due(work, today - _MADE_UP, today - timedelta(days=1))


@asynccontextmanager
async def claimed(door: "Door") -> AsyncIterator[bool]:
    """Whether this process is the one that reviews by night, for as long as the block lasts: of several one is. One
    that dies gives it up.
    """
    async with door.database.connection() as work:
        is_mine = await matters.claimed(work)
        try:
            yield is_mine
        finally:
            if is_mine:
                await matters.released(work)


async def run(door: "Door", day: date, seed: str, share: Decimal = SHARE) -> Run:
    """Look at one day of the log, and draw a sample of the month when it is the month's last. Done again, it opens
    nothing twice, and draws by the seed that was recorded. Interrupted, it leaves nothing and the day is still due.
    Raises `Malformed` for a day that is not over, `Conflict` while another process reviews.
    """
    async with door.opened(REVIEWER, "log-review") as record:
        if _starts(day + timedelta(days=1)) > record.now:
            raise Malformed(f"{day} is not over; review a day that is.")
        # Of the whole population: planned by what the day holds.
        async with door.population.transaction() as work:
            if not await matters.begun(work):
                raise Conflict("Another process is reviewing the log now. Try again when it has finished.")
            before = await matters.run_of(work, day)
            seed, share = (before.seed, before.share) if before else (seed, share)
            looked = await _looked(door, work, day, record.now)
            drawn = await _drawn(work, day, seed, share)
            opened = looked.opened + await matters.open_(work, day, drawn, record.now)
            done = Run(
                day=day, at=record.now, seed=seed, share=share, events=looked.events,
                drawn=sum(len(one.rows) for one in drawn), opened=opened,
            )  # fmt: skip
            await matters.ran(work, done)
        about = sorted(looked.about)
        await record.note("review-run", [], "AuditEvent", f"{day}: {opened} opened", patients=about, origin="0")
    return done


def _starts(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=STOCKHOLM)


@dataclass(slots=True)
class _Looked:
    """What the rules were given of a day, what they opened and about whom."""

    events: int = 0
    opened: int = 0
    about: set[int] = field(default_factory=set)


async def _looked(door: "Door", work: Work, day: date, now: datetime) -> _Looked:
    """Every rule on a day, one unit at a time: no rule compares units, and a county's day is too much to hold."""
    looked, since = _Looked(), _starts(day)
    async for rows in reading.by_unit(work, since - rules.CHOICE_LASTS, since, _starts(day + timedelta(days=1))):
        found = rules.suspicions(rows, await _known(door, work, now, rows))
        looked.opened += await matters.open_(work, day, found, now)
        looked.events += sum(row.at >= since for row in rows)
        looked.about |= {one.patient for one in found if one.patient}
    return looked


async def _drawn(work: Work, day: date, seed: str, share: Decimal) -> list[Suspicion]:
    following = day + timedelta(days=1)
    if following.day != 1:
        return []
    by_actor: dict[tuple[str, str, str], list[Place]] = defaultdict(list)
    async for rows in reading.drawn(work, f"{seed} {first_of(day)}", share, first_of(day), following):
        for row in rows:
            by_actor[row["provider"], row["unit"], row["actor"]].append(Place(row["chain"], row["place"]))
    return [Suspicion("sample", *who, 0, tuple(some)) for who, some in by_actor.items()]


async def _known(door: "Door", work: Work, now: datetime, rows: Sequence[Deed]) -> Known:
    rule = Narrowing(everything=True, unit=0, provider=0, grantees=(), now=now)
    workers = await reach.workers(work, {row.actor for row in rows}, {row.unit for row in rows})
    staff = await _staff(door, work, rule, {practitioner for _, practitioner, _ in workers})
    colleagues: dict[str, set[str]] = defaultdict(set)
    for _, practitioner, unit in workers:
        colleagues[unit] |= staff.get(practitioner, rules.NOBODY).identities
    spans = await _relations(work, rule, {p for row in rows if row.action == "choice" for p in row.patients})
    return Known(
        patients=await _people(work, rule, {patient for row in rows for patient in row.patients}),
        staff={hsa: staff.get(practitioner, rules.NOBODY) for hsa, practitioner, _ in workers},
        colleagues={unit: frozenset(known) for unit, known in colleagues.items()},
        related=lambda patient, unit, at: any(
            who == hsa_key(unit) and opens <= at < closes for who, opens, closes in spans.get(patient, ())
        ),
    )


async def _people(work: Work, rule: Narrowing, items: Collection[int]) -> dict[int, Human]:
    """What the record says of people, by the keys of their Patient or Practitioner; of many, some at a time."""
    wanted, known = list(items), dict[int, Human]()
    for first in range(0, len(wanted), _PEOPLE_AT_ONCE):
        some = wanted[first : first + _PEOPLE_AT_ONCE]
        found = await store.read(work, [(item, rule) for item in some])
        known |= {item: _human(one.stored) for item, one in zip(some, found, strict=True) if one.stored}
    return known


async def _staff(door: "Door", work: Work, rule: Narrowing, practitioners: Collection[str]) -> dict[str, Human]:
    """The same of staff, by the ids of their Practitioners. Whoever is a patient as well lives where that record says:
    an address is kept once.
    """
    keys = {key(f"Practitioner/{one}"): one for one in practitioners}
    staff = {keys[item]: human for item, human in (await _people(work, rule, keys)).items()}
    numbers = sorted({number for human in staff.values() for number in human.identities})
    homes: dict[str, str] = {}
    for patient in await bearing(
        door, "Patient", [f"{system}|{one}" for one in numbers for system in IDENTITIES], rule
    ):
        human = _human(patient)
        homes |= dict.fromkeys(human.identities, human.address)
    return {
        one: replace(human, address=human.address or next((homes[n] for n in human.identities if n in homes), ""))
        for one, human in staff.items()
    }


def _human(stored: Stored) -> Human:
    if stored.deleted:
        return rules.NOBODY
    said = stored.resource
    numbers = {
        one.get("value", "").replace("-", "") for one in said.get("identifier", ()) if one.get("system") in IDENTITIES
    }
    address: dict[str, Any] = next(iter(said.get("address", ())), {})
    where = " ".join([*address.get("line", ()), address.get("postalCode", "")]).casefold().split()
    return Human(
        identities=frozenset(numbers - {""}),
        surname=next((name["family"].casefold() for name in said.get("name", ()) if name.get("family")), ""),
        address=" ".join(where) if address.get("line") else "",
        is_protected=any(one.get("code") in _PROTECTED for one in said.get("meta", {}).get("security", ())),
    )


_Span = tuple[int, datetime, datetime]


async def _relations(work: Work, rule: Narrowing, patients: Collection[int]) -> dict[int, list[_Span]]:
    """When which unit (by key) had a care relation to a patient: of every version, from when it was written until the
    next one, as long as the relation that it made lasted.
    """
    spans: dict[int, list[_Span]] = {}
    for patient in patients:
        linked = await reach.linked(work, [patient])
        found = await store.chart(work, linked, dict.fromkeys(relations.RELATING, _MOST_RELATING), rule)
        versions = [
            await store.history(work, one.compartment, key(one.reference), 0, rule) if one.version > 1 else [one]
            for items in found.values()
            for one in items
        ]
        units = await reach.organizations(work, {f"Organization/{r.organization}" for r in _reaches(versions)})
        spans[patient] = [
            (units[ref].key if (ref := f"Organization/{r.organization}") in units else version.unit, *during)
            for history in versions
            for version, until in zip(history, [relations.FOREVER, *(one.updated for one in history)], strict=False)
            if not version.deleted
            for r in relations.derived(version.resource)
            if (during := (max(r.opens, version.updated), min(r.closes, until)))
        ]
    return spans


def _reaches(versions: Iterable[Sequence[Stored]]) -> Iterable[relations.Reach]:
    return (r for history in versions for one in history if not one.deleted for r in relations.derived(one.resource))


# The reviewer's work -----------------------------------------------------------------------------------------------


async def listed(record: "Record", *, is_open: bool = True) -> list[tuple[Matter, Names]]:
    """The matters that a session may review, without what was read; newest day first. Raises `Refused`."""
    require_review(record)
    async with record.at_work() as work:
        found = await matters.listed(work, *reviewed(record), is_open=is_open)
        called = await reach.names(work, {h for one in found for h in (one.unit, one.actor)})
    names = Names({}, called, called)
    await record.note("review", [], "AuditEvent", f"matters, {'open' if is_open else 'closed'}", origin="0")
    return [(one, names) for one in found]


async def one(record: "Record", number: int) -> Told:
    """A matter with what was read. Raises `Absent`, or `Refused` for the own reading."""
    require_review(record)
    async with record.at_work() as work:
        matter = await _matter(record, work, number)
        rows = await reading.named_rows(work, matter.places)
        names = await names_in(work, record.now, rows)
    about = dict.fromkeys([*([matter.patient] if matter.patient else []), *(p for row in rows for p in row.patients)])
    await record.note("review", [], "AuditEvent", f"matter {number}", patients=list(about), origin="0")
    return Told(matter, rows, names)


async def judge(record: "Record", number: int, outcome: str, note: str) -> None:
    """Close a matter with its outcome and a note. Raises `Absent`, `Refused`, `Malformed` or `Conflict`."""
    require_review(record)
    if outcome not in OUTCOMES:
        raise Malformed("Choose an outcome.")
    if not note.strip():
        raise Malformed("Write what the outcome rests on.")
    work = await record.begun()
    matter = await _matter(record, work, number)
    if not await matters.judged(work, number, record.session.actor, outcome, note.strip(), record.now):
        raise Conflict("Somebody has closed this matter already.")
    about = [matter.patient] if matter.patient else []
    # The note may quote what was read: the log holds what it cannot be exchanged without, and the matter the words.
    what = f"matter {number}: {outcome}, note {sha256(note.strip().encode()).hexdigest()}"
    record.written.append(record.event("review", "done", about, "AuditEvent", what, "0"))


async def year(record: "Record", wanted: int) -> list[Tally]:
    """What was found and judged in a year, unit by unit and rule by rule. Raises `Refused`."""
    require_review(record)
    if not 1900 < wanted < 9999:
        raise Malformed("Say a year such as 2026.")
    async with record.at_work() as work:
        rows = await matters.year(work, *reviewed(record), date(wanted, 1, 1), date(wanted + 1, 1, 1))
        called = await reach.names(work, {row["unit"] for row in rows})
    await record.note("review", [], "AuditEvent", f"report of {wanted}", origin="0")
    return [Tally(name=called.get(row["unit"], row["unit"]), **dict(row)) for row in rows]


async def _matter(record: "Record", work: Work, number: int) -> Matter:
    found = await matters.one(work, number)
    unit, provider = reviewed(record)
    if found is None or (unit and found.unit != unit) or (provider and found.provider != provider):
        raise Absent(f"There is no matter {number} that you review.")
    if found.actor == record.session.actor:
        raise Refused("This is about your own reading; another reviewer judges it.")
    return found
