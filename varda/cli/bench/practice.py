"""The training environment: how long one unit of one's own takes, and so many learners at work at once."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from varda.cli import build, db, telling
from varda.cli.bench import own
from varda.cli.bench.figures import Measured
from varda.cli.bench.inside import answered
from varda.cli.place import Place
from varda.cli.serve import Application
from varda.cli.training import prepared
from varda.introduction import training
from varda.introduction.practice import Ground, Seat, Word

_COURSE = "base-nurse"
_ALONE = 5
_BETWEEN_VIEWS = 10.0  # seconds, each learner
_AT_WORK = 60.0  # seconds that all are measured


async def practice(place: Place, learners: int, rows: list[Measured], *, keep: bool) -> None:
    """Add the measurements to `rows`. The scratch database is dropped unless kept."""
    url = place.beside("varda_bench_practice")
    settings = replace(place.settings, environment="training", database_url=url)
    scratch = Place(settings, url, None, True)
    own.dropped(scratch)
    await asyncio.to_thread(db.prepared, scratch)
    try:
        await prepared(scratch)
        async with Application(settings).running() as application:
            assert application.wires is not None
            ground = Ground(application.wires.door)
            rows.append(await _alone(ground))
            rows.append(await _copied(ground, learners))
            seats, came = await _come(ground, learners)
            rows += [came, await _at_work(application, seats)]
    finally:
        if not keep:
            own.dropped(scratch)


def _word(nth: int, unit_class: str = "") -> Word:
    return Word(
        kind="come", build=build.name(), person=f"SE9999999999-L{nth:04d}", name=f"Lena {nth}", role="nurse",
        licences=("sjuksköterska",), unit_kind="ward", unit_class=unit_class, course=_COURSE,
    )  # fmt: skip


async def _alone(ground: Ground) -> Measured:
    """Somebody comes and nothing is ready."""
    done, course = Measured("a unit of one's own, none ready", unit="units"), training.shipped()[_COURSE]
    started = time.perf_counter()
    for nth in range(_ALONE):
        before = time.perf_counter()
        await ground.come(_word(9000 + nth), course)
        done.times.append(time.perf_counter() - before)
    done.seconds = time.perf_counter() - started
    return done


async def _copied(ground: Ground, learners: int) -> Measured:
    """A class is made ready in advance."""
    done, started = Measured("units made in advance", unit="units"), time.perf_counter()
    with telling.progress("Copying units", learners) as advance:
        for _ in range(learners):
            before = time.perf_counter()
            await ground.make("ward", unit_class="bench")
            done.times.append(time.perf_counter() - before)
            advance(1)
    done.seconds = time.perf_counter() - started
    return done


async def _come(ground: Ground, learners: int) -> tuple[Sequence[Seat], Measured]:
    """The class comes, all in the same moment."""
    done, course = Measured(f"{learners} come at once", unit="learners"), training.shipped()[_COURSE]
    started = time.perf_counter()

    async def one(nth: int) -> Seat:
        seat = await ground.come(_word(nth, "bench"), course)
        done.times.append(time.perf_counter() - started)
        return seat

    seats = await asyncio.gather(*(one(nth) for nth in range(learners)))
    done.seconds = time.perf_counter() - started
    return seats, done


async def _at_work(application: Application, seats: Sequence[Seat]) -> Measured:
    """Each a view every ten seconds: the list, and the charts of the own patients."""
    wires = application.wires
    assert wires is not None
    done, started = Measured(f"chart and list with {len(seats)} learners", unit="pages"), time.perf_counter()

    async def learner(nth: int, seat: Seat) -> None:
        now = wires.clock.now()
        session = await wires.people.session(seat.person, seat.assignment, now)
        ticket = await wires.tickets.made(session, kind="browser", now=now, lasts=timedelta(days=1))
        await asyncio.sleep(_BETWEEN_VIEWS * nth / len(seats))
        pages = ["/patients?show=all", *(f"/chart/{patient}" for patient in seat.patients.values())]
        turn = 0
        while time.perf_counter() - started < _AT_WORK:
            before, page = time.perf_counter(), pages[turn % len(pages)]
            path, _, question = page.partition("?")
            status, _ = await answered(application, path, question, cookie=f"varda_practice={ticket}")
            done.times.append(time.perf_counter() - before)
            if status != 200:
                done.failed(f"{page} answered {status}")
            turn += 1
            await asyncio.sleep(max(0.0, _BETWEEN_VIEWS - (time.perf_counter() - before)))

    await asyncio.gather(*(learner(nth, seat) for nth, seat in enumerate(seats)))
    done.seconds = time.perf_counter() - started
    return done
