"""What a patient has decided about the own data, as Consent resources say it: information, consent and blocks.

Pure: a Consent in, the decisions it holds out. The door stores them in the transaction of the write they come from, so
that the next read obeys (PDL 4:4, SVOD 2:2–2:4; RULES A4, A6, A8).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from varda.access.relations import ALWAYS, lasting

CATEGORY = "https://varda.example/fhir/CodeSystem/patient-decision"


class Kind(IntEnum):
    """The decisions that the access rule knows. `INFORMATION`: the patient was told that this provider's data can be
    made available. `ACCESS`: a provider may read what others wrote. Blocks: `INNER` between the units of one provider,
    `OUTER` against every other provider. `MINOR`: who reads for a person between the ages.
    """

    INFORMATION = 1
    ACCESS = 2
    INNER = 3
    OUTER = 4
    MINOR = 5


CODES = {
    "information": Kind.INFORMATION,
    "access": Kind.ACCESS,
    "inner-block": Kind.INNER,
    "outer-block": Kind.OUTER,
    "minor": Kind.MINOR,
}
BLOCKS = frozenset({Kind.INNER, Kind.OUTER})


@dataclass(frozen=True, slots=True)
class Decision:
    """`provider` and `unit` are references (`Organization/1`); unit empty means all of the provider's.

    In force from `opens` until `closes`, for items dated from `since` until `until`, unless lifted for a time.
    """

    kind: Kind
    provider: str
    unit: str
    opens: datetime
    closes: datetime
    since: datetime
    until: datetime
    lift_opens: datetime
    lift_closes: datetime


def kind(consent: dict[str, Any]) -> Kind | None:
    """Which decision a Consent is; None for a Consent about something else."""
    for concept in consent.get("category") or []:
        for coding in concept.get("coding") or []:
            if coding.get("system") == CATEGORY:
                return CODES.get(coding.get("code", ""))
    return None


def decided(consent: dict[str, Any]) -> list[Decision]:
    """The decisions in a Consent: one for each unit it names. One that is not active is none."""
    of = kind(consent)
    if of is None or consent.get("status") != "active":
        return []
    provision = consent.get("provision") or {}
    opens, closes = lasting(provision.get("period"))
    since, until = lasting(provision.get("dataPeriod"))
    lift_opens, lift_closes = _lifted(provision)
    provider = next((_reference(one) for one in consent.get("organization") or []), "")
    actors = [_reference(one.get("reference")) for one in provision.get("actor") or []]
    if of is Kind.ACCESS:
        pairs = [(actor, "") for actor in actors]
    elif of is Kind.INFORMATION:
        pairs = [(provider, "")]
    else:
        pairs = [(provider, actor) for actor in actors] or [(provider, "")]
    return [
        Decision(of, provider_, unit, opens, closes, since, until, lift_opens, lift_closes)
        for provider_, unit in pairs
    ]  # fmt: skip


def named(consent: dict[str, Any]) -> Iterator[str]:
    """Every Organization that a decision names: each must be a unit or provider that is known here."""
    for one in consent.get("organization") or []:
        yield _reference(one)
    for one in (consent.get("provision") or {}).get("actor") or []:
        yield _reference(one.get("reference"))


def _lifted(provision: dict[str, Any]) -> tuple[datetime, datetime]:
    """The last lifting that was noted; one that never was."""
    lifts = [one for one in provision.get("provision") or [] if one.get("type") == "permit" and one.get("period")]
    return lasting(lifts[-1]["period"]) if lifts else (ALWAYS, ALWAYS)


def _reference(value: Any) -> str:
    return str((value or {}).get("reference", ""))
