"""Task read into what is to be done about a patient, for whom and by when (http://hl7.org/fhir/R4/task.html)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from varda.care.facts import Moment, code, label, moment, shown

OPEN = ("requested", "received", "accepted", "in-progress", "on-hold", "ready")
DECLINED = "rejected"
"""It has gone back to the one who asked, and waits there."""
URGENT = ("stat", "asap", "urgent")
"""Priorities above routine, the most urgent first."""
Phase = Literal["waiting", "taken", "declined", "done", "over"]


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done about a patient (an id). `what` and `why` in words, `focus` what it is about (Type/id),
    `kind` a code, where a step of Varda's own made it.

    `asked_by` and `owner` are references: who asked, and who has it – somebody, or a whole unit. `due` is when it is to
    be done at the latest. `remark` says why it was declined or handed on, `outcome` what came of it.
    """

    id: str
    version: int
    patient: str
    what: str
    why: str
    focus: str
    kind: str
    status: str
    priority: str
    asked: Moment | None
    due: Moment | None
    asked_by: str
    asked_by_name: str
    owner: str
    owner_name: str
    remark: str
    outcome: str
    ended: Moment | None

    @property
    def phase(self) -> Phase:
        """Waiting for somebody, taken on by somebody, declined, done, or over without being done."""
        if self.status in OPEN:
            return "taken" if self.owner.startswith("Practitioner") else "waiting"
        if self.status == DECLINED:
            return "declined"
        return "done" if self.status == "completed" else "over"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.status in OPEN

    @property
    def is_urgent(self) -> bool:
        """Whether it goes before what is routine."""
        return self.priority in URGENT


def task(resource: Mapping[str, Any]) -> Task:
    """Read a Task resource, ours or another's."""
    said = resource.get("output", ())
    return Task(
        id=str(resource.get("id", "")),
        version=int(resource.get("meta", {}).get("versionId", "0") or 0),
        patient=str(resource.get("for", {}).get("reference", "")).rpartition("/")[2],
        what=str(resource.get("description") or label(resource.get("code"))),
        why=label(resource.get("reasonCode")),
        focus=str(resource.get("focus", {}).get("reference", "")),
        kind=code(resource.get("code")),
        status=str(resource.get("status", "")),
        priority=str(resource.get("priority", "routine")),
        asked=moment(resource.get("authoredOn")),
        due=moment(resource.get("restriction", {}).get("period", {}).get("end")),
        asked_by=str(resource.get("requester", {}).get("reference", "")),
        asked_by_name=shown(resource.get("requester")),
        owner=str(resource.get("owner", {}).get("reference", "")),
        owner_name=shown(resource.get("owner")),
        remark=label(resource.get("statusReason")),
        outcome="\n".join(str(one["valueString"]) for one in said if one.get("valueString")),
        ended=moment(resource.get("executionPeriod", {}).get("end")),
    )
