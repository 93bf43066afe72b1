"""FHIR R4 resources as plain data, one function a kind of entry: observation, condition, note, prescription, referral.

Pure and fast: constant parts are made once and shared between resources, so they are to be read, not changed in place.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from html import escape

from varda.record.answers import ACTIVITY
from varda.region.model import Assignment, Resource
from varda.region.terms.diagnoses import DIAGNOSES, ICD
from varda.region.terms.drugs import ATC, DRUGS, Drug
from varda.region.terms.measures import CRITICAL, LOCAL, LOINC, MEASURES, NPU, UCUM, Measure
from varda.region.terms.procedures import KVA, PROCEDURES

NOTE_TYPE = "https://varda.example/fhir/CodeSystem/note-type"
KEYWORD = "https://varda.example/fhir/CodeSystem/keyword"
_HL7 = "http://terminology.hl7.org/CodeSystem/"

KEYWORDS: dict[str, str] = {
    "kontaktorsak": "Kontaktorsak", "patientberattelse": "Patientberättelse", "anamnes": "Anamnes",
    "aktuellt": "Aktuellt", "psykosocialt": "Psykosocialt", "status": "Status", "funktion": "Funktion och aktivitet",
    "omvardnad": "Omvårdnad", "resultat": "Resultat", "bedomning": "Bedömning", "atgard": "Åtgärd",
    "lakemedel": "Läkemedel", "planering": "Planering",
}  # fmt: skip
"""The record's keywords (sökord), the same words as the templates of care, in the order of a note."""

NOTE_TYPES: dict[str, tuple[str, str]] = {
    # what a chapter calls it: code of the template that it was written from, title
    "lakarbesok": ("visit", "Läkarbesök"), "akut": ("visit", "Akutanteckning"),
    "inskrivning": ("admission", "Inskrivningsanteckning"), "daganteckning": ("round", "Rondanteckning"),
    "epikris": ("discharge", "Epikris"), "omvardnad": ("nursing", "Omvårdnadsanteckning"),
    "sjukskoterskebesok": ("nursing", "Sjuksköterskebesök"), "hemsjukvard": ("nursing", "Hemsjukvårdsbesök"),
    "barnhalsovard": ("nursing", "Barnhälsovårdsbesök"), "barnmorska": ("nursing", "Barnmorskebesök"),
    "forlossning": ("nursing", "Förlossningsanteckning"), "fysioterapi": ("rehabilitation", "Fysioterapianteckning"),
    "arbetsterapi": ("rehabilitation", "Arbetsterapianteckning"), "psykolog": ("conversation", "Psykologbesök"),
    "telefon": ("telephone", "Telefonkontakt"),
}  # fmt: skip


