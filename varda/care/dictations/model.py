"""A dictation is a task of the unit whose inputs are recordings; it is done when the note is written.

A recording is work material until the note is signed, and the note replaces it. It is kept as all else (R2): only an
authority's decision destroys (PDL 8:4). http://hl7.org/fhir/R4/task-definitions.html#Task.input
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.tasks import Task, task

SYSTEM = "https://varda.example/fhir/CodeSystem/task-kind"
KIND = "dictation"
"""The code of the task."""
TEMPLATE, CONTACT, RECORDING = "template", "contact", "recording"
"""What an input is, by its type's text."""


@dataclass(frozen=True, slots=True)
class Dictation:
    """What was spoken: `recordings` are ids of files, `template` and `contact` what the note is to be, `said` what its
    speaker wrote to whoever types it.
    """

    task: Task
    recordings: tuple[str, ...]
    template: str
    contact: str
    said: str


def dictation(resource: Mapping[str, Any]) -> Dictation:
    """Read a Task of the kind."""
    inputs = [(str(one.get("type", {}).get("text", "")), one) for one in resource.get("input", ())]
    words = {name: str(one.get("valueString", "")) for name, one in inputs}
    files = [str(one.get("valueReference", {}).get("reference", "")) for name, one in inputs if name == RECORDING]
    found = task(resource)
    return Dictation(
        task=found,
        recordings=tuple(one.partition("/")[2] for one in files if one.startswith("DocumentReference/")),
        template=words.get(TEMPLATE, ""),
        contact=words.get(CONTACT, ""),
        said=found.why,
    )
