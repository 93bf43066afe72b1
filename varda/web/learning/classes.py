"""Classes on screens: what is ahead, my own, one class with its seats, and the code by which people say that they came
(F200, F201, F202).

A learner books; who leads a unit books its people; who teaches notes who came; who is appointed to it plans.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import segno
from starlette.responses import Response

from varda.access.organisations import Organisations
from varda.introduction.classes import (
    FARTHEST,
    MOST,
    PLANNERS,
    Absence,
    Booking,
    Bookings,
    Follow,
    Near,
    Occasion,
    Planning,
    Whom,
    at,
    calendar,
    code,
    followed,
    is_code,
    shifts,
)
from varda.introduction.programme import Mandates, Participants
from varda.introduction.training import Learner
from varda.kernel.errors import Absent, Conflict, Refused, Unprocessable
from varda.web.deciding import day_said
from varda.web.language import N_
from varda.web.learning.reader import courses_of, leading, learning_of, path_of
from varda.web.visit import Visit, address, page

AT = "/learning/classes"
AHEAD = timedelta(weeks=16)
"""How far ahead classes are listed."""
SOON = timedelta(days=7)
"""A class is called to mind so long before it."""
TOLD = timedelta(days=30)
"""What others have changed is told for so long."""
STATES = {
    "planned": N_("not yet confirmed"), "confirmed": N_("to be held"),
    "held": N_("held"), "cancelled": N_("called off"),
}  # fmt: skip
WHY = {"night": N_("night shift"), "booked": N_("booked"), "leave": N_("leave")}
_HERE_FIRST = (
    "Finish what comes before this course first; it takes some minutes on the phone. Then read the code again."
)


async def listed(visit: Visit) -> Response:
    """My own classes, and those that are ahead: of the courses that are asked of me, or of one that is chosen."""
    return await _listed(visit)


async def occasion(visit: Visit) -> Response:
    """One class: for everybody when and where; for who leads a unit its people; for who teaches who comes."""
    return await _occasion(visit)


async def book(visit: Visit) -> Response:
    """Book myself, or one of a unit that I lead."""
    one = await _one(visit)
    whom = await _whom(visit, visit.said("person"))
    course = courses_of(visit).get(one.course)
    await bookings_of(visit).book(one.number, course, whom, visit.session.actor, visit.parts.clock.now())
    return visit.go(_back(visit, one))


async def leave(visit: Visit) -> Response:
    """Give my seat back, or that of one of a unit that I lead."""
    one = await _one(visit)
    person = visit.said("person") or visit.session.actor
    if person != visit.session.actor and not await _may_teach_or_plan(visit, one):
        await _whom(visit, person)
    await bookings_of(visit).leave(
        one.number, person, visit.session.actor, visit.parts.clock.now(), visit.said("why")
    )  # fmt: skip
    return visit.go(_back(visit, one))


async def present(visit: Visit) -> Response:
    """The instructor notes by hand who came, or that somebody did not."""
    one = await _taught(visit)
    booked = next((who for who in await bookings_of(visit).at(one.number) if who.person == visit.said("person")), None)
    if booked is None:
        raise Absent("There is no such booking.")
    whom = Whom(booked.person, booked.name, booked.unit, {})
    was_here = visit.said("act") != "absent"
    await _came(visit, one, whom, "hand", was_here=was_here)
    return visit.go(f"{AT}/{one.number}")


async def shown_code(visit: Visit) -> Response:
    """The code on the instructor's screen; it renews itself."""
    one = await _taught(visit)
    url = f"{address(visit.request)}{AT}/{one.number}/here?code={_code(visit, one)}"
    drawn = segno.make(url, error="m").svg_inline(scale=8, omitsize=True, svgclass="qr", lineclass=None)
    template = "learning/_code.html" if visit.wants_fragment else "learning/code.html"
    return visit.page(
        template, occasion=one, course=courses_of(visit).get(one.course), drawn=drawn,
        here=await bookings_of(visit).here(one.number),
    )  # fmt: skip


async def here(visit: Visit) -> Response:
    """What the phone opens: one tap says that I am here."""
    one = await _one(visit)
    is_right = is_code(visit.parts.seal, one.number, visit.asked("code"), visit.parts.clock.now())
    return visit.page(
        "learning/here.html", occasion=one, course=courses_of(visit).get(one.course), is_right=is_right,
        code=visit.asked("code"), is_done=visit.session.actor in [who.person for who in await _here(visit, one)],
    )  # fmt: skip


