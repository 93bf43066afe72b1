"""Opening what lies behind the walls: an active choice with ground, reason and end, recorded before anything is read.

The grounds are in `varda.access.policy`; here they are put to the facts, and what they open is given and logged.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from varda.access import policy, reach
from varda.access.decisions import BLOCKS, Kind
from varda.access.policy import Facts, Ground, InnerGround, Opening
from varda.access.projection import CARE
from varda.access.reach import Choice, Decided, Place
from varda.access.relations import OWNER, RELATING, begun
from varda.fhir import resource as json
from varda.fhir.keys import key
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Work
from varda.kernel.errors import Absent, Malformed, Refused
from varda.record import reached
from varda.store import reading
from varda.store.model import Stored
from varda.store.writing import type_name, type_number

if TYPE_CHECKING:
    from varda.record.opened import Record


@dataclass(frozen=True, slots=True)
class Open:
    """What this session has opened behind the walls and may read until `closes`: all that the ground allows, or the
    places and resource types that are named."""

    ground: str
    reason: str
    places: tuple[Place, ...]
    types: tuple[str, ...]
    closes: datetime


async def others(
    record: "Record",
    patient: str,
    ground: Ground,
    reason: str,
    providers: Sequence[str],
    units: Sequence[str],
    types: Sequence[str],
) -> None:
    """Open other providers' data. See `Record.open_others`."""
    require_staff(record, reason)
    work, compartment = await record.begun(), key(f"Patient/{patient}")
    facts, consent = await _facts(record, work, patient, ground)
    opening = _opened_by(record, ground, facts)
    named = await places_named(record, work, [*providers, *units])
    if opening.from_list and not named:
        raise Malformed("Name the providers or units whose data matter; ask for their list first.")
    if opening.social_only:
        if any(not place.is_social for place in await _providers_of(work, named)):
            raise Refused("On this ground social care reads other social care's data only (SVOD 3:2, 3:4).")
        if not named:
            providers = [place.hsa for place in await _with_data(record, work, compartment) if place.is_social]
            if not providers:
                raise Refused("No other social-care provider has anything that can be opened.")
    rests_on = consent if ground in ("consent", "certificate") else None
    await _chosen(record, work, compartment, ground, reason, opening, providers, units, types, rests_on)


async def blocked(
    record: "Record", patient: str, ground: InnerGround, reason: str, units: Sequence[str], types: Sequence[str]
) -> None:
    """Open the own provider's units behind an inner block. See `Record.open_blocked`."""
    require_staff(record, reason)
    work, compartment = await record.begun(), key(f"Patient/{patient}")
    opening = policy.inner_opening(ground)
    if opening.is_reviewed:
        record.powers.require("open-blocked")
    if not opening.with_record:
        await _require_open(record, work, compartment)
    if not units:
        raise Malformed("Name the units whose blocked data matter; ask for their list first.")
    in_force = {one.unit for one in await _inner(record, work, compartment)}
    if missing := [unit for unit in units if unit not in in_force]:
        raise Malformed(f"{', '.join(missing)}: no block of a unit of yours is in force there.")
    await _chosen(record, work, compartment, f"inner-{ground}", reason, opening, (), units, types)


async def units_blocked(record: "Record", patient: str, reason: str) -> list[Decided]:
    """Which units of the own provider the patient has blocked: step 1 of PDL 4:5. See `Record.units_blocked`."""
    record.powers.require_patients()
    compartment = key(f"Patient/{patient}")
    async with record.at_work() as work:
        if reason.strip():
            record.powers.require("open-blocked")
        else:
            await _require_open(record, work, compartment)
        found = await _inner(record, work, compartment)
    what = f"Patient/{patient} inner blocks: {reason.strip()}" if reason.strip() else f"Patient/{patient} inner blocks"
    await record.note("blocks", [], "Consent", what, patients=[compartment])
    return found


async def providers_with(record: "Record", patient: str, ground: Ground, reason: str) -> list[Place]:
    """Which other providers have data that the ground may open: the list that SVOD 3:3 and 3:6 begin with."""
    require_staff(record, reason)
    compartment = key(f"Patient/{patient}")
    async with record.at_work() as work:
        facts, _ = await _facts(record, work, patient, ground)
        opening = _opened_by(record, ground, facts)
        found = await _with_data(record, work, compartment)
    what = f"Patient/{patient} providers with data ({ground}): {reason.strip()}"
    await record.note("providers", [], "", what, patients=[compartment])
    return [place for place in found if place.is_social or not opening.social_only]


