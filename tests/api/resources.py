"""Small resources to send, and what is often asked of an answer."""

from decimal import Decimal
from typing import Any

import httpx

from varda.fhir.resource import dump, parse

RESERVE = "http://electronichealth.se/identifier/nationelltReservnummer"


def patient(id_: str = "", number: str = "19500214-XA07", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Patient",
        "identifier": [{"system": RESERVE, "value": number}],
        "name": [{"family": "Åkesson", "given": ["Vera", "Maria"]}],
        "gender": "female",
        "birthDate": f"{number[:4]}-{number[4:6]}-{number[6:8]}",
    }
    return made | ({"id": id_} if id_ else {}) | more


def haemoglobin(subject: str = "Patient/vera", value: str = "72.50", id_: str = "", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]},
        "subject": {"reference": subject},
        "effectiveDateTime": "2026-02-01T08:00:00+01:00",
        "valueQuantity": {"value": Decimal(value), "system": "http://unitsofmeasure.org", "code": "g/L"},
    }
    return made | ({"id": id_} if id_ else {}) | more


def entry(resource: dict[str, Any] | None, method: str = "POST", url: str = "", **more: Any) -> dict[str, Any]:
    """One entry of a bundle; `fullUrl` goes beside the request, everything else into it."""
    outside = {"fullUrl": more.pop("fullUrl")} if "fullUrl" in more else {}
    address = url or (resource or {})["resourceType"]
    inside = {"resource": resource} if resource is not None else {}
    return outside | inside | {"request": {"method": method, "url": address} | more}


def bundle(*entries: dict[str, Any], kind: str = "transaction") -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


async def put(http: httpx.AsyncClient, resource: dict[str, Any], **headers: str) -> httpx.Response:
    return await http.put(f"{resource['resourceType']}/{resource['id']}", content=dump(resource), headers=headers)


async def post(http: httpx.AsyncClient, resource: dict[str, Any], **headers: str) -> httpx.Response:
    return await http.post(resource["resourceType"], content=dump(resource), headers=headers)


async def send(http: httpx.AsyncClient, *entries: dict[str, Any], kind: str = "transaction") -> httpx.Response:
    return await http.post("", content=dump(bundle(*entries, kind=kind)))


def body(answer: httpx.Response) -> dict[str, Any]:
    """The body with exact decimals."""
    return parse(answer.content)


def issues(answer: httpx.Response) -> list[dict[str, Any]]:
    """The issues of an OperationOutcome, which every answer above 399 is."""
    found = body(answer)
    assert found["resourceType"] == "OperationOutcome", found
    assert all(issue["diagnostics"].endswith((".", "…")) for issue in found["issue"]), found
    return found["issue"]


def places(answer: httpx.Response) -> list[str]:
    """Where the problems are."""
    return [path for issue in issues(answer) for path in issue.get("expression", ())]
