"""Keeping what was measured, its NEWS2 and the task where an answer is needed; deciding on its saturation scale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from varda.care.attention import ATTENTION
from varda.care.facts import code, instant, moment
from varda.care.patients import Person
from varda.care.scores import NEWS2, Band, Judgement, entry
from varda.care.scores.news2 import CALL_ALONE
from varda.care.vitals.model import LEVEL, LOCAL, LOINC, MEASURES, PRESSURE, SCALE_2, UCUM, Bedside, Measure
from varda.care.vitals.queries import ENDED_BY, ENDED_WHY, WHY, fitting, numbers, second_scales, waiting
from varda.care.vitals.rules import RECENT, bedside, minute
from varda.care.vitals.said import Said
from varda.kernel.errors import Absent, Conflict, Gone, Problem, Refused, Unprocessable
from varda.record import Record, Stored

READ_FROM = "https://varda.example/fhir/StructureDefinition/read-from"
"""On a measure: the note whose text it was read from."""
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
RIGHT = "choose-saturation-scale"
"""The special right that a decision on scale 2 takes."""
_LEVEL = {"coding": [{"system": LOINC, "code": LEVEL}], "text": "Medvetandegrad"}


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of keeping: the score where there is one, what gives 3 points `alone`, whether somebody who may decide
    must be told, and whether a task tells them."""

    score: Judgement | None
    alone: tuple[str, ...]
    needs_answer: bool
    is_tasked: bool

    @property
    def is_untold(self) -> bool:
        """Whether an answer is needed and no task says so: whoever measured has to call somebody."""
        return self.needs_answer and not self.is_tasked


async def keep(record: Record, patient_id: str, said: Mapping[str, str]) -> Kept:
    """Keep what was measured, all or nothing.

    `said` is what was typed, by `MEASURES`, `level` and `at`. What needs an answer becomes a task with a time, unless
    it was measured long ago. Raises `Unprocessable` with every problem, `Absent` where there is no way to the patient.
    """
    seen = bedside(said, record.now)
    if seen.is_empty:
        raise Unprocessable("There is nothing to keep yet.", [Problem("Write at least one value.", "breathing")])
    who, fit = await fitting(record, patient_id)
    at = _after_birth(seen.at, who) or record.now
    common = _common(record, patient_id, at)
    here = [stored for stored, one in await waiting(record, patient_id) if one.at and minute(one.at.at) == minute(at)]
    kept = [
        (code(one["code"], LOINC), (await _confirmed(record, one, here) or await record.create(one)).reference)
        for one in _observations(seen, common, is_adult=fit.is_adult)
    ]
    score, alone = fit.judged(seen), fit.alone(seen)
    if score is not None:
        common |= {"derivedFrom": [{"reference": ref} for what, ref in kept if what in _used(seen)]}
        kept = [(NEWS2.code, (await record.create(entry(score, common, _named(score)))).reference)]
    band = score.band if score else NEWS2.bands["one"] if alone else None
    if band is None or band.within is None or record.now - at > RECENT:
        return Kept(score, alone, needs_answer=False, is_tasked=False)
    said_in_task = band.call.format(total=score.total) if score else CALL_ALONE
    focus = next(ref for what, ref in kept if score or what in _codes(alone))
    is_tasked = await _tell(record, _task(record, patient_id, band, said_in_task, focus))
    return Kept(score, alone, needs_answer=True, is_tasked=is_tasked)


async def set_aside(record: Record, patient_id: str, why: str, at: datetime | None) -> int:
    """Mark what devices of the unit measured at a minute as entered in error, with the reason; gives how many entries.

    Raises `Unprocessable` without a reason.
    """
    reason = _reason(why, "Say why the values of the device are not used.")
    note = {"text": reason, "authorString": _by(record), "time": instant(record.now)}
    refused = [
        stored for stored, one in await waiting(record, patient_id) if at and one.at and minute(one.at.at) == minute(at)
    ]
    for one in refused:
        noted = {"status": "entered-in-error", "note": [*one.resource.get("note", ()), note]}
        await record.update(dict(one.resource) | noted, expected=one.version)
    return len(refused)


async def _confirmed(record: Record, made: Mapping[str, Any], here: Sequence[Stored]) -> Stored | None:
    """An entry of the same numbers that a device made at that time, kept as final with who confirmed it; else None."""
    wanted = numbers(made)
    same = next((one for one in here if wanted and numbers(one.resource) == wanted), None)
    if same is None:
        return None
    told = {"status": "final", "issued": made["issued"]}
    told["performer"] = [*same.resource.get("performer", ()), *made["performer"]]
    return await record.update(dict(same.resource) | told, expected=same.version)


