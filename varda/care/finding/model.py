"""An entry of a record as a line: of which kind, called what, when, where – and every text in it that a person reads.

The texts are found by walking the resource, so that no element that somebody fills in is forgotten: what says who the
patient is, what identifies, and what only machines read is passed over.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.corrections import named
from varda.care.facts import Moment, codes, first_moment, label, moment, shown
from varda.care.notes import note, plain
from varda.record import Stored
from varda.search.swedish import clean

KINDS: dict[str, tuple[str, ...]] = {
    "notes": ("Composition", "DocumentReference", "ClinicalImpression", "FamilyMemberHistory", "QuestionnaireResponse"),
    "results": ("Observation", "DiagnosticReport"),
    "diagnoses": ("Condition", "Procedure"),
    "medication": ("MedicationRequest", "MedicationStatement", "MedicationAdministration"),
    "vaccinations": ("Immunization",),
    "attention": ("AllergyIntolerance", "Flag"),
    "contacts": ("Encounter", "Appointment"),
    "plans": ("CarePlan", "Goal", "ServiceRequest"),
}
"""What a reader calls them, with their resource types."""
TYPES = tuple(type_ for types in KINDS.values() for type_ in types)
_KIND_OF = {type_: kind for kind, types in KINDS.items() for type_ in types}

_DATES = (
    "effectiveDateTime", "effectivePeriod", "effectiveInstant", "date", "authoredOn", "onsetDateTime", "onsetPeriod",
    "recordedDate", "period", "start", "occurrenceDateTime", "performedDateTime", "performedPeriod", "issued",
    "created", "startDate", "dateAsserted", "authored",
)  # fmt: skip
_AUTHORS = ("author", "asserter", "recorder", "requester", "performer", "informationSource", "source")
_SAID = frozenset({"text", "display", "title", "description", "comment", "conclusion", "patientInstruction", "name"})
_SILENT = frozenset({"meta", "identifier", "subject", "patient", "encounter", "context", "link", "contained"})
_CODE = re.compile(r"[A-Z]{1,2}\d[\dA-Z.]*")  # of ICD-10-SE, ATC and KVÅ: what people know by heart
DENIALS = {
    "refuted": "utesluten",
    "not-done": "inte utfört",
    "not-taken": "tas inte",
    "do-not": "ska inte ges eller göras",
}
"""States in which an entry says that something is not so, in the record's words."""
STATES = frozenset(
    {"cancelled", "revoked", "stopped", "on-hold", "preliminary", "registered", "amended", "corrected", "noshow",
     "draft", "ended", "inactive", "abandoned", "rejected"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. `reference` is Type/id, `unit` the name of its owner where the entry tells it, `by` who answers for
    it; `is_stay` an admission, `state` how far it holds (see `STATES`). `texts` are (heading, text), the heading often
    empty.
    """

    reference: str
    kind: str
    title: str
    at: Moment | None
    until: Moment | None
    by: str
    unit: str
    unit_key: int
    is_stay: bool
    state: str
    texts: tuple[tuple[str, str], ...]

    @property
    def id(self) -> str:
        """The id of the resource."""
        return self.reference.partition("/")[2]

    @property
    def is_struck(self) -> bool:
        """Whether it was entered in error."""
        return self.state == "entered-in-error"

    @property
    def said(self) -> str:
        """The title with what denies it: a vaccination that was not given is none."""
        return f"{self.title} {DENIALS[self.state]}" if self.state in DENIALS else self.title

    @property
    def type(self) -> str:
        """The resource type."""
        return self.reference.partition("/")[0]


def line(stored: Stored) -> Line:
    """Read any entry of a record."""
    resource = stored.resource
    about = note(resource) if stored.type == "Composition" else None
    period = next((p for p in (resource.get("period"), resource.get("effectivePeriod")) if isinstance(p, Mapping)), {})
    return Line(
        reference=stored.reference,
        kind=_KIND_OF.get(stored.type, "notes"),
        title=about.title if about else _title(resource),
        at=first_moment(resource, *_DATES),
        until=moment(period.get("end")),
        by=about.by if about else _by(resource),
        unit=about.unit if about else shown(resource.get("serviceProvider") or resource.get("custodian")),
        unit_key=stored.unit,
        is_stay=stored.type == "Encounter" and (resource.get("class") or {}).get("code") in ("IMP", "ACUTE", "NONAC"),
        state=_state(resource),
        texts=tuple((part.title, clean(part.text)) for part in about.parts if part.text) if about else texts(resource),
    )


def texts(resource: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What a person reads of an entry that is no note, in the order of the resource; nothing is left out because it was
    said before: of a panel each part stands with its own value.
    """
    found = [clean(text) for text in _walked(resource, "") if text.strip()]
    # A narrative says once more what stands in the elements; only what it says beyond them counts.
    rest = [clean(one) for one in plain((resource.get("text") or {}).get("div", "")).splitlines()]
    said = "\n".join(found)
    found += [one for one in rest if one.strip() and one.strip() not in said]
    return tuple(("", text) for text in found)


def _walked(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, list):
        for inner in value:
            yield from _walked(inner, name)
    elif not isinstance(value, Mapping):
        said = _plain(value, name)
        if said:
            yield said
    elif name == "component":
        yield ": ".join(text for key, inner in value.items() for text in _walked(inner, key))
    elif "coding" in value or (set(value) == {"text"} and name != "note"):
        yield _concept(value)
    elif "value" in value and not isinstance(value["value"], Mapping):
        yield _quantity(value)
    elif name in ("valueRange", "referenceRange", "doseRange") and not value.get("text"):
        yield f"{_quantity(value.get('low') or {})}–{_quantity(value.get('high') or {})}"
    else:
        for key, inner in value.items():
            if key not in _SILENT and not (key == "text" and isinstance(inner, Mapping)):
                yield from _walked(inner, key)


def _plain(value: Any, name: str) -> str:
    """A value that stands by itself, as far as it is said to a person."""
    if isinstance(value, bool):
        return ("ja" if value else "nej") if name.startswith(("value", "answer")) else ""
    if isinstance(value, str):
        return value if name in _SAID or name.startswith("value") else ""
    return str(value) if name.startswith("value") and value is not None else ""


def _quantity(value: Mapping[str, Any]) -> str:
    parts = (
        f"{value.get('comparator', '')}{value.get('value', '')}",
        str(value.get("unit") or value.get("code") or ""),
    )
    return " ".join(part for part in parts if part)


def _concept(value: Mapping[str, Any]) -> str:
    """A CodeableConcept: its text, other words of its codings, and codes that people know by heart."""
    said = dict.fromkeys([str(value.get("text", ""))])
    for one in value.get("coding") or ():
        code = str(one.get("code", ""))
        said |= dict.fromkeys([str(one.get("display", "")), code if _CODE.fullmatch(code) else ""])
    return " ".join(part for part in said if part)


def _state(resource: Mapping[str, Any]) -> str:
    """How far an entry holds: what denies it first, then what limits it; empty for what stands as it is."""
    certainty = codes(resource.get("verificationStatus"))
    status, clinical = str(resource.get("status", "")), codes(resource.get("clinicalStatus"))
    if "entered-in-error" in {status, *certainty}:
        return "entered-in-error"
    if "refuted" in certainty or status in ("not-done", "not-taken"):
        return "refuted" if "refuted" in certainty else status
    if resource.get("doNotPerform") is True:
        return "do-not"
    if certainty & {"unconfirmed", "provisional", "differential"}:
        return "unconfirmed"
    if clinical & {"inactive", "resolved", "remission"}:
        return "over"
    if status == "completed" and str(resource.get("resourceType", "")).startswith("Medication"):
        return "over"
    return status if status in STATES else ""


def _title(resource: Mapping[str, Any]) -> str:
    """What an entry is called; an allergy without a code by the substance of its reaction."""
    substance = next((text for one in resource.get("reaction", ()) if (text := label(one.get("substance")))), "")
    return substance if substance and not label(resource.get("code")) else named(resource)


def _by(resource: Mapping[str, Any]) -> str:
    for name in _AUTHORS:
        said = resource.get(name)
        for one in said if isinstance(said, list) else [said]:
            who = one.get("actor", one) if isinstance(one, Mapping) else None
            if who and (name_shown := shown(who)):
                return name_shown
    return ""