def instant(when: datetime) -> str:
    """A moment as FHIR writes it, in UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@cache
def coded(system: str, code: str, display: str) -> Resource:
    """A CodeableConcept of one coding, with its text."""
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


@cache
def diagnosis(code: str) -> Resource:
    """An ICD-10-SE diagnosis as CodeableConcept."""
    return coded(ICD, code, DIAGNOSES[code])


@cache
def _hl7(name: str, code: str) -> Resource:
    return {"coding": [{"system": _HL7 + name, "code": code}]}


INPATIENT: Resource = _hl7("medicationrequest-category", "inpatient")
"""The category of what is ordered for a ward."""


@cache
def service(code: str) -> Resource:
    """The diagnostic service section of a report: LAB or RAD."""
    return _hl7("v2-0074", code)


@cache
def _measured(key: str) -> Resource:
    one = MEASURES[key]
    codings = [{"system": LOINC, "code": one.loinc}] if one.loinc else [{"system": LOCAL, "code": key}]
    if one.npu:
        codings.insert(0, {"system": NPU, "code": one.npu})
    return {"code": {"coding": codings, "text": one.text}, "category": [_hl7("observation-category", one.category)]}


@cache
def _range(key: str, female: bool) -> list[Resource]:
    one = MEASURES[key]
    low = one.women if female and one.women is not None else one.low
    limits = {"low": low, "high": one.high}
    found = {name: _quantity(one, value) for name, value in limits.items() if value is not None}
    return [found] if found else []


def _quantity(one: Measure, value: Decimal) -> Resource:
    return {"value": value, "unit": one.unit, "system": UCUM, "code": one.ucum}


def interpretation(key: str, limits: list[Resource], value: Decimal) -> str:
    """H, L or N by the reference range; HH or LL beyond the limits on which somebody must act at once."""
    least, most = CRITICAL.get(key, (None, None))
    low, high = (limits[0].get(name, {}).get("value") for name in ("low", "high"))
    if high is not None and value > high:
        return "HH" if most is not None and value > most else "H"
    if low is not None and value < low:
        return "LL" if least is not None and value < least else "L"
    return "N"


def observation(key: str, value: Decimal, when: str, female: bool) -> Resource:
    """One measured value with range and interpretation; subject, encounter and performer are added by the contact."""
    resource: Resource = {
        "resourceType": "Observation",
        "status": "final",
        **_measured(key),
        "effectiveDateTime": when,
        "valueQuantity": _quantity(MEASURES[key], value),
    }
    limits = _range(key, female)
    if limits:
        resource["interpretation"] = [_hl7("v3-ObservationInterpretation", interpretation(key, limits, value))]
        resource["referenceRange"] = limits
    return resource


_PRESSURE: Resource = {
    "code": {"coding": [{"system": LOINC, "code": "85354-9"}], "text": "Blodtryck"},
    "category": [_hl7("observation-category", "vital-signs")],
}


def blood_pressure(systolic: Decimal, diastolic: Decimal, when: str) -> Resource:
    """Blood pressure as one panel of two components (mmHg)."""
    pair = (("systolic", systolic), ("diastolic", diastolic))
    return {
        "resourceType": "Observation",
        "status": "final",
        **_PRESSURE,
        "effectiveDateTime": when,
        "component": [
            {"code": _measured(key)["code"], "valueQuantity": _quantity(MEASURES[key], value)} for key, value in pair
        ],
    }


def condition(code: str, since: str, *, category: str, abated: str = "") -> Resource:
    """A diagnosis, active or resolved; `category` is problem-list-item or encounter-diagnosis."""
    resource: Resource = {
        "resourceType": "Condition",
        "clinicalStatus": _hl7("condition-clinical", "resolved" if abated else "active"),
        "verificationStatus": _hl7("condition-ver-status", "confirmed"),
        "category": [_hl7("condition-category", category)],
        "code": diagnosis(code),
        "onsetDateTime": since,
        "recordedDate": since,
    }
    if abated:
        resource["abatementDateTime"] = abated
    return resource


@cache
def _medicine(key: str) -> Resource:
    drug = DRUGS[key]
    return {"coding": [{"system": ATC, "code": drug.atc, "display": drug.substance}], "text": drug.name}


@cache
def _dosage(key: str) -> list[Resource]:
    drug = DRUGS[key]
    amount = {"doseQuantity": {"value": Decimal(drug.amount), "unit": drug.form}}
    dosage: Resource = {"text": drug.dosage, "doseAndRate": [amount]}
    if drug.daily > 0:
        dosage["timing"] = {"repeat": {"frequency": drug.daily, "period": 1, "periodUnit": "d"}}
    elif drug.daily < 0:
        dosage["timing"] = {"repeat": {"frequency": 1, "period": -drug.daily, "periodUnit": "d"}}
    else:
        dosage["asNeededBoolean"] = True
    return [dosage]


def prescription(key: str, when: str, status: str, until: str) -> Resource:
    """A prescription of one product; `until` is the last day on which it may be dispensed."""
    return {
        "resourceType": "MedicationRequest",
        "status": status,
        "intent": "order",
        "medicationCodeableConcept": _medicine(key),
        "authoredOn": when,
        "dosageInstruction": _dosage(key),
        "dispenseRequest": {
            "validityPeriod": {"start": when[:10], "end": until},
            "numberOfRepeatsAllowed": 3,
        },
    }


def own_medicine(key: str, since: str) -> Resource:
    """A medicine that the patient takes without a prescription, by their own account."""
    return {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationCodeableConcept": _medicine(key),
        "effectivePeriod": {"start": since},
        "dosage": _dosage(key),
        "note": [{"text": "Receptfritt, enligt patienten."}],
    }


def given_dose(key: str, when: str) -> Resource:
    """One dose given on a ward."""
    drug: Drug = DRUGS[key]
    return {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "medicationCodeableConcept": _medicine(key),
        "effectiveDateTime": when,
        "dosage": {"text": drug.dosage, "dose": {"value": Decimal(drug.amount), "unit": drug.form}},
    }


def procedure(code: str, when: str) -> Resource:
    """A care measure by KVÅ code."""
    return {
        "resourceType": "Procedure",
        "status": "completed",
        "code": coded(KVA, code, PROCEDURES[code]),
        "performedDateTime": when,
    }


@cache
def _keyword(key: str) -> Resource:
    return {"coding": [{"system": KEYWORD, "code": key, "display": KEYWORDS[key]}]}


def _section(key: str, text: str) -> Resource:
    div = f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{escape(text, quote=False)}</p></div>'
    return {"title": KEYWORDS[key], "code": _keyword(key), "text": {"status": "additional", "div": div}}


def note(kind: str, when: str, author: Assignment, sections: Iterable[tuple[str, str]], signed: str) -> Resource:
    """A note: keywords with text. `signed` is the time of signature, or "" while it waits to be signed."""
    resource: Resource = {
        "resourceType": "Composition",
        "status": "final" if signed else "preliminary",
        "type": coded(NOTE_TYPE, *NOTE_TYPES[kind]),
        "date": when,
        "author": [author.reference],
        "title": NOTE_TYPES[kind][1],
        "section": [_section(key, text) for key, text in sections],
    }
    if signed:
        resource["attester"] = [{"mode": "legal", "time": signed, "party": author.reference}]
    return resource


def signature(targets: Iterable[Resource], when: str, author: Assignment) -> Resource:
    """That somebody has signed an answer: its report and the results in it, as they were first told."""
    return {
        "resourceType": "Provenance",
        "target": [{"reference": f"{one['reference']}/_history/1"} for one in targets],
        "recorded": when,
        "activity": {"coding": [ACTIVITY]},
        "agent": [{"who": author.reference}],
    }
