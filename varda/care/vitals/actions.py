"""Keeping what was measured at the bedside, its NEWS2, and the task that a high score is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from varda.care.facts import code, instant
from varda.care.vitals.model import LEVEL, LOCAL, LOINC, MEASURES, NEWS2, PRESSURE, UCUM, Bedside, Measure
from varda.care.vitals.queries import judged
from varda.care.vitals.rules import VERSION, Score, bedside
from varda.care.vitals.said import Said
from varda.kernel.errors import Problem, Unprocessable
from varda.record import Record

_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_MARKS = {"low": "N", "one": "A", "medium": "H", "high": "HH"}
_SAID = {
    "one": "NEWS2 {total}, ett enskilt värde ger 3 poäng: bedöm patienten, nya kontroller inom {again}",
    "medium": "NEWS2 {total}: läkare bedömer patienten skyndsamt, nya kontroller inom {again}",
    "high": "NEWS2 {total}: läkare bedömer patienten omedelbart, fortlöpande övervakning",
}
_URGENCY = {"one": "urgent", "medium": "urgent", "high": "stat"}


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of keeping: the score where there is one, what gives 3 points `alone`, and whether a task was made."""

    score: Score | None
    alone: tuple[str, ...]
    is_tasked: bool

    @property
    def is_untold(self) -> bool:
        """Whether the score needs an answer and no task says so: whoever measured has to call somebody."""
        return self.score is not None and self.score.needs_answer and not self.is_tasked


async def keep(record: Record, patient_id: str, said: Mapping[str, str]) -> Kept:
    """Keep what was measured now, all or nothing.

    `said` is what was typed, by `MEASURES` and `level`. A score that needs an answer becomes a task with a time. Raises
    `Unprocessable` with every problem, `Absent` where this session has no way to the patient.
    """
    seen = bedside(said)
    if seen.is_empty:
        raise Unprocessable("There is nothing to keep yet.", [Problem("Write at least one value.", "breathing")])
    found = await judged(record, patient_id, seen)
    common, score = _common(record, patient_id), found.score
    kept = [
        (code(one["code"], LOINC), (await record.create(one)).reference)
        for one in _observations(seen, common, is_adult=found.is_adult)
    ]
    if score is None:
        return Kept(None, found.alone, is_tasked=False)
    used = {PRESSURE, LEVEL} | {MEASURES[key].code for key in score.points if key in MEASURES}
    total = _score(score, common) | {"derivedFrom": [{"reference": ref} for what, ref in kept if what in used]}
    stored = await record.create(total)
    is_tasked = score.needs_answer and await _tell(record, _task(record, score, stored.reference, common))
    return Kept(score, found.alone, is_tasked)


async def keep_said(record: Record, patient_id: str, measures: Sequence[Said], encounter: str = "") -> list[str]:
    """Keep measures that a text says, without a score: one reference for each, in their order.

    None at all where the role writes no vital signs or they stand still: the text is kept all the same.
    """
    common = _common(record, patient_id) | ({"encounter": {"reference": f"Encounter/{encounter}"}} if encounter else {})
    if not measures or not may_keep(record):
        return []
    is_adult = (await judged(record, patient_id, Bedside({}))).is_adult
    made = [_observations(Bedside(one.numbers), common, is_adult=is_adult)[0] for one in measures]
    return [(await record.create(one)).reference for one in made]


def may_keep(record: Record) -> bool:
    """Whether this session can keep vital signs now."""
    return record.powers.refusal(_vital({"resourceType": "Observation"}, {}), [record.session.unit_key]) is None


async def strike(record: Record, references: Sequence[str]) -> None:
    """Mark vital signs as entered in error, with the text that they were read from; those that are so are left."""
    for one in references if may_keep(record) else ():
        stored = await record.read(*one.split("/"))
        if stored.resource.get("status") != "entered-in-error":
            await record.update(stored.resource | {"status": "entered-in-error"}, expected=stored.version)


async def _tell(record: Record, task: dict[str, Any]) -> bool:
    """Make the task, unless the role has none to make or tasks stand still: what was measured is kept all the same."""
    if record.powers.refusal(task, [record.session.unit_key]) is not None:
        return False
    await record.create(task)
    return True


