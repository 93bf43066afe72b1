"""The patient's view of entries and copies handed out, in the chart; destruction, for those who may decide on it."""

from datetime import date

from starlette.responses import Response

from varda.care import corrections, overview, patients
from varda.kernel.errors import Absent, Malformed, Problem, Refused, Unprocessable
from varda.record import FoundPatient, Record, destruction
from varda.record.copies import Way
from varda.record.destruction import Decision
from varda.web.chart.sections import Section
from varda.web.chart.views import closed, framed, opened
from varda.web.language import N_
from varda.web.mylog.words import CATEGORIES, words
from varda.web.visit import Visit, page

SECTION = Section("corrections", N_("What the patient says is wrong"), overview.WHOLE)
WAYS: dict[Way, str] = {"paper": N_("on paper"), "file": N_("as a file"), "message": N_("as a message")}
STATES = {
    "asked": N_("waits for another person"),
    "ordered": N_("ordered, not finished"),
    "finished": N_("destroyed"),
    "withdrawn": N_("withdrawn"),
}
PURPOSE = "destruction"


async def listed(visit: Visit) -> Response:
    """Views and copies of one patient, with the forms to note more."""
    patient = visit.part("patient")
    async with visit.record() as record:
        try:
            found = await opened(record, patient, SECTION)
        except Absent:
            return await closed(visit, record, patient)
        copies = await record.copies(patient)
    resources = [one for items in found.chart.resources.values() for one in items]
    return framed(
        visit, "corrections/entries.html", found, SECTION, entries=corrections.entries(resources), copies=copies,
        ways=WAYS, chosen=visit.asked("entry"),
    )  # fmt: skip


async def note_view(visit: Visit) -> Response:
    """Note what the patient says of an entry."""
    async with visit.record() as record:
        await corrections.note_view(record, visit.said("entry"), visit.said("text"))
    return visit.go(f"/chart/{visit.part('patient')}/corrections?done=view")


async def hand_out(visit: Visit) -> Response:
    """Note that a copy is handed out."""
    way = next((one for one in WAYS if one == visit.said("way")), None)
    if way is None:
        raise Malformed("Say how the copy is handed out.")
    async with visit.record() as record:
        await corrections.hand_out(record, visit.part("patient"), visit.said("recipient"), way)
    return visit.go(f"/chart/{visit.part('patient')}/corrections?done=copy")


# Destruction ---------------------------------------------------------------------------------------------------------


async def destructions(visit: Visit) -> Response:
    """All of the own provider's, and where a new one begins: with whom it is about."""
    async with visit.record(PURPOSE) as record:
        found = await destruction.listed(record)
        number = visit.asked("number").strip()
        people = await record.find_patients(number) if number else []
    return visit.page("corrections/destructions.html", found=found, people=people, number=number, states=STATES)


async def begin(visit: Visit) -> Response:
    """The form: the decision, and what goes."""
    return await _asking(visit, {})


async def ask(visit: Visit) -> Response:
    """Ask another person to destroy."""
    try:
        wanted = _decision(visit)
        async with visit.record(PURPOSE) as record:
            number = await destruction.ask(record, wanted)
    except Unprocessable as wrong:
        return await _asking(visit, wrong.by_path, 422)
    return visit.go(f"/destruction/{number}")


async def one(visit: Visit) -> Response:
    """One destruction: the decision, what goes, what is out, and what may be done now."""
    return await _one(visit)


async def order(visit: Visit) -> Response:
    """The other person's word; then it is carried out."""
    number = _number(visit)
    if visit.said("sure") != "yes":
        return await _one(visit, is_unsure=True)
    async with visit.record(PURPOSE) as record:
        await destruction.order(record, number)
    await destruction.carry_out(visit.parts.door, number)
    return visit.go(f"/destruction/{number}")


async def go_on(visit: Visit) -> Response:
    """Finish what was interrupted."""
    number = _number(visit)
    async with visit.record(PURPOSE) as record:
        await destruction.one(record, number)
    await destruction.carry_out(visit.parts.door, number)
    return visit.go(f"/destruction/{number}")


async def withdraw(visit: Visit) -> Response:
    """Take a request back."""
    async with visit.record(PURPOSE) as record:
        await destruction.withdraw(record, _number(visit))
    return visit.go("/destruction")


async def _one(visit: Visit, *, is_unsure: bool = False) -> Response:
    async with visit.record(PURPOSE) as record:
        found, doomed = await destruction.one(record, _number(visit))
        known = await _known(record, found.patient)
    return visit.page(
        "corrections/destruction.html",
        422 if is_unsure else 200,
        one=found,
        doomed=doomed,
        known=known,
        states=STATES,
        ways=WAYS,
        is_unsure=is_unsure,
    )


async def _asking(visit: Visit, wrong: dict[str, str], status: int = 200) -> Response:
    patient = visit.part("patient")
    async with visit.record(PURPOSE) as record:
        if not destruction.may_decide(record):
            raise Refused("You have no right to handle decisions on destruction.")
        known, items = await patients.who(record, patient), await destruction.preview(record, patient)
    return visit.page(
        "corrections/ask.html",
        status,
        known=known,
        items=items,
        wrong=wrong,
        words=words,
        categories=CATEGORIES,
        ticked=set(visit.form.getlist("entry")),
        is_whole=visit.said("extent") == "whole",
    )


async def _known(record: Record, patient: str) -> FoundPatient | None:
    """Who it is about; nobody any more when the identity is destroyed as well."""
    try:
        return await patients.who(record, patient)
    except Absent:
        return None


def _decision(visit: Visit) -> Decision:
    is_whole = visit.said("extent") == "whole"
    try:
        decided = date.fromisoformat(visit.said("decided"))
    except ValueError as wrong:
        problem = Problem("Give the day of the decision.", "decided", "required")
        raise Unprocessable("Give the day of the decision.", [problem]) from wrong
    return Decision(
        patient=visit.part("patient"),
        case_number=visit.said("case_number"),
        authority=visit.said("authority"),
        decided=decided,
        reason=visit.said("reason"),
        entries=() if is_whole else tuple(str(one) for one in visit.form.getlist("entry")),
        is_whole=is_whole,
    )


def _number(visit: Visit) -> int:
    text = visit.part("number")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Absent("There is no such destruction.")
    return int(text)


ROUTES = [
    page("/chart/{patient}/corrections", listed),
    page("/chart/{patient}/corrections/view", note_view, "POST"),
    page("/chart/{patient}/corrections/copy", hand_out, "POST"),
    page("/destruction", destructions),
    page("/destruction/about/{patient}", begin),
    page("/destruction/about/{patient}", ask, "POST"),
    page("/destruction/{number}", one),
    page("/destruction/{number}/order", order, "POST"),
    page("/destruction/{number}/continue", go_on, "POST"),
    page("/destruction/{number}/withdraw", withdraw, "POST"),
]
