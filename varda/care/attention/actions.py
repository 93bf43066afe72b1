"""Noting what is not tolerated and what must not be missed; confirming, refuting, ending and striking it."""

from collections.abc import Mapping
from typing import Any

from varda.care.attention.model import ATTENTION, KINDS, REASON, allergies, allergy, signal
from varda.care.attention.queries import held, substance
from varda.care.facts import Resource, extended, instant, moment
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Unprocessable
from varda.record import Record, Stored

CERTAINTIES = ("confirmed", "unconfirmed")
SEVERITIES = ("", "low", "high")
CATEGORIES = ("medication", "food", "environment", "")
JUDGEMENTS = ("confirm", "refute", "end", "strike")
_HL7 = "http://terminology.hl7.org/CodeSystem/allergyintolerance-"
_NONE = {
    "coding": [{"system": "http://snomed.info/sct", "code": "716186003"}],
    "text": "Ingen känd överkänslighet",
}
_BY = f"{ATTENTION}-by"


async def note_allergy(record: Record, patient_id: str, form: Mapping[str, str]) -> str:
    """Note that a substance is not tolerated; gives the id. What is none of the lists is kept as typed, uncoded.

    That none is known, where the unit has noted it, is then refuted. Raises `Unprocessable` with every problem,
    `Conflict` when the substance is noted already.
    """
    here = await _here(record, patient_id, "AllergyIntolerance")
    chosen = await substance(record, form.get("system", ""), form.get("code", ""))
    text = chosen.text if chosen else form.get("substance", "").strip()
    wrong = [] if text else [Problem("Write what is not tolerated.", "substance")]
    for name, may_be in (("certainty", CERTAINTIES), ("severity", SEVERITIES), ("category", CATEGORIES)):
        if form.get(name) and form[name] not in may_be:
            wrong.append(Problem("Choose one of the list.", name))
    if wrong:
        raise Unprocessable("Some of this cannot be right. Nothing was stored yet.", wrong)
    known = [allergy(one.resource) for one in here]
    if any(one.substance.casefold() == text.casefold() and one.state == "active" for one in known):
        raise Conflict("This is noted already. Open it there to change it.")
    coding = [{"system": chosen.system, "code": chosen.code, "display": chosen.text}] if chosen else []
    new = _allergy(record, patient_id, {"text": text} | ({"coding": coding} if coding else {}))
    new["verificationStatus"] = _hl7("verification", form.get("certainty") or CERTAINTIES[0])
    for name, value in (("criticality", form.get("severity")), ("category", form.get("category", CATEGORIES[0]))):
        if value:
            new[name] = [value] if name == "category" else value
    if reaction := form.get("reaction", "").strip():
        new["reaction"] = [{"manifestation": [{"text": reaction}]}]
    if said_by := form.get("said_by", "").strip():
        new["asserter"] = {"display": said_by}
    for one in here:
        none = allergy(one.resource)
        if none.is_none and none.state == "active" and one.unit == record.session.unit_key:
            await _settled(record, one, one.version, "refute", text)
    return (await record.create(new)).id


async def none_known(record: Record, patient_id: str) -> str:
    """Note that somebody asked and that none is known. Raises `Conflict` when one is."""
    here = await _here(record, patient_id, "AllergyIntolerance")
    state = allergies(one.resource for one in here).state
    if state == "known":
        raise Conflict("Something is noted that is not tolerated. Refute or end that first.")
    if state == "none":
        raise Conflict("It is noted already that none is known.")
    new = _allergy(record, patient_id, _NONE) | {"verificationStatus": _hl7("verification", "confirmed")}
    return (await record.create(new)).id


async def judge_allergy(record: Record, patient_id: str, id_: str, version: int, how: str, reason: str = "") -> None:
    """Confirm, refute, end or strike what is noted; the last three want a reason. Raises `Unprocessable`, `Refused`."""
    stored = await held(record, patient_id, "AllergyIntolerance", id_)
    _require_reason(how, reason, wanted=JUDGEMENTS[1:])
    await _settled(record, stored, version, how, reason)


