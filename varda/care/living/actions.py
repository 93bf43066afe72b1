"""Keeping what was answered about how somebody lives: one Observation a question, only what was answered."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from varda.care.facts import Resource, instant
from varda.care.living import alcohol, frailty
from varda.care.living.model import AUDIT_C, CFS, FORMS, LOCAL, NAMES, Form, Question
from varda.care.patients import person
from varda.kernel.errors import Absent, Problem, Unprocessable
from varda.record import Record

_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_UCUM = "http://unitsofmeasure.org"


async def keep(record: Record, patient_id: str, form: str, said: Mapping[str, str]) -> int:
    """Keep what was answered in a form of `FORMS`, as of now; gives how many answers. Raises `Unprocessable` with every
    problem, `Absent` without a way to the patient.
    """
    if form not in FORMS:
        raise Absent("There is no such form.")
    common = await _common(record, patient_id)
    made = _observations(FORMS[form], said, common)
    if not made:
        reason = "There is nothing to keep yet."
        raise Unprocessable(reason, [Problem("Answer at least one question.", FORMS[form].questions[0].key)])
    for one in made:
        await record.create(one)
    return len(made)


async def keep_alcohol(record: Record, patient_id: str, said: Mapping[str, str]) -> int:
    """Keep AUDIT-C of now; gives its points. Raises `Unprocessable` with what is missing."""
    common = await _common(record, patient_id)
    points = alcohol.points(said)
    if points is None:
        raise Unprocessable("AUDIT-C needs all three.", [Problem("AUDIT-C needs all three.", "often")])
    patient = (await record.compartment(patient_id, {"Patient": 1}))["Patient"][0].resource
    total = sum(points.values())
    mark = "H" if alcohol.is_risk(total, person(patient).sex) else "N"
    parts = [
        {"code": {"text": alcohol.QUESTIONS[key][0]}, "valueQuantity": _points(number)}
        | {"interpretation": [{"text": alcohol.QUESTIONS[key][2][number][0]}]}
        for key, number in points.items()
    ]
    score = _score(common, AUDIT_C, alcohol.VERSION, total) | {"component": parts}
    await record.create(score | {"interpretation": [{"coding": [{"system": _INTERPRETATION, "code": mark}]}]})
    return total


async def keep_frailty(record: Record, patient_id: str, said: Mapping[str, str]) -> int:
    """Keep the step of the Clinical Frailty Scale (F34) of now. Raises `Unprocessable`."""
    common = await _common(record, patient_id)
    step = frailty.step(said.get("cfs", ""))
    note = [{"text": f"{step}: {frailty.STEPS[step][0]}"}]
    await record.create(_score(common, CFS, frailty.VERSION, step) | {"note": note})
    return step


async def _common(record: Record, patient_id: str) -> Resource:
    if not (await record.compartment(patient_id, {"Patient": 1})).get("Patient"):
        raise Absent("There is no such patient for you.")
    session, now = record.session, instant(record.now)
    return {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": f"Patient/{patient_id}"},
        "effectiveDateTime": now,
        "issued": now,
        "performer": [{"reference": session.practitioner, "display": f"{session.name}, {session.title}".rstrip(", ")}],
    }


def _observations(form: Form, said: Mapping[str, str], common: Mapping[str, Any]) -> list[Resource]:
    made, wrong = [], []
    for one in form.questions:
        typed = said.get(one.key, "").strip()
        if not typed:
            continue
        if one.choices and typed not in one.choices:
            wrong.append(Problem("Choose one of the list.", one.key))
        elif not one.choices and not _is_number(typed, one.most):
            wrong.append(Problem("Write a whole number that can be right.", one.key))
        else:
            made.append(_observation(form, one, typed, common))
    if wrong:
        raise Unprocessable("Some of this cannot be right. Nothing was stored yet.", wrong)
    return made


def _is_number(typed: str, most: int) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) < 10 and int(typed) <= most


def _observation(form: Form, one: Question, typed: str, common: Mapping[str, Any]) -> Resource:
    unit, ucum = one.unit
    value: Resource = (
        {"valueCodeableConcept": {"coding": [{"system": LOCAL, "code": typed}], "text": one.choices[typed][0]}}
        if one.choices
        else {"valueQuantity": {"value": Decimal(typed), "unit": unit, "system": _UCUM, "code": ucum}}
    )
    return {
        **common,
        "category": [{"coding": [{"system": _CATEGORY, "code": form.category}]}],
        "code": {"coding": [{"system": one.system, "code": one.code}], "text": one.text},
        **value,
    }


def _score(common: Mapping[str, Any], code: str, version: str, number: int) -> Resource:
    """A score with its version. Its own category is what rights and switches go by (F34, F35)."""
    return {
        **common,
        "category": [
            {"coding": [{"system": _CATEGORY, "code": "survey"}]},
            {"coding": [{"system": LOCAL, "code": code}]},
        ],
        "code": {"coding": [{"system": LOCAL, "code": code, "version": version}], "text": NAMES[code]},
        "method": {"text": f"{NAMES[code]} {version}"},
        "valueQuantity": _points(number),
    }


def _points(number: int) -> Resource:
    return {"value": number, "unit": "poäng", "system": _UCUM, "code": "{score}"}
