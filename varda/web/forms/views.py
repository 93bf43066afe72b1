"""Forms in the chart: filling in, reading, amending. What is typed is in safety before anything else is asked of it."""

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

from starlette.responses import JSONResponse, Response

from varda.care import forms, overview
from varda.care.forms import Filled, Form, Item
from varda.care.notes import clean
from varda.kernel.errors import Absent, Conflict, Malformed, Unprocessable
from varda.record import Draft, Record
from varda.web.chart.sections import Section
from varda.web.chart.views import framed, opened
from varda.web.drafts import other, resumed, sent, typed, under
from varda.web.forms.design import choices
from varda.web.language import N_
from varda.web.visit import Visit, page

SECTION = Section("forms", N_("Forms"), {"QuestionnaireResponse": 100}, ("QuestionnaireResponse",))
TITLE = "#title"
"""The field of a draft that names the form, for lists of drafts."""
_LONGEST_FACT, _LARGEST_FACT = 40, 9
"""Signs of a fact that a page brings, and the power of ten that its number is below."""
_BREADTH = {**overview.BANNER, **forms.KNOWN, "QuestionnaireResponse": 100}
_TOLD = {
    "signed": N_("Signed"),
    "amended": N_("Amendment signed"),
    "unfinished": N_("Saved unfinished; colleagues can go on"),
}


async def listed(visit: Visit) -> Response:
    """What has been filled in for the patient, and the forms there are."""
    async with visit.record() as record:
        record.powers.require_reading(*SECTION.types)
        found = await opened(record, visit.part("patient"), SECTION)
        there_are = forms.offered(await forms.forms(record), visit.session.role)
    filled = [forms.response(one) for one in found.chart.resources.get("QuestionnaireResponse", ())]
    return framed(visit, "forms/list.html", found, SECTION, filled=filled, there_are=there_are, drafts_in="forms")


async def read(visit: Visit) -> Response:
    """One filled form, with what of it does not fit the form that it names."""
    async with visit.record() as record:
        filled = await forms.one_response(record, visit.part("response"))
        found = await opened(record, visit.part("patient"), SECTION)
        _require_of(found.chart, filled)
        form = await forms.form_of(record, filled.form)
    misfits = list(forms.misfits(form, filled.answers)) if form and filled.is_signed else []
    told = _TOLD.get(visit.asked("done"), "")
    return framed(visit, "forms/form.html", found, SECTION, filled=filled, form=form, misfits=misfits, told=told)


async def history(visit: Visit) -> Response:
    """Every version of a filled form, with what was changed in it."""
    async with visit.record() as record:
        versions = await forms.versions(record, visit.part("response"))
        found = await opened(record, visit.part("patient"), SECTION)
        _require_of(found.chart, *versions)
    steps = list(zip(versions, [*versions[1:], None], strict=True))
    return framed(visit, "forms/history.html", found, SECTION, filled=versions[0], steps=steps, dict_of=_said)


async def write(visit: Visit) -> Response:
    """The writing panel: a form to fill in, a parked draft, or a filled form to go on with (`response`)."""
    patient = visit.part("patient")
    async with visit.record() as record:
        chart = await overview.chart(record, patient, _BREADTH)
        there_are = forms.offered(await forms.forms(record), visit.session.role)
        drafts = await forms.my_drafts(record, patient)
        held = next((one for one in drafts if one.id == visit.asked("draft")), None)
        form, filled = await _begun(visit, record, there_are, held, chart)
    saved = held.saved if held else None
    known = forms.facts(dict(chart.resources), visit.say.today)
    if form is not None and not held and not filled.base:
        filled = replace(filled, said=forms.fields(form, forms.beginning(form, forms.values(known))))
    return _panel(visit, chart, form, filled, there_are=there_are, drafts=drafts, saved=saved, known=known)


