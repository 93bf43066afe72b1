"""Registering what the patient decides. It holds from the next read on: the door sees to it in the same transaction."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from varda.access.decisions import CATEGORY
from varda.care.consents.model import KINDS, SCOPE, WAY, WAYS, Decision, Place
from varda.care.consents.queries import in_force, known_registers, own_provider
from varda.care.facts import instant
from varda.kernel.errors import Absent, Problem, Unprocessable
from varda.record import Ground, Record, Request, registers

MOST_HOURS = 24 * 30
"""How long a block may be lifted at a time; for longer it is ended."""


async def inform(record: Record, patient: str, *, how: str = "present") -> str:
    """Note that the patient was told what shared care documentation means (SVOD 2:2); gives the Consent's id.

    Told already: nothing is written.
    """
    told = [one for one in await in_force(record, patient) if one.kind == "information"]
    if told:
        return told[0].id
    return await _made(record, patient, "information", how, {"type": "permit"}, await own_provider(record))


async def consent(record: Record, patient: str, *, how: str, until: date | None = None) -> str:
    """Note the patient's consent to the own provider's reading of other providers' data (SVOD 3:1); gives its id.

    In force until it is ended, or to the end of the day `until`. Raises `Unprocessable`.
    """
    reader = await own_provider(record)
    provision: dict[str, Any] = {"type": "permit", "actor": [_actor("IRCP", reader)]}
    if until is not None:
        if until < record.now.date():
            raise _wrong("The consent must end today or later.", "until")
        provision["period"] = {"start": instant(record.now), "end": until.isoformat()}
    return await _made(record, patient, "access", how, provision)


async def consent_and_open(
    record: Record,
    patient: str,
    *,
    how: str,
    reason: str,
    ground: Ground = "consent",
    providers: Sequence[str] = (),
    types: Sequence[str] = (),
) -> None:
    """Note the consent, given `how`, and open other providers' data on it: one transaction, all or nothing.

    `how` empty: a consent that is in force already. Raises `Refused` with what is lacking, or `Malformed`.
    """
    if how:
        given = [one for one in await in_force(record, patient) if one.kind == "access"]
        if not given:
            await consent(record, patient, how=how)
    await record.open_others(patient, ground=ground, reason=reason, providers=providers, types=types)


async def block_inside(
    record: Record,
    patient: str,
    units: Sequence[Place],
    *,
    since: date | None = None,
    until: date | None = None,
    how: str = "present",
) -> list[str]:
    """Hide units' items from the provider's other units (PDL 4:4), all of them or those dated in a period.

    One Consent a unit, so that it is hidden with what it hides. Raises `Unprocessable`.
    """
    if not units:
        raise _wrong("Name the unit that the patient blocks.", "unit")
    return [await _blocked(record, patient, "inner-block", (unit,), since, until, how) for unit in units]


async def block_outside(
    record: Record,
    patient: str,
    units: Sequence[Place] = (),
    *,
    since: date | None = None,
    until: date | None = None,
    how: str = "present",
) -> list[str]:
    """Hide the provider's items from every other provider (SVOD 2:3): all of them, or the units', or a period's."""
    groups: list[tuple[Place, ...]] = [(unit,) for unit in units] or [()]
    return [await _blocked(record, patient, "outer-block", group, since, until, how) for group in groups]


async def end(record: Record, patient: str, decision: str) -> None:
    """End a decision now, at the patient's word: consent withdrawn, block lifted for good. Raises `Absent`."""
    stored = await _in_force(record, patient, decision)
    await record.update({**stored.resource, "status": "inactive"}, expected=stored.version)


async def lift(record: Record, patient: str, decision: str, *, hours: int) -> datetime:
    """Lift a block for some hours from now; gives the end. Raises `Absent` or `Unprocessable`."""
    if not 1 <= hours <= MOST_HOURS:
        raise _wrong("Lift the block for an hour at least and thirty days at most, or end it.", "hours")
    stored = await _in_force(record, patient, decision)
    consent = dict(stored.resource)
    ends = record.now + timedelta(hours=hours)
    provision = dict(consent["provision"])
    period = {"start": instant(record.now), "end": instant(ends)}
    provision["provision"] = [*provision.get("provision", ()), {"type": "permit", "period": period}]
    await record.update({**consent, "provision": provision}, expected=stored.version)
    return ends


