"""Handing the record of a programme over to the next care provider: by consent, noted as a copy, and as a PDF."""

import asyncio

from starlette.responses import Response

from varda.care import growth, overview, programmes
from varda.kernel.errors import Absent, Unprocessable
from varda.web.chart.sections import Section
from varda.web.chart.views import closed, framed, opened
from varda.web.documents import contents, pdf
from varda.web.documents.views import paper
from varda.web.language import N_, translations
from varda.web.phrases import Phrases
from varda.web.visit import Visit, page

SECTION = Section("handover", N_("Handover"), overview.BANNER)
CONSENTS = {
    "present": N_("said here and now"), "telephone": N_("said by telephone"), "written": N_("in writing"),
}  # fmt: skip
_SAID = ("recipient", "who", "how")


async def form(visit: Visit) -> Response:
    """To whom, who consents and how."""
    return await _form(visit, {})


async def make(visit: Visit) -> Response:
    """The PDF, noted as handed out in the same piece of work that read it."""
    patient, code = visit.part("patient"), visit.part("programme")
    say = Phrases("sv", visit.now)
    try:
        async with visit.record() as record:
            record.powers.require_reading("Immunization")
            course = await programmes.hand_over(record, patient, code, {key: visit.said(key) for key in _SAID})
            chart = await overview.chart(record, patient, {"Patient": 1, "Composition": 0})
            curves = growth.growth(chart.person, course.resources.get("Observation", ()))
            blocks = contents.programme(say, course, curves)
            title = f"{translations('sv').gettext(SECTION.title)}: {course.programme.words.sv.lower()}"
            made = await asyncio.to_thread(pdf.made, paper(visit, chart, title, blocks))
    except Unprocessable as wrong:
        return await _form(visit, wrong.by_path, 422)
    named = {"content-disposition": 'inline; filename="varda-handover.pdf"', "cache-control": "no-store"}
    return Response(made, media_type="application/pdf", headers=named)


async def _form(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    patient, code = visit.part("patient"), visit.part("programme")
    async with visit.record() as record:
        record.powers.require_reading("Immunization")
        try:
            found = await opened(record, patient, SECTION)
        except Absent:
            return await closed(visit, record, patient)
        course = await programmes.course(record, patient, code, is_own=True)
    if not course.programme.handover:
        raise Absent("This programme hands nothing over.")
    said = {key: visit.said(key) for key in _SAID}
    answer = framed(
        visit, "programmes/handover.html", found, SECTION, course=course, consents=CONSENTS, said=said,
        problems=problems,
    )  # fmt: skip
    answer.status_code = status
    return answer


ROUTES = [
    page("/chart/{patient}/programmes/{programme}/handover", form),
    page("/chart/{patient}/programmes/{programme}/handover", make, "POST"),
]
