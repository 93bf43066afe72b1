"""Estimating the day of birth, which begins the record of a pregnancy; what is measured of it; how it ended."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from varda.care.facts import Resource, instant, moment
from varda.care.pregnancies.model import ENDED, LOCAL, MEASURES, METHODS, OUTCOMES, Pregnancy, began, endings, latest
from varda.care.pregnancies.rules import LENGTH, TERM, due_after, is_pregnant
from varda.care.problems import ICD
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent, Conflict, Problem, Unprocessable
from varda.record import Record, Stored

_LOINC, _UCUM = "http://loinc.org", "http://unitsofmeasure.org"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_CONDITION = "http://terminology.hl7.org/CodeSystem/condition-"
_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d)?", re.ASCII)


async def estimate(record: Record, patient_id: str, form: Mapping[str, str]) -> None:
    """Keep the estimated day of birth: `method` ultrasound with `day` the estimate, or period with `day` the first day
    of the last one. Where the record tells of no pregnancy it begins one. Raises `Unprocessable` with every problem.
    """
    found = await _found(record, patient_id)
    today = _today(record)
    method, said = form.get("method", ""), moment(form.get("day", "").strip() or None)
    wrong = [] if method in METHODS else [Problem("Choose one of the list.", "method")]
    due = said.day if said and said.precision == "day" else None
    if due and method == "period":
        due = due_after(due)
    if due is None:
        wrong.append(Problem("Write a day, as 2026-05-31.", "day"))
    elif not today - (TERM - LENGTH) <= due <= today + LENGTH:
        wrong.append(Problem("No pregnancy of today is due then. Is the day right, and of the right kind?", "day"))
    now, ended = _latest(found, today), _ended(found, today)
    if ended == today:
        wrong.append(
            Problem("The record says that a pregnancy ended today. Wait until tomorrow, or strike that.", "day")
        )
    if wrong or due is None:
        raise Unprocessable("Some of this cannot be right. Nothing was stored yet.", wrong)
    if now is None or now.ended:
        first = max(due - LENGTH, today - TERM + timedelta(days=1))
        await record.create(_condition(record, patient_id, max(first, ended + timedelta(days=1))))
    text = {"ultrasound": "Beräknad förlossning (ultraljud)", "period": "Beräknad förlossning (senaste mens)"}[method]
    code = {"coding": [{"system": _LOINC, "code": METHODS[method]}], "text": text}
    await record.create(_observation(record, patient_id, code) | {"valueDateTime": due.isoformat()})


async def measure(record: Record, patient_id: str, form: Mapping[str, str]) -> int:
    """Keep what was measured of `MEASURES`, as of now; gives how many. Raises `Unprocessable` with every problem."""
    found = await _found(record, patient_id)
    if (now := _latest(found, _today(record))) is None or now.ended:
        raise Conflict("The record tells of no pregnancy that goes on. Write when birth is expected first.")
    wrong, made = [], []
    for key, (loinc, text, _, unit, ucum, least, most) in MEASURES.items():
        typed = form.get(key, "").strip()
        if not typed:
            continue
        value = Decimal(typed.replace(",", ".")) if _NUMBER.fullmatch(typed) else None
        if value is None or not least <= value <= most:
            wrong.append(Problem("This cannot be right. Is the comma in its place?", key))
            continue
        code = {"coding": [{"system": _LOINC, "code": loinc}], "text": text}
        amount = {"value": value, "unit": unit, "system": _UCUM, "code": ucum}
        made.append(_observation(record, patient_id, code) | {"valueQuantity": amount})
    if not made and not wrong:
        wrong = [Problem("Write at least one value.", next(iter(MEASURES)))]
    if wrong:
        raise Unprocessable("Some values cannot be right. Nothing was stored yet.", wrong)
    for one in made:
        await record.create(one)
    return len(made)


async def end(record: Record, patient_id: str, form: Mapping[str, str]) -> None:
    """End the pregnancy on a day with how it ended, or say how one did of which that is not told. What other units
    have noted stays as it is: the ending goes before it. Raises `Unprocessable` with every problem, `Conflict` where
    the record tells of none, or where another unit's began after that day.
    """
    found = await _found(record, patient_id)
    today = _today(record)
    now = _latest(found, today)
    if now is None or (now.ended and now.outcome):
        raise Conflict("The record tells of no pregnancy that goes on.")
    typed, outcome = form.get("day", "").strip(), form.get("outcome", "")
    said = moment(typed or None)
    wrong = [] if outcome in OUTCOMES else [Problem("Choose one of the list.", "outcome")]
    first = now.began or today - TERM
    if said is None or said.precision != "day" or not first <= said.day <= today:
        wrong.append(Problem("Write a day that has been, as 2026-05-31.", "day"))
    if wrong:
        raise Unprocessable("Some of this cannot be right. Nothing was stored yet.", wrong)
    own: list[Stored] = []
    theirs: list[Stored] = []
    for one in found.get("Condition", ()):
        if one.id in now.conditions and is_pregnant(one.resource, today):
            (own if one.unit == record.session.unit_key else theirs).append(one)
    if said and any(began(one.resource) > said.day for one in theirs):
        raise Conflict("Another unit says that the pregnancy goes on. Only that unit ends what it has noted.")
    for one in own:
        changed = one.resource | {"clinicalStatus": _hl7("clinical", "resolved"), "abatementDateTime": typed}
        await record.update(changed, expected=one.version)
    code = {"coding": [{"system": LOCAL, "code": ENDED}], "text": "Graviditetens avslut"}
    value = {"coding": [{"system": LOCAL, "code": outcome}], "text": OUTCOMES[outcome][0]}
    await record.create(
        _observation(record, patient_id, code) | {"valueCodeableConcept": value, "effectiveDateTime": typed}
    )


async def _found(record: Record, patient_id: str) -> dict[str, list[Stored]]:
    found = await record.compartment(patient_id, {"Patient": 1, "Condition": 500, "Observation": 1000})
    if not found.get("Patient"):
        raise Absent("There is no such patient for you.")
    return found


def _latest(found: Mapping[str, list[Stored]], today: date) -> Pregnancy | None:
    some = {kind: [one.resource for one in items] for kind, items in found.items()}
    return latest(some.get("Condition", ()), some.get("Observation", ()), today)


def _ended(found: Mapping[str, list[Stored]], today: date) -> date:
    """The day that the latest pregnancy ended which has; the first there is where none has."""
    some = {kind: [one.resource for one in items] for kind, items in found.items()}
    return max(endings(some.get("Condition", ()), some.get("Observation", ()), today), default=date.min)


def _condition(record: Record, patient_id: str, since: date) -> Resource:
    return {
        "resourceType": "Condition",
        "clinicalStatus": _hl7("clinical", "active"),
        "verificationStatus": _hl7("ver-status", "confirmed"),
        "category": [_hl7("category", "problem-list-item")],
        "code": {"coding": [{"system": ICD, "code": "Z34.9"}], "text": "Övervakning av normal graviditet"},
        "subject": {"reference": f"Patient/{patient_id}"},
        "onsetDateTime": since.isoformat(),
        "recordedDate": instant(record.now),
        "recorder": _who(record),
    }


def _observation(record: Record, patient_id: str, code: Mapping[str, Any]) -> Resource:
    now = instant(record.now)
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": _CATEGORY, "code": "exam"}]}],
        "code": dict(code),
        "subject": {"reference": f"Patient/{patient_id}"},
        "effectiveDateTime": now,
        "issued": now,
        "performer": [_who(record)],
    }


def _today(record: Record) -> date:
    return record.now.astimezone(STOCKHOLM).date()


def _who(record: Record) -> dict[str, str]:
    session = record.session
    return {"reference": session.practitioner, "display": f"{session.name}, {session.title}".rstrip(", ")}


def _hl7(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"{_CONDITION}{system}", "code": code}]}
