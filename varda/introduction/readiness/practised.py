"""The practice patient: invented, with a reserve number of the letter of invented people, where nobody works.

The synthetic user reads this one patient and no other. It stands in no real unit's list.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from varda.access import Session
from varda.access.session import PRACTICE, PRACTICE_UNIT
from varda.kernel.errors import Absent
from varda.record import Door, Owner, Wish

PATIENT, NAME = "varda-practice", "Övningspatient"
_JOB = Session(
    kind="job", actor="synthetic", name="synthetic", reach="county", scopes=("read", "write", "import")
)  # fmt: skip
_ABOUT = {"reference": f"Patient/{PATIENT}"}
_VALUES = 40


async def practised(door: Door) -> None:
    """Register the practice patient with a life to show, unless it is there."""
    async with door.opened(_JOB, "administration") as record:
        try:
            await record.read("Patient", PATIENT)
            return
        except Absent:
            pass
    async with door.opened(_JOB, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in _place()])
        await record.write([Wish("update", one, owner=Owner(PRACTICE, PRACTICE)) for one in _life()])


def _place() -> list[dict[str, Any]]:
    kinds = [{"coding": [{"system": "https://varda.example/fhir/CodeSystem/organization-kind", "code": code}]}
             for code in ("care-unit", "care-provider")]  # fmt: skip
    unit = {"system": "urn:oid:1.2.752.29.4.19", "value": PRACTICE}
    number = {"system": "http://electronichealth.se/identifier/nationelltReservnummer", "value": "19000101-XZ99"}
    return [
        {"resourceType": "Organization", "id": PRACTICE_UNIT, "active": False, "identifier": [unit],
         "name": "Övningsenhet (syntetisk)", "type": kinds},
        {"resourceType": "Patient", "id": PATIENT, "identifier": [number], "birthDate": "1900-01-01",
         "gender": "unknown", "name": [{"family": NAME, "given": ["Syntetisk"]}]},
    ]  # fmt: skip


def _life() -> list[dict[str, Any]]:
    stay = {
        "resourceType": "Encounter", "id": f"{PATIENT}-contact", "status": "in-progress", "subject": _ABOUT,
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "serviceProvider": {"reference": f"Organization/{PRACTICE_UNIT}"},
    }  # fmt: skip
    return [stay, *(_value(number) for number in range(_VALUES))]


def _value(number: int) -> dict[str, Any]:
    day = date(2026, 1, 1) + timedelta(days=number)
    return {
        "resourceType": "Observation", "id": f"{PATIENT}-{number}", "status": "final", "subject": _ABOUT,
        "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]},
        "effectiveDateTime": f"{day}T08:00:00+01:00",
        "valueQuantity": {"value": Decimal(130 + number % 9), "system": "http://unitsofmeasure.org", "code": "g/L"},
    }  # fmt: skip
