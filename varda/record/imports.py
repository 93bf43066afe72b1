"""Taking over what another system kept: many items a transaction, each stored whole or rejected whole.

A piece of a source (some hundred items, or one transaction Bundle) is noted when it is stored, and every item has an id
that depends on the source alone: a killed import goes on where it was, and nothing is stored twice. When something in a
piece cannot be stored, the piece is divided until only that is left over, with its reasons.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import msgspec

from varda.access.people import People
from varda.access.session import Session
from varda.fhir.keys import key
from varda.fhir.resource import Resource
from varda.kernel.db import Database, Work
from varda.kernel.errors import Absent, Conflict, Fault, Problem, Unavailable, Unprocessable
from varda.kernel.sql import named
from varda.record import bundles
from varda.record.door import Door
from varda.record.opened import Record
from varda.record.writing import COUNTY_OWNED, Owner, Wish
from varda.store import counting, reading
from varda.store.model import Stored
from varda.store.writing import whereabouts

_SQL = named("varda.record")
RECKONING = "reckoning"
"""What a run's last note is called: source and record side by side, per patient."""
_TRIES = 4
"""Two processes that bring the same organisation at the same moment: one of them tries again and finds it there."""


@dataclass(frozen=True, slots=True)
class Group:
    """What is stored whole or not at all: one item, or the entries of a transaction. `place` is where it stood.

    `plan` holds a transaction with conditions, which the record answers; otherwise `resources` are ready to store.
    """

    place: str
    resources: tuple[Resource, ...]
    owner: str | None = None
    plan: Any = None
    replaces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reject:
    """What could not be stored, and why."""

    place: str
    reasons: tuple[Problem, ...]
    resources: tuple[Resource, ...] = ()


@dataclass(slots=True)
class Outcome:
    """What became of one piece: counts of items, and per patient how many the source has and how many are here."""

    new: int = 0
    changed: int = 0
    same: int = 0
    rejected: int = 0
    source: Counter[str] = field(default_factory=Counter)
    stored: Counter[str] = field(default_factory=Counter)

    @property
    def items(self) -> int:
        """Items that the source held."""
        return self.new + self.changed + self.same + self.rejected

    @classmethod
    def of(cls, noted: Mapping[str, Any]) -> "Outcome":
        """An outcome as it was noted."""
        counts = {name: noted[name] for name in ("new", "changed", "same", "rejected")}
        return cls(**counts, source=Counter(noted["source"]), stored=Counter(noted["stored"]))

    def add(self, other: "Outcome") -> None:
        """Count another piece in."""
        self.new += other.new
        self.changed += other.changed
        self.same += other.same
        self.rejected += other.rejected
        self.source.update(other.source)
        self.stored.update(other.stored)


@dataclass(frozen=True, slots=True)
class Task:
    """What every piece of one run shares. `owner` is for items that do not say whose they are."""

    run: str
    session: Session
    owner: Owner
    update: bool = False


async def store(door: Door, task: Task, groups: Sequence[Group]) -> tuple[Outcome, list[Reject]]:
    """Store what can be stored of one piece. Raises `Unavailable`; then the group in hand is not stored at all."""
    outcome, rejects = Outcome(), list[Reject]()
    await _divide(door, task, groups, outcome, rejects)
    return outcome, rejects


async def _divide(door: Door, task: Task, groups: Sequence[Group], outcome: Outcome, rejects: list[Reject]) -> None:
    try:
        outcome.add(await _stored(door, task, groups))
    except Unavailable:
        raise
    except Fault as fault:
        if len(groups) > 1:
            middle = len(groups) // 2
            await _divide(door, task, groups[:middle], outcome, rejects)
            await _divide(door, task, groups[middle:], outcome, rejects)
        elif groups:
            rejects.append(Reject(groups[0].place, fault.problems, groups[0].resources))
            outcome.rejected += len(groups[0].resources) or 1
            outcome.source.update(map(patient_of, groups[0].resources))


async def _stored(door: Door, task: Task, groups: Sequence[Group]) -> Outcome:
    for tries in range(_TRIES):
        try:
            async with door.opened(task.session, "import") as record:
                outcome = Outcome()
                wishes = await _wanted(record, task, groups, outcome)
                if wishes:
                    await record.write(wishes)
                for group in groups:
                    if group.plan is not None:
                        await _carried_out(record, task, group, outcome)
                await _count(await record.begun(), groups, outcome)
                return outcome
        except Conflict:
            if tries == _TRIES - 1:
                raise
    raise AssertionError


async def _carried_out(record: Record, task: Task, group: Group, outcome: Outcome) -> None:
    answers = await bundles.transaction(record, group.plan, owner=task.owner)
    for answer in answers:
        outcome.new += answer.status == 201
        outcome.same += answer.status == 200