async def openings(record: "Record", patient: str) -> list[Open]:
    """What this session has opened of the patient's behind the walls: its own doing, so that it needs no log row."""
    if record.session.kind != "staff":
        return []
    async with record.at_work() as work:
        compartments = await reach.linked(work, [key(f"Patient/{patient}")])
        rows = await reach.openings(work, record.narrowing, compartments, record.session.assignment)
        known = await reach.places(work, [hsa for row in rows for hsa in (*row["providers"], *row["units"])])
    return [
        Open(
            row["ground"],
            row["reason"],
            tuple(known[hsa] for hsa in (*row["providers"], *row["units"]) if hsa in known),
            tuple(type_name(int(number)) for number in row["types"]),
            row["closes"],
        )
        for row in rows
    ]


async def close(record: "Record", patient: str) -> None:
    """Close what this session has opened behind the walls, before its time."""
    compartment, session = key(f"Patient/{patient}"), record.session
    work = await record.begun()
    compartments = await reach.linked(work, [compartment])
    await reach.close_openings(work, compartments, session.assignment)
    what = f"Patient/{patient} closed before its time"
    record.written.append(record.event("choice", "done", [compartment], "Patient", what, ""))


async def decisions(record: "Record", patient: str) -> list[Stored]:
    """The Consents by which the patient has decided about the own provider's data, or lets it read others'. A role that
    does not read Consents is shown those alone that it may open others' data on (A2, A8).
    """
    rule, own = record.narrowing, record.session.provider_key
    async with record.at_work() as work:
        compartment = await reached.require(record, work, patient, "decisions")
        is_allowed = rule.allows(type_number("Consent"))
        kinds = [Kind.INFORMATION, Kind.ACCESS, *BLOCKS] if is_allowed else [Kind.ACCESS]
        found = [one for one in await reach.decisions(work, compartment, kinds, record.now) if one.provider_key == own]
        if not is_allowed:
            found = [one for one in found if one.unit_key in (0, record.session.unit_key)]
        everything = rule.without_limit()
        stored = [one.stored for one in await reading.read(work, [(one.source, everything) for one in found])]
    shown = list({one.reference: one for one in stored if one is not None and not one.deleted}.values())
    await record.note("decisions", shown, "Consent", f"Patient/{patient} decisions", patients=[compartment])
    return shown


# What the verbs stand on -------------------------------------------------------------------------------------------


def require_staff(record: "Record", reason: str) -> None:
    """Raise `Refused` unless an assignment asks, `Malformed` unless it says why."""
    if record.session.kind != "staff":
        raise Refused("Only staff in an assignment may open a patient by choice.")
    if record.session.assignment_purpose != CARE:
        raise Refused("Only an assignment for care opens what lies behind the walls (PDL 4:5, SVOD 3:7).")
    record.powers.require_patients()
    if not reason.strip():
        raise Malformed("Say why: the reason is kept with what you open.")


async def require_emergency(record: "Record", work: Work, patient: str) -> None:
    """Raise `Refused` unless this session may act in danger to life or health, `Absent` without such a patient."""
    facts, _ = await _facts(record, work, patient, "emergency")
    _opened_by(record, "emergency", facts)


async def _require_open(record: "Record", work: Work, compartment: int) -> None:
    if compartment not in await reach.reached(work, record.narrowing, [compartment]):
        raise Refused("Open the patient's record by an active choice first.")


def _opened_by(record: "Record", ground: Ground, facts: Facts) -> Opening:
    """What the ground opens, by the statutes and by the rights of the reader's role."""
    if ground == "emergency":
        record.powers.require("open-emergency")
    return policy.opening(record.session, ground, facts)


