"""My path and its courses, one short step at a time; the unit's training; remarks on steps and their answers."""

from collections.abc import Mapping, Sequence
from mimetypes import guess_type

from starlette.responses import Response

from varda.access.organisations import Organisations
from varda.catalogue import FUNCTIONS, ROLES
from varda.introduction import training
from varda.introduction.classes import Hours, Proposals, forecast
from varda.introduction.training import Course, Learner, Place, Step, Taken, texts
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent, Refused, Unprocessable
from varda.web.coaching.units import figures
from varda.web.deciding import day_of
from varda.web.language import N_
from varda.web.learning.authoring import led
from varda.web.learning.classes import SOON, TOLD, bookings_of, follow_of, own, planning_of, unit_names
from varda.web.learning.reader import courses_of, leading, learning_of, path_of
from varda.web.visit import Visit, page

AT = "/learning"
RIGHT = "design-courses"
KINDS = {
    "self-test": N_("Self-test"), "pre-training": N_("Pre-training"), "introduction": N_("Introduction"),
    "base": N_("Base course"), "add-on": N_("Add-on course"), "track": N_("Track"),
}  # fmt: skip
STATES = {
    "done": N_("finished"), "begun": N_("begun"), "open": N_("not begun"), "closed": N_("opens later"),
    "soon": N_("to be renewed soon"), "past": N_("to be done anew"),
}  # fmt: skip
COLOURS = {
    "done": "success",
    "begun": "info",
    "open": "neutral",
    "closed": "neutral",
    "soon": "warning",
    "past": "warning",
}
_IN_CLASS = "This step is done in class: it is kept when you say there that you have come."
_IN_PRACTICE = "This step is done in the training environment. It is kept here when it has been checked there."
_CHOOSE = "Choose an answer."


async def mine(visit: Visit) -> Response:
    """What is required of me and why, what is done and what is next."""
    places = await path_of(visit)
    following = next(
        (one for one in places if one.is_required and one.state in ("begun", "open", "past", "soon")), None
    )
    mine, now = await own(visit), visit.parts.clock.now()
    return visit.page(
        "learning/mine.html",
        places=places,
        classes=mine,
        unit_names=await unit_names(visit, [one for _, one in mine]),
        moved=await planning_of(visit).moved_from(one.occasion for one, _ in mine),
        soon=[(one, at) for one, at in mine if one.starts < now + SOON],
        taken=await bookings_of(visit).taken_from(visit.session.actor, now - TOLD),
        booked={one.course for one, _ in mine},
        following=following,
        done=sum(one.counts for one in places if one.is_required),
        of=sum(one.is_required for one in places),
        **_words(visit),
    )


async def course(visit: Visit) -> Response:
    """One course: its steps, why it is required, and where to go on."""
    one, place = await _found(visit)
    learning = learning_of(visit)
    done = await learning.done(visit.session.actor, one.code)
    if not place.missing and {step.code for step in one.steps} <= done:
        await learning.settle(visit.session.actor, one, visit.parts.clock.now())  # what was cut short is done now
        one, place = await _found(visit)
    if place.counts:
        done |= {step.code for step in one.steps}
    return visit.page(
        "learning/course.html", course=one, place=place, done=done, following=_following(one, done), **_words(visit)
    )


async def go_on(visit: Visit) -> Response:
    """On from where I left: the first step that is not done."""
    one, place = await _found(visit)
    done = await learning_of(visit).done(visit.session.actor, one.code)
    here = None if place.missing else _following(one, done)
    return visit.go(f"{AT}/{one.code}/{here.code}" if here else f"{AT}/{one.code}")


async def step(visit: Visit) -> Response:
    """One step, with what I have said about it."""
    return await _step(visit)


