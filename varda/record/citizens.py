"""Whose records a citizen may read: the own, those of children, and by mandate (PDL 5:5; RULES A17).

Found anew at each opening, so that a birthday, an ended mandate or the clinic's word counts from the next read on. A
guardian or proxy is a RelatedPerson of the patient who bears the citizen's identity number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from varda.access import reach
from varda.access.decisions import Kind
from varda.access.policy import years
from varda.access.relations import lasting
from varda.fhir.keys import key
from varda.kernel.clock import STOCKHOLM
from varda.record.finding import bearing
from varda.record.opening import born
from varda.search.narrowing import Narrowing
from varda.store import reading

if TYPE_CHECKING:
    from varda.record.door import Door

SELF_FROM = 16
"""Years from which the young person reads the own record. Parameter of 2025: national rule of 1177."""
GUARDIAN_UNTIL = 13
"""Years until which a guardian reads the child's. In between the clinic decides. Parameter of 2025."""

_ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
_GUARDIAN, _PROXY = "GUARD", "HPOWATT"


@dataclass(frozen=True, slots=True)
class Readable:
    """One record that a citizen may read, and as what: "self", "guardian" or "proxy"."""

    patient: str
    role: str


async def readable(door: "Door", identity: str, now: datetime) -> list[Readable]:
    """The records that the bearer of an identity (`system|value`) may read now; the own first."""
    rule = Narrowing(everything=True, unit=0, provider=0, grantees=(), now=now)
    own = [
        one
        for one in await bearing(door, "Patient", [identity], rule)
        if one.resource.get("active", True) and await _reads_self(door, one.resource, now)
    ]
    found = {one.id: Readable(one.id, "self") for one in own}
    for kin in await bearing(door, "RelatedPerson", [identity], rule):
        patient, role = _patient(kin.resource), _role(kin.resource, now)
        if not role or not patient or patient in found:
            continue
        child = await door.reads.one(key(f"Patient/{patient}"), rule)
        if child.stored is None or child.stored.deleted:
            continue
        if role == "proxy" or await _guarded(door, child.stored.resource, kin.reference, now):
            found[patient] = Readable(patient, role)
    return list(found.values())


def _patient(kin: dict[str, Any]) -> str:
    return str((kin.get("patient") or {}).get("reference", "")).removeprefix("Patient/")


def _role(kin: dict[str, Any], now: datetime) -> str:
    opens, closes = lasting(kin.get("period"))
    if not kin.get("active", True) or not opens <= now < closes:
        return ""
    codes = set(_codes(kin))
    return "guardian" if _GUARDIAN in codes else "proxy" if _PROXY in codes else ""


def _codes(kin: dict[str, Any]) -> Iterator[str]:
    for concept in kin.get("relationship") or []:
        for coding in concept.get("coding") or []:
            if coding.get("system") == _ROLE:
                yield coding.get("code", "")


async def _reads_self(door: "Door", patient: dict[str, Any], now: datetime) -> bool:
    years = _years(patient, now)
    if years >= SELF_FROM:
        return True
    return years >= GUARDIAN_UNTIL and await _clinic_lets(door, patient, f"Patient/{patient['id']}", now)


async def _guarded(door: "Door", child: dict[str, Any], guardian: str, now: datetime) -> bool:
    years = _years(child, now)
    if years < GUARDIAN_UNTIL:
        return True
    return years < SELF_FROM and await _clinic_lets(door, child, guardian, now)


async def _clinic_lets(door: "Door", patient: dict[str, Any], reader: str, now: datetime) -> bool:
    """Whether a clinic has decided, by a Consent of the category `minor`, that this reader may read."""
    compartment = key(f"Patient/{patient['id']}")
    rule = Narrowing(everything=True, unit=0, provider=0, grantees=(), now=now)
    async with door.database.connection() as work:
        decided = await reach.decisions(work, compartment, [Kind.MINOR], now)
        consents = await reading.read(work, [(one.source, rule) for one in decided])
    actors = [
        (actor.get("reference") or {}).get("reference", "")
        for one in consents
        if one.stored is not None
        for actor in (one.stored.resource.get("provision") or {}).get("actor") or []
    ]
    return reader in actors


def _years(patient: dict[str, Any], now: datetime) -> int:
    return years(born(patient), now.astimezone(STOCKHOLM).date())
