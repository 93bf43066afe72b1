"""What each search parameter means to us: where its values are written, and what it is a part or another name of.

Nothing is written twice. A parameter that is the union of others (`combo-code`), or the same path narrowed to one type
of target (`patient` beside `subject`), has no values of its own: it is asked of its `parts`.
https://hl7.org/fhir/R4/search.html and https://hl7.org/fhir/R4/searchparameter-registry.html
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from varda.fhir import definitions, path
from varda.fhir.definitions import Parameter
from varda.fhir.expression import routes
from varda.fhir.keys import key

MAIN_DATE: Mapping[str, str] = MappingProxyType({
    "Account": "period", "ActivityDefinition": "date", "AdverseEvent": "date", "AllergyIntolerance": "date",
    "Appointment": "date", "AuditEvent": "date", "Basic": "created", "Bundle": "timestamp",
    "CapabilityStatement": "date", "CarePlan": "date", "CareTeam": "date", "ChargeItem": "occurrence",
    "ChargeItemDefinition": "date", "Claim": "created", "ClaimResponse": "created", "ClinicalImpression": "date",
    "CodeSystem": "date", "Communication": "sent", "CommunicationRequest": "authored",
    "CompartmentDefinition": "date", "Composition": "date", "ConceptMap": "date", "Condition": "recorded-date",
    "Consent": "date", "Contract": "issued", "CoverageEligibilityRequest": "created",
    "CoverageEligibilityResponse": "created", "DetectedIssue": "identified", "DeviceRequest": "authored-on",
    "DiagnosticReport": "date", "DocumentManifest": "created", "DocumentReference": "date",
    "EffectEvidenceSynthesis": "date", "Encounter": "date", "EpisodeOfCare": "date", "EventDefinition": "date",
    "Evidence": "date", "EvidenceVariable": "date", "ExampleScenario": "date", "ExplanationOfBenefit": "created",
    "FamilyMemberHistory": "date", "Flag": "date", "Goal": "start-date", "GraphDefinition": "date",
    "ImagingStudy": "started", "Immunization": "date", "ImmunizationEvaluation": "date",
    "ImmunizationRecommendation": "date", "ImplementationGuide": "date", "Invoice": "date", "Library": "date",
    "List": "date", "Measure": "date", "MeasureReport": "date", "Media": "created",
    "Medication": "expiration-date", "MedicationAdministration": "effective-time",
    "MedicationDispense": "whenhandedover", "MedicationRequest": "authoredon", "MedicationStatement": "effective",
    "MessageDefinition": "date", "NamingSystem": "date", "NutritionOrder": "datetime", "Observation": "date",
    "OperationDefinition": "date", "OrganizationAffiliation": "date", "Patient": "birthdate",
    "PaymentNotice": "created", "PaymentReconciliation": "created", "Person": "birthdate", "PlanDefinition": "date",
    "PractitionerRole": "date", "Procedure": "date", "Provenance": "recorded", "Questionnaire": "date",
    "QuestionnaireResponse": "authored", "RelatedPerson": "birthdate", "RequestGroup": "authored",
    "ResearchDefinition": "date", "ResearchElementDefinition": "date", "ResearchStudy": "date",
    "ResearchSubject": "date", "RiskAssessment": "date", "RiskEvidenceSynthesis": "date", "Schedule": "date",
    "SearchParameter": "date", "ServiceRequest": "authored", "Slot": "start", "Specimen": "collected",
    "StructureDefinition": "date", "StructureMap": "date", "SupplyRequest": "date", "Task": "authored-on",
    "TerminologyCapabilities": "date", "TestReport": "issued", "TestScript": "date", "ValueSet": "date",
    "VisionPrescription": "datewritten",
})  # fmt: skip
"""For each type the date a clinician would sort by: one value at most, kept in the row itself (`low`, `high`)."""

ROW = frozenset({"_id", "_lastUpdated"})
"""Parameters answered by the row's own columns."""