async def come(visit: Visit) -> Response:
    """I am here. Raises `Refused` for another code than the class has now, and while something comes first."""
    one, now = await _one(visit), visit.parts.clock.now()
    if not is_code(visit.parts.seal, one.number, visit.said("code"), now):
        raise Refused("The code is too old. Read the one that the instructor shows now.")
    whom = await _whom(visit, "")
    place = whom.places.get(one.course)
    if place is not None and place.missing:
        raise Refused(_HERE_FIRST)
    await _came(visit, one, whom, "code")
    return visit.go(f"{AT}/{one.number}/here")


async def away(visit: Visit) -> Response:
    """Say when I cannot come, or that it is not so any more: a proposal keeps clear of it."""
    now, person = visit.parts.clock.now(), visit.session.actor
    if visit.said("act") == "end":
        await bookings_of(visit).end_away(visit.number_said("away"), person)
        return visit.go(AT)
    first, last = day_said(visit, "first"), day_said(visit, "last")
    try:
        if first is None or last is None or visit.said("why") not in WHY:
            raise Unprocessable("Say the first and the last day, and why.")
        if max(abs(one - now.date()) for one in (first, last)) > FARTHEST:
            raise Unprocessable("Say days that are within two years from now.")
        # Who works the night rests the day after it.
        hours = (17 * 60, 18 * 60 + 24 * 60) if visit.said("why") == "night" else (0, 24 * 60)
        starts, ends = at(first, hours[0]), at(last + timedelta(days=hours[1] // 1440), hours[1] % 1440)
        wanted = Absence(0, person, starts, ends, visit.said("why"))  # type: ignore[arg-type] # one of WHY
        await bookings_of(visit).keep_away(wanted, person, now)
    except Unprocessable as wrong:
        return await _listed(visit, {"last": wrong.message}, 422)
    return visit.go(AT)


async def as_calendar(visit: Visit) -> Response:
    """My classes to take along."""
    now = visit.parts.clock.now()
    mine = await bookings_of(visit).of([visit.session.actor], now - TOLD)
    known = {one.number: one for one in await planning_of(visit).some(one.occasion for one in mine)}
    titles = {code: one.title.said(visit.language) for code, one in courses_of(visit).items()}
    body = calendar.written(mine, known, titles, now, "Varda")
    headers = {"content-disposition": 'attachment; filename="varda-classes.ics"'}
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


async def _listed(visit: Visit, problems: Mapping[str, str] | None = None, status: int = 200) -> Response:
    now, courses, places = visit.parts.clock.now(), courses_of(visit), await path_of(visit)
    asked_of_me = [one.course.code for one in places if one.is_required and one.course.class_minutes and not one.counts]
    chosen = visit.asked("course")
    wanted = [chosen] if chosen in courses else asked_of_me if not chosen else []
    nth = min(int(said), 999) if (said := visit.asked("page")).isascii() and said.isdigit() and len(said) < 9 else 0
    ahead: list[Occasion] = []
    if wanted or chosen == "all":
        near = await _near(visit)
        ahead = await planning_of(visit).ahead(now, now + AHEAD, wanted, page=nth, near=near)
    mine, actor = await own(visit), visit.session.actor
    taught = await planning_of(visit).taught_by(actor, now)
    return visit.page(
        "learning/classes.html",
        status,
        ahead=ahead,
        nth=nth,
        is_cut=len(ahead) == MOST,
        mine=mine,
        unit_names=await unit_names(visit, [*ahead, *taught, *(one for _, one in mine)]),
        moved=await planning_of(visit).moved_from(one.occasion for one, _ in mine),
        booked={one.occasion: one.state for one, _ in mine},
        taught=taught,
        taken=await bookings_of(visit).taken_from(actor, now - TOLD),
        absences=await bookings_of(visit).away([actor], now, now + 4 * AHEAD),
        asked_of_me=asked_of_me,
        with_class=[one for one in courses.values() if one.class_minutes and not one.is_withdrawn],
        chosen=chosen,
        may_plan=await may_plan_somewhere(visit),
        own_unit=own_unit(visit),
        problems=problems or {},
        why=WHY,
        **words(visit),
    )


async def occasion_again(visit: Visit, problems: Mapping[str, str], message: str = "") -> Response:
    """The class with what was typed to move it, and what is wrong with that."""
    return await _occasion(visit, problems, message)


async def _occasion(visit: Visit, problems: Mapping[str, str] | None = None, message: str = "") -> Response:
    one, now, actor = await _one(visit), visit.parts.clock.now(), visit.session.actor
    unit = await _led(visit)
    people: list[Learner] = []
    if unit is not None:
        here = await visit.parts.people.at(unit[0], now)
        people = await learning_of(visit).of_unit(courses_of(visit), here, now)
    runs = await _may_teach_or_plan(visit, one)
    booked = await bookings_of(visit).at(one.number)
    bookable = _bookable(people, booked, one.course)
    there = {actor, *(who.person for who in bookable), *(who.person for who in booked)}
    own_people = {who.person for who in people}
    return visit.page(
        "learning/class.html",
        409 if message else 422 if problems else 200,
        problems=problems or {},
        message=message,
        said={name: visit.said(name) for name in ("day", "from", "to", "room")},
        occasion=one,
        course=courses_of(visit).get(one.course),
        mine=next((who for who in booked if who.person == actor), None),
        is_asked=any(place.course.code == one.course and place.is_required for place in await path_of(visit)),
        is_open=one.is_on and one.starts > now,
        has_begun=one.starts <= now + timedelta(hours=1),
        runs=runs,
        people=[who for who in booked if runs or who.person in own_people],
        stays=await learning_of(visit).finishers(
            [who.person for who in booked if who.was_here is False], one.course, now
        ),
        may_be_booked=bookable,
        off=await shifts.Shifts(visit.parts.door.database).off(there, one.starts, one.ends),
        unit=unit,
        moved=(await planning_of(visit).moved_from([one.number])).get(one.number),
        may_move=await may_change(visit, one),
        unit_names=await unit_names(visit, [one]),
        rooms=await planning_of(visit).rooms() if runs and await may_plan_somewhere(visit) else [],
        **words(visit),
    )


async def _near(visit: Visit) -> Near:
    database = visit.parts.door.database
    line = await Organisations(database).line(visit.session.unit)
    taking_part = await Participants(database).all()
    return Near(line, next((taking_part[one].area for one in line if one in taking_part), ""))


async def _led(visit: Visit) -> tuple[str, str] | None:
    try:
        return await leading(visit, visit.asked("unit") or visit.said("unit"))
    except Refused:
        return None


def _bookable(people: Sequence[Learner], booked: Sequence[Booking], course: str) -> list[Learner]:
    there = {one.person for one in booked}
    return [who for who in people if who.person not in there and course in who.places and not who.places[course].counts]


async def _whom(visit: Visit, person: str) -> Whom:
    """Myself, or one of the unit that I lead. Raises `Refused`."""
    session, now = visit.session, visit.parts.clock.now()
    if person in ("", session.actor):
        places = {one.course.code: one for one in await path_of(visit)}
        return Whom(session.actor, session.name, session.unit, places)
    hsa, _ = await leading(visit, visit.said("unit"))
    here = [one for one in await visit.parts.people.at(hsa, now) if one.actor == person]
    found = await learning_of(visit).of_unit(courses_of(visit), here, now)
    if not found:
        raise Refused("The training of a unit is seen by who leads it.")
    return Whom(person, found[0].name, hsa, found[0].places)


async def _one(visit: Visit) -> Occasion:
    number = visit.part("class")
    if not number.isdecimal() or len(number) > 15:
        raise Absent("There is no such class.")
    return await planning_of(visit).one(int(number))


async def _taught(visit: Visit) -> Occasion:
    one = await _one(visit)
    if not await _may_teach_or_plan(visit, one):
        raise Refused("Who came is noted by who teaches the class.")
    return one


async def _came(visit: Visit, one: Occasion, whom: Whom, how: str, *, was_here: bool = True) -> None:
    """Somebody came, or did not: kept, and a step of the course that is its class is done by it, or taken back."""
    now = visit.parts.clock.now()
    if now < one.starts - timedelta(hours=1):
        raise Conflict("The class has not begun. Who comes is noted from an hour before it.")
    course, learning = courses_of(visit).get(one.course), learning_of(visit)
    step = next((step for step in course.steps if step.kind == "class"), None) if course else None
    if course and step and was_here:
        await learning.require_open(whom.person, course, now)
    await bookings_of(visit).came(one, whom, how, visit.session.actor, now, was_here=was_here)
    if course and step and was_here:
        await learning.step_done(whom.person, course, step, now)
    elif course and step and not await _was_at_another(visit, one, whom.person):
        await learning.step_undone(whom.person, course, step, now)


async def _was_at_another(visit: Visit, one: Occasion, person: str) -> bool:
    """Whether somebody has come to another class since the course was last finished: the step is done by that."""
    finished = (await learning_of(visit).finished(person)).get(one.course)
    return (person, one.course) in await bookings_of(visit).attended([person], finished.at if finished else None)


async def _here(visit: Visit, one: Occasion) -> Sequence[Whom]:
    return [Whom(who.person, who.name, who.unit, {}) for who in await bookings_of(visit).here(one.number)]


async def _may_teach_or_plan(visit: Visit, one: Occasion) -> bool:
    return one.is_taught_by(visit.session.actor) or await may_change(visit, one)


async def own(visit: Visit) -> list[tuple[Booking, Occasion]]:
    """My bookings ahead, with each class."""
    mine = await bookings_of(visit).of([visit.session.actor], visit.parts.clock.now())
    known = {one.number: one for one in await planning_of(visit).some(one.occasion for one in mine)}
    return [(one, known[one.occasion]) for one in mine]


async def unit_names(visit: Visit, some: Iterable[Occasion]) -> dict[str, str]:
    """What the units are called at whose own place some classes are held, by HSA-id."""
    units = {one.unit for one in some} - {""}
    known = await Organisations(visit.parts.door.database).known(units) if units else {}
    return {hsa: one.name for hsa, one in known.items()}


async def follow_of(visit: Visit, people: Sequence[Learner]) -> dict[str, Follow]:
    """Hours and seats of a unit's people, by HSA-id."""
    now, persons = visit.parts.clock.now(), [who.person for who in people]
    bookings = bookings_of(visit)
    return followed(people, await bookings.of(persons, now), await bookings.attended(persons), now)


async def may_plan(visit: Visit, organisation: str) -> bool:
    """Whether the reader may plan classes at an organisation (empty: for the programme)."""
    now, database = visit.parts.clock.now(), visit.parts.door.database
    return await Mandates(database).held(visit.session.actor, PLANNERS, organisation, now) is not None


def own_unit(visit: Visit) -> str:
    """The unit (HSA-id) that the reader leads, and at whose own place they may plan classes; empty: none."""
    return visit.session.unit if visit.powers.has("manage-unit") else ""


async def may_change(visit: Visit, one: Occasion) -> bool:
    """Whether the reader may move or cancel a class: plans for its organisation, or leads the unit whose own it is."""
    is_own = one.kind == "unit" and one.unit == one.organisation == own_unit(visit)
    return is_own or await may_plan(visit, one.organisation)


async def may_plan_somewhere(visit: Visit) -> list[str]:
    """The organisations at which the reader may plan (empty text: the whole programme)."""
    held = await Mandates(visit.parts.door.database).of(visit.session.actor, visit.parts.clock.now())
    return list(dict.fromkeys(one.organisation for one in held if one.role.code in PLANNERS))


def planning_of(visit: Visit) -> Planning:
    """Rooms, periods and classes."""
    return Planning(visit.parts.door.database)


def bookings_of(visit: Visit) -> Bookings:
    """Seats."""
    return Bookings(visit.parts.door.database)


def words(visit: Visit) -> dict[str, object]:
    """What several pages say of classes."""
    return {"courses": courses_of(visit), "class_states": STATES, "now": visit.parts.clock.now()}


def _code(visit: Visit, one: Occasion) -> str:
    return code(visit.parts.seal, one.number, visit.parts.clock.now())


def _back(visit: Visit, one: Occasion) -> str:
    unit = visit.said("unit")
    return f"{AT}/{one.number}?unit={unit}" if unit else f"{AT}/{one.number}"


ROUTES = [
    page(AT, listed),
    page(f"{AT}/mine.ics", as_calendar),
    page(f"{AT}/away", away, "POST"),
    page(f"{AT}/{{class}}", occasion),
    page(f"{AT}/{{class}}/book", book, "POST"),
    page(f"{AT}/{{class}}/leave", leave, "POST"),
    page(f"{AT}/{{class}}/present", present, "POST"),
    page(f"{AT}/{{class}}/code", shown_code, is_quiet=True),
    page(f"{AT}/{{class}}/here", here),
    page(f"{AT}/{{class}}/here", come, "POST"),
]
