"""A row of the log as FHIR AuditEvents, one for each patient shown. Pure; nothing of this is stored.

Codings are those of IHE's Basic Audit Log Patterns where there is one (https://profiles.ihe.net/ITI/BALP/); categories
and origins, which EHDS wants, are details of the entity. http://hl7.org/fhir/R4/auditevent.html
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from varda.audit.reading import Logged

HSA = "urn:oid:1.2.752.29.4.19"
ACTIONS = "https://varda.example/fhir/CodeSystem/log-action"
ROLES = "https://varda.example/fhir/CodeSystem/role"
_HSA_ID = re.compile(r"SE\d{10}-")
_TERMS = "http://terminology.hl7.org/CodeSystem"
_TYPE = {"system": f"{_TERMS}/audit-event-type", "code": "rest", "display": "RESTful Operation"}
_INTERACTIONS = {
    "read": "read", "vread": "vread", "history": "history-instance", "search": "search-type", "create": "create",
    "update": "update", "delete": "delete", "everything": "operation", "transaction": "transaction",
}  # fmt: skip
_LETTERS = {"create": "C", "update": "U", "delete": "D", "read": "R", "vread": "R", "history": "R", "chart": "R"}
_PURPOSES = {"care": "TREAT", "quality": "HOPERAT", "research": "HRESCH", "emergency": "ETREAT"}


@dataclass(frozen=True, slots=True)
class Names:
    """What is known of numbers in the log: ids of Patients by compartment, names by HSA-id, HSA-ids of units by key.

    `with_people` tells whether staff are named; `is_own` is the patient's own view, without what they typed.
    """

    patients: Mapping[int, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    with_people: bool = True
    is_own: bool = False


def audit_events(row: Logged, names: Names, only: Sequence[int] | None = None) -> list[dict[str, Any]]:
    """One AuditEvent for each patient shown (of `only` those, where given); one without a patient when nobody was."""
    shown = [p for p in row.patients if only is None or p in only]
    if not row.patients and only is None:
        return [_made(row, names, 0, 0)]
    return [_made(row, names, p, row.patients.index(p) + 1) for p in shown]


def _made(row: Logged, names: Names, patient: int, number: int) -> dict[str, Any]:
    action = row.action
    subtype = {"system": ACTIONS, "code": action}
    if action in _INTERACTIONS:
        subtype = {"system": "http://hl7.org/fhir/restful-interaction", "code": _INTERACTIONS[action]}
    made: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": f"{row.chain}-{row.place}-{number}",
        "type": _TYPE,
        "subtype": [subtype],
        "action": _LETTERS.get(action, "E"),
        "recorded": row.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "outcome": "0" if row.outcome in ("given", "done") else "4",
        "outcomeDesc": row.outcome,
        "purposeOfEvent": [_purpose(row.purpose)] if row.purpose else [],
        "agent": list(_agents(row, names)),
        "source": {"observer": {"display": f"Varda {row.build}"}, "type": [_SERVER]},
        "entity": list(_entities(row, names, patient)),
    }
    return {name: value for name, value in made.items() if value != []}


_SERVER = {"system": f"{_TERMS}/security-source-type", "code": "4", "display": "Application Server"}


def _purpose(purpose: str) -> dict[str, Any]:
    code = _PURPOSES.get(purpose)
    return {"coding": [{"system": f"{_TERMS}/v3-ActReason", "code": code}]} if code else {"text": purpose}


def _agents(row: Logged, names: Names) -> Sequence[dict[str, Any]]:
    user: dict[str, Any] = {
        "type": {"coding": [{"system": f"{_TERMS}/v3-ParticipationType", "code": "IRCP"}]},
        "requestor": True,
    }
    if row.role:
        user["role"] = [{"coding": [{"system": ROLES, "code": row.role}]}]
    if names.with_people and not (names.is_own and "|" in row.actor):
        user["who"] = _who(row.actor, names.people.get(row.actor, ""))
        if row.assignment:
            user["altId"] = row.assignment
    agents = [user]
    if row.on_behalf:
        kind = {"system": f"{_TERMS}/v3-ParticipationType", "code": "RESP"}
        who = {"display": row.on_behalf if names.with_people else "another person"}
        agents.append({"type": {"coding": [kind]}, "who": who, "requestor": False})
    if row.unit:
        kind = {"system": f"{_TERMS}/v3-RoleClass", "code": "PROV"}
        agents.append(
            {"type": {"coding": [kind]}, "who": _who(row.unit, names.units.get(row.unit, "")), "requestor": False}
        )
    return agents


def _who(identifier: str, name: str) -> dict[str, Any]:
    system, is_private, value = identifier.partition("|")
    known: dict[str, Any] = {}
    if is_private:
        known = {"identifier": {"system": system, "value": value}}
    elif name or _HSA_ID.match(identifier):
        known = {"identifier": {"system": HSA, "value": identifier}}
    elif identifier:  # a system or a job: its name is ours
        known = {"identifier": {"value": identifier}}
    return known | ({"display": name} if name else {})


def _entities(row: Logged, names: Names, patient: int) -> Sequence[dict[str, Any]]:
    entities: list[dict[str, Any]] = []
    if patient:
        id_ = names.patients.get(patient)
        entities.append({
            "what": {"reference": f"Patient/{id_}"} if id_ else {"display": f"compartment {patient}"},
            "type": {"system": f"{_TERMS}/audit-entity-type", "code": "1", "display": "Person"},
            "role": {"system": f"{_TERMS}/object-role", "code": "1", "display": "Patient"},
        })  # fmt: skip
    details = {"category": row.category, "origin": _origin(row.origin, names), "request": row.request}
    if not names.is_own:
        details["what"] = row.what
    entities.append({
        "type": {"system": f"{_TERMS}/audit-entity-type", "code": "2", "display": "System Object"},
        "role": {"system": f"{_TERMS}/object-role", "code": "4", "display": "Domain Resource"},
        "detail": [{"type": name, "valueString": value} for name, value in details.items() if value.strip()],
    })  # fmt: skip
    return entities


def _origin(origin: str, names: Names) -> str:
    return ",".join(names.units.get(one, one) for one in origin.split(","))