def _after_birth(at: datetime | None, who: Person) -> datetime | None:
    """The time as it is. Raises `Unprocessable` where the patient was not born yet."""
    if at is not None and who.born is not None and at < who.born.at:
        raise Unprocessable("The time cannot be right.", [Problem("The patient was not born yet at this time.", "at")])
    return at


async def keep_said(record: Record, note: Mapping[str, Any], measures: Sequence[Said]) -> list[str]:
    """Keep measures that a note (a Composition) says, as of its time and without a score: one reference for each.

    None at all where the role writes no vital signs or they stand still: the text is kept all the same.
    """
    written = moment(note.get("date"))
    patient_id = str(note["subject"]["reference"]).rpartition("/")[2]
    common = _common(record, patient_id, written.at if written else record.now)
    common["extension"] = [{"url": READ_FROM, "valueReference": {"reference": f"Composition/{note['id']}"}}]
    common |= {"encounter": note["encounter"]} if "encounter" in note else {}
    if not measures or not may_keep(record):
        return []
    _, fit = await fitting(record, patient_id)
    made = [_observations(Bedside(one.numbers), common, is_adult=fit.is_adult)[0] for one in measures]
    return [(await record.create(one)).reference for one in made]


def may_keep(record: Record) -> bool:
    """Whether this session can keep vital signs now."""
    return record.powers.refusal(_vital({"resourceType": "Observation"}, {}), [record.session.unit_key]) is None


async def strike(record: Record, note_id: str, references: Sequence[str]) -> None:
    """Mark what was read from a note as entered in error, and nothing else.

    Raises `Refused` where measures cannot be written: then the text that they were read from must stand as it is too.
    """
    for one in references:
        try:
            stored = await record.read("Observation", one.removeprefix("Observation/"))
        except (Absent, Gone):
            continue
        is_its = any(
            said.get("url") == READ_FROM and said.get("valueReference", {}).get("reference") == f"Composition/{note_id}"
            for said in stored.resource.get("extension", ())
        )
        if not is_its or stored.resource.get("status") == "entered-in-error":
            continue
        if not may_keep(record):
            raise Refused(
                "The measures that were read from this text cannot be struck now, so the text stays as well. "
                "Vital signs stand still, or your role writes none: ask somebody who writes them."
            )
        await record.update(stored.resource | {"status": "entered-in-error"}, expected=stored.version)


async def _tell(record: Record, task: dict[str, Any]) -> bool:
    """Make the task, unless the role has none to make or tasks stand still: what was measured is kept all the same."""
    if record.powers.refusal(task, [record.session.unit_key]) is not None:
        return False
    await record.create(task)
    return True


def _common(record: Record, patient_id: str, at: datetime) -> dict[str, Any]:
    session = record.session
    return {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": f"Patient/{patient_id}"},
        "effectiveDateTime": instant(at),
        "issued": instant(record.now),
        "performer": [{"reference": session.practitioner, "display": _by(record)}],
    }


def _observations(seen: Bedside, common: Mapping[str, Any], *, is_adult: bool) -> list[dict[str, Any]]:
    """One a measure, adults' with what is usual; the two pressures are one, as FHIR has it."""

    def usual(key: str) -> dict[str, Any]:
        limits = zip(("low", "high"), MEASURES[key].usual, strict=True)
        found = {name: _quantity(MEASURES[key], limit) for name, limit in limits if limit is not None}
        return {"referenceRange": [found]} if found and is_adult else {}

    numbers = dict(seen.numbers)
    pressures = [(MEASURES[key], numbers.pop(key, None)) for key in ("systolic", "diastolic")]
    made = [
        _vital(common, _coded(MEASURES[key]), valueQuantity=_quantity(MEASURES[key], value), **usual(key))
        for key, value in numbers.items()
    ]
    if any(value is not None for _, value in pressures):
        panel = {"coding": [{"system": LOINC, "code": PRESSURE}], "text": "Blodtryck"}
        made.append(_vital(common, panel, component=[_part(*one) for one in pressures]))
    if seen.level:
        value = {"coding": [{"system": f"{LOCAL}/acvpu", "code": seen.level}], "text": f"{seen.level} (ACVPU)"}
        made.append(_vital(common, _LEVEL, valueCodeableConcept=value))
    return made


def _vital(common: Mapping[str, Any], what: Mapping[str, Any], **value: Any) -> dict[str, Any]:
    return {**common, "category": [{"coding": [{"system": _CATEGORY, "code": "vital-signs"}]}], "code": what, **value}


