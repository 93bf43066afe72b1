"""A document out: chosen, noted as handed out – what, to whom, why – and only then made into a PDF (PDL 3:11; R6)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from varda.care import certificates, corrections, notes, overview
from varda.care.overview import Chart
from varda.catalogue import functions_of
from varda.kernel.errors import Absent, Conflict, Malformed, Unprocessable
from varda.record import Record, Stored
from varda.web.chart.sections import BY_NAME, Section
from varda.web.chart.views import closed, framed, opened
from varda.web.comparing import compared
from varda.web.documents import contents, pdf
from varda.web.language import N_, translations
from varda.web.phrases import Phrases
from varda.web.visit import Visit, page

SECTION = Section("documents", N_("Print or PDF"), overview.BANNER)


@dataclass(frozen=True, slots=True)
class Kind:
    """A document: its name, how it is made of a chart, and the section of the chart that shows the same."""

    title: str
    blocks: Callable[[Phrases, Chart], list[contents.Block]]
    section: str

    @property
    def types(self) -> tuple[str, ...]:
        """What it is made of: of one type at least the role must read."""
        return BY_NAME[self.section].types or tuple(one for one in overview.WHOLE if one != "Patient")


KINDS = {
    "medication": Kind(N_("Medication list"), contents.medication, "medication"),
    "diagnoses": Kind(N_("Diagnoses and problems"), contents.diagnoses, "problems"),
    "results": Kind(N_("Results"), contents.results, "results"),
    "summary": Kind(N_("Patient summary"), contents.summary, "overview"),
}
RECIPIENTS = {
    "Patienten": N_("the patient"), "Annan vårdgivare": N_("another care provider"),
    "Eget arbete": N_("own work, destroyed after use"),
}  # fmt: skip
"""To whom, as it is recorded, and what the choices say."""
REASONS = {
    "På patientens begäran": N_("the patient asks for it"), "Fortsatt vård": N_("care that goes on elsewhere"),
    "Arbetsunderlag": N_("paper to work with"),
}  # fmt: skip


async def form(visit: Visit) -> Response:
    """What to print, to whom and why."""
    return await _form(visit, {})


async def make(visit: Visit) -> Response:
    """The PDF, noted as handed out in the same piece of work that read it."""
    patient, what = visit.part("patient"), visit.said("what")
    recipient = visit.said("recipient").strip() or visit.said("to")
    reason = visit.said("other").strip() or visit.said("reason")
    try:
        async with visit.record() as record:
            title, blocks, chart, entries, received = await _content(record, visit, patient, what)
            document = paper(visit, chart, title, blocks)
            for entry in received:
                await _compare(visit, entry, document)
            made = await asyncio.to_thread(pdf.made, document)
            await corrections.hand_out(record, patient, recipient, "paper", entries, reason)
    except Unprocessable as wrong:
        return await _form(visit, wrong.by_path, 422)
    # No name and no number in the name of a file.
    named = {
        "content-disposition": f'inline; filename="varda-{what.partition(":")[0]}.pdf"',
        "cache-control": "no-store",
    }
    return Response(made, media_type="application/pdf", headers=named)


async def _compare(visit: Visit, entry: Stored, document: dict[str, Any]) -> None:
    """Raise `Conflict` where the document does not hold word for word what the entry says: then it is not made."""
    text, functions = "\n".join(pdf.texts(document)), functions_of(entry.resource)
    patient = visit.part("patient")
    if await compared(visit, entry.reference, patient, functions, [entry.body], text, "print"):
        raise Conflict("This would not be printed word for word as it was written, so it was not made. Read it here.")


async def _form(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    patient = visit.part("patient")
    async with visit.record() as record:
        record.powers.require_reading(*KINDS["summary"].types)
        try:
            found = await opened(record, patient, SECTION)
        except Absent:
            return await closed(visit, record, patient)
    note = visit.said("what") or visit.asked("what")
    choices = {"": ""} if not note.startswith("note:") else {note: N_("This note")}
    choices |= {name: kind.title for name, kind in KINDS.items() if visit.powers.reads(*kind.types)}
    choices.pop("", None)
    response = framed(
        visit, "documents/form.html", found, SECTION, choices=choices, chosen=note, recipients=RECIPIENTS,
        reasons=REASONS, problems=problems,
    )  # fmt: skip
    response.status_code = status
    return response


async def _content(
    record: Record, visit: Visit, patient: str, what: str
) -> tuple[str, list[contents.Block], Chart, list[str], list[Stored]]:
    """Title, blocks, the chart, the references of the entries, and those that are printed in full.

    Raises `Absent`, `Malformed` or `Refused`.
    """
    say = Phrases("sv", visit.now)
    if what.startswith("note:"):
        record.powers.require_reading("Composition")
        chart = await overview.chart(record, patient, {"Patient": 1})
        stored = await record.read("Composition", what.removeprefix("note:"))
        one = notes.note(stored.resource)
        if one.patient not in {found["id"] for found in chart.resources["Patient"]}:
            raise Absent("There is no such note.")
        viewed = corrections.viewed([stored.resource])
        blocks = (
            contents.certificate(say, certificates.issued(stored.resource), viewed)
            if one.is_certificate
            else contents.note(say, one, viewed)
        )
        return one.title, blocks, chart, [stored.reference], [stored]
    kind = KINDS.get(what)
    if kind is None:
        raise Malformed("Choose what to print.")
    record.powers.require_reading(*kind.types)
    wanted = BY_NAME[kind.section].wanted
    chart = await overview.chart(record, patient, {"Patient": 1} | dict(wanted))
    title = translations("sv").gettext(kind.title)
    blocks = contents.cut(chart.resources, wanted) + kind.blocks(say, chart)
    return title, blocks, chart, contents.entries(chart.resources, *kind.types), []


def paper(visit: Visit, chart: Chart, title: str, blocks: list[contents.Block]) -> dict[str, Any]:
    """The document with what stands on every page of it."""
    say, person, session = Phrases("sv", visit.now), chart.person, visit.session
    gettext = translations("sv").gettext
    banner = {"training": N_("Training"), "test": N_("Test"), "demo": N_("Demo")}.get(visit.parts.environment, "")
    printed = gettext("Printed %(when)s by %(who)s, %(unit)s.") % {
        "when": say.minute(visit.now),
        "who": f"{session.name}, {session.title}",
        "unit": session.unit_name,
    }
    seen = gettext("It holds what may be seen there; there may be more elsewhere.")
    return {
        "title": title,
        "author": session.unit_name,
        "language": "sv",
        "banner": f"{gettext(banner).upper()} – {gettext('invented people only')}" if banner else "",
        "name": person.name,
        "number": person.identity or "–",
        "warning": gettext("PROTECTED IDENTITY") if person.is_protected else "",
        "page": gettext("page"),
        "foot": f"{printed} {seen}",
        "blocks": blocks,
    }


ROUTES = [
    page("/chart/{patient}/documents", form),
    page("/chart/{patient}/documents", make, "POST"),
]
