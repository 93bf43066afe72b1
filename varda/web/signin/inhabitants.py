"""Inhabitants sign in as the subjects they are, by identity number; the door finds what they may open (A17)."""

from dataclasses import dataclass, replace

from varda.access import Session
from varda.access.identity import Vouched
from varda.care import patients
from varda.care.patients import identity_system, normal_identity, shown_identity
from varda.record.citizens import readable
from varda.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Own:
    """A record that somebody may open, and as what: "self", "guardian" or "proxy"."""

    patient: str
    name: str
    role: str


async def session(visit: Visit, who: Vouched) -> Session | None:
    """The session of an inhabitant; None when the identity number is none."""
    now = visit.parts.clock.now()
    number = normal_identity(who.identity, now.date())
    if not number:
        return None
    actor = f"{identity_system(number)}|{number}"
    may = await readable(visit.parts.door, actor, now)
    session = Session(
        kind="citizen",
        actor=actor,
        name=who.name or shown_identity(number),
        patient=next((f"Patient/{one.patient}" for one in may if one.role == "self"), ""),
        language=visit.language,
    )
    return session if who.name or not session.patient else replace(session, name=await _own_name(visit, session))


async def _own_name(visit: Visit, session: Session) -> str:
    """What the own record calls somebody whom the provider of identities vouches for by number alone."""
    async with visit.parts.door.opened(session, "sign-in", request=visit.number) as record:
        return (await patients.one(record, session.patient.removeprefix("Patient/"))).name


async def records(visit: Visit) -> list[Own]:
    """The records that the signed-in inhabitant may open, the own first."""
    may = await readable(visit.parts.door, visit.session.actor, visit.parts.clock.now())
    async with visit.record("own") as record:
        return [Own(one.patient, (await patients.one(record, one.patient)).name, one.role) for one in may]
