"""Inhabitants sign in as the subjects they are: an identity number, the record that has it, and whose else they may
open (A17).
"""

from dataclasses import dataclass

from varda.access import Session
from varda.access.identity import Vouched
from varda.care.patients import found, identity_system, normal_identity, shown_identity
from varda.record import Door
from varda.web.visit import Visit

_LOOKING = Session(kind="job", actor="sign-in", name="sign-in", reach="county", scopes=("read",))


@dataclass(frozen=True, slots=True)
class Own:
    """A record that somebody may open. `relation` is "self", "child" or "proxy"."""

    patient: str
    name: str
    relation: str


async def session(visit: Visit, who: Vouched) -> Session | None:
    """The session of an inhabitant; None when the identity number is none."""
    number = normal_identity(who.identity, visit.parts.clock.now().date())
    if not number:
        return None
    patient, name = await _record(visit.parts.door, number, visit.number)
    return Session(
        kind="citizen",
        actor=f"{identity_system(number)}|{number}",
        name=who.name or name or shown_identity(number),
        patient=patient,
        language=visit.language,
    )


async def records(visit: Visit) -> list[Own]:
    """The records that the signed-in inhabitant may open: the own one."""
    session = visit.session
    return [Own(session.patient, session.name, "self")] if session.patient else []


async def _record(door: Door, number: str, request: str) -> tuple[str, str]:
    """The Patient with that identity number, as `Patient/<id>`, and what it is called; empty when there is none."""
    async with door.opened(_LOOKING, "sign-in", request=request) as record:
        people = await found(record, number)
    return (f"Patient/{people[0].id}", people[0].name) if people else ("", "")