async def raise_signal(record: Record, patient_id: str, form: Mapping[str, str]) -> str:
    """Raise a signal of a disease, a treatment, an infection or a restriction; gives the id. Raises `Unprocessable`."""
    here = await _here(record, patient_id, "Flag")
    text, kind, until = form.get("text", "").strip(), form.get("kind", ""), form.get("until", "").strip()
    wrong = [] if text else [Problem("Write what must not be missed.", "text")]
    if kind not in KINDS:
        wrong.append(Problem("Choose one of the list.", "kind"))
    today = record.now.astimezone(STOCKHOLM).date()
    if until and ((at := moment(until)) is None or at.precision != "day" or at.day < today):
        wrong.append(Problem("Write a day to come, as 2026-05-31.", "until"))
    if wrong:
        raise Unprocessable("Some of this cannot be right. Nothing was stored yet.", wrong)
    if any(signal(one.resource).text.casefold() == text.casefold() and _lasts(one) for one in here):
        raise Conflict("This is noted already. Open it there to change it.")
    session = record.session
    new: Resource = {
        "resourceType": "Flag",
        "status": "active",
        "category": [{"coding": [{"system": ATTENTION, "code": kind}]}],
        "code": {"text": text},
        "subject": {"reference": f"Patient/{patient_id}"},
        "author": {"reference": f"Organization/{session.organization}", "display": session.unit_name},
        "period": {"start": instant(record.now)} | ({"end": until} if until else {}),
    }
    return (await record.create(_by(record, new))).id


async def end_signal(record: Record, patient_id: str, id_: str, version: int, how: str, reason: str = "") -> None:
    """End a signal, or strike it as entered in error, which wants a reason. Raises `Conflict` when it is over."""
    stored = _own(record, await held(record, patient_id, "Flag", id_))
    if not _lasts(stored):
        raise Conflict("This is over already.")
    _require_reason(how, reason, wanted=("strike",))
    status = "entered-in-error" if how == "strike" else "inactive"
    changed = stored.resource | {"status": status}
    changed["period"] = changed.get("period", {}) | {"end": instant(record.now)}
    changed["extension"] = extended(changed, REASON, valueString=reason.strip())
    await record.update(_by(record, changed), expected=version)


def _allergy(record: Record, patient_id: str, code: Resource) -> Resource:
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": _hl7("clinical", "active"),
        "code": code,
        "patient": {"reference": f"Patient/{patient_id}"},
        "recordedDate": instant(record.now),
        "recorder": _who(record),
    }


async def _here(record: Record, patient_id: str, type_: str) -> list[Stored]:
    found = await record.compartment(patient_id, {"Patient": 1, type_: 100})
    if not found.get("Patient"):
        raise Absent("There is no such patient for you.")
    return found.get(type_, [])


async def _settled(record: Record, stored: Stored, version: int, how: str, reason: str) -> None:
    if allergy(_own(record, stored).resource).state != "active":
        raise Conflict("This is over already.")
    changed: dict[str, Any] = {**stored.resource, "recorder": _who(record)}
    if how == "end":
        changed["clinicalStatus"] = _hl7("clinical", "resolved")
    elif how == "confirm":
        changed["verificationStatus"] = _hl7("verification", "confirmed")
    else:
        status = "entered-in-error" if how == "strike" else "refuted"
        changed["verificationStatus"] = _hl7("verification", status)
    if how == "strike":
        changed.pop("clinicalStatus", None)  # FHIR ait-2: what was entered in error has none
    if extensions := extended(changed, REASON, valueString=reason.strip()):
        changed["extension"] = extensions
    await record.update(changed, expected=version)


def _require_reason(how: str, reason: str, *, wanted: tuple[str, ...]) -> None:
    if how not in JUDGEMENTS:
        raise Unprocessable("Choose one of the list.", [Problem("Choose one of the list.", "how")])
    if how in wanted and not reason.strip():
        raise Unprocessable("Say why.", [Problem("Say why.", "reason")])


def _own(record: Record, stored: Stored) -> Stored:
    if stored.unit != record.session.unit_key:
        raise Refused("Another unit has noted this; only that unit changes it.")
    return stored


def _lasts(stored: Stored) -> bool:
    return signal(stored.resource).state == "active"


def _by(record: Record, flag: Resource) -> Resource:
    """The Flag with the person who wrote this version: its author is the unit."""
    return flag | {"extension": extended(flag, _BY, valueString=_who(record)["display"])}


def _who(record: Record) -> dict[str, str]:
    session = record.session
    return {"reference": session.practitioner, "display": f"{session.name}, {session.title}".rstrip(", ")}


def _hl7(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"{_HL7}{system}", "code": code}]}
