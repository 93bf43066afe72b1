"""Reading the access log: by the patient, by who hands it to the patient, by who reviews it (RULES section 3).

What was logged is asked of the table itself; who may read a row is told here from the rule.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from tests.law.asking import Round, way
from tests.law.oracle import CITIZEN, REVIEWERS, Reader, Verdict
from varda.audit.journal import Journal
from varda.fhir.keys import key
from varda.kernel.clock import SetClock
from varda.kernel.errors import Absent, Fault
from varda.record import Door, logbook, review
from varda.record.logbook import OwnLog

_ROWS = "select chain, place, actor, unit, provider, patients from audit.event where at = $1 order by at, chain, place"
_FEW = 60


@dataclass(frozen=True)
class Row:
    """One row of the log; `patients` are ids, units and providers HSA-ids."""

    id: str
    actor: str
    unit: str
    provider: str
    patients: frozenset[str]


async def rows(asking: Round) -> list[Row]:
    """What was logged at this instant of the world."""
    known = {key(f"Patient/{one}"): one for one in asking.facts.patients}
    found = await asking.world.door.database.all(_ROWS, asking.now)
    return [
        Row(
            f"{one['chain']}-{one['place']}", one["actor"], one["unit"], one["provider"],
            frozenset(known[p] for p in one["patients"] if p in known),
        )
        for one in found
    ]  # fmt: skip


def reviews(asking: Round, reader: Reader, row: Row) -> Verdict:
    """Section 3: a reviewer reads about the own provider's staff, a unit's manager about the own unit's."""
    places = asking.facts.places
    if reader.role not in REVIEWERS:
        return Verdict(False, "section 3: not a role that reviews")
    own = row.unit == places[reader.unit].hsa if reader.role == "unit-manager" else None
    own = row.provider == places[reader.provider].hsa if own is None else own
    return Verdict(own, "section 3: a reviewer's own provider, a manager's own unit")


def is_own(asking: Round, reader: Reader, patient: str) -> Verdict:
    """Section 3, A17: the log of a record is read by who may read the record as the patient, guardian or proxy."""
    if reader.role != CITIZEN:
        return Verdict(False, "section 3: the own log is the patient's")
    records = asking.facts.records(reader, asking.now)
    if patient in records:
        return Verdict(True, "section 3: the log of a record that one may read")
    is_twin = any(patient in asking.facts.same(one) for one in records)
    return Verdict(None if is_twin else False, "section 3: the log of somebody else's record")


async def events(asking: Round, reader: Reader, url: str) -> AsyncIterator[tuple[str, str]]:
    """Row and patient of each AuditEvent of a question, page by page; none where it is refused."""
    while url:
        answer = await asking.get(reader, url)
        assert answer.status_code in (200, 403, 404), answer.text
        if answer.status_code != 200:
            return
        for one in answer.json().get("entry", ()):
            event = one["resource"]
            about = next((e["what"].get("reference", "") for e in event["entity"] if "what" in e), "")
            yield event["id"].rpartition("-")[0], about.removeprefix("Patient/")
        url = next((one["url"] for one in answer.json().get("link", ()) if one["relation"] == "next"), "")


@way("AuditEvent")
async def _(asking: Round) -> None:
    people = {one.name: one for one in (*asking.some(3, asking.readers), *asking.officers, *asking.apps[:1])}
    for reader in people.values():
        patient = asking.dice.choice(sorted(asking.facts.patients))
        before = [row for row in await rows(asking) if patient in row.patients]
        shown: set[str] = set()
        async for row, about in events(asking, reader, f"AuditEvent?patient={patient}&_count=1000"):
            shown.add(row)
            assert about in asking.facts.same(patient), (reader.name, about)
        verdict = is_own(asking, reader, patient) if reader.role == CITIZEN else None
        for row in asking.some(_FEW, before):
            lawful = verdict or reviews(asking, reader, row)
            asking.told("AuditEvent", reader, f"row {row.id} about {patient}", row.id in shown, lawful)


