"""A unit's lists of child health and maternity care: as many children as wanted, a fifth as many pregnant, and what the
lists and the figures take.

What has been done is drawn from the programmes themselves, some sixty entries a patient: visits at their time, what was
measured, given and noted at each, and now and then one that was missed. Without the network: what the server takes.
"""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from time import perf_counter

from varda.care.pregnancies import LENGTH, METHODS
from varda.care.programmes import AGE, PROGRAMMES, STEP, Programme
from varda.cli import db, telling, tools
from varda.cli.bench import own
from varda.cli.bench.chart import SEED, Desk, got, repeated
from varda.cli.bench.figures import Measured
from varda.cli.place import Place
from varda.cli.region import filled
from varda.cli.serve import Application
from varda.fhir.resource import Resource
from varda.record import Door, Owner, Wish
from varda.region import DEMO_CENTRE, county
from varda.region.fill import JOB
from varda.region.identities import RESERVE_NUMBER, reserve_number

_PAGES = {
    "child-health": ("", "?show=all&by=name", "?show=overdue", "/numbers"),
    "maternity": ("", "?show=all&by=name"),
}
_FIRST = 200_000  # numbers from here on are nobody's in the scratch county
_AT_ONCE = 800
_KEPT = 0.94  # the share of steps that are done
_ATC, _LOINC = "http://www.whocc.no/atc", "http://loinc.org"
_NAMES = ("Alva Ek", "Noa Lind", "Siri Berg", "Liam Sand", "Ines Holm", "Otto Frid")


