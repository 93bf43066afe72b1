"""Proposals of classes, for who plans for the whole programme: looked at, and accepted or turned down (F202)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from starlette.responses import Response

from varda.catalogue import ROLES
from varda.introduction.classes import Class, Content, Period, Proposal, Proposals
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent, Refused
from varda.web.language import N_
from varda.web.learning.classes import AT, bookings_of, may_plan, planning_of, words
from varda.web.visit import Visit, page

STATES = {"draft": N_("draft"), "accepted": N_("accepted"), "declined": N_("not accepted")}
WHYS = {
    "nobody": N_("nobody there may teach the course"),
    "coverage": N_("the unit cannot spare more in the weeks"),
    "seats": N_("there are no more seats"),
    "away": N_("cannot come at any of the times"),
    "shift": N_("works at none of the times"),
}
_MAY_NOT = "Proposals are looked at and decided by the programme office and those who plan for the whole programme."
_SHOWN = 50


@dataclass(slots=True)
class Week:
    """A week of a proposal: how many seats and classes, and how many seats of each course."""

    monday: date
    seats: int = 0
    classes: int = 0
    courses: Counter[str] = field(default_factory=Counter)


async def listed(visit: Visit) -> Response:
    """All, the newest first."""
    await _require(visit)
    return visit.page("learning/proposals.html", listed=await _proposals(visit).all(), states=STATES, **words(visit))


async def proposal(visit: Visit) -> Response:
    """One, week by week, with who has no seat and why."""
    return await _shown(visit, {})


async def decide(visit: Visit) -> Response:
    """Accept it, or turn it down."""
    await _require(visit)
    one, session = await _one(visit), visit.session
    is_accepted, address = visit.said("act") == "accept", visit.said("address").strip()
    if is_accepted and _has_remote(one.content) and not address.startswith("https://"):
        return await _shown(visit, {"address": "Give the address of the meeting (https://…)."})
    await _proposals(visit).decide(
        one.number, (session.actor, session.name), visit.parts.clock.now(), accepted=is_accepted, address=address
    )
    return visit.go(f"{AT}/proposals/{one.number}")


async def _shown(visit: Visit, problems: Mapping[str, str]) -> Response:
    await _require(visit)
    one = await _one(visit)
    period = await planning_of(visit).period(one.period)
    weeks = _weeks(one.content, period)
    reasons = Counter[str]()
    for lack in one.content.lacking:
        reasons[lack.why] += lack.count
    return visit.page(
        "learning/proposal.html",
        422 if problems else 200,
        proposal=one,
        content=one.content,
        period=period,
        weeks=weeks,
        through=_through(one.content, weeks),
        roles={one.profession: one.words for one in reversed(ROLES.values())},  # the first of a profession is care
        most=max((week.seats for week in weeks), default=1) or 1,
        shown=sorted({code for week in weeks for code in week.courses}),
        lacking=one.content.lacking[:_SHOWN],
        reasons=reasons,
        changed=await _changed(visit, one) if one.state == "draft" else 0,
        has_remote=_has_remote(one.content),
        states=STATES,
        whys=WHYS,
        problems=problems,
        **words(visit),
    )


def _weeks(content: Content, period: Period) -> list[Week]:
    found = [Week(monday) for monday in period.weeks]
    if content.classes or content.filled:
        counts = Counter((at.course, at.week) for _, at in _seats(content))
        classes = Counter(one.week for one in content.classes)
    else:
        counts, classes = Counter(), Counter()
        for part in content.parts:
            for load in part.loads:
                counts[load.course, load.week] += load.count
            for held in part.held:
                classes[held.week] += held.count
    for (code, nth), count in counts.items():
        found[nth].courses[code] += count
        found[nth].seats += count
    for nth, count in classes.items():
        found[nth].classes = count
    return found


def _seats(content: Content) -> Iterator[tuple[str, Class]]:
    """Who has a seat in which class: in those that are proposed and in those that are planned already."""
    for seats, classes in ((content.given, content.classes), (content.filled, content.standing)):
        known = {one.number: one for one in classes}
        yield from ((person, known[number]) for person, number in seats)


def _through(content: Content, weeks: list[Week]) -> date | None:
    """The day by which everybody has had their classes; None where seats are lacking."""
    if content.lacks or not content.seats:
        return None
    if content.classes or content.filled:
        return max(at.ends for _, at in _seats(content)).astimezone(STOCKHOLM).date()
    return max(week.monday for week in weeks if week.seats) + timedelta(days=4)


def _has_remote(content: Content) -> bool:
    return any(not one.room for one in content.classes)


async def _changed(visit: Visit, one: Proposal) -> int:
    """How many of it have got a seat in the same course since it was reckoned."""
    given = {(person, at.course) for person, at in _seats(one.content)}
    booked = await bookings_of(visit).of(list({person for person, _ in given}), visit.parts.clock.now())
    return len(given & {(seat.person, seat.course) for seat in booked})


async def _one(visit: Visit) -> Proposal:
    number = visit.part("proposal")
    if not number.isdecimal() or len(number) > 15:
        raise Absent("There is no such proposal.")
    return await _proposals(visit).one(int(number))


async def _require(visit: Visit) -> None:
    if not await may_plan(visit, ""):
        raise Refused(_MAY_NOT)


def _proposals(visit: Visit) -> Proposals:
    return Proposals(visit.parts.door.database)


ROUTES = [
    page(f"{AT}/proposals", listed),
    page(f"{AT}/proposals/{{proposal}}", proposal),
    page(f"{AT}/proposals/{{proposal}}", decide, "POST"),
]