async def keep(visit: Visit) -> Response:
    """Autosave, as JSON: the new revision and the time, or 409 (see `other`)."""
    body = await visit.json()
    filled = _filled(visit, body.get("texts", {}), body)
    try:
        async with visit.record() as record:
            kept = await forms.keep(record, filled)
    except Conflict:
        async with visit.record() as record:
            held = next((one for one in await forms.my_drafts(record, filled.patient) if one.id == filled.draft), None)
        return JSONResponse(other(held), 409)
    return JSONResponse({"revision": kept.revision, "saved": visit.say.clock(kept.saved or visit.now)})


async def discard(visit: Visit) -> Response:
    """Throw the draft away at its writer's word."""
    async with visit.record() as record:
        await forms.discard(record, visit.part("draft"))
    return visit.go(f"/chart/{visit.part('patient')}/forms")


async def finish(visit: Visit) -> Response:
    """Sign, or save unfinished; what cannot be so comes back at its field, and nothing is lost."""
    texts = under(visit.form, "text-")
    filled = _filled(visit, texts, visit.form)
    act = forms.save_unfinished if visit.said("act") == "unsigned" else forms.sign
    try:
        async with visit.record() as record:
            stored = await act(record, filled)
    except Unprocessable as wrong:
        return await _again(visit, filled, wrong.by_path)
    kept = stored.response
    told = "unfinished" if not kept.is_signed else "amended" if kept.status == "amended" else "signed"
    more = "" if stored.is_carried else "&carried=no"
    return visit.go(f"/chart/{filled.patient}/forms/{kept.id}?done={told}{more}")


async def strike(visit: Visit) -> Response:
    """Mark a filled form as entered in error."""
    patient, response = visit.part("patient"), visit.part("response")
    async with visit.record() as record:
        chart = await overview.chart(record, patient, {"Patient": 1})
        _require_of(chart, await forms.one_response(record, response))
        await forms.mark_error(record, response, visit.number_said("version"), clean(visit.said("reason")))
    return visit.go(f"/chart/{patient}/forms/{response}")


async def reckon(visit: Visit) -> Response:
    """What the form reckons out of what is typed so far, as JSON by linkId; it opens no patient's record."""
    async with visit.record() as record:
        form = await forms.one_form(record, visit.part("form"))
    texts = under(visit.form, "text-")
    given, _ = forms.answers(form, texts)
    found = forms.settled(form, given, _facts(visit))
    shown = {
        one.link: ", ".join(forms.shown(found.answers.get(one.link, ()))) for one in form.questions if one.calculated
    }
    return JSONResponse(shown)


def _facts(visit: Visit) -> dict[str, Any]:
    """The facts that the page brings itself, numbers as numbers. Raises `Malformed` for what no record says."""
    found: dict[str, Any] = {}
    for name in visit.form:
        if name.startswith("fact-"):
            found[name.removeprefix("fact-")] = _fact(visit.said(name))
    return found


def _fact(text: str) -> Decimal | str:
    if len(text) > _LONGEST_FACT:
        raise Malformed("What was asked could not be understood.")
    try:
        number = Decimal(text)
    except ArithmeticError:
        return text
    if not number.is_finite() or abs(number.adjusted()) >= _LARGEST_FACT:
        raise Malformed("What was asked could not be understood.")
    return number


def _said(filled: forms.Response) -> dict[str, str]:
    """What was answered, by question; questions of the same words by their linkId as well."""
    texts = [one.text for one in filled.lines if not one.is_heading]
    return {
        one.text if texts.count(one.text) == 1 else f"{one.text} ({one.link})": "; ".join(one.answers)
        for one in filled.lines
        if not one.is_heading
    }


def _require_of(chart: overview.Chart, *filled: forms.Response) -> None:
    """Let nobody's answers stand below somebody else's name. Raises `Absent`."""
    if any(one.patient not in chart.people for one in filled):
        raise Absent("There is no such form in this record.")


