"""Asking who reaches whom: the questions that the door puts to the projection before it decides."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from varda.access import projection
from varda.access.decisions import Kind
from varda.access.session import Session, choice_grantee, hsa_key
from varda.kernel.db import Row, Work
from varda.kernel.sql import named
from varda.search.narrowing import OWN_UNIT, Narrowing

_SQL = named("varda.access")


@dataclass(frozen=True, slots=True)
class Relation:
    """Why a patient's record is open to a session: a care relation, or a choice of the person's own."""

    chosen: bool
    all_units: bool
    closes: datetime


async def reached(work: Work, rule: Narrowing, compartments: Collection[int]) -> set[int]:
    """Those of the compartments that the rule reaches now."""
    if rule.everything or not compartments:
        return set(compartments)
    rows = await work.all(_SQL["reaches"], list(compartments), list(rule.grantees), rule.now)
    return {row["compartment"] for row in rows}


async def relation(work: Work, rule: Narrowing, compartment: int, assignment: str) -> Relation | None:
    """The widest reach that the rule has to a patient; None when it has none."""
    row = await work.maybe(_SQL["relation"], compartment, list(rule.grantees), rule.now)
    if row is None:
        return None
    return Relation(row["grantee"] == choice_grantee(assignment), row["width"] > 0, row["closes"])


async def same(work: Work, compartments: Collection[int]) -> dict[int, set[int]]:
    """The compartments of records linked as the same person, in however many steps, of each that has any."""
    found: dict[int, set[int]] = {}
    for row in await work.all(_SQL["same_at_last"], list(compartments)):
        found.setdefault(row["compartment"], set()).add(row["other"])
    return found


async def linked(work: Work, compartments: Sequence[int]) -> list[int]:
    """The compartments themselves, and those of records linked as the same person, each once."""
    rows = await work.all(_SQL["same_of"], list(compartments))
    return list(dict.fromkeys([*compartments, *(row["other"] for row in rows)]))


@dataclass(frozen=True, slots=True)
class Choice:
    """An active choice as it is recorded: who, on which ground, why, and how much it opens until when.

    `with_record`: the own unit's and the county's items are opened in the same action.
    """

    assignment: str
    person: str
    ground: str
    reason: str
    width: int
    opens: datetime
    closes: datetime
    consent: int = 0
    providers: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    types: tuple[int, ...] = ()
    with_record: bool = False


async def choose(work: Work, compartment: int, choice: Choice) -> None:
    """Record an active choice and give the reach that it opens. Linked records are opened with it, and part with it."""
    c = choice
    types = [str(number) for number in c.types]
    await work.run(
        _SQL["chosen"], compartment, c.assignment, c.person, c.ground, c.reason, str(c.consent or ""), c.width,
        list(c.providers), list(c.units), types, c.opens, c.closes,
    )  # fmt: skip
    opened = "{" + ",".join(types) + "}" if types else None
    # A unit says more than its provider: where units are named, only those are opened.
    places = [(0, hsa) for hsa in c.units] or [(1, hsa) for hsa in c.providers] or [(0, "")]
    # The same choice again prolongs what it opened. Another ground or linked record stands beside it: what ends sooner
    # takes nothing from what ends later.
    same = f"{c.assignment}:{compartment}:{c.ground}:{c.width}:{c.consent}:{opened or ''}"
    rows = [
        projection.Given(
            compartment,
            choice_grantee(c.assignment),
            choice_grantee(f"{same}:{hsa}"),
            c.width,
            c.opens,
            c.closes,
            provider=hsa_key(hsa) if is_provider else 0,
            unit=0 if is_provider else hsa_key(hsa),
            types=opened,
            consent=c.consent,
        )
        for is_provider, hsa in places
    ]
    if c.with_record:
        grantee, source = choice_grantee(c.assignment), choice_grantee(f"{c.assignment}:{compartment}:record")
        rows.append(projection.Given(compartment, grantee, source, OWN_UNIT, c.opens, c.closes))
    await projection.give(work, rows)


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of a patient's that is in force: whose data it is about. `unit` empty: all of the provider's."""

    kind: Kind
    provider: str
    provider_name: str
    is_social: bool
    unit: str
    unit_name: str
    source: int
    closes: datetime
    is_lifted: bool
    provider_key: int
    unit_key: int


