"""The pages of the introduction in a county of 56,000 staff: what units, learners, coaches and the programme office
ask for.

The invented county with its programme of 78 organisations, an invented directory of staff beside it, of whom a third is
through its courses, and the classes of one wave by person with their seats. Without the network: what the server takes.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from varda.access import Session
from varda.cli import build, db, telling, tools
from varda.cli.bench import own
from varda.cli.bench.chart import SEED, Desk, got, repeated
from varda.cli.bench.classes import accepted, prepared
from varda.cli.bench.figures import Measured
from varda.cli.classes import reckoned
from varda.cli.place import Place
from varda.cli.region import filled
from varda.cli.serve import Application, Wires, wired
from varda.introduction import training
from varda.introduction.readiness import SOURCES, Gathering, Seal
from varda.kernel.sql import named
from varda.region import DEMO_PEOPLE

_PATIENTS = 40
_SECONDS = 60  # that the wave's proposal may take
_THROUGH = 1 / 3
_NURSE = "SE9999999999-P000001"
_SQL = named("varda.introduction.training")


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for which pages: a known person's `key`, or empty for one of the imported nurses."""

    key: str
    pages: Sequence[str]


PAGES = (
    Asking(
        "unit-manager",
        (
            "/learning/unit", "/learning/classes", "/learning/competence/unit", "/coaching/unit", "/coaching/coverage",
            "/readiness/unit", "/introduction",
        ),
    ),
    Asking(
        "programme-manager",
        (
            "/introduction", "/introduction/plan", "/introduction/organisations", "/introduction/reports",
            "/introduction/gateways", "/introduction/risks", "/introduction/decisions", "/introduction/documents",
            "/introduction/forums", "/introduction/goals", "/introduction/action-plan", "/introduction/mandates",
            "/introduction/versions", "/introduction/organisations/SE9999999999-A000", "/learning/classes",
            "/learning/classes/proposals", "/coaching/coverage", "/coaching/floorwalkers", "/readiness",
            "/readiness?organisation=SE9999999999-A000",
        ),
    ),
    Asking("", ("/learning", "/learning/classes", "/learning/competence", "/coaching", "/readiness/trial")),
)  # fmt: skip
"""Pages of the units and the programme, by who has most to see there."""


async def introduction(place: Place, people: int, rows: list[Measured], *, keep: bool) -> None:
    """Add the measurements to `rows`. The scratch database is dropped unless kept."""
    name = f"varda_bench_introduction_{people}"
    settings = replace(place.settings, environment="test", database_url=place.beside(name), limit_searches=0)
    scratch = Place(settings, settings.database_url, None, True)
    own.dropped(scratch)
    await asyncio.to_thread(db.prepared, scratch)
    try:
        await _told(scratch, people)
        async with Application(settings).running() as application:
            for one in PAGES:
                at = await _desk(application, one.key)
                for page in one.pages:
                    # One by one: what was measured counts, though the rest may be stopped.
                    rows += [await _page(at, one.key or "nurse", page)]
    finally:
        if not keep:
            own.dropped(scratch)


async def _told(scratch: Place, people: int) -> None:
    await filled(scratch, _PATIENTS, SEED)
    _, wave, _ = await prepared(scratch, people)
    telling.say("The classes of one wave are reckoned.")
    await accepted(scratch, wave, await asyncio.to_thread(reckoned, wave, _SECONDS, is_by_person=True))
    async with wired(scratch.url, build.name(), size=3) as wires:
        await _through(wires)
        gathering = Gathering(wires.database, wires.door.catalogue, Seal(b"bench" * 8), build.name())
        await gathering.gather(list(SOURCES), wires.clock.now())
    await asyncio.to_thread(tools.psql, scratch.url, "vacuum analyze")


async def _through(wires: Wires) -> None:
    """A third of all is through the introduction and the base course of its role."""
    now, chance = wires.clock.now(), Random(1)  # noqa: S311 - the same county each time
    base = {role: code for code, one in training.shipped().items() if one.kind == "base" for role in one.whom.roles}
    everybody = {one.actor: one for one in await wires.people.everywhere(now)}
    with telling.progress("Finishing courses", len(everybody)) as advance:
        async with wires.database.transaction() as work:
            for one in everybody.values():
                advance(1)
                if chance.random() > _THROUGH:
                    continue
                for course in ("introduction", base.get(one.role, "")):
                    if course:
                        await work.run(_SQL["course_finished"], one.actor, course, "", now, None, 0, build.name())


async def _page(at: Desk, who: str, page: str) -> Measured:
    path, _, question = page.partition("?")
    return await repeated(f"{who}: {page}", lambda _: got(at, path, question))


async def _desk(application: Application, key: str) -> Desk:
    wires = application.wires
    assert wires is not None
    now = wires.clock.now()
    session = await _who(wires, key)
    ticket = await wires.tickets.made(session, kind="browser", now=now, lasts=timedelta(days=1))
    return Desk(application, wires, session, ticket, ())


async def _who(wires: Wires, key: str) -> Session:
    now = wires.clock.now()
    person = next((one.hsa for one in DEMO_PEOPLE if one.key == key), _NURSE)
    return (await wires.people.sessions(person, now))[0]