@way("$access-log")
async def _(asking: Round) -> None:
    for reader in {
        one.name: one for one in (*asking.citizens, *asking.some(2, asking.readers), *asking.apps[:1])
    }.values():
        logged = await rows(asking)
        for patient in asking.facts.patients:
            shown = {row async for row, _ in events(asking, reader, f"Patient/{patient}/$access-log?_count=1000")}
            for row in asking.some(_FEW // 6, [row for row in logged if patient in row.patients]):
                case = f"row {row.id} about {patient}"
                asking.told("$access-log", reader, case, row.id in shown, is_own(asking, reader, patient))


@way("my log")
async def _(asking: Round) -> None:
    """By unit: the own log tells of every unit that has read, and of no other patient's."""

    async def own(reader: Reader, patient: str, after: str) -> OwnLog:
        async with asking.world.door.opened(asking.world.sessions[reader.id], "own record") as record:
            return await logbook.own(record, patient, after=after)

    for reader in asking.citizens:
        for patient in asking.facts.patients:
            await asking.page_if_any(reader, f"/my-log?patient={patient}")
            lawful = is_own(asking, reader, patient)
            ask = partial(own, reader, patient)
            await _visits(asking, "my log", reader, patient, ask, lawful)


@way("log at the desk")
async def _(asking: Round) -> None:
    """A7: staff who reach the patient hand out what their own provider has read, and nothing of others."""

    async def handed(reader: Reader, patient: str, after: str) -> OwnLog:
        async with asking.world.door.opened(asking.world.sessions[reader.id], "care") as record:
            return await logbook.handed_out(record, patient, after=after)

    for reader in asking.some(4, asking.staff):
        for patient in asking.facts.patients:
            await asking.page_if_any(reader, f"/chart/{patient}/access-log")
            lawful = asking.sees(reader, f"Patient/{patient}")
            ask = partial(handed, reader, patient)
            await _visits(asking, "log at the desk", reader, patient, ask, lawful, reader.provider)


async def _visits(
    asking: Round,
    name: str,
    reader: Reader,
    patient: str,
    ask: Callable[[str], Awaitable[OwnLog]],
    lawful: Verdict,
    provider: str = "",
) -> None:
    """Which units are told of on all pages, against those that have a row about the patient."""
    places, same = asking.facts.places, asking.facts.same(patient)
    query = "select distinct unit from audit.event where patients && $1::bigint[]"
    found = await asking.world.door.database.all(query, [key(f"Patient/{one}") for one in same])
    have_read = {row["unit"] for row in found}
    shown: set[str] = set()
    after: str | None = ""
    while after is not None:
        try:
            page = await ask(after)
        except (Absent, Fault):
            break
        shown |= {one.unit for one in page.visits}
        after = page.next or None
    for place in places.values():
        if place.id == place.provider:
            continue
        is_told = place.hsa in have_read and provider in ("", place.provider)
        verdict = lawful if is_told else Verdict(False, "section 3: has not read, or is of another provider")
        case = f"{place.id} in the log of {patient}"
        asking.told(name, reader, case, place.id.capitalize() in shown, verdict)


@way("review pages")
async def _(asking: Round) -> None:
    """Matters are for who reviews, of the own provider or unit; the own reading is another reviewer's to judge."""
    world, places = asking.world, asking.facts.places
    if not world.is_reviewed:
        world.is_reviewed = True
        await _reviewed(asking)
    found = await world.door.database.all("select matter, unit, provider, actor from audit.matter")
    for reader in {one.name: one for one in (*asking.some(2, asking.staff), *asking.officers)}.values():
        listed = await asking.page_if_any(reader, "/review")
        year = await asking.page_if_any(reader, "/review/year?year=2026&as=csv")
        for place in (one for one in places.values() if one.id != one.provider):
            row = Row("", "", place.hsa, places[place.provider].hsa, frozenset())
            if not any(one["unit"] == place.hsa for one in found):
                continue
            asking.told(
                "review pages", reader, f"{place.id} in the year", place.hsa in year, reviews(asking, reader, row)
            )
        for one in asking.some(12, found):
            row = Row(str(one["matter"]), one["actor"], one["unit"], one["provider"], frozenset())
            lawful = reviews(asking, reader, row)
            shown = f'/review/{row.id}"' in listed
            asking.told("review pages", reader, f"matter {row.id} listed", shown, lawful)
            text = await asking.page_if_any(reader, f"/review/{row.id}")
            own = row.actor == f"SE9999999999-{reader.person}"
            verdict = Verdict(False, "section 3: nobody judges the own reading") if own else lawful
            asking.told("review pages", reader, f"matter {row.id} in full", bool(text), verdict)


async def _reviewed(asking: Round) -> None:
    """The review of the day that the world is in, made by a clock that is a day ahead."""
    door, clock = asking.world.door, SetClock(asking.now + timedelta(days=1))
    journal = Journal(door.database, clock, "test")
    await journal.start()
    try:
        await review.run(Door(door.database, journal, clock), asking.now.date(), "seed")
    finally:
        await journal.stop()
