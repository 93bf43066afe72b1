"""Entries by name, and the views that the patient has of them (PDL 3:8). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.facts import Moment, first_moment, label, moment, newest_first
from varda.record.views import views

_DATES = ("effectiveDateTime", "effectivePeriod", "date", "authoredOn", "recordedDate", "period", "onsetDateTime",
          "start", "occurrenceDateTime", "performedDateTime", "issued", "created", "dateTime", "sent")  # fmt: skip
_NAMES = ("title", "description", "note")
_CODES = ("code", "type", "medicationCodeableConcept", "vaccineCode", "reasonCode", "category")


@dataclass(frozen=True, slots=True)
class View:
    """What the patient says is wrong, in the patient's words, and who noted it."""

    text: str
    at: Moment | None
    by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry by its reference (Type/id), its name and date, and the views that stand on it, oldest first."""

    reference: str
    name: str
    at: Moment | None
    views: tuple[View, ...]


def named(resource: Mapping[str, Any]) -> str:
    """What an entry is called: its title, else what its code says, else its type."""
    for name in _NAMES:
        if isinstance(resource.get(name), str) and resource[name]:
            return str(resource[name])
    said = next((text for name in _CODES if (text := label(resource.get(name)))), "")
    return said or str(resource.get("resourceType", ""))


def entries(resources: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """Entries of a chart, the newest first; who the patient is is no entry."""
    found = [_entry(one) for one in resources if one.get("resourceType") != "Patient"]
    return list(newest_first(found))


def viewed(resources: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """Those on which the patient's view is noted."""
    return entries(one for one in resources if views(one))


def _entry(resource: Mapping[str, Any]) -> Entry:
    reference = f"{resource['resourceType']}/{resource.get('id', '')}"
    return Entry(reference, named(resource), first_moment(resource, *_DATES), tuple(map(_view, views(resource))))


def _view(extension: Mapping[str, Any]) -> View:
    parts = {one.get("url"): one for one in extension.get("extension", ())}
    return View(
        str(parts.get("text", {}).get("valueString", "")),
        moment(parts.get("time", {}).get("valueDateTime")),
        str(parts.get("noted-by", {}).get("valueString", "")),
    )
