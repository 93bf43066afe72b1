"""Habits, functional status, social situation, AUDIT-C and CFS: the panel, the page with what was said, forms."""

from dataclasses import dataclass

from starlette.responses import Response

from varda.care import living, overview
from varda.care.living import Answer, alcohol, frailty
from varda.care.patients import age
from varda.kernel.errors import Absent, Unprocessable
from varda.web.chart.sections import BY_NAME
from varda.web.chart.views import framed, opened
from varda.web.visit import Visit, page

SCORES = {"alcohol": living.AUDIT_C, "frailty": living.CFS}
"""The forms that are scores, each with its switch, and the code of what they give."""
RIGHTS = {"alcohol": "living.keep_alcohol", "frailty": "living.keep_frailty"}


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one thing, under the English `label` to translate; `form` asks for it."""

    form: str
    label: str
    answers: list[Answer]

    @property
    def last(self) -> Answer | None:
        """The newest answer."""
        return self.answers[0] if self.answers else None


async def panel(visit: Visit) -> Response:
    """The compact panel of the overview. Raises `Absent` where this session has no way to the patient."""
    patient = visit.part("patient")
    async with visit.record() as record:
        record.powers.require_reading("Observation")
        chart = await overview.chart(record, patient, {"Patient": 1})
        found = await living.known(record, patient)
    return visit.page("living/_panel.html", person=chart.person, rows=_rows(found), shown=_shown)


async def whole(visit: Visit) -> Response:
    """Everything with what was said before."""
    patient = visit.part("patient")
    async with visit.record() as record:
        record.powers.require_reading("Observation")
        found = await opened(record, patient, BY_NAME["overview"])
        known = await living.known(record, patient)
    return framed(visit, "living/whole.html", found, BY_NAME["overview"], rows=_rows(known), shown=_shown)


async def form(visit: Visit) -> Response:
    """A form, with the last answers beside."""
    return await _asked(visit, {})


async def keep(visit: Visit) -> Response:
    """Keep what was answered."""
    patient, name = visit.part("patient"), _name(visit)
    said = {key: visit.said(key) for key in visit.form}
    try:
        async with visit.record() as record:
            if name == "alcohol":
                await living.keep_alcohol(record, patient, said)
            elif name == "frailty":
                await living.keep_frailty(record, patient, said)
            else:
                await living.keep(record, patient, name, said)
    except Unprocessable as wrong:
        return await _asked(visit, wrong.by_path, 422)
    return visit.go(f"/chart/{patient}/living")


async def _asked(visit: Visit, told: dict[str, str], status: int = 200) -> Response:
    patient, name = visit.part("patient"), _name(visit)
    async with visit.record() as record:
        chart = await overview.chart(record, patient, {"Patient": 1})
        known = await living.known(record, patient)
    lived = age(chart.person.born, visit.say.today)
    is_young = lived is not None and (lived.unit != "years" or lived.number < frailty.FROM)
    return visit.page(
        "living/_form.html",
        status,
        person=chart.person,
        name=name,
        form=living.FORMS.get(name),
        before={code: answers[0] for code, answers in known.items()},
        said={key: visit.said(key) for key in visit.form},
        problems=told,
        alcohol=alcohol.QUESTIONS,
        steps=frailty.STEPS,
        is_young=is_young,
        shown=_shown,
    )


def _name(visit: Visit) -> str:
    name = visit.part("form")
    if name not in living.FORMS and name not in SCORES:
        raise Absent("There is no such form.")
    return name


def _rows(found: dict[str, list[Answer]]) -> list[Row]:
    rows = [Row("frailty", "Frailty (CFS)", found.get(living.CFS, []))]
    rows += [
        Row(form.key, one.label, found.get(one.code, [])) for form in living.FORMS.values() for one in form.questions
    ]
    place = next(number for number, row in enumerate(rows) if row.form == "habits")
    rows.insert(place + 2, Row("alcohol", "AUDIT-C", found.get(living.AUDIT_C, [])))
    return rows


def _shown(answer: Answer) -> str:
    """The English words of an answer, to translate; empty for a number."""
    if answer.code == living.CFS and answer.number is not None:
        return frailty.STEPS[int(answer.number)][1] if int(answer.number) in frailty.STEPS else ""
    for form in living.FORMS.values():
        for one in form.questions:
            if one.code == answer.code and answer.choice in one.choices:
                return one.choices[answer.choice][1]
    return ""


ROUTES = [
    page("/chart/{patient}/living", whole),
    page("/chart/{patient}/living/panel", panel),
    page("/chart/{patient}/living/{form}/write", form),
    page("/chart/{patient}/living/{form}/write", keep, "POST"),
]
