"""A few hundred resources with every sort of value that a search can meet, the same for the same seed."""

from decimal import Decimal
from random import Random
from typing import Any

LOINC, UCUM, ICD = "http://loinc.org", "http://unitsofmeasure.org", "urn:oid:1.2.752.116.1.1.1"
RESERVE = "http://electronichealth.se/identifier/nationelltReservnummer"
FAMILIES = [
    "Åberg",
    "Andersson",
    "Öst",
    "von Essen",
    "Lindqvist-Ek",
    "Carlsson",
    "Söder",
    "O'Brien",
    "Ärlig",
    "Zetterström",
]
GIVEN = ["Åsa", "Bo", "Karl Gustaf", "Élise", "Örjan", "anna", "Anna", "Bosse"]
PATIENTS = 8

_DAYS = [
    "2023",
    "2023-12",
    "2024-01-01",
    "2024-01-31",
    "2024-02-29",
    "2024-03-31T01:30:00+01:00",
    "2024-03-31T12:00:00Z",
    "2024-01-01T00:00:00+01:00",
    "2024-10-27T02:30:00+02:00",
    "2024-02-29T23:59:59.999Z",
    "2025-06-15T08:30:00+02:00",
]
_VALUES = [
    "72.5",
    "72.50",
    "72.45",
    "72.55",
    "72.449",
    "5",
    "5.0",
    "100",
    "99.5",
    "100.5",
    "-3.2",
    "0",
    "0.0054",
    "1200",
]


def sample(seed: int = 7) -> list[dict[str, Any]]:
    chance = Random(seed)
    made = [_organization(n) for n in range(3)] + [_practitioner(n) for n in range(4)]
    made += [_patient(chance, n) for n in range(PATIENTS)]
    made += [_encounter(chance, n) for n in range(16)] + [_observation(chance, n) for n in range(90)]
    made += [_condition(chance, n) for n in range(24)] + [_request(chance, n) for n in range(12)]
    return [*made, _shared_appointment(), *_odd()]


def _organization(n: int) -> dict[str, Any]:
    return {
        "resourceType": "Organization",
        "id": f"o{n}",
        "active": n != 2,
        "name": ["Norra kliniken", "Södra", "Åby vård"][n],
        "alias": ["Kliniken i norr"] if n == 0 else [],
        "address": [{"line": ["Storgatan 1"], "city": ["Göteborg", "Borås", "Åmål"][n], "postalCode": f"41{n} 01"}],
        **({"partOf": {"reference": "Organization/o0"}} if n else {}),
    }


def _practitioner(n: int) -> dict[str, Any]:
    return {
        "resourceType": "Practitioner",
        "id": f"p{n}",
        "name": [{"family": FAMILIES[n], "given": [GIVEN[n]]}],
        "identifier": [{"system": "urn:oid:1.2.752.29.4.19", "value": f"SE9999999999-{n}"}],
    }


def _patient(chance: Random, n: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Patient",
        "id": str(n),
        "active": bool(n % 2),
        "identifier": [{"system": RESERVE, "value": f"1950021{n}-XA0{n}"}, {"value": f"bare{n}"}],
        "name": [{"use": "official", "family": FAMILIES[n], "given": chance.sample(GIVEN, 2)}],
        "gender": ["male", "female", "other", "unknown"][n % 4],
        "birthDate": ["1950", "1950-02", "1950-02-14", "2001-12-31"][n % 4],
        "telecom": [
            {"system": "phone", "value": f"+46 31-70{n} 00"},
            {"system": "email", "value": f"Bo{n}@Example.se"},
        ],
        "address": [{"city": "Göteborg", "line": ["Östra gatan 3"]}],
        "managingOrganization": {"reference": f"Organization/o{n % 3}"},
        "generalPractitioner": [{"reference": f"Practitioner/p{n % 4}"}],
    }
    if n == 3:
        made["deceasedDateTime"] = "2024-05"
        made["name"].append({"text": "Kalle på Spången", "prefix": ["Dr"]})
    if n == 6:
        del made["name"], made["birthDate"]
    if n == 5:
        made["deceasedBoolean"] = False
        made["link"] = [{"other": {"reference": "Patient/6"}, "type": "seealso"}]
    return made


def _encounter(chance: Random, n: int) -> dict[str, Any]:
    start, end = sorted(chance.sample(["2024-01-01", "2024-02-10", "2024-03-31", "2024-12-24"], 2))
    period = {"start": start, "end": end} if n % 3 else {"start": start} if n % 2 else {"end": end}
    return {
        "resourceType": "Encounter",
        "id": f"e{n}",
        "status": ["planned", "in-progress", "finished"][n % 3],
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": ["AMB", "IMP"][n % 2]},
        "subject": {"reference": f"Patient/{n % PATIENTS}"},
        "period": period,
        "serviceProvider": {"reference": f"Organization/o{n % 3}"},
        "participant": [{"individual": {"reference": f"Practitioner/p{n % 4}", "display": "x"}}],
        "length": {"value": Decimal(n), "unit": "min", "system": UCUM, "code": "min"},
    }


