"""One form for a whole check-up: what waits in the programme now, measured, done and given in one piece."""

from starlette.responses import Response

from varda.care import checkups, overview, pregnancies, programmes, vaccinations
from varda.care.vitals import MEASURES
from varda.kernel.errors import Unprocessable
from varda.web.visit import Visit, page


async def form(visit: Visit) -> Response:
    """The form."""
    return await _shown(visit, {})


async def keep(visit: Visit) -> Response:
    """Note it all; what is wrong or doubtful comes back at its field, and nothing typed is lost."""
    patient, code = visit.part("patient"), visit.part("programme")
    said = {key: visit.said(key) for key in visit.form}
    try:
        async with visit.record() as record:
            await checkups.keep(record, patient, code, said)
    except Unprocessable as wrong:
        return await _shown(visit, wrong.by_path, 422)
    return visit.go(f"/chart/{patient}/programmes/{code}?noted=yes")


async def _shown(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    patient = visit.part("patient")
    async with visit.record() as record:
        course = await programmes.course(record, patient, visit.part("programme"))
        chart = await overview.chart(record, patient, {"Patient": 1, "AllergyIntolerance": 50})
    said = {key: visit.said(key) for key in visit.form} or {"met": "yes"}
    return visit.page(
        "programmes/_checkup.html", status, person=chart.person, chart=chart, course=course,
        waits=checkups.checkup(course), vitals=MEASURES, signs=pregnancies.MEASURES, sites=vaccinations.SITES,
        said=said, problems=problems, doubts=vaccinations.DOUBTS,
    )  # fmt: skip


ROUTES = [
    page("/chart/{patient}/programmes/{programme}/checkup", form),
    page("/chart/{patient}/programmes/{programme}/checkup", keep, "POST"),
]
