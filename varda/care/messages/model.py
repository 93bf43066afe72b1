"""Communication read into a message: from whom, to whom, what it says (http://hl7.org/fhir/R4/communication.html)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.facts import Moment, label, moment, shown

STRUCK = "entered-in-error"


@dataclass(frozen=True, slots=True)
class Message:
    """What one of the staff wrote to another, or to the whole unit, about a patient (an id). `sender` and `to` are
    references; `thread` is the id of the message that began it all, `read` when somebody to whom it went had read it,
    `read_by` who, and `read_for` for whom, where that was one who was away. `reason` says why it was struck.
    """

    id: str
    version: int
    patient: str
    thread: str
    text: str
    sent: Moment | None
    sender: str
    sender_name: str
    to: str
    to_name: str
    read: Moment | None
    read_by: str
    read_for: str
    is_struck: bool
    reason: str

    @property
    def is_to_unit(self) -> bool:
        """Whether it went to everybody who works at a unit."""
        return self.to.startswith("Organization/")


def message(resource: Mapping[str, Any]) -> Message:
    """Read a Communication, ours or another's."""
    recipients = resource.get("recipient") or [{}]
    read_by_another = len(recipients) > 1 and not str(recipients[0].get("reference", "")).startswith("Organization/")
    before = str((resource.get("inResponseTo") or [{}])[0].get("reference", ""))
    return Message(
        id=str(resource.get("id", "")),
        version=int(resource.get("meta", {}).get("versionId", "0") or 0),
        patient=str(resource.get("subject", {}).get("reference", "")).rpartition("/")[2],
        thread=before.removeprefix("Communication/") or str(resource.get("id", "")),
        text="\n".join(str(one["contentString"]) for one in resource.get("payload", ()) if one.get("contentString")),
        sent=moment(resource.get("sent")),
        sender=str(resource.get("sender", {}).get("reference", "")),
        sender_name=shown(resource.get("sender")),
        to=str(recipients[0].get("reference", "")),
        to_name=shown(recipients[0]),
        read=moment(resource.get("received")),
        read_by=shown(recipients[-1]),
        read_for=shown(recipients[0]) if read_by_another else "",
        is_struck=resource.get("status") == STRUCK,
        reason=label(resource.get("statusReason")),
    )
