"""Whom a provider of identities vouches for, shaped after the national one (RULES §5), and what Varda makes of it.

person → employee identities (`employeeHsaId`) → assignments (`commissionHsaId`). The provider says who somebody is;
which assignments are in force is Varda's own to know, and both must say the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from varda.access.people import People
from varda.access.session import Session
from varda.access.tickets import Holder
from varda.kernel.db import Database
from varda.kernel.errors import Refused
from varda.kernel.sql import named

_SQL = named("varda.access")

Why = Literal["unknown", "person", "unit", "provider", "purpose", "ended"]
PURPOSES = {
    "care": "Vård och behandling",
    "quality": "Kvalitetssäkring",
    "administration": "Administration",
    "statistics": "Statistik",
    "research": "Forskning",
}
"""What assignments are for, and the national words for it (`commissionPurpose`; PDL 2:4)."""
_IDENTITY = (
    "personalIdentityNumber",
    "https://id.oidc.se/claim/personalIdentityNumber",
    "https://id.oidc.se/claim/coordinationNumber",
)
_OF_A_COMMISSION = ("commissionHsaId", "employeeHsaId", "healthCareUnitHsaId", "healthCareProviderHsaId")
_BY_WORDS = {words.casefold(): purpose for purpose, words in PURPOSES.items()}


@dataclass(frozen=True, slots=True)
class Commission:
    """An assignment as the provider knows it, by HSA-ids; empty where the provider says nothing."""

    assignment: str
    person: str
    unit: str
    provider: str
    name: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Vouched:
    """One person. `commissions` is None when the provider keeps none at all, empty when this person has none.

    `identity` is an identity number as the provider writes it; of it alone somebody is an inhabitant. `sid` is the
    sign-in as the provider calls it, if it does.
    """

    subject: str
    name: str
    acr: str
    people: tuple[str, ...]
    commissions: tuple[Commission, ...] | None
    identity: str
    sid: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An assignment that is vouched for and cannot be used, and why: not known here, another person's, another unit's,
    another care provider's, for another purpose, or not in force."""

    assignment: str
    name: str
    why: Why


@dataclass(frozen=True, slots=True)
class Agreed:
    """The assignments, each as a session to choose, and those on which the provider and Varda do not agree."""

    sessions: tuple[Session, ...]
    disagreements: tuple[Disagreement, ...] = field(default=())

    def holder(self, who: Vouched, proof: str = "") -> Holder:
        """What a ticket keeps of it."""
        return Holder(
            subject=who.subject,
            name=who.name,
            people=who.people,
            offered=tuple(session.assignment for session in self.sessions),
            sid=who.sid,
            proof=proof,
        )


def vouched(claims: Mapping[str, Any]) -> Vouched:
    """The claims of a verified id_token as one person. Raises `Refused` when they do not name one.

    One commission may stand as plain claims, several as a list `commissions` of objects with the same names.
    """
    people = _words(claims, "employeeHsaId")
    listed = claims.get("commissions", [claims] if "commissionHsaId" in claims else None)
    if listed is not None and not (isinstance(listed, list) and all(isinstance(one, Mapping) for one in listed)):
        raise Refused("The sign-in service describes the assignments in a way that cannot be read here.")
    commissions = None if listed is None else tuple(_commission(one, people) for one in listed)
    identity = next((str(claims[name]) for name in _IDENTITY if claims.get(name)), "")
    if not people and not identity:
        raise Refused("The sign-in service did not say who you are: neither a staff identity nor an identity number.")
    said = claims.get("name") or " ".join(str(claims[n]) for n in ("given_name", "family_name") if claims.get(n))
    subject = f"{claims['iss']}|{claims['sub']}"
    return Vouched(
        subject, str(said), str(claims.get("acr", "")), people, commissions, identity, str(claims.get("sid", ""))
    )


def disagreement(claimed: Commission, known: Mapping[str, Any] | None) -> Why | None:
    """Why an assignment that is vouched for cannot be used, going by the projection's row of it; None when it can."""
    if known is None:
        return "unknown"
    if known["person"] != claimed.person:
        return "person"
    if claimed.unit and known["unit"] != claimed.unit:
        return "unit"
    if claimed.provider and known["provider"] != claimed.provider:
        return "provider"
    if claimed.purpose and known["purpose"] != claimed.purpose:
        return "purpose"
    return None if known["is_current"] else "ended"


class Identities:
    """Compares what is vouched for with the projection of people, units and assignments."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._people = People(database)

    async def agreed(self, who: Vouched, now: datetime, *, language: str = "sv") -> Agreed:
        """The assignments that the person may choose among now."""
        own = await self._own(who.people, now, language)
        if who.commissions is None or _practising(own):
            return Agreed(tuple(_practising(own) or own))
        claimed = {one.assignment: one for one in who.commissions}
        rows = await self._database.all(_SQL["assignments_known_of"], list(claimed), now)
        known: dict[str, list[Any]] = {}
        for row in rows:
            known.setdefault(row["assignment"], []).append(row)
        wrong: dict[str, Why] = {}
        for assignment, one in claimed.items():
            # An assignment that was given to somebody else has a row for each; any that fits will do.
            reasons = [disagreement(one, row) for row in known.get(assignment, [None])]
            if None not in reasons:
                wrong[assignment] = next(why for why in reasons if why)
        sessions = tuple(one for one in own if one.assignment in claimed and one.assignment not in wrong)
        return Agreed(sessions, tuple(Disagreement(a, claimed[a].name, why) for a, why in wrong.items()))

    async def offered(self, holder: Holder, now: datetime, *, language: str = "sv") -> list[Session]:
        """Those of the assignments a signed-in person was offered that are still in force."""
        own = await self._own(holder.people, now, language)
        return _practising(own) or [one for one in own if one.assignment in holder.offered]

    async def _own(self, people: tuple[str, ...], now: datetime, language: str) -> list[Session]:
        return [one for hsa in people for one in await self._people.sessions(hsa, now, language=language)]


def _practising(own: list[Session]) -> list[Session]:
    """Assignments at copied units, which alone have a clock of their own (training). No directory knows of them, and
    whoever has one is there to practise and for nothing else."""
    return [one for one in own if one.ahead]


def _commission(claims: Mapping[str, Any], people: tuple[str, ...]) -> Commission:
    wrong = [name for name in _OF_A_COMMISSION if name in claims and not isinstance(claims[name], str)]
    person = claims.get("employeeHsaId", people[0] if len(people) == 1 else "")
    if wrong == ["employeeHsaId"] and len(people) == 1:
        wrong, person = [], people[0]
    if wrong or not claims.get("commissionHsaId") or person not in people:
        raise Refused("The sign-in service describes an assignment without saying whose it is.")
    unit, provider = claims.get("healthCareUnitHsaId", ""), claims.get("healthCareProviderHsaId", "")
    said = str(claims.get("commissionPurpose", ""))
    purpose = _BY_WORDS.get(said.casefold(), said)
    return Commission(claims["commissionHsaId"], person, unit, provider, str(claims.get("commissionName", "")), purpose)


def _words(claims: Mapping[str, Any], name: str) -> tuple[str, ...]:
    said = claims.get(name, [])
    words = [said] if isinstance(said, str) else said
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise Refused("The sign-in service describes your staff identities in a way that cannot be read here.")
    return tuple(dict.fromkeys(words))
