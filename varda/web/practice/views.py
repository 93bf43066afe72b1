"""Home sends a learner to practise and hears what was right; the training environment receives, judges and tells.

Which of the two this is, is told by whether there is a ground to practise on; the pages of the other say so plainly.
"""

from asyncio import to_thread

from starlette.responses import Response

from varda.catalogue import ROLES
from varda.introduction import training
from varda.introduction.practice import OWN_TEAM, Ground, Post, Seat, Word
from varda.introduction.training import Course, Learning, Step, Taken
from varda.kernel.errors import Absent, Refused, Unavailable
from varda.web.visit import Visit, page

AT = "/practice"
_NOT_HERE = (
    "This is not the training environment, so nothing was done. Practice begins at an exercise of a course: look at "
    "your learning."
)
_READS_OTHERWISE = (
    "This course reads differently at home than here, so that practice would not count. Tell those who lead the "
    "training; nothing was done."
)
_NO_EXERCISE = "There is no such exercise in a course here."
_NOT_YOURS = "Somebody else is signed in here than the one who was to practise. Sign out, and follow your own link."


async def go(visit: Visit) -> Response:
    """From an exercise to the training environment, with a word of who comes."""
    if visit.parts.ground is not None:
        return visit.go(AT)
    session, (course, step) = visit.session, _exercise(visit, visit.asked("course"), visit.asked("exercise"))
    team = f"{OWN_TEAM}{session.unit}" if course.is_of_team else ""
    if visit.asked("class").startswith(OWN_TEAM):
        raise Refused("A team is that of your own unit. Follow the link without a class.")
    word = Word(
        kind="come", build="", person=session.actor, name=session.name, role=session.role, title=session.title,
        licences=session.licences, unit_kind="home-care" if session.is_municipal else "ward", course=course.code,
        exercise=step.code, material=course.version, unit_class=visit.asked("class") or team,
    )  # fmt: skip
    post = _post(visit)
    if course != training.shipped().get(course.code):
        await to_thread(post.lay_out, course.version, training.files_in_use(visit.powers.in_force, course.code))
    return visit.go(post.address(word, visit.parts.clock.now()))


async def come(visit: Visit) -> Response:
    """Somebody comes from home: their unit is made ready while they sign in here."""
    ground, now = _ground(visit), visit.parts.clock.now()
    post = _post(visit)
    word = post.heard(visit.asked("word"), now)
    course = await ground.read(word.course, word.material, await to_thread(post.laid_out, word.material))
    if course is None:
        raise Refused(_READS_OTHERWISE)
    _exercise_of(course, word.exercise)
    seat = await ground.come(word, course)
    return visit.go(f"{AT}/{seat.copy}")


async def seats(visit: Visit) -> Response:
    """Where I practise: the newest of my units."""
    mine = await _ground(visit).seats(visit.session.actor)
    if not mine:
        raise Absent("You have no place to practise here. Begin at an exercise of a course.")
    here = next((one for one in mine if one.unit == visit.session.unit), mine[0])
    return visit.go(f"{AT}/{here.copy}")


async def seat(visit: Visit) -> Response:
    """What there is to do at one of my units, and how far I have come."""
    return await _seat(visit)


async def begin(visit: Visit) -> Response:
    """Begin an exercise, from now on: what was done before does not count."""
    mine = await _mine(visit)
    _exercise_of(await _course(visit, mine), visit.said("exercise"))
    await _ground(visit).begin(mine, visit.said("exercise"), visit.now)
    return visit.go("/patients")


async def check(visit: Visit) -> Response:
    """Look whether it is right."""
    mine = await _mine(visit)
    step = _exercise_of(await _course(visit, mine), visit.said("exercise"))
    assert step.exercise is not None
    counted = {name: visit.number_said(name) for name in ("actions", "seconds")}
    told = await _ground(visit).judge(mine, step.exercise, **counted)
    return await _seat(visit, {step.code: told})


async def anew(visit: Visit) -> Response:
    """Leave the unit as it is and begin on a fresh one."""
    mine = await _mine(visit)
    fresh = await _ground(visit).anew(mine, visit.session, await _course(visit, mine))
    return visit.go(f"{AT}/{fresh.copy}")


