"""The designer of the county's forms, for people who are no programmers: rows, buttons, and the form itself beside."""

from functools import partial
from types import SimpleNamespace
from typing import Any

from starlette.responses import Response

from varda.care import forms
from varda.care.forms import designing, drawing
from varda.care.forms.reckoning import FACTS
from varda.care.notes import clean
from varda.care.vitals import MEASURES
from varda.fhir.resource import dump
from varda.kernel.errors import Absent, Malformed, Unprocessable
from varda.web.language import N_, translations
from varda.web.visit import Visit, page

KINDS = {
    "string": N_("one line of text"), "text": N_("several lines of text"), "boolean": N_("yes or no"),
    "choice": N_("one of several choices"), "choices": N_("any of several choices"),
    "open-choice": N_("a choice or own words"), "integer": N_("whole number"), "decimal": N_("number"),
    "quantity": N_("number with a unit"), "date": N_("day"), "dateTime": N_("day and time"),
    "sum": N_("sum of points"), "group": N_("heading"), "display": N_("text to read"),
}  # fmt: skip
OPERATORS = {
    "=": N_("is"), "!=": N_("is another than"), ">": N_("is more than"), ">=": N_("is at least"),
    "<": N_("is less than"), "<=": N_("is at most"), "exists": N_("is answered"),
}  # fmt: skip
FIELDS = (
    "link", "kind", "text", "help", "required", "options", "unit", "least", "most", "begins", "keeps", "sum",
    "question", "operator", "value",
)  # fmt: skip
NAMES = {
    "age": N_("Age"), "weight": N_("Weight"), "height": N_("Height"), "systolic": N_("Systolic pressure"),
    "diastolic": N_("Diastolic pressure"), "pulse": N_("Pulse"), "temperature": N_("Temperature"),
    "saturation": N_("Oxygen saturation"),
}  # fmt: skip
STATES = {"draft": N_("draft"), "active": N_("in use"), "retired": N_("retired")}
MOST = 300
"""Rows that one form may have."""
_TOO_MANY = N_("A form has at most 300 rows. Nothing has been changed; make two forms of it.")


async def listed(visit: Visit) -> Response:
    """All forms of the county, drafts and retired ones too."""
    async with visit.record() as record:
        record.powers.require(designing.RIGHT)
        found = await forms.forms(record, "draft", "active", "retired")
    return visit.page("forms/design.html", found=found, states=STATES)


async def begin(visit: Visit) -> Response:
    """A new form."""
    async with visit.record() as record:
        made = await designing.begin(record, visit.said("title"))
    return visit.go(f"/forms/design/{made.id}")


async def bring_in(visit: Visit) -> Response:
    """A form as FHIR JSON, made a draft."""
    async with visit.record() as record:
        made = await designing.bring_in(record, visit.said("json"))
    return visit.go(f"/forms/design/{made.id}")


async def shown(visit: Visit) -> Response:
    """One form: its rows where it is a draft, and what it looks like."""
    return await _shown(visit)


async def draw(visit: Visit) -> Response:
    """Keep the rows as they stand, and take the step that was asked for."""
    drawn = drawing.changed(_rows(visit), visit.said("act", "keep"))
    if len(drawn) > MOST:
        raise Malformed(_TOO_MANY)
    said = {"title": visit.said("title"), "description": visit.said("description")}
    async with visit.record() as record:
        made = await designing.draw(record, visit.part("form"), visit.number_said("version"), said, drawn)
    return visit.go(f"/forms/design/{made.id}")


async def step(visit: Visit) -> Response:
    """Publish, retire, or begin the next version."""
    form, version = visit.part("form"), visit.number_said("version")
    try:
        async with visit.record() as record:
            match visit.part("step"):
                case "publish":
                    made = await designing.publish(record, form, version)
                case "retire":
                    made = await designing.retire(record, form, version)
                case "next":
                    made = await designing.next_version(record, form)
                case _:
                    raise Absent("There is no such page.")
    except Unprocessable as wrong:
        return await _shown(visit, wrong)
    return visit.go(f"/forms/design/{made.id}")


async def export(visit: Visit) -> Response:
    """The form as FHIR JSON."""
    async with visit.record() as record:
        record.powers.require(designing.RIGHT)
        stored = await record.read("Questionnaire", visit.part("form"))
    name = {"content-disposition": f'attachment; filename="{stored.id}.json"'}
    return Response(dump(stored.resource), media_type="application/fhir+json", headers=name)


async def _shown(visit: Visit, wrong: Unprocessable | None = None) -> Response:
    async with visit.record() as record:
        record.powers.require(designing.RIGHT)
        resource = (await record.read("Questionnaire", visit.part("form"))).resource
        may_publish = designing.may_publish(record, resource)
    form = forms.form(resource)
    beginning = forms.fields(form, forms.beginning(form, {}))
    given, _ = forms.answers(form, beginning)
    return visit.page(
        "forms/drawn.html",
        422 if wrong else 200,
        form=form,
        rows=drawing.rows(resource),
        is_drawn=form.status == "draft" and drawing.is_drawn(resource),
        may_publish=may_publish,
        writers=designing.writers(resource),
        problems_of=list(wrong.problems) if wrong else list(forms.unknown(form)),
        kinds=KINDS,
        operators=OPERATORS,
        states=STATES,
        fact_names=[(one, _translated(visit, NAMES[one])) for one in FACTS if one != "sex"],
        measure_names=[(key, _translated(visit, one.label)) for key, one in MEASURES.items()],
        filled=SimpleNamespace(said=beginning),
        found=forms.settled(form, given),
        before=None,
        problems={},
        when={},
        names=forms.names,
        told=forms.shown,
        choices=partial(choices, visit),
        first=lambda item: "",
        form_known=lambda item: None,
    )


def _translated(visit: Visit, words: str) -> str:
    return translations(visit.language).gettext(words)


def choices(_visit: Visit, item: forms.Item) -> list[Any]:
    """The choices of a question that shows them all; yes and no are two, said as in the record."""
    if item.type != "boolean":
        return list(item.options)
    return [SimpleNamespace(key="true", text="Ja"), SimpleNamespace(key="false", text="Nej")]


def _rows(visit: Visit) -> list[drawing.Row]:
    """The rows of the page, in its order. Raises `Malformed` for more than a form may have: none is dropped."""
    found = []
    if f"{MOST}-link" in visit.form:
        raise Malformed(_TOO_MANY)
    for number in range(MOST):
        if f"{number}-link" not in visit.form:
            break
        row = {name: clean(visit.said(f"{number}-{name}")) for name in FIELDS}
        sums = [one for one in visit.form.getlist(f"{number}-sum") if isinstance(one, str)]
        found.append(row | {"sum": " ".join(sums)})
    return found


ROUTES = [
    page("/forms/design", listed),
    page("/forms/design", begin, "POST"),
    page("/forms/design/import", bring_in, "POST"),
    page("/forms/design/{form}", shown),
    page("/forms/design/{form}", draw, "POST"),
    page("/forms/design/{form}/export", export),
    page("/forms/design/{form}/{step}", step, "POST"),
]
