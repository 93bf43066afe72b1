"""Noting by hand that a step of a programme was done, or decided against and why; handing the record over."""

from collections.abc import Iterator, Mapping
from typing import Any

from varda.care.corrections import hand_out
from varda.care.facts import Resource, instant, moment
from varda.care.growth import measured
from varda.care.programmes.model import Programme, Risk
from varda.care.programmes.queries import Course, course
from varda.care.programmes.risks import RISK, of_course
from varda.care.programmes.rules import STEP
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent, Conflict, Problem, Unprocessable
from varda.record import Record
from varda.record.discretion import WITHHELD

_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
HOW = ("done", "not-done")
CONSENTS = {"present": "på plats", "telephone": "per telefon", "written": "skriftligt"}
"""How somebody consented, in the words of the record."""


async def note_step(record: Record, patient_id: str, step: tuple[str, str, str], how: str, day: str, text: str) -> str:
    """Note a step (programme, visit, step) as done on a day (empty: today), or as not done with the reason.

    Gives the id of the Procedure. Raises `Unprocessable` with every problem, `Absent` where there is no such step.
    """
    programme, visit, code = step
    at = await course(record, patient_id, programme)
    some = ((turn, row) for turn in at.turns if turn.visit.code == visit for row in turn.rows if row.step.code == code)
    turn, row = next(some, (None, None))
    if turn is None or row is None:
        raise Absent("There is no such step.")
    said, today = moment(day.strip() or None), record.now.astimezone(STOCKHOLM).date()
    wrong = [] if how in HOW else [Problem("Choose one of the list.", "how")]
    if how == "done" and not row.by_hand:
        wrong.append(Problem("This is shown by what is measured, given or answered: write that instead.", "how"))
    if how == "not-done" and not text.strip():
        wrong.append(Problem("Say why.", "text", "required"))
    born = at.since[turn.visit.counts]
    if day.strip() and (said is None or said.precision != "day" or not born <= said.day <= today):
        wrong.append(Problem("Write a day that has been, as 2026-05-31.", "day"))
    if wrong:
        raise Unprocessable("Some of this cannot be right. Nothing was stored yet.", wrong)
    session = record.session
    who = {"reference": session.practitioner, "display": f"{session.name}, {session.title}".rstrip(", ")}
    new: Resource = {
        "resourceType": "Procedure",
        "status": "completed" if how == "done" else "not-done",
        "code": {
            "coding": [{"system": STEP, "code": "/".join(step), "display": row.step.words.sv}],
            "text": row.step.words.sv,
        },
        "subject": {"reference": f"Patient/{patient_id}"},
        "performedDateTime": day.strip() or instant(record.now),
        "performer": [{"actor": who}],
    }
    if row.step.is_withheld:
        system, label = WITHHELD
        new["meta"] = {"security": [{"system": system, "code": label}]}
    words = " ".join(text.split())
    if how == "not-done":
        new["statusReason"] = {"text": words}
    elif words:
        new["note"] = [{"text": words}]
    return (await record.create(new)).id


async def hand_over(record: Record, patient_id: str, code: str, form: Mapping[str, str]) -> Course:
    """Note that the record of a programme is handed over to the next care provider, by consent of whoever decides: to
    whom, who consented and how. Gives the course that goes out: what the own care provider has written, nothing of
    others. Raises `Unprocessable` with every problem, `Absent` where the programme hands nothing over.
    """
    found = await course(record, patient_id, code, is_own=True)
    if not found.programme.handover:
        raise Absent("This programme hands nothing over.")
    said = {key: " ".join(form.get(key, "").split())[:200] for key in ("recipient", "who", "how")}
    wrong = [] if said["recipient"] else [Problem("Say to whom.", "recipient", "required")]
    if not said["who"]:
        wrong.append(Problem("Write who has consented.", "who", "required"))
    if said["how"] not in CONSENTS:
        wrong.append(Problem("Choose how the consent was given.", "how", "required"))
    if wrong:
        raise Unprocessable("Nothing is handed out yet.", wrong)
    reason = f"Överlämning av {found.programme.words.sv.lower()}. Samtycke av {said['who']}, {CONSENTS[said['how']]}."
    entries = list(_shown(found))
    await hand_out(record, patient_id, said["recipient"], "paper", entries, reason)
    visit, step = found.programme.handover
    row = next(
        (row for turn in found.turns if turn.visit.code == visit for row in turn.rows if row.step.code == step), None
    )
    if row and row.state in ("due", "overdue"):
        await note_step(record, patient_id, (code, visit, step), "done", "", f"Till {said['recipient']}.")
    return found


def _shown(found: Course) -> Iterator[str]:
    """References of what is handed over: what shows each step, all doses, allergies, and what growth is drawn of."""
    seen = {row.evidence.reference for turn in found.turns for row in turn.rows if row.evidence}
    seen |= {f"Observation/{one}" for one in measured(found.resources.get("Observation", ()))}
    for kind in ("Immunization", "AllergyIntolerance"):
        seen |= {f"{kind}/{one['id']}" for one in found.resources.get(kind, ())}
    yield from sorted(seen)


async def note_risks(record: Record, patient_id: str, code: str, form: Mapping[str, str]) -> int:
    """Note which risks are there: each has its code in the form, with `was.` before it where it stood there when the
    form was opened, so that what a colleague has noted since stays; `text` is what else is to be known of the new ones.
    Gives how many changed. Raises `Absent` where the programme has none, or does not follow the patient,
    `Unprocessable` for a text that belongs to nothing new.
    """
    at = await course(record, patient_id, code)
    if not at.programme.risks:
        raise Absent("There is no such page.")
    if at.programme.counts not in at.since or at.programme.counts in at.over:
        raise Conflict("The record tells of no pregnancy that goes on. Write when birth is expected first.")
    before, text = {one.risk.code for one in of_course(at)}, " ".join(form.get("text", "").split())
    touched = [one for one in at.programme.risks if bool(form.get(one.code)) != bool(form.get(f"was.{one.code}"))]
    changed = [one for one in touched if bool(form.get(one.code)) != (one.code in before)]
    new = [one for one in changed if form.get(one.code)]
    if text and not new:
        message = "Tick what this text is about. Nothing was stored yet."
        raise Unprocessable(message, [Problem(message, "text")])
    # What is said together with something that is kept back stands with that alone (A17).
    bearing = [one for one in new if one.is_withheld] or new
    for risk in changed:
        said = text if risk in bearing else ""
        await record.create(_risk(record, patient_id, at.programme, risk, risk in new, said))
    return len(changed)


def _risk(
    record: Record, patient_id: str, programme: Programme, risk: Risk, is_there: bool, text: str
) -> dict[str, Any]:
    session, now = record.session, instant(record.now)
    made: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": _CATEGORY, "code": "exam"}]}],
        "code": {"coding": [{"system": RISK, "code": f"{programme.code}/{risk.code}"}], "text": risk.words.sv},
        "subject": {"reference": f"Patient/{patient_id}"},
        "effectiveDateTime": now,
        "issued": now,
        "valueBoolean": is_there,
        "performer": [{"reference": session.practitioner, "display": f"{session.name}, {session.title}".rstrip(", ")}],
    }
    if is_there and text:
        made["note"] = [{"text": text}]
    if risk.is_withheld:
        system, label = WITHHELD
        made["meta"] = {"security": [{"system": system, "code": label}]}
    return made