async def take_home(visit: Visit) -> Response:
    """Home, with a word of what was right."""
    mine = await _mine(visit)
    course = await _course(visit, mine)
    step = _exercise_of(course, visit.part("exercise"))
    attempt = (await _ground(visit).attempts(mine)).get(step.code)
    if attempt is None or attempt.passed is None:
        raise Refused("This exercise is not right yet, so there is nothing to take home.")
    word = Word(
        kind="home", build="", person=mine.person, course=course.code, exercise=step.code, material=course.version,
        actions=attempt.actions, seconds=attempt.seconds,
    )  # fmt: skip
    return visit.go(_post(visit).address(word, visit.parts.clock.now()))


async def home(visit: Visit) -> Response:
    """What was right in the training environment counts from here on."""
    if visit.parts.ground is not None:
        return visit.go(AT)
    now = visit.parts.clock.now()
    word = _post(visit).heard(visit.asked("word"), now)
    if word.person != visit.session.actor:
        raise Refused(_NOT_YOURS)
    course, step = _exercise(visit, word.course, word.exercise)
    if course.version != word.material:
        raise Refused("The course has been changed since this was practised. Practise it once more.")
    learning = Learning(visit.parts.door.database, visit.parts.door.catalogue, visit.parts.build)
    await learning.step_done(word.person, course, step, now, Taken(True, 1, word.actions, word.seconds))
    return visit.go(f"/learning/{course.code}/{step.code}")


async def _seat(visit: Visit, told: dict[str, training.Judgement] | None = None) -> Response:
    mine = next((one for one in await _seats(visit) if str(one.copy) == visit.part("copy")), None)
    if mine is None:
        raise Absent("You have no place to practise here. Begin at an exercise of a course.")
    course, ground = await _course(visit, mine), _ground(visit)
    steps = [one for one in course.steps if one.exercise]
    return visit.page(
        "practice/seat.html",
        seat=mine,
        is_here=mine.unit == visit.session.unit,
        course=course,
        steps=steps,
        teams={one.code: await ground.team(mine, one.code) for one in steps if one.exercise and one.exercise.team},
        roles={one.profession: one.words for one in ROLES.values()},
        attempts=await ground.attempts(mine),
        told=told or {},
    )


async def _mine(visit: Visit) -> Seat:
    """My seat, where I work now. Raises `Absent` for anybody else's, `Refused` from another assignment."""
    mine = next((one for one in await _seats(visit) if str(one.copy) == visit.part("copy")), None)
    if mine is None:
        raise Absent("You have no place to practise here. Begin at an exercise of a course.")
    if mine.unit != visit.session.unit:
        raise Refused("You are at another unit now. Go to the one where you practise, and try again.")
    return mine


async def _seats(visit: Visit) -> list[Seat]:
    return await _ground(visit).seats(visit.session.actor)


def _exercise(visit: Visit, course: str, step: str) -> tuple[Course, Step]:
    """An exercise of a course at home."""
    found = training.known(visit.powers.in_force).get(course)
    if found is None:
        raise Absent(_NO_EXERCISE)
    return found, _exercise_of(found, step)


def _exercise_of(course: Course, step: str) -> Step:
    found = course.step(step)
    if found is None or found.exercise is None:
        raise Absent(_NO_EXERCISE)
    return found


async def _course(visit: Visit, seat: Seat) -> Course:
    """The course that somebody practises, as it read when they came."""
    found = await _ground(visit).read(seat.course, seat.material, {})
    if found is None:
        raise Absent("There is no such course any more.")
    return found


def _post(visit: Visit) -> Post:
    if visit.parts.post is None:
        raise Unavailable("Nobody can practise yet: the training environment is not known here.")
    return visit.parts.post


def _ground(visit: Visit) -> Ground:
    if visit.parts.ground is None:
        raise Absent(_NOT_HERE)
    return visit.parts.ground


ROUTES = [
    page(AT, seats),
    page(f"{AT}/go", go),
    page(f"{AT}/come", come, is_open=True),
    page(f"{AT}/home", home),
    page(f"{AT}/{{copy}}", seat),
    page(f"{AT}/{{copy}}/begin", begin, "POST"),
    page(f"{AT}/{{copy}}/check", check, "POST"),
    page(f"{AT}/{{copy}}/anew", anew, "POST"),
    page(f"{AT}/{{copy}}/{{exercise}}/home", take_home),
]
