"""The panel that notes what makes a course other than most."""

from starlette.responses import Response

from varda.care import overview, programmes
from varda.kernel.errors import Absent
from varda.web.visit import Visit, page


async def form(visit: Visit) -> Response:
    """Each of the programme's own list, ticked where it is there now."""
    patient = visit.part("patient")
    async with visit.record() as record:
        course = await programmes.course(record, patient, visit.part("programme"))
        chart = await overview.chart(record, patient, {"Patient": 1})
    if not course.programme.risks:
        raise Absent("There is no such page.")
    return visit.page(
        "programmes/_risks.html", person=chart.person, course=course,
        there=[one.risk.code for one in programmes.of_course(course)],
    )  # fmt: skip


async def note(visit: Visit) -> Response:
    """Note what has changed."""
    patient, code = visit.part("patient"), visit.part("programme")
    async with visit.record() as record:
        await programmes.note_risks(record, patient, code, {key: visit.said(key) for key in visit.form})
    return visit.go(f"/chart/{patient}/programmes/{code}?noted=yes")


ROUTES = [
    page("/chart/{patient}/programmes/{programme}/risks", form),
    page("/chart/{patient}/programmes/{programme}/risks", note, "POST"),
]
