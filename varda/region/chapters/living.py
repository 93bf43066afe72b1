"""How people live: habits and social situation of adults, functional status and frailty of the old, asked now and then."""

from datetime import date
from decimal import Decimal
from random import Random

from varda.care.living import AUDIT_C, CFS, FORMS, Form, Question, alcohol, frailty
from varda.region import entries
from varda.region.chronicle import Chronicle
from varda.region.model import Resource

LOCAL = "https://varda.example/fhir/CodeSystem/living"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_UCUM = "http://unitsofmeasure.org"


def tell(life: Chronicle, chance: Random) -> None:
    """What was asked at the health centre, the last years; most adults have been asked of their habits."""
    if life.age < 18:
        return
    if chance.random() < 0.8:
        for back in (chance.uniform(3, 5), chance.uniform(0.1, 1.5)):
            _habits(life, chance, life.days_ago(back * 365))
    if life.age >= 65 or life.home_care_since:
        day = life.years_ago(0.05, 1)
        step = min(8, max(1, round(chance.gauss((life.age - 50) / 9, 1)) + (2 if life.home_care_since else 0)))
        _function(life, chance, day, step)
        _score(life, day, CFS, frailty.VERSION, step, note=[{"text": f"{step}: {frailty.STEPS[step][0]}"}])


def _habits(life: Chronicle, chance: Random, day: date) -> None:
    smoking = chance.choices(("never", "former", "sometimes", "daily"), (60, 26, 6, 8))[0]
    snuff = chance.choices(("never", "former", "daily"), (78, 8, 14))[0]
    _answers(life, day, FORMS["habits"], {
        "smoking": smoking, "snuff": snuff, "activity": str(chance.choice((0, 30, 60, 90, 120, 150, 210, 300))),
    })  # fmt: skip
    total = min(12, max(0, round(chance.gauss(2.6, 2.1))))
    mark = "H" if alcohol.is_risk(total, life.person.sex) else "N"
    coded = [{"coding": [{"system": _INTERPRETATION, "code": mark}]}]
    _score(life, day, AUDIT_C, alcohol.VERSION, total, interpretation=coded)


def _function(life: Chronicle, chance: Random, day: date, step: int) -> None:
    by_step = ("alone", "alone", "alone", "alone", "aid", "aid", "help", "bed")
    care = "alone" if step < 5 else "some" if step < 7 else "all"
    falls = chance.choices(("none", "once", "more"), (9 - step, 2, step / 2))[0]
    mind = "clear" if step < 6 else chance.choice(("mild", "severe"))
    _answers(life, day, FORMS["function"], {"walking": by_step[step - 1], "care": care, "mind": mind, "falls": falls})
    helped = "home-help" if life.home_care_since else "close" if step > 4 else "none"
    household = chance.choice(("alone", "together"))
    social = {"housing": "own", "household": household, "help": helped, "work": "retired"}
    _answers(life, day, FORMS["social"], social)


def _answers(life: Chronicle, day: date, form: Form, said: dict[str, str]) -> None:
    for one in form.questions:
        _add(life, day, [form.category], _coded(one), **_value(one, said[one.key]))


def _value(one: Question, said: str) -> Resource:
    if one.choices:
        return {"valueCodeableConcept": {"coding": [{"system": LOCAL, "code": said}], "text": one.choices[said][0]}}
    unit, ucum = one.unit
    return {"valueQuantity": {"value": Decimal(said), "unit": unit, "system": _UCUM, "code": ucum}}


def _coded(one: Question) -> Resource:
    return {"coding": [{"system": one.system, "code": one.code}], "text": one.text}


def _score(life: Chronicle, day: date, code: str, version: str, number: int, **more: object) -> None:
    text = {AUDIT_C: "AUDIT-C", CFS: "Skörhet (CFS)"}[code]
    what = {"coding": [{"system": LOCAL, "code": code, "version": version}], "text": text}
    value = {"value": Decimal(number), "unit": "poäng", "system": _UCUM, "code": "{score}"}
    _add(life, day, ["survey", code], what, valueQuantity=value, method={"text": f"{text} {version}"}, **more)


def _add(life: Chronicle, day: date, categories: list[str], what: Resource, **value: object) -> None:
    systems = [_CATEGORY, LOCAL]
    when = entries.instant(life.clock(day))
    resource: Resource = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": systems[n], "code": one}]} for n, one in enumerate(categories)],
        "code": what,
        "subject": life.subject,
        "effectiveDateTime": when,
        "issued": when,
        "performer": [life.who(life.centre, "nurse").reference],
        **value,
    }
    life.add(resource, life.centre)