async def decline(record: Record, patient: str, register: str) -> None:
    """Note that the patient wants nothing in a quality register (PDL 7:2). Raises `Unprocessable`, `Refused`."""
    known = await known_registers(record)
    if register not in known:
        raise _wrong("Choose the register.", "register")
    await registers.decline(record, patient, register, name=known[register])


async def take_back(record: Record, patient: str, register: str) -> None:
    """Note that the patient lets a quality register have data again. Raises `Absent` or `Refused`."""
    await registers.take_back(record, patient, register)


async def answer(record: Record, request: Request, text: str, *, hours: int = 0) -> list[Decision]:
    """Answer another provider's request to lift (SVOD 3:5); with `hours`, lift the outer blocks for as long first.

    Gives the blocks that were lifted. Raises `Unprocessable`.
    """
    lifted: list[Decision] = []
    if hours:
        if await record.relation(request.patient) is None:
            await record.choose(request.patient, reason=f"Begäran om hävning av spärr från {request.unit}")
        lifted = [
            one for one in await in_force(record, request.patient) if one.kind == "outer-block" and not one.lifted
        ]
        for one in lifted:
            await lift(record, request.patient, one.id, hours=hours)
    elif not text.strip():
        raise _wrong("Write an answer.", "answer")
    done = f"Spärren är hävd i {hours} h." if lifted else "Ingen spärr gäller längre."
    await record.answer_request(request.id, text.strip() or done)
    return lifted


async def _blocked(
    record: Record,
    patient: str,
    kind: str,
    units: tuple[Place, ...],
    since: date | None,
    until: date | None,
    how: str,
) -> str:
    if since and until and until < since:
        raise _wrong("The period ends before it begins.", "until")
    provision: dict[str, Any] = {"type": "deny"}
    if dates := {name: day.isoformat() for name, day in (("start", since), ("end", until)) if day}:
        provision["dataPeriod"] = dates
    if units:
        named = [{"reference": f"Organization/{one.id}", "display": one.name} for one in units]
        provision["actor"] = [_actor("CST", one) for one in named]
    return await _made(record, patient, kind, how, provision, await own_provider(record))


async def _made(
    record: Record,
    patient: str,
    kind: str,
    how: str,
    provision: dict[str, Any],
    provider: dict[str, str] | None = None,
) -> str:
    if how not in WAYS:
        raise _wrong("Say how the patient said it.", "how")
    who = {"reference": f"Patient/{patient}"}
    resource: dict[str, Any] = {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": SCOPE, "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": CATEGORY, "code": kind, "display": KINDS[kind]}]}],
        "patient": who,
        "dateTime": instant(record.now),
        # Who decided is the patient; who noted it stands in the item's version and log (A4: nobody decides instead).
        "performer": [who],
        "policyRule": {"coding": [{"system": WAY, "code": how}]},
        "provision": provision,
    }
    if provider is not None:
        resource["organization"] = [provider]
    stored = await record.create(resource)
    return str(stored.id)


_ROLES = {
    "IRCP": ("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "information recipient"),
    "CST": ("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "custodian"),
}


def _actor(role: str, who: dict[str, str]) -> dict[str, Any]:
    system, display = _ROLES[role]
    return {"role": {"coding": [{"system": system, "code": role, "display": display}]}, "reference": who}


async def _in_force(record: Record, patient: str, decision: str) -> Any:
    # Through the patient's decisions, not by a read: a block of another unit is hidden with what it hides.
    found = next((one for one in await record.decisions(patient) if one.id == decision), None)
    if found is None:
        raise Absent("That decision is not in force any more.")
    return found


def _wrong(message: str, element: str) -> Unprocessable:
    return Unprocessable(message, [Problem(message, element)])
