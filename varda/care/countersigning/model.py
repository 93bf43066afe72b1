"""What is asked for and what came of it: a task about a note, and a Provenance of the version that was read.

The signature is the one of decision 31, by somebody who neither wrote nor signed the note.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from varda.access.session import Session
from varda.care.facts import Moment, moment, shown
from varda.care.notes import Note
from varda.care.tasks import Task
from varda.catalogue import is_countersigned
from varda.record.answers import is_signature, versions

SYSTEM = "https://varda.example/fhir/CodeSystem/task-kind"
KIND = "countersign"
"""The code of the task."""


@dataclass(frozen=True, slots=True)
class Countersigning:
    """How a note stands: `task` is the open one, `by` who has countersigned it, `at` when, `is_current` whether what
    they read is what stands now.
    """

    task: Task | None
    by: str = ""
    at: Moment | None = None
    is_current: bool = False


def must(session: Session) -> bool:
    """Whether what the role signs is countersigned, by the catalogue."""
    return is_countersigned(session.role, session.assignment_purpose)


def standing(note: Note, provenances: Iterable[Mapping[str, Any]], task: Task | None) -> Countersigning:
    """How a note stands by what is said of it. What its own author or signer says is no countersignature."""
    found = Countersigning(task)
    for one in sorted(provenances, key=lambda one: str(one.get("recorded", ""))):
        version = versions(one).get(f"Composition/{note.id}") if is_signature(one) else None
        who: Mapping[str, Any] = next((agent.get("who", {}) for agent in one.get("agent", ())), {})
        if version and who.get("reference") not in (*note.authors, *note.signers):
            found = Countersigning(task, shown(who), moment(one.get("recorded")), version == str(note.version))
    return found