_SPELLED = {
    "HumanName": {"family": "family", "given": "given"},
    "Address": {
        "city": "address-city",
        "state": "address-state",
        "postalCode": "address-postalcode",
        "country": "address-country",
    },
}
_FILTER = re.compile(r"^(.*)\.where\(resolve\(\) is (\w+)\)$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """One search parameter of one type, ready for use.

    `parts` are the parameters that hold its values: usually itself. `only` narrows a reference to one type of target.
    `apart` are fields of a HumanName or Address which a parameter of their own holds. `systems` are the systems that a
    `code` element means without saying so. `compartment` tells that it puts items into a patient's compartment.
    """

    type: str
    code: str
    kind: str
    key: int
    salt: int
    present: int
    datatypes: frozenset[str]
    parts: tuple[str, ...]
    targets: tuple[str, ...] = ()
    only: str = ""
    apart: frozenset[str] = frozenset()
    systems: frozenset[str] = frozenset()
    main: bool = False
    single: bool = False
    compartment: bool = False
    expression: str = ""

    @property
    def name(self) -> str:
        """`Type.code`, the text all its keys are made from."""
        return f"{self.type}.{self.code}"

    @property
    def written(self) -> bool:
        """Whether it has values of its own in the index."""
        return self.code in self.parts


def salt(name: str) -> int:
    """What makes the key of a reference's target different for each parameter: item XOR salt = token."""
    return key(f"{name}\x1fto")


@cache
def meanings(type_: str) -> Mapping[str, Meaning]:
    """Every parameter of a type that can be searched here, by code. Raises KeyError for what is no resource type."""
    known = {
        code: _meaning(type_, parameter)
        for code, parameter in definitions.parameters(type_).items()
        if parameter.expression and parameter.type not in ("composite", "special")
    }
    inside = {part for code in definitions.compartment(type_) if code in known for part in _parts(known, code)}
    found = {}
    for code, meaning in known.items():
        parts = _parts(known, code)
        found[code] = replace(
            meaning,
            parts=parts,
            only=_only(meaning),
            apart=_apart(known, meaning),
            main=MAIN_DATE.get(type_) == code,
            compartment=type_ != "Patient" and len(parts) == 1 and parts[0] in inside,
        )
    return MappingProxyType(found)


def _meaning(type_: str, parameter: Parameter) -> Meaning:
    name = f"{type_}.{parameter.code}"
    ways = () if parameter.expression in path.BY_HAND else routes(parameter.expression, type_)
    datatypes = frozenset(way.type for way in ways) or frozenset({"boolean"})
    return Meaning(
        type_,
        parameter.code,
        parameter.type,
        key=key(name),
        salt=salt(name),
        present=key(f"{name}\x1fpresent"),
        datatypes=datatypes,
        parts=(parameter.code,),
        targets=parameter.targets,
        systems=_systems(type_, [way.steps for way in ways]) if datatypes == {"code"} else frozenset(),
        single=parameter.single,
        expression=parameter.expression,
    )


def _systems(type_: str, ways: Iterable[tuple[object, ...]]) -> frozenset[str]:
    found: set[str] = set()
    for steps in ways:
        kind, bound = type_, ""
        for step in steps:
            if isinstance(step, str) and (element := definitions.elements(kind).get(step)):
                kind, bound = element.type, element.codes
        found.update(definitions.value_set(bound))
    return frozenset(found)


def branches(expression: str) -> frozenset[str]:
    """The alternatives of an expression, without the parentheses around a whole one."""
    found, depth, start = [], 0, 0
    for at, sign in enumerate(expression):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            found.append(expression[start:at])
            start = at + 1
    return frozenset(_bare(part.strip()) for part in (*found, expression[start:]))


def _bare(part: str) -> str:
    return part[1:-1] if part.startswith("(") and part.find(")") == len(part) - 1 else part


def _only(meaning: Meaning) -> str:
    match = _FILTER.match(meaning.expression) if meaning.kind == "reference" and "|" not in meaning.expression else None
    return match[2] if match else ""


def _parts(known: Mapping[str, Meaning], code: str) -> tuple[str, ...]:
    """The parameters that hold the values of one. The first of equals by name holds them for all."""
    own = known[code]
    if code == "phonetic" or code in ROW:
        return (code,)
    wanted = branches(own.expression)
    if _only(own):
        match = _FILTER.match(own.expression)
        assert match is not None
        wanted = branches(match[1])
    cover: list[str] = []
    left = set(wanted)
    for other in sorted(known):
        if known[other].kind != own.kind or other == "phonetic" or _only(known[other]):
            continue
        has = branches(known[other].expression)
        is_equal = has == wanted and (other < code or bool(_only(own)))
        if is_equal:
            return (other,)
        if has < wanted and has <= left:
            cover.append(other)
            left -= has
    return (code,) if left else tuple(cover)


def _apart(known: Mapping[str, Meaning], own: Meaning) -> frozenset[str]:
    """Fields of a name or address which other parameters of the type hold in full."""
    found = set()
    if own.kind == "string" and own.code != "phonetic":
        for datatype, fields in _SPELLED.items():
            if own.datatypes == {datatype}:
                found |= {
                    field
                    for field, code in fields.items()
                    if code in known and known[code].expression == f"{own.expression}.{field}"
                }
    return frozenset(found)


def spelled(own: Meaning) -> tuple[str, ...]:
    """The parameters where the words of a string parameter are: its parts, and those its fields are kept by."""
    also = {code for fields in _SPELLED.values() for field, code in fields.items() if field in own.apart}
    return (*own.parts, *sorted(also))