def _observation(chance: Random, n: int) -> dict[str, Any]:
    code = chance.choice(["718-7", "8480-6", "odd|code", "a,b"])
    made: dict[str, Any] = {
        "resourceType": "Observation",
        "id": f"b{n}",
        "status": chance.choice(["final", "preliminary"]),
        "code": {"coding": [{"system": LOINC, "code": code}, {"code": "local"}][: 1 + n % 2], "text": "Hb"},
        "subject": {"reference": f"Patient/{chance.randrange(PATIENTS)}"},
    }
    if n % 5:
        made["effectiveDateTime"] = chance.choice(_DAYS)
    elif n % 2:
        made["effectivePeriod"] = {"start": "2024-01-15", "end": "2024-02"}
    if n % 4 == 0:
        made["encounter"] = {"reference": f"Encounter/e{chance.randrange(16)}"}
    if n % 7 == 0:
        made["performer"] = [
            {"reference": "Practitioner/p1/_history/2"},
            {"identifier": {"system": "urn:x", "value": "y"}},
        ]
    made |= _value(chance, n)
    if n % 6 == 0:
        made["component"] = [
            {"code": {"coding": [{"system": LOINC, "code": "part"}]}, "valueQuantity": _quantity(chance)}
            for _ in range(2)
        ]
    made["meta"] = (
        {"tag": [{"system": "urn:t", "code": "red"}]} if n % 9 == 0 else {"profile": ["http://p.example/a|2"]}
    )
    return made


def _value(chance: Random, n: int) -> dict[str, Any]:
    which = n % 8
    if which == 6:
        return {"valueString": chance.choice(["Växt av E. coli", "ingen växt", "VÄXT, riklig", "50% ok_då"])}
    if which == 7:
        return {"valueCodeableConcept": {"coding": [{"system": "urn:v", "code": "pos"}], "text": "Positiv"}}
    return {} if which == 5 else {"valueQuantity": _quantity(chance)}


def _quantity(chance: Random) -> dict[str, Any]:
    made: dict[str, Any] = {"value": Decimal(chance.choice(_VALUES))}
    unit = chance.choice([("mmol/L", "mmol/L"), ("g/L", "g/L"), ("promille", "[ppth]"), ("st", None), (None, None)])
    if unit[0]:
        made["unit"] = unit[0]
    if unit[1]:
        made |= {"system": UCUM, "code": unit[1]}
    if chance.random() < 0.2:
        made["comparator"] = chance.choice(["<", "<=", ">", ">="])
    return made


def _condition(chance: Random, n: int) -> dict[str, Any]:
    onset = [
        {"onsetDateTime": "2024-01"},
        {"onsetPeriod": {"start": "2023-06-01"}},
        {"onsetString": "i våras"},
        {"onsetAge": {"value": Decimal(54), "unit": "år", "system": UCUM, "code": "a"}},
        {"onsetRange": {"low": {"value": Decimal(20)}, "high": {"value": Decimal("30.5")}}},
        {},
    ]
    return {
        "resourceType": "Condition",
        "id": f"c{n}",
        "subject": {"reference": f"Patient/{n % PATIENTS}"},
        "code": {"coding": [{"system": ICD, "code": chance.choice(["I10", "E11", "J44"])}]},
        "clinicalStatus": {"coding": [{"system": "http://x", "code": chance.choice(["active", "resolved"])}]},
        **onset[n % 6],
        **({"recordedDate": chance.choice(_DAYS)} if n % 4 else {}),
    }


def _request(chance: Random, n: int) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": f"m{n}",
        "status": chance.choice(["active", "stopped"]),
        "intent": "order",
        "medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": "C07AB02"}]},
        "subject": {"reference": f"Patient/{n % PATIENTS}"},
        "authoredOn": chance.choice(_DAYS),
        "requester": {"reference": f"Practitioner/p{n % 4}"},
        "dosageInstruction": [{"timing": {"event": ["2024-01-01", "2024-01-03"]}}] if n % 2 else [],
    }


def _shared_appointment() -> dict[str, Any]:
    return {
        "resourceType": "Appointment",
        "id": "both",
        "status": "booked",
        "start": "2024-06-01T10:00:00Z",
        "participant": [{"actor": {"reference": f"Patient/{n}"}, "status": "accepted"} for n in (1, 2)],
    }


def _odd() -> list[dict[str, Any]]:
    return [
        {
            "resourceType": "RiskAssessment",
            "id": "r1",
            "status": "final",
            "subject": {"reference": "Patient/1"},
            "prediction": [
                {"probabilityDecimal": Decimal("0.05")},
                {"probabilityRange": {"low": {"value": Decimal("0.2")}}},
            ],
        },
        {
            "resourceType": "RiskAssessment",
            "id": "r2",
            "status": "final",
            "subject": {"reference": "Patient/2"},
            "prediction": [{"probabilityDecimal": Decimal(100)}],
        },
        {
            "resourceType": "Invoice",
            "id": "i1",
            "status": "issued",
            "subject": {"reference": "Patient/1"},
            "totalNet": {"value": Decimal("350.00"), "currency": "SEK"},
        },
        {
            "resourceType": "Procedure",
            "id": "s1",
            "status": "completed",
            "subject": {"reference": "Patient/1"},
            "performedString": "förra året",
            "instantiatesCanonical": ["http://g.example/plan|1.0"],
            "instantiatesUri": ["http://g.example/a", "urn:b"],
        },
        {
            "resourceType": "Observation",
            "id": "group",
            "status": "final",
            "code": {"text": "x"},
            "subject": {"reference": "http://other.example/fhir/Patient/1"},
            "valueSampledData": {
                "origin": {"value": Decimal(10), "unit": "mV"},
                "period": Decimal(1),
                "dimensions": 1,
                "factor": Decimal(2),
                "data": "1 E 3.5 -2 L",
            },
        },
        {
            "resourceType": "Observation",
            "id": "place",
            "status": "final",
            "code": {"coding": [{"code": "local"}]},
            "subject": {"reference": "Location/1"},
            "valueQuantity": {"value": Decimal(1)},
        },
    ]