async def take(visit: Visit) -> Response:
    """The step is done, or a question is answered."""
    one, _ = await _found(visit)
    here = _step_of(visit, one)
    if here.kind == "exercise":
        raise Refused(_IN_PRACTICE)
    if here.kind == "class":
        raise Refused(_IN_CLASS)
    tries, is_right = visit.number_said("tries") + 1, True
    if here.kind == "question":
        places = {str(nth) for nth in range(len(here.answers))}
        chosen = {int(str(said)) for said in visit.form.getlist("answer") if str(said) in places}
        if not chosen:
            return await _step(visit, problems={"answer": _CHOOSE}, tries=tries - 1)
        is_right = chosen == here.right
        if not is_right and one.kind != "self-test":
            return await _step(visit, chosen=chosen, tries=tries, is_wrong=True)
    taken, learning = Taken(is_right, min(tries, 999) if here.kind == "question" else 0), learning_of(visit)
    finished = await learning.step_done(visit.session.actor, one, here, visit.parts.clock.now(), taken)
    if here.kind == "question" and one.kind != "self-test" and visit.said("seen") != "yes":
        return await _step(visit, chosen=here.right, is_answered=True, finished=finished is not None)
    following = _after(one, here)
    return visit.go(f"{AT}/{one.code}/{following.code}" if following and not finished else f"{AT}/{one.code}")


