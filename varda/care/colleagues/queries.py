"""The people of my unit now, by what their roles may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from varda.access.projection import licences
from varda.care.facts import codes, label
from varda.catalogue import Right, asks_licence, is_countersigned, role_of
from varda.kernel.clock import STOCKHOLM
from varda.record import Record
from varda.search.kinds.string import swedish

_ROLE = "https://varda.example/fhir/CodeSystem/role"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody at my unit: the reference, name with title, and the key that Swedish names are sorted by."""

    reference: str
    shown: str
    sorted: str


async def at_unit(record: Record, right: Right, *, is_alone: bool = False) -> list[Colleague]:
    """Those at my unit now whose role has a right of the catalogue, such as ("F87", "write"), by family name.

    Where the right takes a licence, those alone who have it now (A2). `is_alone`: less those whose signature waits for
    a colleague's, as a student's does.
    """
    unit = f"Organization/{record.session.organization}"
    roles = sorted(record.powers.in_force.professions(right, record.now))
    roles = [one for one in roles if not (is_alone and is_countersigned(one, "care"))]
    if not roles:
        return []
    said = ",".join(f"{_ROLE}|{role}" for role in roles)
    wanted = [("organization", unit), ("role", said), ("_include", "PractitionerRole:practitioner")]
    answer = await record.search("PractitionerRole", [*wanted, ("_count", "200")])
    names = {one.reference: one.resource for one in answer.included if one.type == "Practitioner"}
    today = record.now.astimezone(STOCKHOLM).date().isoformat()
    # A post may stand without a person, and a person in it without a reference (0..1): who holds it is not known.
    posts = {
        str(one.resource.get("practitioner", {}).get("reference", "")): one.resource
        for one in answer.matches
        if one.resource.get("active", True) and _is_now(one.resource.get("period", {}), today)
    }
    found = [
        _colleague(names[who], post)
        for who, post in posts.items()
        if who in names and _is_licensed(names[who], post, right, record.now)
    ]
    return sorted(found, key=lambda one: one.sorted)


def _is_now(period: Mapping[str, str], today: str) -> bool:
    return period.get("start", "")[:10] <= today <= (period.get("end", "")[:10] or "9999")


def _is_licensed(person: dict[str, Any], post: Mapping[str, Any], right: Right, now: datetime) -> bool:
    roles = (role_of(profession, "care") for profession in codes(post.get("code"), _ROLE))
    asked = {role.licence for role in roles if role is not None and asks_licence(role, right)}
    return asked <= {name for name, opens, closes in licences(person) if opens <= now < closes}


def _colleague(person: Mapping[str, Any], post: Mapping[str, Any]) -> Colleague:
    name: Mapping[str, Any] = next(iter(person.get("name", ())), {})
    shown = str(name.get("text") or " ".join([*name.get("given", ()), name.get("family", "")]).strip())
    title = label(post.get("code"))
    return Colleague(
        f"Practitioner/{person['id']}",
        f"{shown}, {title}" if title else shown,
        swedish(f"{name.get('family', '')} {shown}"),
    )