def _common(record: Record, patient_id: str) -> dict[str, Any]:
    session, now = record.session, instant(record.now)
    return {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": f"Patient/{patient_id}"},
        "effectiveDateTime": now,
        "issued": now,
        "performer": [{"reference": session.practitioner, "display": f"{session.name}, {session.title}".rstrip(", ")}],
    }


def _observations(seen: Bedside, common: Mapping[str, Any], *, is_adult: bool) -> list[dict[str, Any]]:
    """One a measure, adults' with what is usual; the two pressures are one, as FHIR has it."""

    def usual(key: str) -> dict[str, Any]:
        limits = zip(("low", "high"), MEASURES[key].usual, strict=True)
        found = {name: _quantity(MEASURES[key], limit) for name, limit in limits if limit is not None}
        return {"referenceRange": [found]} if found and is_adult else {}

    numbers = dict(seen.numbers)
    pressures = [MEASURES[key] for key in ("systolic", "diastolic") if key in numbers]
    parts = [{"code": _coded(one), "valueQuantity": _quantity(one, numbers.pop(one.key))} for one in pressures]
    made = [
        _vital(common, _coded(MEASURES[key]), valueQuantity=_quantity(MEASURES[key], value), **usual(key))
        for key, value in numbers.items()
    ]
    if parts:
        panel = {"coding": [{"system": LOINC, "code": PRESSURE}], "text": "Blodtryck"}
        made.append(_vital(common, panel, component=parts))
    if seen.level:
        value = {"coding": [{"system": f"{LOCAL}/acvpu", "code": seen.level}], "text": f"{seen.level} (ACVPU)"}
        what = {"coding": [{"system": LOINC, "code": LEVEL}], "text": "Medvetandegrad"}
        made.append(_vital(common, what, valueCodeableConcept=value))
    return made


def _vital(common: Mapping[str, Any], what: dict[str, Any], **value: Any) -> dict[str, Any]:
    return {**common, "category": [{"coding": [{"system": _CATEGORY, "code": "vital-signs"}]}], "code": what, **value}


def _coded(measure: Measure) -> dict[str, Any]:
    return {"coding": [{"system": LOINC, "code": measure.code}], "text": measure.text}


def _quantity(measure: Measure, value: Decimal) -> dict[str, Any]:
    return {"value": value, "unit": measure.unit, "system": UCUM, "code": measure.ucum}


def _score(score: Score, common: Mapping[str, Any]) -> dict[str, Any]:
    points = {key: _coded(MEASURES[key]) if key in MEASURES else {"text": "Medvetandegrad"} for key in score.points}
    return {
        **common,
        "category": [{"coding": [{"system": _CATEGORY, "code": "survey"}]}],
        "code": {"coding": [{"system": LOCAL, "code": NEWS2, "version": VERSION}], "text": "NEWS2"},
        "method": {"text": f"NEWS2 {VERSION}, saturationsskala {score.scale}"},
        "valueQuantity": _points(score.total),
        "interpretation": [{"coding": [{"system": _INTERPRETATION, "code": _MARKS[score.risk]}]}],
        "component": [
            {"code": what, "valueQuantity": _points(score.points[key])} for key, what in points.items()
        ],
    }  # fmt: skip


def _points(number: int) -> dict[str, Any]:
    return {"value": number, "unit": "poäng", "system": UCUM, "code": "{score}"}


def _task(record: Record, score: Score, focus: str, common: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody who may decide is to look at the patient: its time is that of the next values, or 15 minutes."""
    hours = int(score.again.total_seconds() // 3600)
    return {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "priority": _URGENCY[score.risk],
        "description": _SAID[score.risk].format(total=score.total, again=f"{hours} timme"),
        "for": common["subject"],
        "focus": {"reference": focus},
        "authoredOn": common["issued"],
        "requester": {"reference": record.session.practitioner},
        "owner": {"reference": f"Organization/{record.session.organization}", "display": record.session.unit_name},
        "restriction": {"period": {"end": instant(record.now + score.answer_within)}},
    }
