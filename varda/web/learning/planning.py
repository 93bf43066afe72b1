"""Planning classes, for who is appointed to it: rooms, periods, a class by hand, what becomes of it (F200, F201)."""

from datetime import datetime, time

from starlette.responses import Response

from varda.access.organisations import Organisations
from varda.introduction.classes import Period, Room, Wanted
from varda.introduction.programme import AREAS
from varda.introduction.training import Course
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent, Fault, Occupied, Problem, Refused, Unprocessable
from varda.web.deciding import day_said
from varda.web.language import N_, translations
from varda.web.learning.classes import (
    AT,
    may_change,
    may_plan,
    may_plan_somewhere,
    occasion_again,
    own_unit,
    planning_of,
    words,
)
from varda.web.learning.reader import courses_of, learning_of
from varda.web.visit import Visit, page

KINDS = {"room": N_("In a room"), "remote": N_("At a distance"), "unit": N_("At the unit")}
_MAY_NOT = (
    "Classes are planned by the programme office, the instructor lead and the training lead of an organisation; "
    "at a unit's own place by who leads it."
)
_FIELDS = ("kind", "room", "unit", "address", "organisation", "seats", "teacher", "day", "from", "to")


async def rooms(visit: Visit) -> Response:
    """Rooms and periods, and the forms for more."""
    return await _rooms(visit)


async def keep_room(visit: Visit) -> Response:
    """Add a room, or use one no more: by who plans for the organisation that it belongs to."""
    planning = planning_of(visit)
    if visit.said("act") == "close":
        room = await planning.room(visit.number_said("room"))
        await _require(visit, room.organisation)
        await planning.close_room(room.number)
        return visit.go(f"{AT}/rooms")
    await _require(visit, visit.said("organisation"))
    area = visit.said("area") if visit.said("area") in AREAS else ""
    room = Room(visit.said("name"), visit.said("place"), _number(visit, "seats"), area, visit.said("organisation"))
    try:
        await planning.keep_room(room)
    except Unprocessable as wrong:
        return await _rooms(visit, wrong)
    return visit.go(f"{AT}/rooms")


async def keep_period(visit: Visit) -> Response:
    """Add a period in which an area is trained; it is the programme's."""
    await _require(visit, "")
    now = visit.parts.clock.now()
    try:
        opens, closes = day_said(visit, "opens"), day_said(visit, "closes")
        if opens is None or closes is None:
            raise Unprocessable(
                "Say the first day and the last.", [Problem("Say the first day and the last.", "opens")]
            )
        wanted = Period(
            visit.said("title"), visit.said("area") if visit.said("area") in AREAS else "", opens, closes,
            _passes(visit.said("passes")), _number(visit, "share"), _number(visit, "teaches"), _number(visit, "remote"),
        )  # fmt: skip
        await planning_of(visit).keep_period(wanted, visit.session.actor, now)
    except Unprocessable as wrong:
        return await _rooms(visit, wrong)
    return visit.go(f"{AT}/rooms")


async def new(visit: Visit) -> Response:
    """The form of a class: the course first, for it says how long and who may teach it."""
    return await _form(visit)


async def plan(visit: Visit) -> Response:
    """Plan it."""
    await _require_planning(visit)
    course, now = courses_of(visit).get(visit.said("course")), visit.parts.clock.now()
    try:
        if course is None or not course.class_minutes:
            raise Unprocessable("Choose a course.", [Problem("Choose a course.", "course")])
        number = await planning_of(visit).plan(await _wanted(visit, course), visit.session.actor, now)
    except Unprocessable as wrong:
        return await _form(visit, wrong)
    except Occupied as taken:
        return await _form(visit, taken)
    return visit.go(f"{AT}/{number}")


