"""Work left behind: so many answers of one unit about patients whom it reaches no more, three of four signed, and what
the lists take that tell how much is left and about whom. Without the network: what the server itself takes.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from varda.cli import db, telling, tools
from varda.cli.bench import own
from varda.cli.bench.chart import SEED, Desk, desk, got, repeated
from varda.cli.bench.figures import Measured
from varda.cli.place import Place
from varda.cli.region import filled
from varda.cli.serve import Application
from varda.fhir.resource import Resource
from varda.record import Owner, Wish
from varda.record.answers import ACTIVITY
from varda.region import DEMO_CENTRE, county
from varda.region.fill import JOB

PAGES = {"/inbox/left/unit": "the unit's patients", "/inbox/left": "my patients", "/answers/unit": "the unit's answers"}
_PATIENTS = 40  # of the county itself, so that the health centre has lists
_EACH = 4  # answers about a patient, of which one waits
_AT_ONCE = 800


async def left(place: Place, answers: int, rows: list[Measured], *, keep: bool) -> None:
    """Add the measurements of so many answers to `rows`; the scratch database is dropped unless kept, and a kept one
    serves again.
    """
    name = f"varda_bench_{answers}_left"
    settings = replace(place.settings, environment="test", database_url=place.beside(name), limit_searches=0)
    scratch = Place(settings, settings.database_url, None, True)
    await asyncio.to_thread(db.prepared, scratch)
    try:
        await filled(scratch, _PATIENTS, SEED)
        async with Application(settings).running() as application:
            sitting = await desk(application)
            await _told(sitting, answers)
            tools.psql(scratch.url, "vacuum analyze")
            rows += [await _listed(sitting, path, f"{what}, of {answers:,}") for path, what in PAGES.items()]
    finally:
        if not keep:
            own.dropped(scratch)


async def _listed(sitting: Desk, path: str, name: str) -> Measured:
    return await repeated(name, lambda _: got(sitting, path))


async def _told(sitting: Desk, answers: int) -> None:
    """Write the answers; a kept database gets the same again."""
    wires = sitting.wires
    owner = Owner(DEMO_CENTRE, county(SEED).units[DEMO_CENTRE].provider)
    wishes = (Wish("update", one, owner=owner) for one in _entries(answers, wires.clock.now()))
    with telling.progress("Writing what is left", answers * 4) as advance:
        while some := list(islice(wishes, _AT_ONCE)):
            async with wires.door.opened(JOB, "import") as record:
                await record.write(some)
            advance(len(some))


def _entries(answers: int, now: datetime) -> Iterator[Resource]:
    """Patients with reports of two results each, and signatures of all but the last of each patient."""
    day = now.date().isoformat()
    for number in range(answers):
        patient, report = f"left-{number // _EACH}", f"left-r{number}"
        home = {"reference": f"Patient/{patient}"}
        if number % _EACH == 0:
            yield {"resourceType": "Patient", "id": patient, "name": [{"family": "Bortglömd", "given": [str(number)]}]}
        results = [f"left-o{number}-{one}" for one in range(2)]
        for one in results:
            yield {
                "resourceType": "Observation", "id": one, "status": "final", "subject": home,
                "category": [{"coding": [{"code": "laboratory"}]}], "code": {"text": "Hb"},
                "effectiveDateTime": day, "valueQuantity": {"value": 140, "unit": "g/L"},
            }  # fmt: skip
        yield {
            "resourceType": "DiagnosticReport", "id": report, "status": "final", "subject": home,
            "code": {"text": "Blodprover"}, "effectiveDateTime": day, "issued": now.isoformat(),
            "result": [{"reference": f"Observation/{one}"} for one in results],
        }  # fmt: skip
        if number % _EACH < _EACH - 1:
            named = [f"DiagnosticReport/{report}", *(f"Observation/{one}" for one in results)]
            yield {
                "resourceType": "Provenance", "id": f"left-p{number}", "recorded": now.isoformat(),
                "activity": {"coding": [ACTIVITY]}, "agent": [{"who": {"display": "Ingen Alls"}}],
                "target": [home, *({"reference": f"{one}/_history/1"} for one in named)],
            }  # fmt: skip
