"""Setting, changing, ending, reopening and striking a diagnosis: each a new version, nothing written twice unseen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from varda.care.codes import codes
from varda.care.contacts import Contact, contacts
from varda.care.facts import Moment, extended, first_moment, instant
from varda.care.problems.model import ICD, RANK, REASON, SIDES, SNOMED, Problem, problem
from varda.care.problems.queries import held
from varda.care.problems.rules import Said, day_of_end, met, said
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent, Conflict, Refused, Unprocessable
from varda.kernel.errors import Problem as Wrong
from varda.record import Record, Stored
from varda.terminology import Choice, note_use, set_favourite

_HL7 = "http://terminology.hl7.org/CodeSystem/condition-"


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of setting: the diagnosis; or the one that it met, and then nothing was written. `is_own`: the unit may
    change it."""

    problem: Problem
    is_met: bool = False
    is_own: bool = True


async def set_diagnosis(record: Record, patient_id: str, form: Mapping[str, str]) -> Kept:
    """Set the diagnosis of `form["code"]` now, under the unit's open contact unless another one is named.

    One that is here already, active or ended, is told instead, unless `form["again"]` says that it is meant.
    Raises `Unprocessable` for a code that is not in force or a field that cannot be so, `Absent` without a way to the
    patient.
    """
    found = await record.compartment(patient_id, {"Patient": 1, "Condition": 500, "Encounter": 50})
    if not found.get("Patient"):
        raise Absent("There is no such patient for you.")
    choice = (await codes(record, ICD)).get(form.get("code", ""))
    if choice is None:
        reason = "Choose a diagnosis of the list. What is typed is no code that is in force today."
        raise Unprocessable(reason, [Wrong(reason, "code")])
    today = record.now.astimezone(STOCKHOLM).date()
    told = said(form, today, first_moment(found["Patient"][0].resource, "birthDate"))
    conditions = [one.resource for one in found.get("Condition", ())]
    if not form.get("again") and (here := met(conditions, choice.code, told.side)):
        unit = next(one.unit for one in found["Condition"] if one.id == here.id)
        return Kept(here, is_met=True, is_own=unit == record.session.unit_key)
    contact = _contact(record, found.get("Encounter", ()), form.get("contact", ""))
    rank = told.rank or _rank(conditions, contact)
    new = _condition(record, patient_id, choice) | _told(Said(rank, told.side, told.certainty, told.onset))
    if contact:
        new["encounter"] = {"reference": f"Encounter/{contact.id}"}
        new["category"] = [_hl7("category", "encounter-diagnosis")]
    stored = await record.create(new)
    if rank == "main":
        await _second_others(record, found.get("Condition", ()), stored)
    await note_use(await record.begun(), record.session.unit, ICD, record.session.actor, choice.code, today)
    return Kept(problem(stored.resource))


async def change(record: Record, patient_id: str, condition_id: str, version: int, form: Mapping[str, str]) -> Problem:
    """Change side, rank, certainty, onset and contact. Raises `Stale` when somebody was there first."""
    stored = await _own(record, patient_id, condition_id)
    found = await record.compartment(patient_id, {"Patient": 1, "Condition": 500, "Encounter": 50})
    born = first_moment(found["Patient"][0].resource, "birthDate")
    now = problem(stored.resource)
    certainty = form.get("certainty") or now.certainty
    is_other = certainty != now.certainty
    told = said({**form, "certainty": certainty if is_other else ""}, record.now.astimezone(STOCKHOLM).date(), born)
    changed = dict(stored.resource)
    # Only what differs from what was shown: nothing that the form cannot say is lost.
    if told.side != now.side:
        changed = _without(changed, "bodySite") | _sided(told.side)
    if told.rank != now.rank:
        changed = _without(changed, "extension") | _ranked(changed, told.rank)
    if is_other:
        changed["verificationStatus"] = _hl7("ver-status", told.certainty)
    if told.onset != str(changed.get("onsetDateTime", ""))[:10]:
        changed = _without(changed, "onsetDateTime") | ({"onsetDateTime": told.onset} if told.onset else {})
    if form.get("contact", "") != now.contact:
        contact = _contact(record, found.get("Encounter", ()), form.get("contact", ""), is_asked=True)
        changed = _without(changed, "encounter")
        changed |= {"encounter": {"reference": f"Encounter/{contact.id}"}} if contact else {}
    kept = await record.update(_by(record, changed), expected=version)
    if told.rank == "main":
        await _second_others(record, found.get("Condition", ()), kept)
    return problem(kept.resource)


async def end(record: Record, patient_id: str, condition_id: str, version: int, day: str) -> int:
    """End a diagnosis on a day (today where none is said), with all that the unit has of the same; gives how many.

    Raises `Unprocessable` for a day that cannot be, `Conflict` when it is over already.
    """
    stored = await _own(record, patient_id, condition_id)
    here = problem(stored.resource)
    if not here.is_active or here.is_struck:
        raise Conflict("The diagnosis is over already.")
    today = record.now.astimezone(STOCKHOLM).date()
    found = await record.compartment(patient_id, {"Condition": 500})
    same = [one for one in found.get("Condition", ()) if _is_also(record, one, here)]
    ended = ""
    for one in (stored, *same):
        ended = day_of_end(day, today, _onset(one))
    for one in (stored, *same):
        over = one.resource | {"clinicalStatus": _hl7("clinical", "resolved"), "abatementDateTime": ended}
        await record.update(_by(record, over), expected=version if one is stored else one.version)
    return 1 + len(same)


