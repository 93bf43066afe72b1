"""The answers that wait, one beside the list; signing one is one action, and the next one comes by itself."""

from collections.abc import Callable
from urllib.parse import quote

from starlette.responses import HTMLResponse, PlainTextResponse, Response

from varda.care import results, unfinished
from varda.care.results import Answer, Before, Inbox, Waiting
from varda.kernel.errors import Absent, Malformed
from varda.record import Record, covering
from varda.web.chart.sections import BY_NAME
from varda.web.chart.views import framed, opened
from varda.web.comparing import compared
from varda.web.visit import Visit, page

_PLAIN = ("text/plain",)


async def mine(visit: Visit) -> Response:
    """What I have ordered and nobody has signed."""
    return await _listed(visit, "mine")


async def of_unit(visit: Visit) -> Response:
    """What waits for anybody's signature at my unit."""
    return await _listed(visit, "unit")


async def sign(visit: Visit) -> Response:
    """Sign the answer that is shown, in the versions that were shown, and go on to the next."""
    type_, id_ = _named(visit.said("answer"))
    async with visit.record() as record:
        found = await results.sign(record, type_, id_, visit.said("mark"))
    if visit.said("from") == "chart":
        return visit.go(f"/chart/{found.patient}/answers/{type_}/{id_}?done=1")
    return visit.go(f"{_home(visit.said('whose'))}?n={_number(visit.said('n'))}&done=1")


async def sign_normal(visit: Visit) -> Response:
    """Sign the normal answers that were ticked, all or none."""
    chosen = [str(one).rpartition("|") for one in visit.form.getlist("answer")]
    shown = [(*_named(name), mark) for name, _, mark in chosen]
    async with visit.record() as record:
        number = await results.sign_normal(record, shown)
    return visit.go(f"{_home(visit.said('whose'))}?done={number}")


async def one(visit: Visit) -> Response:
    """One answer in full, in the chart of whom it is about."""
    async with visit.record() as record:
        found, before = await _whole(record, visit)
        chart = await opened(record, visit.part("patient"), BY_NAME["results"])
        # Two records of one person are read together, and either may be the one that is shown.
        if found.patient not in {visit.part("patient"), *(one["id"] for one in chart.chart.resources["Patient"])}:
            raise Absent("There is no such answer.")
    values = _shown(visit, found, before)
    return await _compared(
        visit,
        found,
        lambda lost: framed(visit, "results/one.html", chart, BY_NAME["results"], at=None, **values | lost),
    )


async def original(visit: Visit) -> Response:
    """What was received, byte for byte: an attachment by its number, or (0) the whole resource as it is kept."""
    number = _number(visit.part("number"))
    async with visit.record() as record:
        found = await results.one_answer(record, visit.part("type"), visit.part("id"))
        stored = await record.read(found.type, found.id)
    if not number:
        return PlainTextResponse(stored.body)
    if number > len(found.originals) or (held := found.originals[number - 1]).bytes is None:
        raise Absent("There is no such original.")
    # Only plain text is shown in the window; a page or a picture from outside is never let loose in it.
    kind = held.type.partition(";")[0].strip().lower()
    shown = "inline" if kind in _PLAIN else f"attachment; filename*=UTF-8''{quote(held.title)}"
    return Response(
        held.bytes, headers={"Content-Type": held.type or "application/octet-stream", "Content-Disposition": shown}
    )


async def values(visit: Visit) -> Response:
    """Many analyses over time: a table of all, and the curves of those that were ticked (`code`)."""
    section = BY_NAME["results"]
    chosen = set(visit.request.query_params.getlist("code"))
    async with visit.record() as record:
        record.powers.require_reading("Observation")
        found = await opened(record, visit.part("patient"), section)
    table = results.table(found.chart.trends)
    curves = [one for one, _ in table.rows if (one.code or one.name) in chosen]
    return framed(visit, "results/values.html", found, section, table=table, curves=curves, chosen=chosen)


async def _listed(visit: Visit, whose: str) -> Response:
    async with visit.record() as record:
        record.powers.require_reading("DiagnosticReport")
        covered = await covering.covered(record) if whose == "mine" else {}
        people = (visit.session.practitioner, *covered) if whose == "mine" else ()
        inbox = await results.waiting(record, people)
        number = min(_number(visit.asked("n")), max(0, len(inbox.waiting) - 1))
        at = inbox.waiting[number] if inbox.waiting else None
        found = await results.one_answer(record, at.answer.type, at.answer.id) if at else None
        before = await results.before(record, found) if found else None
        left = None if visit.wants_fragment else await unfinished.number(record, "answers", is_whole=whose == "unit")
    values: dict[str, object] = _shown(visit, found, before) if found and before else {"answer": None}
    template = "results/_answer.html" if visit.wants_fragment else "results/answers.html"
    values |= {"normal": _normal(visit, inbox), "home": _home(whose), "left": left, "covered": covered}
    return await _compared(
        visit,
        found,
        lambda lost: visit.page(template, inbox=inbox, at=at, number=number, whose=whose, **values | lost),
    )


async def _compared(
    visit: Visit, found: Answer | None, made: Callable[[dict[str, object]], HTMLResponse]
) -> HTMLResponse:
    """The page, or, where it does not show word for word what came in, the page that says so."""
    answer = made({"lost": []})
    if found is None:
        return answer
    shown = bytes(answer.body).decode()
    lost = await compared(visit, found.reference, found.patient, found.functions, found.received, shown, "screen")
    return made({"lost": lost}) if lost else answer


async def _whole(record: Record, visit: Visit) -> tuple[Answer, Before]:
    found = await results.one_answer(record, visit.part("type"), visit.part("id"))
    return found, await results.before(record, found)


def _shown(visit: Visit, found: Answer, before: Before) -> dict[str, object]:
    return {
        "answer": found,
        "before": before,
        "may_sign_answer": results.may_sign(visit.powers, found),
        "original": f"/chart/{found.patient}/answers/{found.reference}/original",
        "critical_names": ", ".join(f"{one.name} {visit.say.reading(one)}" for one in found.critical),
    }


def _normal(visit: Visit, inbox: Inbox) -> list[Waiting]:
    """Those that may be signed together."""
    some = (one for one in inbox.waiting if one.answer.urgency == "normal")
    return [one for one in some if results.may_sign(visit.powers, one.answer)]


def _home(whose: str) -> str:
    return "/answers/unit" if whose == "unit" else "/answers"


def _named(text: str) -> tuple[str, str]:
    type_, slash, id_ = text.partition("/")
    if not slash or not id_:
        raise Malformed("It was not said which answer is meant. Open it again and sign it there.")
    return type_, id_


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


ROUTES = [
    page("/answers", mine),
    page("/answers/unit", of_unit),
    page("/answers/sign", sign, "POST"),
    page("/answers/sign-normal", sign_normal, "POST"),
    page("/chart/{patient}/values", values),
    page("/chart/{patient}/answers/{type}/{id}", one),
    page("/chart/{patient}/answers/{type}/{id}/original/{number}", original),
]
