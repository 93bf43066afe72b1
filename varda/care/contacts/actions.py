"""Opening and closing a contact. An open contact is a care relation (PDL 4:1): the unit reaches the patient."""

from typing import Any

from varda.care.contacts.model import ACT_CODE, KINDS, OPEN
from varda.care.facts import instant
from varda.kernel.errors import Conflict, Problem, Unprocessable
from varda.record import Record


async def open_contact(record: Record, patient_id: str, *, kind: str, reason: str, place: str = "") -> str:
    """Open a contact here and now with the signed-in person as responsible; gives its id.

    `kind` is one of `KINDS`, `place` a Location id (the bed, for an admission). Raises `Unprocessable`.
    """
    if kind not in KINDS:
        raise Unprocessable("The kind of contact is not known.", [Problem("Choose a kind of contact.", "kind")])
    session, started = record.session, {"start": instant(record.now)}
    if await record.relation(patient_id) is None:
        # To open a contact is itself an active choice; it is recorded as one, with the contact's reason (A1).
        await record.choose(patient_id, reason=reason.strip() or f"Kontakt öppnad: {KINDS[kind]}")
    contact: dict[str, Any] = {
        "resourceType": "Encounter",
        "status": "in-progress",
        "class": {"system": ACT_CODE, "code": kind, "display": KINDS[kind]},
        "subject": {"reference": f"Patient/{patient_id}"},
        "participant": [{"individual": {"reference": session.practitioner, "display": _author(session)}}],
        "period": started,
        "serviceProvider": {"reference": f"Organization/{session.organization}", "display": session.unit_name},
    }
    if reason.strip():
        contact["reasonCode"] = [{"text": reason.strip()}]
    if place:
        bed = await record.read("Location", place)
        shown = str(bed.resource.get("name", place))
        contact["location"] = [
            {"location": {"reference": f"Location/{place}", "display": shown}, "status": "active", "period": started}
        ]
    stored = await record.create(contact)
    return str(stored.id)


async def close_contact(record: Record, contact_id: str) -> None:
    """End a contact now. Raises `Conflict` when it is over already."""
    stored = await record.read("Encounter", contact_id)
    contact = dict(stored.resource)
    if contact.get("status") not in OPEN:
        raise Conflict("The contact is not open any more.")
    contact["status"] = "finished"
    contact["period"] = {**contact.get("period", {}), "end": instant(record.now)}
    await record.update(contact, expected=stored.version)


def _author(session: Any) -> str:
    return f"{session.name}, {session.title}" if session.title else str(session.name)
