"""The writing panels of a pregnancy: when birth is expected, what is measured, and how it ended."""

from starlette.responses import Response

from varda.care import overview, pregnancies
from varda.kernel.errors import Absent, Unprocessable
from varda.web.language import N_
from varda.web.visit import Visit, page

FORMS = {
    "estimate": (N_("When birth is expected"), pregnancies.estimate, ("method", "day")),
    "measure": (N_("Measures of the pregnancy"), pregnancies.measure, tuple(pregnancies.MEASURES)),
    "end": (N_("The pregnancy has ended"), pregnancies.end, ("outcome", "day")),
}
"""Each form: its title, the action that keeps it, and its fields."""
METHODS = {"ultrasound": N_("Ultrasound: the estimated day"), "period": N_("First day of the last period")}
_SAID = (
    N_("birth"), N_("miscarriage"), N_("termination"), N_("stillbirth"), N_("ended, other"),
    N_("Symphysis-fundus measure"), N_("Foetal heart rate"),
)  # fmt: skip


async def form(visit: Visit) -> Response:
    """A form."""
    return await _shown(visit, {})


async def keep(visit: Visit) -> Response:
    """Keep it; what is wrong comes back at its field."""
    patient, name = visit.part("patient"), _name(visit)
    _, act, fields = FORMS[name]
    try:
        async with visit.record() as record:
            await act(record, patient, {key: visit.said(key) for key in fields})
    except Unprocessable as wrong:
        return await _shown(visit, wrong.by_path, 422)
    return visit.go(f"/chart/{patient}/programmes/maternity")


async def _shown(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    name = _name(visit)
    title, _, fields = FORMS[name]
    async with visit.record() as record:
        chart = await overview.chart(
            record, visit.part("patient"), {"Patient": 1, "Condition": 200, "Observation": 1000}
        )
    found = chart.resources
    now = pregnancies.latest(found.get("Condition", ()), found.get("Observation", ()), visit.say.today)
    return visit.page(
        "programmes/_pregnant.html", status, person=chart.person, name=name, title=title, pregnancy=now,
        methods=METHODS, measures=pregnancies.MEASURES,
        outcomes={key: words[1] for key, words in pregnancies.OUTCOMES.items()},
        said={key: visit.said(key) for key in fields}, problems=problems,
    )  # fmt: skip


def _name(visit: Visit) -> str:
    name = visit.part("form")
    if name not in FORMS:
        raise Absent("There is no such form.")
    return name


ROUTES = [
    page("/chart/{patient}/pregnancy/{form}", form),
    page("/chart/{patient}/pregnancy/{form}", keep, "POST"),
]
