"""A long life: one record of 20,000 entries and hundreds of contacts, and what its pages and its search take.

The entries are those of some two hundred invented people, told as one patient's at the known health centre, so that
texts, lengths and kinds are as in the county; every tenth is a ward's, so that there is more than is shown. Without the
network: what the server itself takes.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from urllib.parse import urlencode

from varda.cli import db, telling, tools
from varda.cli.bench import own
from varda.cli.bench.chart import SEED, Desk, desk, got, repeated
from varda.cli.bench.figures import Measured
from varda.cli.place import Place
from varda.cli.region import filled
from varda.cli.serve import Application
from varda.fhir.resource import Resource, dump, parse
from varda.record import Door, Owner, Wish
from varda.region import DEMO_CENTRE, DEMO_WARD, county, life
from varda.region.fill import JOB
from varda.web.chart.sections import SECTIONS

QUESTIONS = (
    "feber", "ingen feber", "hjärtsvikt", "ingen hosta feber", '"mår bra"', "blodtryck", "inte", "kontroll*", "xyzzy",
    "trombos",
)  # fmt: skip
"""Common and rare words, denied ones, and two that nobody has said: these take the whole record."""
_PATIENTS = 40  # of the county itself, so that the health centre has a list
_FIRST = 100_000  # lives from here on are nobody's in the scratch county
_AT_ONCE = 800
_OTHERS = 10  # every so manieth entry is another unit's
_APART = frozenset(
    {"Patient", "RelatedPerson", "Consent", "EpisodeOfCare", "CareTeam", "Task", "Provenance", "Linkage"}
)
"""What says who somebody is, who reaches whom and what waits: told once, of the patient."""


async def long(place: Place, entries: int, rows: list[Measured], *, keep: bool) -> None:
    """Add the measurements of one record of so many entries to `rows`; the scratch database is dropped unless kept, and
    a kept one serves again.
    """
    name = f"varda_bench_{entries}_entries"
    settings = replace(place.settings, environment="test", database_url=place.beside(name), limit_searches=0)
    scratch = Place(settings, settings.database_url, None, True)
    await asyncio.to_thread(db.prepared, scratch)
    try:
        await filled(scratch, _PATIENTS, SEED)
        async with Application(settings).running() as application:
            sitting = await desk(application)
            await _told(sitting, entries)
            tools.psql(scratch.url, "vacuum analyze")
            telling.say(f"One record of {entries:,} entries in {name}: /chart/{sitting.patients[0]}")
            for name in (*(one.name for one in SECTIONS), "timeline"):
                # One by one: what was measured counts, though the rest may be stopped.
                rows += [await _page(sitting, name)]
            rows += [await _searched(sitting)]
    finally:
        if not keep:
            own.dropped(scratch)


async def _page(sitting: Desk, name: str) -> Measured:
    path = f"/chart/{sitting.patients[0]}" + ("" if name == "overview" else f"/{name}")
    return await repeated(f"{name} of a long life", lambda _: got(sitting, path))


async def _searched(sitting: Desk) -> Measured:
    asked = [urlencode({"q": question}) for question in QUESTIONS]
    path = f"/chart/{sitting.patients[0]}/find/hits"
    return await repeated("search in a long life", lambda n: got(sitting, path, form=asked[n % len(asked)]))


async def _told(sitting: Desk, entries: int) -> None:
    """Write the entries, unless a kept database has them."""
    patient, door = sitting.patients[0], sitting.wires.door
    async with door.opened(sitting.session, "care") as record:
        page = await record.search("Encounter", [("patient", patient), ("_count", "500")])
    if len(page.matches) == 500:
        return
    provider = county(SEED).units[DEMO_CENTRE].provider
    owners = [Owner(DEMO_CENTRE, provider)] * (_OTHERS - 1) + [Owner(DEMO_WARD, county(SEED).units[DEMO_WARD].provider)]
    wishes = (
        Wish("update", one, owner=owners[number % _OTHERS])
        for number, one in enumerate(islice(_entries(patient, door), entries * _OTHERS // (_OTHERS - 1)))
    )
    with telling.progress("Writing the long life", entries) as advance:
        while some := list(islice(wishes, _AT_ONCE)):
            async with door.opened(JOB, "import") as record:
                await record.write(some)
            advance(len(some))


def _entries(patient: str, door: Door) -> Iterator[Resource]:
    """Entries of other lives as this patient's, life by life, without an end."""
    for index in count(_FIRST):
        told = life(index, SEED, door.clock.now())
        for item in told.newest:
            if item.resource["resourceType"] not in _APART:
                text = dump(item.resource).replace(f"Patient/{told.patient_id}".encode(), f"Patient/{patient}".encode())
                yield parse(text)