async def remark(visit: Visit) -> Response:
    """Say something about a step to those who answer for the course."""
    one, _ = await _found(visit)
    here = _step_of(visit, one)
    try:
        await learning_of(visit).remark(visit.session, one, here, visit.said("said"), visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _step(visit, problems=wrong.by_path)
    return visit.go(f"{AT}/{one.code}/{here.code}#remarks")


async def file(visit: Visit) -> Response:
    """A picture, a film or its captions."""
    known = courses_of(visit)
    one, name = known.get(visit.part("course")), visit.part("name")
    steps = one.steps if one else ()
    named = {said for step in steps for said in (step.picture, step.film)}
    named |= {said for step in steps if step.captions for said in (step.captions.sv, step.captions.en)}
    content = training.file_of(visit.powers.in_force, visit.part("course"), name) if name in named else None
    if content is None:
        raise Absent("There is no such file.")
    return Response(content, media_type=guess_type(name)[0] or "application/octet-stream")


async def unit(visit: Visit) -> Response:
    """How training stands at a unit, for who leads it, or the training of an organisation that it belongs to."""
    hsa = visit.asked("unit")
    if not hsa and not visit.powers.has("manage-unit") and (mine := await led(visit)):
        organisations = Organisations(visit.parts.door.database)
        below = [one for top in mine for one in await organisations.below(top)]
        return visit.page("learning/units.html", units=list(dict.fromkeys(below)), leads=True)
    return await _unit(visit, await leading(visit, hsa))


async def appoint(visit: Visit) -> Response:
    """Appoint a coach or an instructor of the own unit, or end it."""
    own = await leading(visit, "")
    duty, now = visit.said("duty"), visit.parts.clock.now()
    here = await visit.parts.people.at(visit.session.unit, now)
    whom = next((one for one in here if one.actor == visit.said("person")), None)
    if whom is None or duty not in training.DUTIES:
        return await _unit(visit, own, {"person": "Choose a person."})
    await learning_of(visit).appoint(whom, duty, visit.session, now, is_on=visit.said("act") != "end")
    return visit.go(f"{AT}/unit")


async def remarks(visit: Visit) -> Response:
    """What learners have said, for those who answer for courses."""
    _require_designing(visit)
    return await _remarks(visit)


async def answer(visit: Visit) -> Response:
    """Answer one of them."""
    _require_designing(visit)
    number = visit.part("remark")
    if not number.isdecimal() or len(number) > 15:
        raise Absent("There is no such remark.")
    try:
        await learning_of(visit).answer(int(number), visit.said("said"), visit.session, visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _remarks(visit, {number: wrong.message})
    return visit.go(f"{AT}/remarks")


async def _step(
    visit: Visit, *, problems: Mapping[str, str] | None = None, chosen: frozenset[int] | set[int] = frozenset(),
    tries: int = 0, is_wrong: bool = False, is_answered: bool = False, finished: bool = False,
) -> Response:  # fmt: skip
    one, place = await _found(visit)
    here = _step_of(visit, one)
    if place.missing and not place.counts:
        return visit.go(f"{AT}/{one.code}")
    learning = learning_of(visit)
    done = await learning.done(visit.session.actor, one.code)
    counts = place.counts
    return visit.page(
        "learning/step.html",
        422 if problems else 200,
        course=one,
        step=here,
        number=one.steps.index(here) + 1,
        before=_before(one, here),
        following=None if finished else _after(one, here),
        text=texts.html(here.text.said(visit.language)),
        is_done=counts or here.code in done,
        is_wrong=is_wrong,
        is_answered=is_answered
        or (here.kind == "question" and one.kind != "self-test" and (counts or here.code in done)),
        chosen=chosen or (here.right if counts or here.code in done else frozenset()),
        tries=tries,
        problems=problems or {},
        roles={one.profession: one.words for one in ROLES.values()},
        took=await learning.took(visit.session.actor, one.code, here.code) if here.exercise else None,
        remarks=await learning.own_remarks(visit.session.actor, one.code, here.code),
        **_words(visit),
    )


async def _unit(visit: Visit, of: tuple[str, str], problems: Mapping[str, str] | None = None) -> Response:
    (hsa, name), now, courses = of, visit.parts.clock.now(), courses_of(visit)
    people = await learning_of(visit).of_unit(courses, await visit.parts.people.at(hsa, now), now)
    follow = await follow_of(visit, people)
    return visit.page(
        "learning/unit.html",
        422 if problems else 200,
        unit_name=name,
        may_appoint=hsa == visit.session.unit and visit.powers.has("manage-unit"),
        leads=hsa != visit.session.unit,
        people=people,
        columns=[_column(one, people) for one in courses.values() if any(one.code in who.places for who in people)],
        asked=(await figures(visit, hsa))[1],
        ready=sum(one.is_ready for one in people),
        hsa=hsa,
        weeks=await Proposals(visit.parts.door.database).weeks_of(hsa, now.astimezone(STOCKHOLM).date()),
        roles={one.profession: one.words for one in reversed(ROLES.values())},  # the first of a profession is care
        follow=follow,
        total=sum((one.hours for one in follow.values()), Hours()),
        forecast=forecast(people, follow, now),
        problems=problems or {},
        **_words(visit),
    )


async def _remarks(visit: Visit, problems: Mapping[str, str] | None = None) -> Response:
    return visit.page(
        "learning/remarks.html", 422 if problems else 200, asked=(await figures(visit, ""))[1],
        remarks=await learning_of(visit).remarks(),
        problems=problems or {}, **_words(visit),
    )  # fmt: skip


def _column(course: Course, people: Sequence[Learner]) -> tuple[Course, int, int]:
    """A course with how many of the unit have finished it, of how many who must."""
    asked = [who.places[course.code] for who in people if course.code in who.places]
    return course, sum(one.counts for one in asked), len(asked)


async def _found(visit: Visit) -> tuple[Course, Place]:
    """The course of the address, and its place on my path. Raises `Absent`, also for one that has been withdrawn and of
    which I have done nothing.
    """
    code = visit.part("course")
    place = next((one for one in await path_of(visit, also=code) if one.course.code == code), None)
    if place is None or (place.course.is_withdrawn and not place.done and place.finished is None):
        raise Absent("There is no such course.")
    return place.course, place


def _step_of(visit: Visit, course: Course) -> Step:
    here = course.step(visit.part("step"))
    if here is None:
        raise Absent("There is no such step in the course.")
    return here


def _following(course: Course, done: set[str]) -> Step | None:
    return next((one for one in course.steps if one.code not in done), None)


def _after(course: Course, here: Step) -> Step | None:
    return next(iter(course.steps[course.steps.index(here) + 1 :]), None)


def _before(course: Course, here: Step) -> Step | None:
    return next(iter(reversed(course.steps[: course.steps.index(here)])), None)


def _require_designing(visit: Visit) -> None:
    if not visit.powers.has(RIGHT):
        raise Refused("What learners say is answered by those who design courses.")


def _words(visit: Visit) -> dict[str, object]:
    return {
        "kinds": KINDS, "states": STATES, "colours": COLOURS, "functions": FUNCTIONS, "courses": courses_of(visit),
        "duties": training.DUTIES, "day": day_of,
    }  # fmt: skip


ROUTES = [
    page(AT, mine),
    page(f"{AT}/unit", unit),
    page(f"{AT}/unit", appoint, "POST"),
    page(f"{AT}/remarks", remarks),
    page(f"{AT}/remarks/{{remark}}", answer, "POST"),
    page(f"{AT}/{{course}}", course),
    page(f"{AT}/{{course}}/go-on", go_on),
    page(f"{AT}/{{course}}/file/{{name}}", file),
    page(f"{AT}/{{course}}/{{step}}", step),
    page(f"{AT}/{{course}}/{{step}}", take, "POST"),
    page(f"{AT}/{{course}}/{{step}}/remark", remark, "POST"),
]
