"""What patients have decided about their data: informed as most are, consents of some, blocks of a few (SVOD 2–3, PDL 4).

Told last, from a stream of its own, about the providers and units that the life turned out to have.
"""

from collections import Counter
from datetime import timedelta
from random import Random

from varda.access.decisions import CATEGORY
from varda.care.consents import WAYS
from varda.region import entries
from varda.region.chronicle import Chronicle
from varda.region.model import Resource, Unit
from varda.region.population import stream

INFORMED, CONSENTS, BLOCKS_INSIDE, BLOCKS_OUTSIDE = 0.92, 0.15, 0.04, 0.01
"""Shares of the providers (of those with several units, for a block inside) that a patient has met."""
_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
_PART = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"


def tell(life: Chronicle) -> None:
    """One draw a provider; nobody under age blocks."""
    chance = stream(life.county.seed, life.person.index, "decisions")
    units = Counter(item.unit for item in life.items if item.unit)
    providers: dict[str, list[Unit]] = {}
    for hsa, _ in sorted(units.items(), key=lambda pair: (-pair[1], pair[0])):
        unit = life.county.units[hsa]
        providers.setdefault(unit.provider, []).append(unit)
    for provider, some in providers.items():
        _told(life, chance, life.county.units[provider], some)


def _told(life: Chronicle, chance: Random, provider: Unit, units: list[Unit]) -> None:
    informs, consents = chance.random() < INFORMED, chance.random() < CONSENTS
    inside, outside = chance.random() < BLOCKS_INSIDE, chance.random() < BLOCKS_OUTSIDE
    usual = units[0]
    if informs:
        _decision(life, chance, "information", usual, {"type": "permit"}, provider)
    if informs and consents:
        reader = {"role": _role("IRCP", "information recipient"), "reference": provider.reference}
        _decision(life, chance, "access", usual, {"type": "permit", "actor": [reader]})
    if life.age >= 18 and inside and len(units) > 1:
        blocked = units[1 + int(chance.random() * (len(units) - 1))]
        actor = {"role": _role("CST", "custodian"), "reference": blocked.reference}
        _decision(life, chance, "inner-block", blocked, {"type": "deny", "actor": [actor]}, provider)
    if life.age >= 18 and outside:
        _decision(life, chance, "outer-block", usual, {"type": "deny"}, provider)


def _decision(
    life: Chronicle, chance: Random, kind: str, owner: Unit, provision: Resource, provider: Unit | None = None
) -> None:
    day = max(life.person.born, life.today - timedelta(days=int(chance.uniform(3, 900))))
    consent: Resource = {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": _SCOPE, "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": CATEGORY, "code": kind}]}],
        "patient": life.subject,
        "dateTime": entries.instant(min(life.clock(day, 10), life.now)),
        "performer": [{"reference": f"Patient/{life.person.id}"}],
        "policyRule": {"coding": [{"system": f"{CATEGORY}-way", "code": chance.choice(WAYS[:3])}]},
        "provision": provision,
    }
    if provider is not None:
        consent["organization"] = [provider.reference]
    life.add(consent, owner)


def _role(code: str, display: str) -> Resource:
    return {"coding": [{"system": _PART, "code": code, "display": display}]}