async def move(visit: Visit) -> Response:
    """Another time or room. Whoever is booked stays booked, and sees the new time on their path."""
    text = visit.part("class")
    if not text.isdecimal() or len(text) > 15:
        raise Absent("There is no such class.")
    planning = planning_of(visit)
    one = await planning.one(int(text))
    if not await may_change(visit, one):
        raise Refused(_MAY_NOT)
    day, starts, ends = day_said(visit, "day"), _clock(visit.said("from")), _clock(visit.said("to"))
    if day is None or starts is None or ends is None:
        return await occasion_again(visit, {"day": "Say the day, and when it begins and ends (08:00)."})
    near = await _near(visit, await may_plan_somewhere(visit))
    room = next((room for room in near if str(room.number) == visit.said("room")), None)
    wanted = Wanted(
        one.course, "room" if room else one.kind, datetime.combine(day, starts, STOCKHOLM),
        datetime.combine(day, ends, STOCKHOLM), one.seats, room.number if room else one.room,
        "" if room else one.unit, "" if room else one.address, one.organisation, one.teachers,
    )  # fmt: skip
    try:
        await planning.move(one.number, wanted, visit.session.actor, visit.parts.clock.now())
    except Unprocessable as wrong:
        return await occasion_again(visit, wrong.by_path)
    except Occupied as taken:
        return await occasion_again(visit, {}, _said(visit, taken))
    return visit.go(f"{AT}/{one.number}")


async def tell(visit: Visit) -> Response:
    """Confirm a class, say that it was held, or cancel it with a reason."""
    text = visit.part("class")
    if not text.isdecimal() or len(text) > 15:
        raise Absent("There is no such class.")
    planning, state = planning_of(visit), visit.said("state")
    one = await planning.one(int(text))
    if (not one.is_taught_by(visit.session.actor) or state == "cancelled") and not await may_change(visit, one):
        raise Refused(_MAY_NOT)
    if state not in ("confirmed", "held", "cancelled"):
        raise Unprocessable("Choose what becomes of the class.")
    await planning.tell(one.number, state, visit.session.actor, visit.said("why"), visit.parts.clock.now())  # type: ignore[arg-type] # one of them
    return visit.go(f"{AT}/{one.number}")


async def _rooms(visit: Visit, wrong: Unprocessable | None = None) -> Response:
    mine = await may_plan_somewhere(visit)
    if not mine:
        raise Refused(_MAY_NOT)
    planning = planning_of(visit)
    below = await Organisations(visit.parts.door.database).below_each([one for one in mine if one])
    return visit.page(
        "learning/rooms.html",
        422 if wrong else 200,
        rooms=await planning.rooms(),
        periods=await planning.periods(),
        areas=AREAS,
        mine=mine,
        own={one for some in below.values() for one in some},
        names=await _names(visit, mine),
        problems=wrong.by_path if wrong else {},
        **words(visit),
    )


async def _form(visit: Visit, wrong: Fault | None = None) -> Response:
    """Who plans by leading a unit alone plans at its own place."""
    mandated, own = await may_plan_somewhere(visit), own_unit(visit)
    mine = [*mandated, *([own] if own and own not in mandated else [])]
    if not mine:
        raise Refused(_MAY_NOT)
    courses = courses_of(visit)
    course = courses.get(visit.said("course") or visit.asked("course"))
    now = visit.parts.clock.now()
    message = _said(visit, wrong) if isinstance(wrong, Occupied) else ""
    return visit.page(
        "learning/planned.html",
        409 if message else 422 if wrong else 200,
        course=course,
        with_class=[one for one in courses.values() if one.class_minutes and not one.is_withdrawn],
        teachers=await learning_of(visit).teachers(courses, course.code, now) if course else [],
        rooms=await _near(visit, mandated),
        kinds=KINDS,
        mine=mine,
        at_own=(own, visit.session.unit_name) if not mandated else None,
        names=await _names(visit, mine),
        said={name: visit.said(name) for name in _FIELDS} | ({} if visit.said("unit") else _asked_unit(visit)),
        problems=wrong.by_path if wrong and not message else {},
        message=message,
        **words(visit),
    )


