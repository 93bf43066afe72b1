"""The patient's decisions as a page of the chart, and the requests of other providers as a page of the provider."""

from collections.abc import Awaitable, Callable
from datetime import date

from starlette.responses import Response

from varda.care import consents
from varda.care.consents import Place
from varda.kernel.errors import Absent, Problem, Unprocessable
from varda.record import Record
from varda.web.chart.sections import BY_NAME
from varda.web.chart.views import closed, framed, opened
from varda.web.language import N_
from varda.web.openings.views import WAYS
from varda.web.visit import Visit, page

KINDS: dict[str, str] = {
    "information": N_("Informed about shared care documentation"),
    "access": N_("Consent to reading other providers' data"),
    "inner-block": N_("Inner block: hidden from our other units"),
    "outer-block": N_("Outer block: hidden from other care providers"),
}
HOURS = (4, 24, 24 * 7)
"""For how long a block is lifted, as the buttons offer it."""


async def decisions(visit: Visit) -> Response:
    """What is in force, and the forms to decide more."""
    patient = visit.part("patient")
    async with visit.record() as record:
        record.powers.require_reading("Consent")
        try:
            found = await opened(record, patient, BY_NAME["decisions"])
        except Absent:
            return await closed(visit, record, patient)
        in_force = await consents.in_force(record, patient)
        units = await consents.own_units(record, visit.asked("unit"))
        declined = await consents.declined(record, patient)
        registers = await consents.known_registers(record)
    return framed(
        visit,
        "consents/decisions.html",
        found,
        BY_NAME["decisions"],
        decisions=in_force,
        units=units,
        sought=visit.asked("unit"),
        declined=declined,
        registers={name: said for name, said in registers.items() if name not in {one.register for one in declined}},
        kinds=KINDS,
        ways=WAYS,
        hours=HOURS,
        has={one.kind for one in in_force},
        is_child=consents.is_child(found.chart.person, visit.say.today),
    )


async def inform(visit: Visit) -> Response:
    """The patient was told."""
    return await _done(
        visit, lambda record, patient: consents.inform(record, patient, how=visit.said("how", "present"))
    )


async def consent(visit: Visit) -> Response:
    """The patient says yes."""
    how, until = visit.said("how"), _day(visit, "until")
    return await _done(visit, lambda record, patient: consents.consent(record, patient, how=how, until=until))


async def block(visit: Visit) -> Response:
    """The patient blocks units, or the whole provider outward."""
    since, until = _day(visit, "since"), _day(visit, "to")
    named = [str(one).partition("|") for one in visit.form.getlist("unit")]
    units = [Place(id_, name) for id_, _, name in named]
    if visit.said("wall") == "inner":
        return await _done(visit, lambda r, p: consents.block_inside(r, p, units, since=since, until=until))
    if visit.said("wall") == "provider":
        units = []
    elif not units:
        raise Unprocessable("Choose a unit.", [Problem("Name the unit that the patient blocks.", "unit")])
    return await _done(visit, lambda r, p: consents.block_outside(r, p, units, since=since, until=until))


async def end(visit: Visit) -> Response:
    """A decision is withdrawn; a block lifted for good."""
    return await _done(visit, lambda record, patient: consents.end(record, patient, visit.part("decision")))


async def lift(visit: Visit) -> Response:
    """A block is lifted for some hours."""
    return await _done(
        visit, lambda record, patient: consents.lift(record, patient, visit.part("decision"), hours=_hours(visit))
    )


async def decline(visit: Visit) -> Response:
    """The patient wants nothing in a quality register."""
    return await _done(visit, lambda record, patient: consents.decline(record, patient, visit.said("register")))


async def take_back(visit: Visit) -> Response:
    """The patient lets a quality register have data again."""
    return await _done(visit, lambda record, patient: consents.take_back(record, patient, visit.said("register")))


async def requests(visit: Visit) -> Response:
    """What other providers ask this one to lift."""
    async with visit.record() as record:
        waiting = await record.requests()
    return visit.page("consents/requests.html", waiting=waiting, done=visit.asked("done"))


async def answer(visit: Visit) -> Response:
    """Answer one of them, lifting the block for some hours or not."""
    hours = _hours(visit) if visit.said("hours") else 0
    async with visit.record() as record:
        asked = next((one for one in await record.requests() if one.id == visit.part("request")), None)
        if asked is None:
            raise Absent("There is no such request, or it has been answered.")
        lifted = await consents.answer(record, asked, visit.said("answer"), hours=hours)
    return visit.go(f"/requests?done={'lifted' if lifted else 'answered'}")


async def _done(visit: Visit, do: Callable[[Record, str], Awaitable[object]]) -> Response:
    patient = visit.part("patient")
    async with visit.record() as record:
        await do(record, patient)
    return visit.go(f"/chart/{patient}/decisions")


def _day(visit: Visit, name: str) -> date | None:
    text = visit.said(name).strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Unprocessable("Write the date as 2026-05-31.", [Problem("Write the date as 2026-05-31.", name)]) from None


def _hours(visit: Visit) -> int:
    text = visit.said("hours")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


ROUTES = [
    page("/chart/{patient}/decisions", decisions),
    page("/chart/{patient}/decisions/inform", inform, "POST"),
    page("/chart/{patient}/decisions/consent", consent, "POST"),
    page("/chart/{patient}/decisions/block", block, "POST"),
    page("/chart/{patient}/decisions/decline", decline, "POST"),
    page("/chart/{patient}/decisions/take-back", take_back, "POST"),
    page("/chart/{patient}/decisions/{decision}/end", end, "POST"),
    page("/chart/{patient}/decisions/{decision}/lift", lift, "POST"),
    page("/requests", requests),
    page("/requests/{request}", answer, "POST"),
]
