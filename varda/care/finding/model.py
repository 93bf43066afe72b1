"""An entry of a record as a line: of which kind, called what, when, where – and every text in it that a person reads.

The texts are found by walking the resource, so that no element that somebody fills in is forgotten: what says who the
patient is, what identifies, and what only machines read is passed over.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.corrections import named
from varda.care.facts import Moment, first_moment, moment, shown
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
_SAID = frozenset(
    {"text", "display", "title", "description", "comment", "conclusion", "patientInstruction", "unit", "name"}
)
_SILENT = frozenset({"meta", "identifier", "subject", "patient", "encounter", "context", "link", "contained"})
_CODE = re.compile(r"[A-Z]{1,2}\d[\dA-Z.]*")  # of ICD-10-SE, ATC and KVÅ: what people know by heart
_STRUCK = frozenset({"entered-in-error"})


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. `reference` is Type/id, `unit` the name of its owner where the entry tells it, `by` who answers for
    it; `is_stay` an admission, `is_struck` entered in error. `texts` are (heading, text), the heading often empty.
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
    is_struck: bool
    texts: tuple[tuple[str, str], ...]

    @property
    def id(self) -> str:
        """The id of the resource."""
        return self.reference.partition("/")[2]

    @property
    def type(self) -> str:
        """The resource type."""
        return self.reference.partition("/")[0]


def line(stored: Stored) -> Line:
    """Read any entry of a record."""
    resource = stored.resource
    about = note(resource) if stored.type == "Composition" else None
    status = resource.get("status", "") or ""
    codes = {c.get("code") for c in (resource.get("verificationStatus") or {}).get("coding", ())}
    period = next((p for p in (resource.get("period"), resource.get("effectivePeriod")) if isinstance(p, Mapping)), {})
    return Line(
        reference=stored.reference,
        kind=_KIND_OF.get(stored.type, "notes"),
        title=about.title if about else named(resource),
        at=first_moment(resource, *_DATES),
        until=moment(period.get("end")),
        by=about.by if about else _by(resource),
        unit=about.unit if about else shown(resource.get("serviceProvider") or resource.get("custodian")),
        unit_key=stored.unit,
        is_stay=stored.type == "Encounter" and (resource.get("class") or {}).get("code") in ("IMP", "ACUTE", "NONAC"),
        is_struck=bool(({status} | codes) & _STRUCK),
        texts=tuple((part.title, clean(part.text)) for part in about.parts if part.text) if about else texts(resource),
    )


def texts(resource: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What a person reads of an entry that is no note, each text once, in the order of the resource."""
    found = dict.fromkeys(clean(text) for text in _walked(resource, "") if text.strip())
    # A narrative says once more what stands in the elements; only what it says beyond them counts.
    rest = [clean(one) for one in plain((resource.get("text") or {}).get("div", "")).splitlines()]
    found |= dict.fromkeys(one for one in rest if one.strip() and not any(one.strip() in said for said in found))
    return tuple(("", text) for text in found)


def _walked(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        if "value" in value and isinstance(value.get("unit", value.get("code")), str):
            yield f"{value.get('comparator', '')}{value['value']} {value.get('unit') or value['code']}"
            return
        for key, inner in value.items():
            if key == "coding":
                yield from _coded(inner)
            elif key not in _SILENT and not (key == "text" and isinstance(inner, Mapping)):
                yield from _walked(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _walked(inner, name)
    elif isinstance(value, str) and (name in _SAID or name.startswith("valueString")):
        yield value
    elif name in ("valueInteger", "valueDecimal"):
        yield str(value)


def _coded(codings: Any) -> Iterator[str]:
    for one in codings if isinstance(codings, list) else ():
        code, display = str(one.get("code", "")), str(one.get("display", ""))
        known = code if _CODE.fullmatch(code) else ""
        yield " ".join(part for part in (display, known) if part)


def _by(resource: Mapping[str, Any]) -> str:
    for name in _AUTHORS:
        said = resource.get(name)
        for one in said if isinstance(said, list) else [said]:
            who = one.get("actor", one) if isinstance(one, Mapping) else None
            if who and (name_shown := shown(who)):
                return name_shown
    return ""