async def _wanted(visit: Visit, course: Course) -> Wanted:
    """What the form says, with who may teach it and nobody else."""
    day, problems = day_said(visit, "day"), []
    starts, ends = _clock(visit.said("from")), _clock(visit.said("to"))
    if day is None or starts is None or ends is None:
        problems.append(Problem("Say the day, and when it begins and ends (08:00).", "day"))
    kind = visit.said("kind")
    near = await _near(visit, await may_plan_somewhere(visit))
    room = next((one for one in near if str(one.number) == visit.said("room")), None)
    unit = visit.said("unit").strip() if kind == "unit" else ""
    if unit and unit not in await Organisations(visit.parts.door.database).known([unit]):
        problems.append(Problem("There is no such organisation.", "unit"))
    elif unit and unit != own_unit(visit) and not await may_plan(visit, unit):
        problems.append(Problem("You do not plan for this unit. Choose one of your own organisation.", "unit"))
    able = await learning_of(visit).teachers(courses_of(visit), course.code, visit.parts.clock.now())
    if problems or day is None or starts is None or ends is None:
        raise Unprocessable("The class is not complete.", problems)
    return Wanted(
        course.code, kind, datetime.combine(day, starts, STOCKHOLM), datetime.combine(day, ends, STOCKHOLM),  # type: ignore[arg-type] # asked by plan
        _number(visit, "seats") or (room.seats if room and kind == "room" else 0),
        room.number if room and kind == "room" else None, unit, visit.said("address").strip(),
        visit.said("organisation"), tuple(one for one in able if one[0] == visit.said("teacher")),
    )  # fmt: skip


async def _near(visit: Visit, mine: list[str]) -> list[Room]:
    """The rooms in which a mandate lets plan: of its organisations, above and below them, and of nobody."""
    if not mine:
        return []
    rooms, tree = await planning_of(visit).rooms(), Organisations(visit.parts.door.database)
    if "" in mine:
        return rooms
    near = {"", *(hsa for some in (await tree.below_each(mine)).values() for hsa in some)}
    for one in mine:
        near.update(await tree.line(one))
    return [one for one in rooms if one.organisation in near]


async def _require_planning(visit: Visit) -> None:
    """Raises `Refused` for who neither plans for the organisation nor leads the unit at whose own place it is to be."""
    own, said = own_unit(visit), visit.said("organisation")
    is_own = bool(own) and own == said == visit.said("unit").strip() and visit.said("kind") == "unit"
    if not is_own:
        await _require(visit, said)


def _asked_unit(visit: Visit) -> dict[str, str]:
    """The unit that a link names, at whose own place the class is to be."""
    unit = visit.asked("unit")
    return {"unit": unit, "kind": "unit"} if unit else {}


async def _require(visit: Visit, organisation: str) -> None:
    if not await may_plan(visit, organisation):
        raise Refused(_MAY_NOT)


async def _names(visit: Visit, hsas: list[str]) -> dict[str, str]:
    known = await Organisations(visit.parts.door.database).known([one for one in hsas if one])
    return {hsa: one.name for hsa, one in known.items()}


def _said(visit: Visit, taken: Occupied) -> str:
    return translations(visit.language).gettext(taken.sentence) % taken.values


def _number(visit: Visit, name: str) -> int:
    text = visit.said(name).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0 if not text else -1


def _clock(said: str) -> time | None:
    try:
        return time.fromisoformat(said.strip().replace(".", ":"))
    except ValueError:
        return None


def _passes(said: str) -> tuple[int, ...]:
    """Minutes of the day; empty for what cannot be read."""
    clocks = [_clock(one) for one in said.replace(",", " ").split()]
    return tuple(one.hour * 60 + one.minute for one in clocks if one is not None) if all(clocks) else ()


ROUTES = [
    page(f"{AT}/rooms", rooms),
    page(f"{AT}/rooms", keep_room, "POST"),
    page(f"{AT}/periods", keep_period, "POST"),
    page(f"{AT}/new", new),
    page(f"{AT}/new", plan, "POST"),
    page(f"{AT}/{{class}}/move", move, "POST"),
    page(f"{AT}/{{class}}/tell", tell, "POST"),
]
