"""A patient's messages: writing one in the panel, the threads of the record, one thread and its steps."""

from dataclasses import replace
from uuid import uuid4

from starlette.responses import Response

from varda.care import messages, notes, overview
from varda.care.messages import Thread, Wanted
from varda.care.notes import Written
from varda.kernel.errors import Absent, Conflict, Unprocessable
from varda.record import Record, covering
from varda.web.chart.sections import BY_NAME
from varda.web.chart.views import closed, framed, opened
from varda.web.language import N_
from varda.web.visit import Visit, page

_SECTION = replace(BY_NAME["plan"], title=N_("Messages"), wanted={}, types=("Communication",))
"""Messages stand in the rail under the plan, as tasks do."""


async def listed(visit: Visit) -> Response:
    """The threads about the patient."""
    patient = visit.part("patient")
    async with visit.record() as record:
        record.powers.require_reading("Communication")
        try:
            found = await opened(record, patient, _SECTION)
        except Absent:
            return await closed(visit, record, patient)
        threads = await messages.of_patient(record, found.chart.people)
    return framed(visit, "messages/list.html", found, _SECTION, threads=threads, reads=messages.may_read)


async def form(visit: Visit) -> Response:
    """The form of a message about this patient."""
    return await _asking(visit, 200, Wanted(""), {})


async def send(visit: Visit) -> Response:
    """Send it; what cannot be right comes back at its field."""
    patient, wanted = visit.part("patient"), Wanted(visit.said("text"), visit.said("to"))
    try:
        async with visit.record() as record:
            made = await messages.send(record, patient, wanted)
    except Unprocessable as wrong:
        return await _asking(visit, 422, wanted, wrong.by_path)
    return visit.go(f"/chart/{patient}/messages/{made}?done=sent")


async def read(visit: Visit) -> Response:
    """One thread, with a field for the answer."""
    return await _read(visit, 200, "", {})


async def answer(visit: Visit) -> Response:
    """Answer it, to whom the form named; the thread is read with that. Has somebody written meanwhile, it is shown anew
    with what was typed.
    """
    wanted = Wanted(visit.said("answer"), visit.said("to"))
    try:
        async with visit.record() as record:
            thread = await _thread(visit, record)
            await messages.answer(record, thread, wanted, visit.said("mark"))
    except (Unprocessable, Conflict) as wrong:
        return await _read(visit, wrong.status, wanted.text, {"answer": wrong.message})
    return visit.go(f"{_home(visit)}?done=answered&from={'inbox' if visit.said('from') == 'inbox' else ''}")


async def mark_read(visit: Visit) -> Response:
    """Say that it is read; in a list that stays open, a word that it is done."""
    async with visit.record() as record:
        await _thread(visit, record)
        after = await messages.mark_read(record, visit.part("message"), visit.number_said("version"))
    if visit.wants_fragment and visit.said("stays"):
        answer = visit.page("messages/_read.html", message=after, home=_home(visit))
        answer.headers["HX-Trigger"] = "varda:changed"
        return answer
    return visit.go("/inbox" if visit.said("from") == "inbox" else f"{_home(visit)}?done=read")


async def strike(visit: Visit) -> Response:
    """Take back what was sent by mistake."""
    field = f"reason-{visit.part('message')}"
    try:
        async with visit.record() as record:
            await _thread(visit, record)
            await messages.strike(record, visit.part("message"), visit.number_said("version"), visit.said(field))
    except Unprocessable as wrong:
        return await _read(visit, 422, "", {field: wrong.message})
    return visit.go(_home(visit))


async def to_note(visit: Visit) -> Response:
    """Begin a note with the thread's text: a draft, which its writer looks at and signs as any note."""
    patient, draft = visit.part("patient"), uuid4().hex
    async with visit.record() as record:
        thread = await _thread(visit, record)
        chart = await overview.chart(record, patient, overview.BANNER)
        contact = chart.admission or next(iter(chart.open_contacts), None)
        template = notes.offered(notes.known(record.powers), visit.session.role, contact)[0]
        texts = {template.keywords[0]: messages.as_text(thread.messages)}
        await notes.keep(record, Written(draft=draft, patient=patient, template=template.code, texts=texts))
    return visit.go(f"/chart/{patient}?draft={draft}")


async def _thread(visit: Visit, record: Record) -> Thread:
    """The thread of the address, in the record of the address. Raises `Absent`."""
    record.powers.require_reading("Communication")
    chart = await overview.chart(record, visit.part("patient"), {"Patient": 1})
    return await messages.one_thread(record, chart.people, visit.part("message"))


async def _read(visit: Visit, status: int, text: str, problems: dict[str, str]) -> Response:
    async with visit.record() as record:
        record.powers.require_reading("Communication")
        found = await opened(record, visit.part("patient"), _SECTION)
        thread = await messages.one_thread(record, found.chart.people, visit.part("message"))
        here = await messages.colleagues(record)
        covered = await covering.covered(record)
    to = messages.answered_to(visit.session, thread.messages, [one.reference for one in here])
    response = framed(
        visit,
        "messages/thread.html",
        found,
        _SECTION,
        thread=thread,
        to_reference=to,
        to=next((one.shown for one in here if one.reference == to), visit.session.unit_name),
        text=text,
        problems=problems,
        reads=lambda session, one: messages.may_read(session, one, covered),
        strikes=messages.may_strike,
        came_from=visit.asked("from") or visit.said("from"),
    )
    response.status_code = status
    return response


async def _asking(visit: Visit, status: int, wanted: Wanted, problems: dict[str, str]) -> Response:
    async with visit.record() as record:
        chart = await overview.chart(record, visit.part("patient"), {"Patient": 1})
        colleagues = await messages.colleagues(record)
    return visit.page(
        "messages/_write.html",
        status,
        person=chart.person,
        colleagues=colleagues,
        wanted=wanted,
        problems=problems,
    )


def _home(visit: Visit) -> str:
    return f"/chart/{visit.part('patient')}/messages/{visit.part('message')}"


ROUTES = [
    page("/chart/{patient}/messages", listed),
    page("/chart/{patient}/messages/write", form),
    page("/chart/{patient}/messages/write", send, "POST"),
    page("/chart/{patient}/messages/{message}", read),
    page("/chart/{patient}/messages/{message}/answer", answer, "POST"),
    page("/chart/{patient}/messages/{message}/read", mark_read, "POST"),
    page("/chart/{patient}/messages/{message}/strike", strike, "POST"),
    page("/chart/{patient}/messages/{message}/to-note", to_note, "POST"),
]