async def _facts(record: "Record", work: Work, patient: str, ground: Ground) -> tuple[Facts, Decided | None]:
    """What the grounds ask about, and the patient's consent: of several the one that lasts longest. Only a certificate
    asks for what is past, which is looked for among all that has been written.
    """
    compartment, rule, session = key(f"Patient/{patient}"), record.narrowing, record.session
    (found,) = await reading.read(work, [(compartment, rule.without_limit())])
    if found.stored is None or found.stored.deleted:
        raise Absent("There is no such patient.")
    consents = [
        one
        for one in await reach.decisions(work, compartment, [Kind.ACCESS], record.now)
        if one.provider_key == session.provider_key and one.unit_key in (0, session.unit_key)
    ]
    compartments = await reach.linked(work, [compartment])
    facts = Facts(
        today=record.now.astimezone(STOCKHOLM).date(),
        born=born(found.stored.resource),
        is_related=await reach.related(work, rule, compartment),
        was_related=ground == "certificate" and await _was_related(record, work, compartments),
        has_consented=bool(consents),
    )
    return facts, max(consents, key=lambda one: one.closes, default=None)


async def _was_related(record: "Record", work: Work, compartments: Sequence[int]) -> bool:
    """Whether the unit has cared for the patient: has written about her, or had a relation that may have ended."""
    session = record.session
    if await reading.has_written(work, compartments, session.unit_key):
        return True
    for unit, body in await reading.versions_of(work, compartments, RELATING):
        for one in begun(json.parse(body), record.now):
            is_own = unit == session.unit_key if one.organization == OWNER else one.organization == session.organization
            if is_own:
                return True
    return False


def born(patient: dict[str, Any]) -> date | None:
    """The birth date of a Patient; None when it is not known to the day."""
    try:
        return date.fromisoformat(patient.get("birthDate", ""))
    except ValueError:
        return None


async def places_named(record: "Record", work: Work, hsas: Sequence[str]) -> list[Place]:
    """Units and providers by HSA-id, none of the own provider. Raises `Malformed`."""
    known = await reach.places(work, hsas)
    if unknown := [hsa for hsa in hsas if hsa not in known]:
        raise Malformed(f"{', '.join(unknown)} is no unit or provider that is known here.")
    places = [known[hsa] for hsa in hsas]
    if any(place.provider == record.session.provider_key for place in places):
        raise Malformed("Your own provider's data are shown by choosing other units.")
    return places


async def _providers_of(work: Work, places: Collection[Place]) -> list[Place]:
    return await reach.providers(work, {place.provider for place in places})


async def _with_data(record: "Record", work: Work, compartment: int) -> list[Place]:
    """Other providers that have something which may be made available: told of, and behind no outer block."""
    compartments = await reach.linked(work, [compartment])
    keys = await reading.available_providers(work, compartments, record.session.provider_key, record.now)
    return await reach.providers(work, keys)


async def _inner(record: "Record", work: Work, compartment: int) -> list[Decided]:
    own = record.session.provider_key, record.session.unit_key
    blocks = await reach.decisions(work, compartment, [Kind.INNER], record.now)
    return [one for one in blocks if one.provider_key == own[0] and one.unit_key != own[1] and not one.is_lifted]


async def _chosen(
    record: "Record",
    work: Work,
    compartment: int,
    ground: str,
    reason: str,
    opening: Opening,
    providers: Sequence[str],
    units: Sequence[str],
    types: Sequence[str],
    consent: Decided | None = None,
) -> None:
    try:
        numbers = tuple(type_number(name) for name in types)
    except KeyError as unknown:
        raise Malformed(f"{unknown.args[0]} is not a resource type of FHIR R4.") from None
    session, now = record.session, record.now
    # What rests on a consent ends with it, at the latest.
    closes = min(now + opening.lasts, consent.closes) if consent else now + opening.lasts
    choice = Choice(
        session.assignment, session.actor, ground, reason.strip(), opening.width, now, closes,
        consent.source if consent else 0, tuple(providers), tuple(units), numbers, opening.with_record,
    )  # fmt: skip
    await reach.choose(work, compartment, choice)
    action = "emergency" if opening.is_reviewed else "choice"
    where = ", ".join([*providers, *units]) or "all"
    what = f"{ground} ({where}{'; ' + ', '.join(types) if types else ''}): {reason.strip()}"
    record.written.append(record.event(action, "done", [compartment], "Patient", what, ""))