async def reopen(record: Record, patient_id: str, condition_id: str, version: int) -> Problem:
    """Take up a diagnosis that had ended. Raises `Conflict` when it goes on."""
    stored = await _own(record, patient_id, condition_id)
    if (here := problem(stored.resource)).is_active or here.is_struck:
        raise Conflict("The diagnosis has not ended, or it is struck.")
    again = _without(stored.resource, "abatementDateTime", "abatementPeriod")
    again |= {"clinicalStatus": _hl7("clinical", "active")}
    return problem((await record.update(_by(record, again), expected=version)).resource)


async def strike(record: Record, patient_id: str, condition_id: str, version: int, reason: str) -> Problem:
    """Strike a diagnosis as entered in error; it stays in the history. Raises `Unprocessable` without a reason."""
    if not reason.strip():
        missing = "Say why the diagnosis is struck."
        raise Unprocessable(missing, [Wrong(missing, "reason")])
    stored = await _own(record, patient_id, condition_id)
    # FHIR con-5: what was entered in error has no clinical status.
    error = _without(stored.resource, "clinicalStatus") | {"verificationStatus": _hl7("ver-status", "entered-in-error")}
    error["extension"] = extended(error, REASON, valueString=reason.strip())
    return problem((await record.update(_by(record, error), expected=version)).resource)


async def favour(record: Record, code: str, *, is_on: bool) -> None:
    """Put a diagnosis on top for the unit, or take it away. Raises `Unprocessable` for a code that is not in force."""
    if (await codes(record, ICD)).get(code) is None:
        raise Unprocessable("Choose a diagnosis of the list.", [Wrong("Choose a diagnosis of the list.", "code")])
    if refusal := record.powers.refusal({"resourceType": "Condition"}, [record.session.unit_key]):
        raise refusal
    await set_favourite(await record.begun(), record.session.unit, ICD, code, is_on=is_on)


def _condition(record: Record, patient_id: str, choice: Choice) -> dict[str, Any]:
    coding = {"system": choice.system, "code": choice.code, "display": choice.text}
    return {
        "resourceType": "Condition",
        "clinicalStatus": _hl7("clinical", "active"),
        "category": [_hl7("category", "problem-list-item")],
        "code": {"coding": [coding], "text": choice.text},
        "subject": {"reference": f"Patient/{patient_id}"},
        "recordedDate": instant(record.now),
        "recorder": _who(record),
        "asserter": _who(record),
    }


def _told(told: Said) -> dict[str, Any]:
    """What the form says, as elements of a new Condition."""
    onset = {"onsetDateTime": told.onset} if told.onset else {}
    status = {"verificationStatus": _hl7("ver-status", told.certainty)}
    return status | _sided(told.side) | onset | _ranked({}, told.rank)


def _sided(side: str) -> dict[str, Any]:
    if not side:
        return {}
    code, word = SIDES[side]
    return {"bodySite": [{"coding": [{"system": SNOMED, "code": code}], "text": word}]}


def _ranked(before: Mapping[str, Any], rank: str) -> dict[str, Any]:
    extensions = extended(before, RANK, valueCode=rank)
    return {"extension": extensions} if extensions else {}


async def _own(record: Record, patient_id: str, condition_id: str) -> Stored:
    stored = await held(record, patient_id, condition_id)
    if stored.unit != record.session.unit_key:
        raise Refused("Another unit has set this diagnosis; only that unit changes it.")
    if problem(stored.resource).is_struck:
        raise Conflict("The diagnosis has been struck and cannot be changed.")
    return stored


def _contact(record: Record, encounters: Sequence[Stored], wanted: str, *, is_asked: bool = False) -> Contact | None:
    """The contact that was named, else the newest open one of the unit. Raises `Unprocessable` for one that is none."""
    own = [one.resource for one in encounters if one.unit == record.session.unit_key]
    found = contacts(own, ())
    if wanted:
        if named := next((one for one in found if one.id == wanted), None):
            return named
        reason = "Choose a contact of your own unit."
        raise Unprocessable(reason, [Wrong(reason, "contact")])
    return None if is_asked else next((one for one in found if one.phase == "open"), None)


def _rank(conditions: Sequence[Mapping[str, Any]], contact: Contact | None) -> str:
    """The first diagnosis of a contact is the main one."""
    if contact is None:
        return ""
    others = (problem(one) for one in conditions)
    is_taken = any(one.contact == contact.id and one.rank == "main" and not one.is_struck for one in others)
    return "secondary" if is_taken else "main"


async def _second_others(record: Record, conditions: Sequence[Stored], main: Stored) -> None:
    """A contact has one main diagnosis: the one before becomes a secondary."""
    contact = problem(main.resource).contact
    for one in conditions:
        other = problem(one.resource)
        if one.id == main.id or not contact or other.contact != contact or other.rank != "main" or other.is_struck:
            continue
        extensions = extended(one.resource, RANK, valueCode="secondary")
        await record.update(_by(record, one.resource | {"extension": extensions}), expected=one.version)


def _is_also(record: Record, one: Stored, here: Problem) -> bool:
    other = problem(one.resource)
    is_same = other.same == here.same and other.is_active and not other.is_struck
    return is_same and one.id != here.id and one.unit == record.session.unit_key


def _onset(stored: Stored) -> Moment | None:
    return first_moment(stored.resource, "onsetDateTime", "onsetPeriod")


def _by(record: Record, resource: dict[str, Any]) -> dict[str, Any]:
    """The version with who wrote it; who set the diagnosis stays its asserter."""
    first = {"asserter": resource["recorder"]} if "recorder" in resource and "asserter" not in resource else {}
    return resource | first | {"recorder": _who(record)}


def _who(record: Record) -> dict[str, str]:
    session = record.session
    return {"reference": session.practitioner, "display": f"{session.name}, {session.title}".rstrip(", ")}


def _without(resource: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name not in names}


def _hl7(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{_HL7}{system}", "code": code}]}
