"""What a clinician waits for, at 1, 10 and 100 times as many patients: the chart, the unit's list, the type-ahead, with
150 colleagues at work, and a question to the whole population. Without the network: what the server itself takes.

Each size is an invented county in a scratch database of its own.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from varda.access.session import Session
from varda.cli import db, telling, tools
from varda.cli.bench import own
from varda.cli.bench.figures import Measured
from varda.cli.bench.inside import answered
from varda.cli.place import Place
from varda.cli.region import filled
from varda.cli.serve import Application, Wires, seal
from varda.kernel.errors import Unavailable
from varda.record import Draft
from varda.region import DEMO_CENTRE, DEMO_HOME_CARE, DEMO_PEOPLE, DEMO_WARD
from varda.web.seals import form_token

PATIENTS = 200
"""1×. The same patients are there at every size, so that like is compared with like."""
SEED = 1
_PAGES = 200
_WARM = 20
_USERS = 150
_BETWEEN_VIEWS = 10.0  # seconds, each user
_BETWEEN_WRITES = 60.0
_AT_WORK = 30.0  # seconds that the 150 are measured
_NAMES = ("an", "kar", "eri", "lund", "ber", "sv", "jo", "ma")
_CODES = ("http://loinc.org|718-7", "http://loinc.org|8480-6", "http://loinc.org|4548-4")


async def charts(place: Place, times: tuple[int, ...], rows: list[Measured], *, keep: bool) -> None:
    """Add the measurements of each size to `rows`. Scratch databases are dropped unless kept; kept ones serve again."""
    for size in times:
        await _one(place, size, rows, keep=keep)


async def _one(place: Place, size: int, rows: list[Measured], *, keep: bool) -> None:
    name = f"varda_bench_{size}x"
    # One physician does the work of 150 here, so what one person may search is not limited.
    settings = replace(place.settings, environment="test", database_url=place.beside(name), limit_searches=0)
    scratch = Place(settings, place.beside(name), None, True)
    await asyncio.to_thread(db.prepared, scratch)
    try:
        telling.say(f"{size}×: {PATIENTS * size:,} patients in {name}")
        await filled(scratch, PATIENTS * size, SEED)
        tools.psql(scratch.url, "vacuum analyze")
        async with Application(settings).running() as application:
            for measure in (_views, _lists, _typed, _population, _crowd):
                # One by one: what was measured counts, though the rest may be stopped.
                rows += [await measure(await desk(application), size)]
    finally:
        if not keep:
            own.dropped(scratch)


@dataclass(frozen=True, slots=True)
class Desk:
    """A physician at work: the application, who it is, and the patients whose charts are opened."""

    application: Application
    wires: Wires
    session: Session
    ticket: str
    patients: Sequence[str]


async def desk(application: Application) -> Desk:
    """The known physician, signed in, and those of the first patients who are listed there. Raises `Unavailable`."""
    wires = application.wires
    assert wires is not None
    now = wires.clock.now()
    (session, *_) = await wires.people.sessions(DEMO_PEOPLE[0].hsa, now)
    ticket = await wires.tickets.made(session, kind="browser", now=now, lasts=timedelta(days=1))
    async with wires.door.opened(session, "care") as record:
        page = await record.search("Patient", [("_count", "1000"), ("_sort", "_id")])
    listed = sorted((int(one.id.removeprefix("p")), one.id) for one in page.matches if one.id[1:].isdigit())
    wanted = [id_ for number, id_ in listed if number < PATIENTS]
    if not wanted:
        raise Unavailable("None of the first patients is listed with the known physician; there is nothing to measure.")
    return Desk(application, wires, session, ticket, wanted)


async def _views(desk: Desk, size: int) -> Measured:
    return await repeated(f"chart at {size}×", lambda n: got(desk, f"/chart/{desk.patients[n % len(desk.patients)]}"))


async def _lists(desk: Desk, size: int) -> Measured:
    return await repeated(f"unit list at {size}×", lambda _: got(desk, "/patients"))


async def _typed(desk: Desk, size: int) -> Measured:
    names = [f"q={name}" for name in _NAMES]
    return await repeated(f"type-ahead at {size}×", lambda n: got(desk, "/palette", form=names[n % len(names)]))


async def _population(desk: Desk, _: int) -> Measured:
    """A token asked of everybody whom three units serve, newest first: by a system that serves them."""
    units = [await desk.wires.people.unit(hsa) for hsa in (DEMO_CENTRE, DEMO_WARD, DEMO_HOME_CARE)]
    serving = Session(
        kind="client", actor="bench", name="bench", reach="units", scopes=("read",),
        units=tuple((unit.hsa, unit.organization) for unit in units),
    )  # fmt: skip

    async def ask(number: int) -> int:
        async with desk.wires.door.opened(serving, "bench") as record:
            await record.search("Observation", [("code", _CODES[number % len(_CODES)]), ("_count", "20")])
        return 200

    items = await asyncio.to_thread(db.items, desk.application.settings.database_url)
    done = await repeated(f"three units' newest over {items:,} items", ask)
    done.items = items
    return done


async def _crowd(desk: Desk, size: int) -> Measured:
    """150 active users, each a view every 10 s and a write a minute; what is timed are the views."""
    done, started = Measured(f"chart with {_USERS} users at {size}×", unit="pages"), time.perf_counter()

    async def user(number: int) -> None:
        await asyncio.sleep(_BETWEEN_VIEWS * number / _USERS)
        turn = number
        while time.perf_counter() - started < _AT_WORK:
            patient, before = desk.patients[turn % len(desk.patients)], time.perf_counter()
            status = await got(desk, f"/chart/{patient}")
            done.times.append(time.perf_counter() - before)
            if status != 200:
                done.failed(f"the chart of {patient} answered {status}")
            if turn % int(_BETWEEN_WRITES / _BETWEEN_VIEWS) == 0:
                await _wrote(desk, patient, number)
            turn += 1
            await asyncio.sleep(max(0.0, _BETWEEN_VIEWS - (time.perf_counter() - before)))

    await asyncio.gather(*(user(number) for number in range(_USERS)))
    done.seconds = time.perf_counter() - started
    return done


async def _wrote(desk: Desk, patient: str, number: int) -> None:
    """A note is typed into: the draft is saved and thrown away, so that a second run finds the same county."""
    draft = Draft(
        id=f"bench-{number}-{time.monotonic_ns()}", patient=patient, kind="note", content={"text": "Mår bra."}
    )
    async with desk.wires.door.opened(desk.session, "care") as record:
        await record.keep_draft(draft)
        await record.drop_draft(draft.id)


async def repeated(name: str, ask: Callable[[int], Awaitable[int]]) -> Measured:
    """The times of asking once and again, each time with its number, after some that are not counted."""
    done, started = Measured(name, unit="pages"), time.perf_counter()
    for number in range(_PAGES + _WARM):
        before = time.perf_counter()
        status = await ask(number)
        if number >= _WARM:
            done.times.append(time.perf_counter() - before)
            if status != 200:
                done.failed(f"{name} answered {status}")
    done.seconds = time.perf_counter() - started
    return done


async def got(desk: Desk, path: str, question: str = "", form: str = "") -> int:
    """The status of one page, or of what answers a form, through the application itself."""
    headers = {"cookie": f"varda_session={desk.ticket}"}
    if form:
        headers["x_csrf_token"] = form_token(seal(desk.application.settings.home), desk.ticket)
    status, _ = await answered(desk.application, path, question, form, **headers)
    return status