async def programmes(place: Place, children: int, rows: list[Measured], *, keep: bool) -> None:
    """Add the measurements of lists of so many children to `rows`; the scratch database is dropped unless kept, and a
    kept one serves again.
    """
    name = f"varda_bench_{children}_children"
    settings = replace(place.settings, environment="test", database_url=place.beside(name), limit_searches=0)
    scratch = Place(settings, settings.database_url, None, True)
    await asyncio.to_thread(db.prepared, scratch)
    clinic = next(one.hsa for one in county(SEED).units.values() if one.is_a("maternity"))
    try:
        await filled(scratch, 0, SEED)
        async with Application(settings).running() as application:
            for code, unit, number in (("child-health", DEMO_CENTRE, children), ("maternity", clinic, children // 5)):
                sitting = await _desk(application, unit)
                entries = await _told(sitting, PROGRAMMES[code], unit, number)
                tools.psql(scratch.url, "vacuum analyze")
                for page in _PAGES[code]:
                    # One by one: what was measured counts, though the rest may be stopped.
                    rows += [await _page(sitting, f"/programmes/{code}{page}", number, entries)]
    finally:
        if not keep:
            own.dropped(scratch)


async def _desk(application: Application, unit: str) -> Desk:
    """Somebody who cares for patients at a unit, signed in."""
    wires = application.wires
    assert wires is not None
    now, staff = wires.clock.now(), county(SEED).at(unit, "physician")
    (session, *_) = [one for one in await wires.people.sessions(staff[0].person, now) if one.unit == unit]
    ticket = await wires.tickets.made(session, kind="browser", now=now, lasts=timedelta(days=1))
    return Desk(application, wires, session, ticket, ())


async def _page(sitting: Desk, path: str, number: int, entries: int) -> Measured:
    before = perf_counter()
    status = await got(sitting, *path.partition("?")[::2])
    first = perf_counter() - before
    telling.say(f"{path}: the first time in a process {first * 1000:,.0f} ms ({status})")
    return await repeated(
        f"{path}, {number:,} patients, {entries:,} entries", lambda _: got(sitting, *path.partition("?")[::2])
    )


async def _told(sitting: Desk, programme: Programme, unit: str, number: int) -> int:
    """Write the patients unless a kept database has them; gives how many entries they have."""
    provider, door = county(SEED).units[unit].provider, sitting.wires.door
    today = door.clock.now().date()
    patients = (_life(programme, unit, index, today) for index in range(number))
    wishes = [
        Wish("update", one, owner=Owner("", "") if one["resourceType"] == "Patient" else Owner(unit, provider))
        for life in patients
        for one in life
    ]
    async with door.opened(sitting.session, "care") as record:
        before = await record.count("Patient", [("birthdate", "ge1900-01-01")])
    left = iter(wishes if not before else ())
    with telling.progress(f"Writing {programme.words.en.lower()}", len(wishes)) as advance:
        while some := list(islice(left, _AT_ONCE)):
            await _written(door, some)
            advance(len(some))
    return len(wishes)


async def _written(door: Door, some: list[Wish]) -> None:
    async with door.opened(JOB, "import") as record:
        await record.write(some)


def _life(programme: Programme, unit: str, index: int, today: date) -> Iterator[Resource]:
    """One patient of a programme, and what has been done at each visit whose time has come."""
    chance = random.Random(f"{SEED}:{programme.code}:{index}")  # noqa: S311 - invented people
    number = _FIRST + index + (0 if programme.counts == AGE else 100_000)
    id_, name = f"b{number}", chance.choice(_NAMES)
    is_child = programme.counts == AGE
    since = today - timedelta(days=chance.randint(3, 2550) if is_child else chance.randint(60, 275))
    born = since if is_child else today - timedelta(days=chance.randint(7000, 15000))
    subject = {"reference": f"Patient/{id_}"}
    yield {
        "resourceType": "Patient", "id": id_, "gender": "female", "birthDate": born.isoformat(),
        "identifier": [{"system": RESERVE_NUMBER, "value": reserve_number(born, number)}],
        "name": [{"text": f"{name}-{index}", "family": f"{name.split()[1]}-{index}", "given": [name.split()[0]]}],
    }  # fmt: skip
    yield {
        "resourceType": "EpisodeOfCare", "id": f"{id_}-listed", "status": "active", "patient": subject,
        "managingOrganization": {"reference": f"Organization/{unit}"}, "period": {"start": since.isoformat()},
    }  # fmt: skip
    if not is_child:
        due = {"valueDateTime": (since + LENGTH).isoformat()}
        yield _observed(f"{id_}-due", subject, METHODS["ultrasound"], today - timedelta(days=40)) | due
    for visit in programme.visits:
        day = visit.start.after(since) + timedelta(days=3)
        if visit.counts == programme.counts and day < today and chance.random() < _KEPT:
            yield from _visited(programme, visit.code, f"{id_}-{visit.code}", subject, unit, day, chance)
    if chance.random() < 0.5:
        at = _at(today + timedelta(days=chance.randint(1, 60)))
        yield {
            "resourceType": "Appointment", "id": f"{id_}-booked", "status": "booked", "start": at, "end": at,
            "participant": [{"actor": subject, "status": "accepted"}],
        }  # fmt: skip


def _visited(
    programme: Programme, code: str, id_: str, subject: Resource, unit: str, day: date, chance: random.Random
) -> Iterator[Resource]:
    visit = next(one for one in programme.visits if one.code == code)
    reason = next((step.contact[0] for step in visit.steps if step.contact), "Vaccination")
    yield {
        "resourceType": "Encounter", "id": f"{id_}-e", "status": "finished", "subject": subject,
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "period": {"start": _at(day), "end": _at(day)}, "reasonCode": [{"text": reason}],
        "serviceProvider": {"reference": f"Organization/{unit}"},
    }  # fmt: skip
    for nth, step in enumerate(one for one in visit.steps if chance.random() < _KEPT):
        if step.observation:
            amount = {"valueQuantity": {"value": chance.randint(30, 90)}}
            yield _observed(f"{id_}-o{nth}", subject, step.observation[0], day) | amount
        elif step.vaccine:
            yield {
                "resourceType": "Immunization", "id": f"{id_}-i{nth}", "status": "completed", "patient": subject,
                "vaccineCode": {"coding": [{"system": _ATC, "code": step.vaccine.atc[0]}]},
                "occurrenceDateTime": _at(day), "protocolApplied": [{"doseNumberPositiveInt": step.dose}],
            }  # fmt: skip
        elif not step.contact:
            done = f"{programme.code}/{visit.code}/{step.code}"
            yield {
                "resourceType": "Procedure", "id": f"{id_}-p{nth}", "status": "completed", "subject": subject,
                "code": {"coding": [{"system": STEP, "code": done}]}, "performedDateTime": _at(day),
            }  # fmt: skip


def _observed(id_: str, subject: Resource, code: str, day: date) -> Resource:
    return {
        "resourceType": "Observation", "id": id_, "status": "final", "subject": subject,
        "code": {"coding": [{"system": _LOINC, "code": code}]}, "effectiveDateTime": _at(day),
    }  # fmt: skip


def _at(day: date) -> str:
    return datetime.combine(day, time(9), UTC).isoformat()
