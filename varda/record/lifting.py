"""Outer blocks, which nobody breaks: who blocked, asking that provider to lift, and what it answers (SVOD 3:5; A12).

Nothing of the other provider's is opened here. Who may answer is told that somebody waits; who asked, what was said.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from varda.access import policy, reach
from varda.access.decisions import Kind
from varda.access.reach import Choice, Place
from varda.fhir.keys import key
from varda.kernel.errors import Absent, Malformed, Refused
from varda.record import finding, reached
from varda.record.finding import FoundPatient
from varda.record.opening import places_named, require_emergency, require_staff
from varda.search.narrowing import OWN_UNIT
from varda.store import reading

if TYPE_CHECKING:
    from varda.record.opened import Record

_REQUEST = re.compile(r"\d{1,19}-\d{1,18}", re.ASCII)
RIGHT = "lift-blocks"
"""The special right to answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody at another provider asks this one to lift an outer block (SVOD 3:5; A12)."""

    id: str
    patient: str
    asked: datetime
    person: str
    name: str
    unit: str
    reason: str
    who: FoundPatient | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the own unit has asked a provider to lift; `answered` None while it waits."""

    provider: str
    provider_name: str
    asked: datetime
    reason: str
    answered: datetime | None
    answer: str


async def providers_blocking(record: "Record", patient: str, reason: str) -> list[Place]:
    """Which other providers' data the patient has blocked, in danger to life or health (SVOD 3:5)."""
    require_staff(record, reason)
    compartment = key(f"Patient/{patient}")
    async with record.at_work() as work:
        await require_emergency(record, work, patient)
        blocks = await reach.decisions(work, compartment, [Kind.OUTER], record.now)
        found = await reach.providers(work, {one.provider_key for one in blocks if not one.is_lifted})
    what = f"Patient/{patient} outer blocks: {reason.strip()}"
    await record.note("blocks", [], "Consent", what, patients=[compartment])
    return [place for place in found if place.key != record.session.provider_key]


async def ask_to_lift(record: "Record", patient: str, provider: str, reason: str) -> None:
    """Ask the provider that blocked to lift it (SVOD 3:5). Nothing of its is opened by asking; the patient's record at
    the own unit is, so that the answer can be waited for there.
    """
    require_staff(record, reason)
    work, compartment, session = await record.begun(), key(f"Patient/{patient}"), record.session
    await require_emergency(record, work, patient)
    blocks = await reach.decisions(work, compartment, [Kind.OUTER], record.now)
    if provider not in {one.provider for one in blocks}:
        raise Malformed(f"{provider} has no outer block in force for this patient.")
    place = (await places_named(record, work, [provider]))[0]
    await reach.ask(work, compartment, patient, place.key, session, reason.strip(), record.now)
    ends = record.now + policy.EMERGENCY_LASTS
    choice = Choice(session.assignment, session.actor, "outer-blocked", reason.strip(), OWN_UNIT, record.now, ends)
    await reach.choose(work, compartment, choice)
    what = f"Patient/{patient} asked {provider} to lift: {reason.strip()}"
    record.written.append(record.event("request", "done", [compartment], "Consent", what, ""))


async def requests(record: "Record") -> list[Request]:
    """What other providers ask the session's own provider to lift, the oldest first."""
    if record.session.kind != "staff":
        raise Refused("Only staff of the provider see what it is asked.")
    record.powers.require(RIGHT)
    async with record.at_work() as work:
        rows = await reach.requests(work, record.session.provider_key)
        rule = replace(record.narrowing, everything=True)
        found = await reading.read(work, [(row["compartment"], rule) for row in rows])
    people = await finding.told(record, [one.stored for one in found if one.stored and not one.stored.deleted])
    named = {one.id: one for one in people}
    await record.note(
        "requests", [], "Consent", "requests to lift blocks", patients=[row["compartment"] for row in rows]
    )
    return [
        Request(
            f"{row['compartment']}-{row['request']}", row["patient"], row["asked"], row["person"], row["name"],
            row["unit"], row["reason"], named.get(row["patient"]),
        )
        for row in rows
    ]  # fmt: skip


async def waiting(record: "Record") -> int:
    """How many requests wait for an answer that this session may give. A number, about nobody: not logged."""
    if record.session.kind != "staff" or not record.powers.has(RIGHT):
        return 0
    async with record.at_work() as work:
        return await reach.waiting(work, record.session.provider_key)


async def answer(record: "Record", request: str, text: str) -> None:
    """Note what the provider answered; the lifting itself is a new version of the block's Consent."""
    compartment, _, number = request.rpartition("-")
    if not _REQUEST.fullmatch(request) or int(compartment) >= 2**63:
        raise Absent("There is no such request.")
    record.powers.require(RIGHT)
    work = await record.begun()
    done = await reach.answered(work, int(compartment), int(number), record.session.provider_key, text, record.now)
    if not done:
        raise Absent("There is no such request, or it has been answered.")
    # The answer itself stands beside the request.
    record.written.append(record.event("answer", "done", [int(compartment)], "Consent", f"request {request}", ""))


async def asked(record: "Record", patient: str) -> list[Asked]:
    """What the own unit has asked other providers to lift for a patient it reaches, the newest first; by whichever of
    the records that are joined as one person's."""
    async with record.at_work() as work:
        compartment = await reached.require(record, work, patient, "requests")
        rows = await reach.requests_made(work, await reach.linked(work, [compartment]), record.session)
    if rows:
        await record.note("requests", [], "Consent", f"Patient/{patient} requests made", patients=[compartment])
    return [
        Asked(row["hsa"] or "", row["name"] or "", row["asked"], row["reason"], row["answered"], row["answer"])
        for row in rows
    ]
