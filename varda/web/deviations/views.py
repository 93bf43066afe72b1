"""Reporting a deviation in the panel beside any patient, the list of those that one may see, and one with its steps."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

from starlette.responses import Response

from varda.care import deviations, overview
from varda.care.deviations import POINTS, Case, Wanted
from varda.kernel.errors import Absent, Unprocessable
from varda.record import Record
from varda.web.language import N_
from varda.web.visit import Visit, page

SEVERITIES = {
    "none": N_("No harm: a risk, or it was caught in time"), "minor": N_("Minor harm"), "moderate": N_("Moderate harm"),
    "major": N_("Major harm"), "catastrophic": N_("Death or lasting major harm"),
}  # fmt: skip
STATES = {
    "new": N_("not handled yet"),
    "taken": N_("is handled"),
    "assessed": N_("judged"),
    "closed": N_("has been closed"),
}
TOLD = {
    "event": N_("that something happened that led to harm"),
    "measures": N_("what is done so that it does not happen again"),
    "inspectorate": N_("that one can complain to the inspectorate"),
    "compensation": N_("that one can claim compensation"),
    "insurance": N_("that one can claim from the drug insurance"),
    "committee": N_("what the patients' committee does"),
}
_READ = "AdverseEvent"


async def form(visit: Visit) -> Response:
    """The form in the panel."""
    return await _form(visit, 200, Wanted("", "none", visit.session.unit_name, uuid4().hex), {})


async def report(visit: Visit) -> Response:
    """Report it; what cannot be right comes back at its field."""
    said = [visit.said(name) for name in ("what", "severity", "place", "slip")]
    wanted = Wanted(*said)
    try:
        async with visit.record() as record:
            number = await deviations.report(record, visit.part("patient"), wanted)
    except Unprocessable as wrong:
        return await _form(visit, 422, wanted, wrong.by_path)
    if visit.wants_fragment:
        return visit.page("deviations/_reported.html", number=number, patient=visit.part("patient"))
    return visit.go(f"/deviations/{number}")


async def listed(visit: Visit) -> Response:
    """Those that the reader may see."""
    async with visit.record() as record:
        record.powers.require_reading(_READ)
        cases = await deviations.cases(record)
    return visit.page("deviations/list.html", cases=cases, **_words(visit))


async def one(visit: Visit) -> Response:
    """One in full, with what can be done with it."""
    return await _one(visit, 200, {})


async def step(visit: Visit) -> Response:
    """Take a step with it; what cannot be right comes back at its field."""
    deed, number = _STEPS.get(visit.part("step")), _number(visit)
    if deed is None:
        raise Absent("There is no such page.")
    try:
        async with visit.record() as record:
            record.powers.require_reading(_READ)
            await deed(visit, record, number)
    except Unprocessable as wrong:
        return await _one(visit, 422, {f"{visit.part('step')}-{path}": said for path, said in wrong.by_path.items()})
    return visit.go(f"/deviations/{number}")


async def _form(visit: Visit, status: int, wanted: Wanted, problems: dict[str, str]) -> Response:
    async with visit.record() as record:
        record.powers.require_writing(_READ)
        chart = await overview.chart(record, visit.part("patient"), {"Patient": 1})
    return visit.page(
        "deviations/_write.html", status, person=chart.person, wanted=wanted, problems=problems, severities=SEVERITIES
    )


async def _one(visit: Visit, status: int, problems: dict[str, str]) -> Response:
    async with visit.record() as record:
        record.powers.require_reading(_READ)
        case = await deviations.one_case(record, _number(visit))
        patient = None
        if case.kept.patient and record.powers.meets_patients:
            patient = await record.who(case.kept.patient)
    own = case.kept.unit == visit.session.unit
    return visit.page(
        "deviations/one.html",
        status,
        case=case,
        patient=patient,
        handles=visit.powers.has("oversee-deviations") or (own and visit.powers.has("handle-deviations")),
        tells=visit.powers.does("notes.sign") and patient is not None and patient.reached,
        points=POINTS,
        problems=problems,
        **_words(visit),
    )


def _words(visit: Visit) -> dict[str, object]:
    def age(case: Case) -> int:
        return case.age(visit.now).days

    return {"severities": SEVERITIES, "states": STATES, "told_words": TOLD, "age": age}


async def _take(visit: Visit, record: Record, number: int) -> Case:
    return await deviations.take(record, number)


async def _assess(visit: Visit, record: Record, number: int) -> Case:
    is_lex_maria = visit.said("lex_maria") == "yes"
    return await deviations.assess(record, number, visit.said("text"), is_lex_maria=is_lex_maria)


async def _tell(visit: Visit, record: Record, number: int) -> Case:
    points = [str(one) for one in visit.form.getlist("points")]
    return await deviations.tell(record, number, points, visit.said("whom"))


async def _close(visit: Visit, record: Record, number: int) -> Case:
    return await deviations.close(record, number, visit.said("text"))


async def _reopen(visit: Visit, record: Record, number: int) -> Case:
    return await deviations.reopen(record, number, visit.said("text"))


_STEPS: dict[str, Callable[[Visit, Record, int], Awaitable[Case]]] = {
    "take": _take,
    "assess": _assess,
    "tell": _tell,
    "close": _close,
    "reopen": _reopen,
}


def _number(visit: Visit) -> int:
    text = visit.part("number")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Absent("There is no such deviation.")
    return int(text)


ROUTES = [
    page("/chart/{patient}/deviations/write", form),
    page("/chart/{patient}/deviations/write", report, "POST"),
    page("/deviations", listed),
    page("/deviations/{number}", one),
    page("/deviations/{number}/{step}", step, "POST"),
]
