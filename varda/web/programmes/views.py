"""A patient's way through a programme: a compact panel, the whole schedule, and noting a step from its row."""

from starlette.responses import Response

from varda.care import births, overview, pregnancies, programmes, results, vaccinations
from varda.care.programmes import AGE, PROGRAMMES, Course, Programme, Row, Turn
from varda.kernel.errors import Absent, Unprocessable
from varda.web.chart.sections import Section
from varda.web.chart.views import Opened, closed, framed, opened
from varda.web.language import N_
from varda.web.visit import Visit, page
from varda.web.vitals import growing

STATES = {
    "done": N_("done"), "not-done": N_("not done"), "due": N_("due now"), "overdue": N_("overdue"),
    "coming": N_("coming"), "passed": N_("passed"),
}  # fmt: skip
"""How a step stands, as it is said."""
_SITES = (N_("left thigh"), N_("right thigh"), N_("left arm"), N_("right arm"))
_GIVEN = ("day", "product", "batch", "site", "elsewhere", *(f"sure-{one}" for one in vaccinations.DOUBTS))


async def panel(visit: Visit) -> Response:
    """What is due now and what comes next, for the overview."""
    patient = visit.part("patient")
    async with visit.record() as record:
        found = await programmes.course(record, patient, visit.part("programme"))
        chart = await overview.chart(record, patient, {"Patient": 1})
    return visit.page("programmes/_panel.html", person=chart.person, course=found, states=STATES)


async def whole(visit: Visit) -> Response:
    """The schedule with what fulfils each step, and the programme's own panels."""
    return await shown(visit, _programme(visit))


async def form(visit: Visit) -> Response:
    """Noting one step."""
    return await _noting(visit, {})


async def note(visit: Visit) -> Response:
    """Note the step; what is wrong comes back at its field."""
    patient, step = visit.part("patient"), _step(visit)
    try:
        async with visit.record() as record:
            await programmes.note_step(record, patient, step, visit.said("how"), visit.said("day"), visit.said("text"))
    except Unprocessable as wrong:
        return await _noting(visit, wrong.by_path, 422)
    return visit.go(f"/chart/{patient}/programmes/{step[0]}")


async def shown(
    visit: Visit, programme: Programme, problems: dict[str, str] | None = None, status: int = 200
) -> Response:
    """The page of a programme, with what was wrong of what was sent from it."""
    patient = visit.part("patient")
    async with visit.record() as record:
        record.powers.require_reading("Immunization")
        wanted = {**overview.BANNER, "RelatedPerson": 50}
        section = Section("programmes", programme.words.said(visit.language), wanted)
        try:
            found = await opened(record, patient, section)
        except Absent:
            return await closed(visit, record, patient)
        course = await programmes.course(record, patient, programme.code)
    answer = framed(
        visit, "programmes/whole.html", found, section, course=course, states=STATES, problems=problems or {},
        **_panels(visit, found, course),
    )  # fmt: skip
    answer.status_code = status
    return answer


def _panels(visit: Visit, found: Opened, course: Course) -> dict[str, object]:
    """What the panels show that the programme declares."""
    wanted, who = course.programme.panels, found.chart.person
    is_growing = "growth" in wanted and visit.powers.is_on("F85.growth", visit.session.unit)
    observations = course.resources.get("Observation", ())
    begun = course.pregnancy.began if course.pregnancy else None
    seen = [one for one in results.readings(observations) if one.code in course.programme.curves]
    related = found.chart.resources.get("RelatedPerson", ())
    ended = course.pregnancy.ended if course.pregnancy else None
    curves = results.series(one for one in seen if not begun or (one.at and one.at.day >= begun))
    return {
        "growing": growing.drawings(who, observations) if is_growing else [],
        "curves": curves,
        "doses": vaccinations.doses(course.resources.get("Immunization", ())),
        "sites": vaccinations.SITES,
        "outcomes": pregnancies.OUTCOMES,
        "risks": programmes.of_course(course),
        "mother": births.mother_of(related) if course.programme.counts == AGE else None,
        "kin_below": [one for one in births.born_to(related) if births.is_of(one, ended)],
    }


async def _noting(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    patient, step = visit.part("patient"), _step(visit)
    async with visit.record() as record:
        course = await programmes.course(record, patient, step[0])
        chart = await overview.chart(record, patient, {"Patient": 1})
    turn, row = _row(course, step)
    return visit.page(
        "programmes/_note.html",
        status,
        person=chart.person,
        course=course,
        turn=turn,
        row=row,
        states=STATES,
        said={key: visit.said(key) for key in ("how", "day", "text")},
        problems=problems,
    )


async def vaccine(visit: Visit) -> Response:
    """Giving the dose of a step."""
    return await _giving(visit, {})


async def give(visit: Visit) -> Response:
    """Keep the dose; what is wrong or doubtful comes back at its field."""
    patient, step = visit.part("patient"), _step(visit)
    try:
        async with visit.record() as record:
            await vaccinations.give(record, patient, step, {key: visit.said(key) for key in _GIVEN})
    except Unprocessable as wrong:
        return await _giving(visit, wrong.by_path, 422)
    return visit.go(f"/chart/{patient}/programmes/{step[0]}")


async def strike(visit: Visit) -> Response:
    """Strike a dose, with the reason."""
    patient, version = visit.part("patient"), visit.number_said("version")
    try:
        async with visit.record() as record:
            await vaccinations.strike(record, patient, visit.part("dose"), version, visit.said("reason"))
    except Unprocessable as wrong:
        return await shown(visit, _programme(visit), wrong.by_path, 422)
    return visit.go(f"/chart/{patient}/programmes/{_programme(visit).code}")


async def _giving(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    patient, step = visit.part("patient"), _step(visit)
    async with visit.record() as record:
        course = await programmes.course(record, patient, step[0])
        chart = await overview.chart(record, patient, {"Patient": 1, "AllergyIntolerance": 50})
    turn, row = _row(course, step)
    if row.step.vaccine is None:
        raise Absent("There is no such step.")
    said = {key: visit.said(key) for key in _GIVEN}
    return visit.page(
        "programmes/_vaccine.html", status, person=chart.person, chart=chart, course=course, turn=turn, row=row,
        states=STATES, sites=vaccinations.SITES, said=said, problems=problems, doubts=vaccinations.DOUBTS,
    )  # fmt: skip


def _programme(visit: Visit) -> Programme:
    found = PROGRAMMES.get(visit.part("programme"))
    if found is None:
        raise Absent("There is no such page.")
    return found


def _step(visit: Visit) -> tuple[str, str, str]:
    return visit.part("programme"), visit.part("visit"), visit.part("step")


def _row(course: Course, step: tuple[str, str, str]) -> tuple[Turn, Row]:
    for turn in course.turns:
        for row in turn.rows:
            if (turn.visit.code, row.step.code) == step[1:]:
                return turn, row
    raise Absent("There is no such step.")


ROUTES = [
    page("/chart/{patient}/programmes/{programme}", whole),
    page("/chart/{patient}/programmes/{programme}/panel", panel),
    page("/chart/{patient}/programmes/{programme}/{visit}/{step}", form),
    page("/chart/{patient}/programmes/{programme}/{visit}/{step}", note, "POST"),
    page("/chart/{patient}/programmes/{programme}/{visit}/{step}/vaccine", vaccine),
    page("/chart/{patient}/programmes/{programme}/{visit}/{step}/vaccine", give, "POST"),
    page("/chart/{patient}/programmes/{programme}/doses/{dose}/strike", strike, "POST"),
]