def _coded(measure: Measure) -> dict[str, Any]:
    return {"coding": [{"system": LOINC, "code": one} for one in (measure.code, *measure.also)], "text": measure.text}


def _part(measure: Measure, value: Decimal | None) -> dict[str, Any]:
    """One of the two pressures; the profile asks for both, and why where one is missing."""
    if value is None:
        return {"code": _coded(measure), "dataAbsentReason": {"coding": [{"system": _ABSENT, "code": "not-performed"}]}}
    return {"code": _coded(measure), "valueQuantity": _quantity(measure, value)}


def _quantity(measure: Measure, value: Decimal) -> dict[str, Any]:
    return {"value": value, "unit": measure.unit, "system": UCUM, "code": measure.ucum}


def _codes(keys: tuple[str, ...]) -> set[str]:
    """The codes of the entries that hold what these keys name."""
    held = {"systolic": PRESSURE, "diastolic": PRESSURE, "level": LEVEL}
    return {held.get(key) or MEASURES[key].code for key in keys}


def _used(seen: Bedside) -> set[str]:
    """The codes of the entries that a score of these values is made of."""
    return _codes(tuple(key for key in (*NEWS2.needs, "oxygen") if key in seen.values))


def _named(score: Judgement) -> dict[str, Mapping[str, Any]]:
    return {key: _coded(MEASURES[key]) if key in MEASURES else _LEVEL for key in score.points}


def _task(record: Record, patient_id: str, band: Band, said: str, focus: str) -> dict[str, Any]:
    """Somebody who may decide is to look at the patient within the band's time."""
    assert band.within is not None
    return {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "priority": band.urgency,
        "description": said,
        "for": {"reference": f"Patient/{patient_id}"},
        "focus": {"reference": focus},
        "authoredOn": instant(record.now),
        "requester": {"reference": record.session.practitioner},
        "owner": {"reference": f"Organization/{record.session.organization}", "display": record.session.unit_name},
        "restriction": {"period": {"end": instant(record.now + band.within)}},
    }


async def choose_scale(record: Record, patient_id: str, why: str) -> None:
    """Decide that NEWS2 is computed on saturation scale 2 from now on. Only for those who may (a physician).

    Raises `Refused`, `Conflict` when it is so already, or `Unprocessable` without a reason.
    """
    record.powers.require(RIGHT)
    reason = _reason(why, "Say why: hypercapnic respiratory failure, by what blood gas or history.")
    who, found = await fitting(record, patient_id)
    if found.second is not None:
        raise Conflict("Saturation scale 2 has been decided on already.")
    if found.why_not in ("child", "pregnant"):
        raise Unprocessable("NEWS2 is not meant for this patient.", [Problem("NEWS2 is not meant for them.", "why")])
    session = record.session
    await record.create({
        "resourceType": "Flag",
        "status": "active",
        "category": [{"coding": [{"system": ATTENTION, "code": "treatment"}]}],
        "code": {"coding": [{"system": LOCAL, "code": SCALE_2}], "text": "Saturationsmål 88–92 %, NEWS2 med skala 2"},
        "subject": {"reference": f"Patient/{who.id}"},
        "period": {"start": instant(record.now)},
        "author": {"reference": session.practitioner, "display": _by(record)},
        "extension": [{"url": WHY, "valueString": reason}],
    })  # fmt: skip


async def end_scale(record: Record, decision: str, why: str) -> None:
    """End a decision on saturation scale 2 now. Raises `Refused`, `Conflict` when it has ended, or `Unprocessable`."""
    record.powers.require(RIGHT)
    reason = _reason(why, "Say why scale 2 is not used any more.")
    stored = await record.read("Flag", decision)
    if not any(one.is_in_force for one in second_scales([stored.resource])):
        raise Conflict("This decision is not in force.")
    flag = dict(stored.resource)
    flag["status"] = "inactive"
    flag["period"] = {**flag.get("period", {}), "end": instant(record.now)}
    ended = [{"url": ENDED_BY, "valueString": _by(record)}, {"url": ENDED_WHY, "valueString": reason}]
    flag["extension"] = [*flag.get("extension", ()), *ended]
    await record.update(flag, expected=stored.version)


def _reason(why: str, message: str) -> str:
    if not why.strip():
        raise Unprocessable(message, [Problem(message, "why", "required")])
    return " ".join(why.split())


def _by(record: Record) -> str:
    return f"{record.session.name}, {record.session.title}".rstrip(", ")