async def decisions(work: Work, compartment: int, kinds: Collection[Kind], now: datetime) -> list[Decided]:
    """What a patient has decided that is in force now, by provider and unit."""
    rows = await work.all(_SQL["decided"], compartment, [int(kind) for kind in kinds], now)
    return [
        Decided(
            Kind(row["kind"]), row["provider_hsa"] or "", row["provider_name"] or "", bool(row["is_social"]),
            row["unit_hsa"] or "", row["unit_name"] or "", row["source"], row["closes"], row["lifted"],
            row["provider"], row["unit"],
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A unit or provider by its HSA-id."""

    hsa: str
    name: str
    key: int
    provider: int
    is_provider: bool
    is_social: bool


async def places(work: Work, hsas: Sequence[str]) -> dict[str, Place]:
    """The units and providers that are known, by HSA-id."""
    rows = await work.all(_SQL["places_known"], list(hsas))
    return {
        row["hsa"]: Place(row["hsa"], row["name"], row["unit"], row["provider"], row["is_provider"], row["is_social"])
        for row in rows
    }


async def organizations(work: Work, references: Collection[str]) -> dict[str, Place]:
    """The units and providers that are known, by reference (`Organization/1`)."""
    bare = {reference.removeprefix("Organization/"): reference for reference in references}
    rows = await work.all(_SQL["organizations_known"], list(bare))
    return {
        bare[row["organization"]]: Place(
            row["hsa"], row["name"], row["unit"], row["provider"], row["is_provider"], row["is_social"]
        )
        for row in rows
    }


async def providers(work: Work, keys: Collection[int]) -> list[Place]:
    """The providers with these keys, by name."""
    rows = await work.all(_SQL["providers_named"], list(keys))
    return [Place(row["hsa"], row["name"], row["unit"], row["unit"], True, row["is_social"]) for row in rows]


async def ask(
    work: Work, compartment: int, patient: str, provider: int, session: Session, reason: str, now: datetime
) -> None:
    """Keep what somebody asks a provider to lift."""
    await work.run(
        _SQL["request_made"], compartment, patient, provider, now, session.actor, session.name, _asking(session), reason
    )  # fmt: skip


async def openings(work: Work, rule: Narrowing, compartments: Sequence[int], assignment: str) -> list[Row]:
    """What an assignment has opened behind the walls and may read now, the one that ends first first."""
    return await work.all(_SQL["openings"], list(compartments), assignment, choice_grantee(assignment), rule.now)


async def close_openings(work: Work, compartments: Sequence[int], assignment: str) -> None:
    """Take back what an assignment has opened behind the walls."""
    await work.run(_SQL["openings_closed"], list(compartments), choice_grantee(assignment))


async def requests_made(work: Work, compartments: Sequence[int], session: Session) -> list[Row]:
    """What the session's unit has asked other providers to lift for a patient, the newest first."""
    return await work.all(_SQL["requests_made"], list(compartments), _asking(session))


def _asking(session: Session) -> str:
    return f"{session.unit_name}, {session.provider_name}"


async def requests(work: Work, provider: int) -> list[Row]:
    """What a provider is asked and has not answered, the oldest first."""
    return await work.all(_SQL["requests"], provider)


async def waiting(work: Work, provider: int) -> int:
    """How many requests wait for a provider's answer."""
    return int((await work.one(_SQL["requests_waiting"], provider))["waiting"])


async def answered(work: Work, compartment: int, request: int, provider: int, text: str, now: datetime) -> bool:
    """Note the answer to a request; False when there is none of this provider's that waits."""
    row = await work.maybe(_SQL["request_answered"], compartment, request, provider, now, text.strip())
    return row is not None


async def related(work: Work, rule: Narrowing, compartment: int) -> bool:
    """Whether the unit itself has a care relation now; somebody's own choice is none."""
    rows = await work.all(_SQL["reaches"], [compartment], list(rule.grantees[:1]), rule.now)
    return bool(rows)


async def names(work: Work, hsas: Collection[str], keys: Collection[int] = ()) -> dict[str, str]:
    """What units and people are called, by HSA-id, and the HSA-ids of units, by their keys as text."""
    return {row["known"]: row["called"] for row in await work.all(_SQL["names_known"], list(hsas), list(keys))}


async def workers(work: Work, people: Collection[str], units: Collection[str]) -> list[tuple[str, str, str]]:
    """Some people, and everybody with an assignment at some units: HSA-id, id of the Practitioner, HSA-id of a unit."""
    rows = await work.all(_SQL["workers"], list(people), list(units))
    return [(row["hsa"], row["practitioner"], row["unit"]) for row in rows]