async def _wanted(record: Record, task: Task, groups: Sequence[Group], outcome: Outcome) -> list[Wish]:
    """One wish for each item that is not here as it is. Raises `Unprocessable` for an id that something else has."""
    found = [(group, resource) for group in groups if group.plan is None for resource in group.resources]
    names = [name_of(resource) for _, resource in found]
    here = await whereabouts(await record.begun(), map(key, names))
    kept = await _kept(record, [name for name in names if key(name) in here])
    wishes, problems = [], []
    for name, (group, resource) in zip(names, found, strict=True):
        kind: Literal["create", "update"] = "create"
        if key(name) in here:
            if name in kept and _bare(kept[name]) == _bare(resource):
                outcome.same += 1
                continue
            if not task.update and name not in group.replaces:
                message = f"{name} is here already with other content. Import with --update to add it as a new version."
                problems.append(Problem(message, name, "duplicate"))
                continue
            kind = "update"
        outcome.changed += kind == "update"
        outcome.new += kind == "create"
        owner = await _owner(record, task, group, resource)
        wishes.append(Wish(kind, resource, owner=owner, place=group.place, valid=True))
    if problems:
        raise Unprocessable(problems[0].message, problems)
    return wishes


async def _kept(record: Record, names: Sequence[str]) -> dict[str, Resource]:
    """What is here under these names and not deleted: one statement for all, and a row in the log for each patient."""
    if not names:
        return {}
    rule = record.narrowing
    found = await reading.read(await record.begun(), [(key(name), rule) for name in names])
    rows: dict[tuple[int, ...], list[Stored]] = {}
    for stored in (one.stored for one in found):
        if stored is not None and not stored.deleted:
            rows.setdefault(stored.patients, []).append(stored)
    for some in rows.values():
        types = ",".join(sorted({stored.type for stored in some}))
        await record.note("read", some, types, " ".join(stored.reference for stored in some))
    return {stored.reference: stored.resource for some in rows.values() for stored in some}


def _bare(resource: Resource) -> Resource:
    """The content without what the store itself writes into it."""
    stamped = ("versionId", "lastUpdated")
    meta = {name: value for name, value in (resource.get("meta") or {}).items() if name not in stamped}
    rest = {name: value for name, value in resource.items() if name != "meta"}
    return {**rest, "meta": meta} if meta else rest


async def _owner(record: Record, task: Task, group: Group, resource: Resource) -> Owner:
    if group.owner is None:
        return Owner("", "") if resource["resourceType"] in COUNTY_OWNED else task.owner
    if not group.owner:
        return Owner("", "")
    try:
        unit = await People(record.door.database).unit(group.owner)
    except Absent as absent:
        raise Unprocessable(absent.message, [Problem(absent.message, "owner", "not-found")]) from absent
    return Owner(unit.hsa, unit.provider)


async def _count(work: Work, groups: Sequence[Group], outcome: Outcome) -> None:
    """Ask the store how many of the source's items are here, patient by patient, before anything is committed."""
    places: list[tuple[int, int]] = []
    patients: dict[int, str] = {}
    for group in groups:
        for resource in group.resources:
            patient = patient_of(resource)
            compartment = key(f"Patient/{patient}") if patient else 0
            patients[compartment] = patient
            outcome.source[patient] += 1
            places.append((compartment, key(name_of(resource))))
    counts = await counting.counted(work, places)
    outcome.stored.update({patients[compartment]: n for compartment, n in counts.items()})


def name_of(resource: Resource) -> str:
    """`Type/id`."""
    return f"{resource['resourceType']}/{resource['id']}"


def patient_of(resource: Resource) -> str:
    """The id of the patient that an item is about, read apart from the index so that the two can disagree."""
    if resource.get("resourceType") == "Patient":
        return str(resource.get("id", ""))
    for element in ("subject", "patient", "beneficiary", "individual", "for"):
        target = resource.get(element)
        reference = target.get("reference") if isinstance(target, dict) else None
        if isinstance(reference, str) and reference.startswith("Patient/"):
            return reference.removeprefix("Patient/")
    return ""


# What is kept about a run ---------------------------------------------------------------------------------------------


async def note(work: Work | Database, run: str, source: str, at: datetime, outcome: Any) -> None:
    """Keep what became of one piece, by itself or in the transaction that stored it."""
    await work.run(_SQL["import_noted"], run, source, at, msgspec.json.encode(outcome).decode())


async def noted(database: Database, run: str) -> dict[str, Any]:
    """What became of each piece of a run, by source, oldest first."""
    rows = await database.all(_SQL["imports"], run)
    return {row["source"]: msgspec.json.decode(row["outcome"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Reckoned:
    """How a run stands now: patients of whom less is here than the source held, less those whom a later run brought
    whole, and items that were rejected, unless the same files have come in since. `at` is its newest note."""

    run: str
    at: datetime
    is_over: bool
    differing: int
    rejected: int


async def reckoned(database: Database) -> list[Reckoned]:
    """Every run, the oldest first. Numbers, about nobody."""
    return [Reckoned(**dict(row)) for row in await database.all(_SQL["import_runs"], RECKONING)]


async def dangling(database: Database, patients: Sequence[str]) -> Counter[str]:
    """References that lead nowhere in the records of these patients ("" = what belongs to no patient)."""
    compartments = {key(f"Patient/{patient}") if patient else 0: patient for patient in patients}
    async with database.transaction() as work:
        counts = await counting.settled(work, list(compartments))
    return Counter({compartments[number]: n for number, n in counts.items()})
