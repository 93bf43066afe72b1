"""A world small enough to keep in one's head: a region with two wards, a municipality, three people, two patients."""

from typing import Any

from varda.access.decisions import CATEGORY
from varda.access.projection import LICENCE, PURPOSE
from varda.access.session import Session
from varda.record import Door, Owner, Wish

HSA = "urn:oid:1.2.752.29.4.19"
KIND = "https://varda.example/fhir/CodeSystem/organization-kind"
ROLE = "https://varda.example/fhir/CodeSystem/role"
RESERVE = "http://electronichealth.se/identifier/nationelltReservnummer"

HSA_PREFIX = "SE9999999999"
REGION, CARDIOLOGY, SURGERY = "SE9999999999-R", "SE9999999999-C", "SE9999999999-S"
BORAS, HOME_CARE = "SE9999999999-B", "SE9999999999-H"

SYSTEM = Session(kind="job", actor="world", name="world", reach="county", scopes=("read", "write", "delete", "import"))


def organization(id_: str, hsa: str, *kinds: str, part_of: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Organization",
        "id": id_,
        "identifier": [{"system": HSA, "value": hsa}],
        "name": id_.capitalize(),
        "type": [{"coding": [{"system": KIND, "code": kind} for kind in kinds]}],
    }
    return made | ({"partOf": {"reference": f"Organization/{part_of}"}} if part_of else {})


def person(id_: str, given: str, family: str, *licences: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Practitioner",
        "id": id_,
        "identifier": [{"system": HSA, "value": f"SE9999999999-{id_}"}],
        "name": [{"family": family, "given": [given]}],
    }
    if licences:
        made["qualification"] = [{"code": {"coding": [{"system": LICENCE, "code": one}]}} for one in licences]
    return made


def assignment(practitioner: str, unit: str, role: str, purpose: str = "") -> dict[str, Any]:
    """An assignment; `purpose` empty: none is said, which means care."""
    made: dict[str, Any] = {
        "resourceType": "PractitionerRole",
        "id": f"{practitioner}-{unit}",
        "identifier": [{"system": HSA, "value": f"SE9999999999-{practitioner}-{unit}"}],
        "practitioner": {"reference": f"Practitioner/{practitioner}"},
        "organization": {"reference": f"Organization/{unit}"},
        "code": [{"coding": [{"system": ROLE, "code": role}], "text": role.capitalize()}],
    }
    if purpose:
        made["code"].append({"coding": [{"system": PURPOSE, "code": purpose}]})
    return made


def patient(id_: str, given: str, family: str, number: str) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": id_,
        "identifier": [{"system": RESERVE, "value": number}],
        "name": [{"family": family, "given": given.split()}],
        "birthDate": f"{number[:4]}-{number[4:6]}-{number[6:8]}",
        "gender": "female",
    }


def contact(id_: str, patient_: str, unit: str, status: str = "in-progress") -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": id_,
        "status": status,
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": f"Patient/{patient_}"},
        "serviceProvider": {"reference": f"Organization/{unit}"},
    }


def haemoglobin(patient_: str, value: str = "72.50", id_: str = "", **more: Any) -> dict[str, Any]:
    from decimal import Decimal

    made: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]},
        "subject": {"reference": f"Patient/{patient_}"},
        "effectiveDateTime": "2026-02-01T08:00:00+01:00",
        "valueQuantity": {"value": Decimal(value), "system": "http://unitsofmeasure.org", "code": "g/L"},
    }
    return made | ({"id": id_} if id_ else {}) | more


def decision(
    category: str,
    patient_: str,
    *,
    id_: str = "",
    provider: str = "",
    actors: tuple[str, ...] = (),
    status: str = "active",
    **provision: Any,
) -> dict[str, Any]:
    """A Consent as the patient's decision; see varda.access.decisions. `provider` and `actors` are Organization ids."""
    denies = category.endswith("block")
    rules = {"type": "deny" if denies else "permit", **provision}
    if actors:
        rules["actor"] = [
            {"role": {"text": "part"}, "reference": {"reference": f"Organization/{one}"}} for one in actors
        ]
    made: dict[str, Any] = {
        "resourceType": "Consent",
        "status": status,
        "scope": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]
        },
        "category": [{"coding": [{"system": CATEGORY, "code": category}]}],
        "patient": {"reference": f"Patient/{patient_}"},
        "performer": [{"reference": f"Patient/{patient_}"}],
        "policyRule": {"coding": [{"system": f"{CATEGORY}-way", "code": "present"}]},
        "provision": rules,
    }
    if provider:
        made["organization"] = [{"reference": f"Organization/{provider}"}]
    return made | ({"id": id_} if id_ else {})


async def fill(door: Door) -> None:
    """Astrid and Bo work at cardiology and surgery of the region, Cia in home care of the municipality.

    Vera lies at cardiology; surgery and home care have an old item each about her. Åsa lies at surgery.
    """
    county = [
        organization("region", REGION, "region", "care-provider"),
        organization("cardiology", CARDIOLOGY, "care-unit", "ward", part_of="region"),
        organization("surgery", SURGERY, "care-unit", "ward", part_of="region"),
        organization("boras", BORAS, "municipality", "care-provider"),
        organization("homecare", HOME_CARE, "care-unit", "home-care", part_of="boras"),
        person("astrid", "Astrid", "Lund", "läkare"),
        person("bo", "Bo", "Ek", "sjuksköterska"),
        person("cia", "Cia", "Öst", "sjuksköterska"),
        assignment("astrid", "cardiology", "physician"),
        assignment("astrid", "surgery", "physician"),
        assignment("bo", "surgery", "nurse"),
        assignment("cia", "homecare", "nurse"),
        patient("vera", "Vera Maria", "Åkesson", "19500214-XA07"),
        patient("asa", "Åsa", "Sjöö", "19610305-XB12"),
    ]
    own = {
        CARDIOLOGY: [contact("vera-stay", "vera", "cardiology"), haemoglobin("vera", id_="hb-cardiology")],
        SURGERY: [contact("asa-stay", "asa", "surgery"), haemoglobin("vera", "71.0", id_="hb-surgery")],
        HOME_CARE: [
            haemoglobin("vera", "70", id_="hb-homecare"),
            decision("information", "vera", id_="told-boras", provider="boras"),
        ],
    }
    async with door.opened(SYSTEM, "administration") as record:
        await record.write([Wish("update", r, owner=Owner("", "")) for r in county])
        for unit, items in own.items():
            provider = BORAS if unit == HOME_CARE else REGION
            await record.write([Wish("update", r, owner=Owner(unit, provider)) for r in items])