async def _begun(
    visit: Visit, record: Record, there_are: list[Form], held: Draft | None, chart: overview.Chart
) -> tuple[Form | None, Filled]:
    """The form of the panel and what it begins with; None when the county has no form."""
    base = visit.asked("response")
    if held is not None:
        said = held.content
        filled = Filled(
            form=str(said.get("template", "")),
            said=dict(said.get("texts", {})),
            reason=str(said.get("reason", "")),
            **resumed(held),
        )
        return await forms.one_form(record, filled.form), filled
    draft, patient = uuid4().hex, visit.part("patient")
    if base:
        before = await forms.one_response(record, base)
        _require_of(chart, before)
        form = await forms.form_to_go_on_with(record, before)
        said = forms.fields(form, before.answers)
        return form, Filled(draft, patient, form.id, said, before.encounter, base, before.version)
    asked = visit.asked("form")
    chosen = next((one for one in there_are if asked in ("", one.id)), None)
    if chosen is None and asked:
        raise Absent("There is no such form to fill in.")
    return chosen, Filled(draft, patient, chosen.id if chosen else "")


async def _again(visit: Visit, filled: Filled, problems: dict[str, str]) -> Response:
    async with visit.record() as record:
        chart = await overview.chart(record, filled.patient, _BREADTH)
        form = await forms.one_form(record, filled.form)
    known = forms.facts(dict(chart.resources), visit.say.today)
    return _panel(visit, chart, form, filled, 422, problems=problems, known=known)


def _panel(
    visit: Visit,
    chart: overview.Chart,
    form: Form | None,
    filled: Filled,
    status: int = 200,
    *,
    known: dict[str, forms.Fact],
    problems: dict[str, str] | None = None,
    there_are: list[Form] | None = None,
    drafts: list[Draft] | None = None,
    saved: Any = None,
) -> Response:
    shown: dict[str, Any] = {}
    if form is not None:
        questions = form.questions
        given, _ = forms.answers(form, filled.said)
        before = forms.previous(chart.resources.get("QuestionnaireResponse", ()), form.url, filled.base)
        shown = {
            "found": forms.settled(form, given, forms.values(known)),
            "before": before,
            "asked_of": _asked_of(form, known),
            "wrong": list(forms.unknown(form)),
            "choices": partial(choices, visit),
            "first": lambda item: "data-first" if item is questions[0] else "",
            "form_known": lambda item: known.get(item.starts_with.removeprefix("%")) if item.starts_with else None,
            "when": {one.link: _conditions(form, one) for one in form.all if one.conditions},
        }
    base = next((one for one in _responses(chart) if one.id == filled.base), None)
    return visit.page(
        "forms/_write.html",
        status,
        person=chart.person,
        chart=chart,
        form=form,
        filled=filled,
        base=base,
        problems=problems or {},
        there_are=there_are or [],
        drafts=drafts or [],
        saved=saved,
        known=known,
        names=forms.names,
        told=forms.shown,
        TITLE=TITLE,
        **shown,
    )


def _responses(chart: overview.Chart) -> list[forms.Response]:
    return [forms.response(one) for one in chart.resources.get("QuestionnaireResponse", ())]


def _asked_of(form: Form, known: dict[str, forms.Fact]) -> dict[str, forms.Fact]:
    """The facts that the form reckons with, to be sent with what is typed."""
    return {name: known[name] for name in forms.asks_for(form) if name in known}


def _conditions(form: Form, item: Item) -> list[dict[str, str]]:
    """The conditions of an item as the browser compares them: with what stands in the fields."""
    return [
        {"question": one.question, "operator": one.operator, "value": forms.field_value(form, one)}
        for one in item.conditions
    ]


def _filled(visit: Visit, texts: Any, values: Any) -> Filled:
    form, reason = (clean(str(values.get(name, ""))) for name in ("template", "reason"))
    return Filled(form=form, said=typed(texts), reason=reason, **sent(visit, values))


ROUTES = [
    page("/chart/{patient}/forms", listed),
    page("/chart/{patient}/forms/write", write),
    page("/chart/{patient}/forms/drafts/{draft}", keep, "POST"),
    page("/chart/{patient}/forms/drafts/{draft}/discard", discard, "POST"),
    page("/chart/{patient}/forms/drafts/{draft}/finish", finish, "POST"),
    page("/chart/{patient}/forms/{response}", read),
    page("/chart/{patient}/forms/{response}/history", history),
    page("/chart/{patient}/forms/{response}/strike", strike, "POST"),
    page("/forms/{form}/reckon", reckon, "POST"),
]
