"""Which decisions are in force, which units a block can be about, and whom to ask at another provider."""

from typing import Any

from varda.access.projection import ORGANIZATION_KIND
from varda.care.consents.model import Decision, Place, decision
from varda.care.facts import HSA_ID
from varda.kernel.errors import Absent
from varda.record import Record, registers
from varda.record.registers import Declined

_ORDER = ("outer-block", "inner-block", "access", "information")
_MOST_STEPS = 12  # an organisation is never deeper


async def in_force(record: Record, patient: str) -> list[Decision]:
    """The patient's decisions about the own provider's data that are in force now, blocks first.

    Raises `Absent` when this session has no way to the patient.
    """
    stored = await record.decisions(patient)
    found = [decision(one.resource, one.version, record.now) for one in stored]
    return sorted(found, key=lambda one: (_ORDER.index(one.kind), [place.name for place in one.places]))


async def own_provider(record: Record) -> dict[str, str]:
    """The session's provider as a FHIR Reference."""
    found = await _organization(record, record.session.provider)
    return {"reference": f"Organization/{found['id']}", "display": record.session.provider_name}


async def own_units(record: Record, text: str = "") -> list[Place]:
    """Care units of the own provider by a part of their name, the session's own first; it alone without a text."""
    own = Place(record.session.organization, record.session.unit_name)
    if len(text.strip()) < 2:
        return [own]
    page = await record.search("Organization", [("name:contains", text.strip()), ("_count", "40")])
    known = {one.id: one.resource for one in page.matches}
    provider = (await own_provider(record))["reference"].removeprefix("Organization/")
    asked: set[str] = set()
    for _ in range(_MOST_STEPS):
        above = {_above(one) for one in known.values()} - known.keys() - asked - {""}
        if not above:
            break
        asked |= above
        found = await record.search("Organization", [("_id", ",".join(sorted(above))), ("_count", "100")])
        known |= {one.id: one.resource for one in found.matches}
    named = [one for one in page.matches if one.id != own.id and _is_unit(one.resource)]
    mine = [one for one in named if _top(known, one.id, provider) == provider]
    return [own, *sorted((Place(one.id, str(one.resource.get("name", ""))) for one in mine), key=lambda p: p.name)]


async def declined(record: Record, patient: str) -> list[Declined]:
    """The quality registers that the patient has declined, wherever it was said. Raises `Absent`."""
    return await registers.declined_by(record, patient)


async def known_registers(record: Record) -> dict[str, str]:
    """The county's quality registers, by reference, with their names."""
    kind = f"{ORGANIZATION_KIND}|quality-register"
    page = await record.search("Organization", [("type", kind), ("_sort", "name"), ("_count", "200")])
    return {one.reference: str(one.resource.get("name", "")) for one in page.matches}


async def duty(record: Record, provider: str) -> str:
    """Whom to call at a provider (HSA-id) about blocks: its own contact for that, else its telephone; may be empty."""
    try:
        found = await _organization(record, provider)
    except Absent:
        return ""
    for contact in found.get("contact", ()):
        purpose = contact.get("purpose", {})
        number = next((one.get("value", "") for one in contact.get("telecom", ())), "")
        if number:
            return " ".join(filter(None, [str(purpose.get("text", "")), str(number)]))
    return str(next((one.get("value", "") for one in found.get("telecom", ())), ""))


async def _organization(record: Record, hsa: str) -> dict[str, Any]:
    page = await record.search("Organization", [("identifier", f"{HSA_ID}|{hsa}"), ("_count", "1")])
    if not page.matches:
        raise Absent("The provider is not known here.")
    return dict(page.matches[0].resource)


def _above(organization: dict[str, Any]) -> str:
    return str((organization.get("partOf") or {}).get("reference", "")).removeprefix("Organization/")


def _kinds(organization: dict[str, Any]) -> set[str]:
    return {str(one.get("code")) for concept in organization.get("type", ()) for one in concept.get("coding", ())}


def _is_unit(organization: dict[str, Any]) -> bool:
    return "care-unit" in _kinds(organization)


def _top(known: dict[str, dict[str, Any]], id_: str, provider: str) -> str:
    """The nearest provider at or above a unit; empty when it is not known."""
    for _ in range(_MOST_STEPS):
        if id_ == provider or id_ not in known or _kinds(known[id_]) & {"care-provider", "social-care-provider"}:
            return id_
        id_ = _above(known[id_])
    return ""
