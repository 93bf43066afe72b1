"""`varda training plan`: a proposal of classes for a period, reckoned here and looked at on a page that accepts it."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from cyclopts import Parameter

from varda.cli import build, telling
from varda.cli.edge import STOPPED
from varda.cli.place import Place, placed
from varda.cli.serve import Wires, wired
from varda.introduction import training
from varda.introduction.classes import Content, Gathered, Gathering, Period, Planning, Proposals, Search, reckon
from varda.introduction.training import Learning
from varda.kernel.errors import Malformed

_LEAST = 5.0  # seconds between two lines of one area


def plan(
    period: Annotated[int, Parameter(help="Number of the period, as the page of rooms and periods tells it.")],
    *,
    people: Annotated[
        bool, Parameter(negative="", help="By person: classes with times, and who goes to which.")
    ] = False,
    seconds: Annotated[float, Parameter(help="How long the weeks are reckoned, at most.")] = 200,
    json: Annotated[bool, Parameter(negative="", help="Print the result as JSON.")] = False,
) -> int:
    """Reckon a proposal: how many of each unit and role go in which week, or with --people who goes to which class.

    It is kept as a draft that somebody looks at (/learning/classes/proposals) and accepts; nothing that people have
    booked is moved. Ctrl+C keeps the best so far, with exit code 130; once more, or before there is anything, it keeps
    nothing, and the command is run again. How far it may be from the best plan there could be is told.
    """
    if seconds <= 0:
        raise Malformed("--seconds is above zero.")
    with placed() as place, _said_what_is_kept():
        wanted, gathered = asyncio.run(_gathered(place, period))
        with _stopped_by_hand(gathered.setting.search):
            telling.say(f"{len(gathered.need.people):,} people need classes in {wanted.name}.")
            content = reckoned(gathered, seconds, is_by_person=people)
            if content.is_stopped and not content.seats:
                raise KeyboardInterrupt
        with _kept_whole():
            number = asyncio.run(_kept(place, wanted, content, is_by_person=people))
    told = {
        "proposal": number, "people": content.people, "seats": content.seats, "lacking": content.lacks,
        "gap": round(content.gap, 5), "seconds": content.seconds,
    }  # fmt: skip
    if json:
        telling.as_json(told)
    else:
        telling.answer(f"Proposal {number}: {said(content)}. Look at it: /learning/classes/proposals/{number}")
    return STOPPED if content.is_stopped else 0


@contextmanager
def _said_what_is_kept() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        telling.say("No proposal was kept, and nothing has changed. Run it again: it begins with what is booked then.")
        raise


@contextmanager
def _stopped_by_hand(search: Search) -> Iterator[None]:
    """The first Ctrl+C is content with the best so far, another ends it."""

    def stop(*_: object) -> None:
        if search.is_stopped:
            raise KeyboardInterrupt
        search.stop()
        telling.say("Stopping: the best so far is kept, within some seconds. Ctrl+C once more keeps nothing.")

    with _handled(stop):
        yield


@contextmanager
def _kept_whole() -> Iterator[None]:
    """What is being written is not stopped: it takes a moment."""
    with _handled(signal.SIG_IGN):
        yield


@contextmanager
def _handled(by: Callable[..., None] | signal.Handlers) -> Iterator[None]:
    before = signal.signal(signal.SIGINT, by)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def said(content: Content) -> str:
    """What came of it, in one sentence."""
    stopped = " (stopped: the best so far)" if content.is_stopped else ""
    return (
        f"{content.seats:,} seats for {content.people:,} people in {content.seconds:.1f} s{stopped}, {content.lacks:,} "
        f"lacking, at most {100 * content.gap:.2f} % from the best"
    )


def reckoned(gathered: Gathered, seconds: float, *, is_by_person: bool) -> Content:
    """Reckon, and tell how it goes."""
    begun, last = time.perf_counter(), {"": 0.0}
    weeks = len(gathered.setting.period.weeks)

    def told(name: str, cost: float, bound: float) -> None:
        if time.perf_counter() - last.get(name, 0.0) > _LEAST:
            last[name] = time.perf_counter()
            telling.say(f"{name}: {cost:,.0f}, and no plan is below {bound:,.0f}")

    with telling.progress("Placing people", weeks) as advance:
        content, _ = reckon(gathered, _kind(is_by_person), seconds, told, lambda week, count: advance(1))
    return replace(content, seconds=round(time.perf_counter() - begun, 1))


def _kind(is_by_person: bool) -> Literal["county", "people"]:
    return "people" if is_by_person else "county"


async def _gathered(place: Place, number: int) -> tuple[Period, Gathered]:
    async with wired(place.url, build.name(), size=3) as wires:
        now = wires.clock.now()
        period = await Planning(wires.database).period(number)
        return period, await gathered(wires, period, now)


async def gathered(wires: Wires, period: Period, now: datetime) -> Gathered:
    """What a period's proposal is reckoned from."""
    courses = training.known(await wires.door.catalogue.in_force(now))
    learning = Learning(wires.database, wires.door.catalogue, build.name())
    return await Gathering(wires.database).of(period, courses, learning, now)


async def _kept(place: Place, period: Period, content: Content, *, is_by_person: bool) -> int:
    async with wired(place.url, build.name(), size=3) as wires:
        by = "varda training plan"
        return await Proposals(wires.database).keep(period, _kind(is_by_person), content, by, wires.clock.now())
