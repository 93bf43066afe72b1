"""Writing: every wish is checked, all problems are told together, and then all are stored or none.

The order is always: understand, validate, hold what exists, decide, store, keep `access` in step, log.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from varda.access import projection
from varda.access.projection import Written
from varda.access.session import Session, hsa_key
from varda.audit.event import Event
from varda.fhir import resource as json
from varda.fhir import validate
from varda.fhir.definitions import TYPES, compartment
from varda.fhir.keys import key
from varda.kernel.db import Work
from varda.kernel.errors import Conflict, Malformed, NotAllowed, Problem, Refused, Stale, Unprocessable
from varda.kernel.sql import named
from varda.search.index import Index, indexed
from varda.store import writing as store
from varda.store.model import Change, Held, Stored

if TYPE_CHECKING:
    from varda.record.opened import Record

_ACCESS = named("varda.access")

COUNTY_OWNED = frozenset(name for name in TYPES if not compartment(name)) - {
    "Bundle", "Binary", "Parameters", "Task", "Device", "DocumentManifest", "Library", "Measure", "Contract",
} | {"Patient", "Practitioner"}  # fmt: skip
"""Identity, people, units and terminology belong to the county, not to a care unit (ARCHITECTURE, idea 1)."""

_MAY_NAME_OTHERS = {"link", "focus", "member", "participant", "actor"}
"""Elements where FHIR itself intends another patient: Patient.link, focus, Group.member, shared Appointment."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The unit and provider (HSA-ids) that an imported item belongs to. Both empty: the county."""

    unit: str
    provider: str


@dataclass(frozen=True, slots=True)
class Wish:
    """One write that somebody wants. `place` is where it stands in a bundle, for the path of its problems."""

    kind: Literal["create", "update", "delete"]
    resource: dict[str, Any] | bytes
    expected: int | None = None
    owner: Owner | None = None
    place: str = ""
    valid: bool = False


@dataclass(slots=True)
class Draft:
    """A wish on its way to becoming a change: understood, valid and indexed."""

    record: "Record"
    wish: Wish
    type: str
    id: str
    resource: dict[str, Any]
    index: Index | None
    compartments: tuple[int, ...]
    item: int


async def write(record: "Record", wishes: Sequence[Wish]) -> list[Stored]:
    """Store every wish in the record's transaction. Gives what was stored, in the order of the wishes.

    Deleting what is not there stores nothing. See `Record.write` for what is raised.
    """
    drafts = understood(record, wishes)
    work = await record.begun()
    changes = await stored(work, drafts)
    record.written.extend(events(record, changes))
    return [as_stored(change) for change in changes]


async def stored(work: Work, drafts: Sequence[Draft]) -> list[Change]:
    """Decide and store drafts, of one record or of several, in the caller's transaction. The caller logs `events`."""
    held = await store.held(work, [d.item for d in drafts if d.wish.kind != "create"])
    await _decide(work, drafts, held)
    drafts = [d for d in drafts if d.wish.kind != "delete" or _is_there(held.get(d.item))]
    dangling = await _dangling(work, drafts)
    changes = [_change(d, held.get(d.item), dangling.get(d.item, ())) for d in drafts]
    await store.write(work, changes)
    await _project(work, changes, drafts)
    return changes


def understood(record: "Record", wishes: Sequence[Wish]) -> list[Draft]:
    """Every wish parsed, validated and indexed. Raises `Unprocessable` or `Malformed` with the problems of all."""
    problems: list[Problem] = []
    drafts: list[Draft] = []
    for wish in wishes:
        if wish.kind == "delete":
            assert isinstance(wish.resource, dict)
            type_, id_ = wish.resource["resourceType"], wish.resource["id"]
            drafts.append(Draft(record, wish, type_, id_, {}, None, (), key(f"{type_}/{id_}")))
            continue
        resource = json.parse(wish.resource) if isinstance(wish.resource, bytes) else dict(wish.resource)
        # Bytes are given as well where there are some: only they show a key that is there twice.
        found = () if wish.valid else validate.problems(wish.resource, resource)
        wrong = [_placed(p, wish.place) for p in found if p.severity == "error"]
        problems += wrong
        if not wrong:
            drafts.append(_draft(record, wish, resource))
    if problems:
        raise Unprocessable(_summary(problems), problems)
    items = [d.item for d in drafts]
    if len(set(items)) < len(items):
        twice = next(d for n, d in enumerate(drafts) if d.item in items[:n])
        raise Malformed(f"{twice.type}/{twice.id} is written twice in the same piece of work; write it once.")
    return drafts


def _draft(record: "Record", wish: Wish, found: dict[str, Any]) -> Draft:
    type_ = found["resourceType"]
    id_ = found.get("id", "") if wish.kind == "update" or wish.valid else ""
    if not id_:
        if wish.kind == "update":
            raise Malformed(f"An update of {type_} needs an id.")
        id_ = str(uuid4())
    found["id"] = id_
    index = indexed(found)
    own = [id_] if type_ == "Patient" else []
    compartments = tuple(dict.fromkeys(key(f"Patient/{p}") for p in [*own, *index.patients, *_about(found)]))
    if type_ == "Patient":
        compartments = compartments[:1]  # a link names another patient; the record stays its own
    return Draft(record, wish, type_, id_, found, index, compartments, key(f"{type_}/{id_}"))


def _about(resource: dict[str, Any]) -> Iterator[str]:
    """The patient of an entry that FHIR counts to no compartment though it is about one, as a Task is."""
    if resource["resourceType"] not in COUNTY_OWNED and not compartment(resource["resourceType"]):
        for name in ("for", "subject", "patient"):
            target = resource.get(name)
            reference = target.get("reference") if isinstance(target, dict) else None
            if isinstance(reference, str) and reference.startswith("Patient/"):
                yield reference.removeprefix("Patient/")


async def _decide(work: Work, drafts: Sequence[Draft], held: dict[int, Held]) -> None:
    for record, own in _by_record(drafts):
        _may(record.session, own, held)
        new_patients = {d.item for d in own if d.type == "Patient" and d.item not in held}
        touched = {c for d in own for c in d.compartments}
        touched |= {c for d in own if (h := held.get(d.item)) for c in (h.compartment, *h.also) if c}
        await require(record, work, touched - new_patients)


def _by_record(drafts: Sequence[Draft]) -> Iterator[tuple["Record", list[Draft]]]:
    for record in {id(d.record): d.record for d in drafts}.values():
        yield record, [d for d in drafts if d.record is record]


def _may(session: Session, drafts: Sequence[Draft], held: dict[int, Held]) -> None:
    scope = "delete" if any(d.wish.kind == "delete" for d in drafts) else "write"
    if scope == "delete" and session.kind == "staff":
        raise NotAllowed(
            "Nothing in the record is erased (PDL 3:14). Give the entry the status entered-in-error instead."
        )
    if not session.may(scope):
        raise Refused(f"{session.name or session.actor} may not {scope} here.")
    if any(d.wish.owner for d in drafts) and not session.may("import"):
        raise Refused("Only a trusted import may say whose an item is.")
    for draft in drafts if session.reach != "county" else ():
        before = held.get(draft.item)
        if before is not None and before.unit not in (0, session.unit_key):
            raise Refused("An entry is changed only by the unit that owns it.")


async def require(record: "Record", work: Work, patients: set[int]) -> None:
    """Raise `Refused` unless the session reaches every one of these compartments now."""
    if not patients or record.session.reach == "county":
        return
    rule = record.narrowing
    rows = await work.all(_ACCESS["reaches"], list(patients), list(rule.grantees), rule.now)
    if len(rows) < len(patients):
        raise Refused("You have no care relation to this patient. Open the record by an active choice first.")


async def _dangling(work: Work, drafts: Sequence[Draft]) -> dict[int, tuple[str, ...]]:
    """References to what is not here, by item. Raises `Unprocessable` for one into another patient's compartment."""
    here = {d.item: (d.compartments[0] if d.compartments else 0) for d in drafts}
    targets: dict[int, str] = {}
    for draft in drafts:
        for type_, id_ in draft.index.references if draft.index else ():
            name = f"{type_}/{id_}"
            targets[key(name)] = name
    unknown = [item for item in targets if item not in here]
    where = here | (await store.whereabouts(work, unknown) if unknown else {})
    problems: list[Problem] = []
    dangling: dict[int, tuple[str, ...]] = {}
    for draft in drafts:
        missing = []
        for type_, id_ in draft.index.references if draft.index else ():
            name = f"{type_}/{id_}"
            place = where.get(key(name))
            if place is None:
                missing.append(name)
            elif place and draft.compartments and place not in draft.compartments:
                problems += _strayed(draft, name)
        if missing:
            dangling[draft.item] = tuple(dict.fromkeys(missing))
    if problems:
        raise Unprocessable(_summary(problems), problems)
    return dangling


def _strayed(draft: Draft, name: str) -> Iterator[Problem]:
    for path, element in _references(draft.resource, draft.type):
        if element == name and not _MAY_NAME_OTHERS & {step.split("[")[0] for step in path.split(".")}:
            yield _placed(
                Problem(f"{name} belongs to another patient than this entry does; an entry has one patient.", path,
                        "business-rule"),
                draft.wish.place,
            )  # fmt: skip


def _references(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "reference" and isinstance(inner, str):
                yield path, inner
            else:
                yield from _references(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from _references(inner, f"{path}[{n}]")


def _change(draft: Draft, before: Held | None, dangling: tuple[str, ...]) -> Change:
    expected = draft.wish.expected
    if expected is not None and (before is None or before.version != expected):
        newest = f"version {before.version}" if before else "nothing"
        message = f"{draft.type}/{draft.id}: you based this on version {expected}, but the newest is {newest}."
        raise Stale(message, [_placed(Problem(message, code="conflict"), draft.wish.place)])
    if before is not None and (before.type, before.id) != (draft.type, draft.id):
        raise Conflict(f"{draft.type}/{draft.id} cannot be used as an id here; choose another one.")
    if before is not None and draft.wish.kind == "create":
        message = f"{draft.type}/{draft.id} exists already."
        raise Conflict(message, [_placed(Problem(message, code="conflict"), draft.wish.place)])
    compartments = draft.compartments or (before.compartment if before else 0,)
    if draft.index is None:
        compartments = (before.compartment if before else 0,)
    if before is not None and before.compartment and before.compartment != compartments[0]:
        message = "An entry cannot be moved to another patient. Mark it entered-in-error and write a new one."
        raise Unprocessable(message, [_placed(Problem(message, draft.type, "business-rule"), draft.wish.place)])
    version = before.version + 1 if before else 1
    provider, unit = _owner(draft, before)
    now = draft.record.now
    stamp = {"versionId": str(version), "lastUpdated": now.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
    resource = _stamped(draft, stamp)
    return Change(
        type=draft.type,
        id=draft.id,
        item=draft.item,
        compartment=compartments[0],
        also=compartments[1:],
        version=version,
        at=now,
        provider=provider,
        unit=unit,
        author=draft.record.session.actor,
        body=json.dump(resource),
        index=draft.index,
        before=before,
        dangling=dangling,
    )


def _stamped(draft: Draft, stamp: dict[str, str]) -> dict[str, Any]:
    rest = {name: value for name, value in draft.resource.items() if name not in ("resourceType", "id", "meta")}
    meta = {**(draft.resource.get("meta") or {}), **stamp}
    return {"resourceType": draft.type, "id": draft.id, "meta": meta, **rest}


def _owner(draft: Draft, before: Held | None) -> tuple[int, int]:
    if before is not None:
        return before.provider, before.unit
    if draft.wish.owner is not None:
        return hsa_key(draft.wish.owner.provider), hsa_key(draft.wish.owner.unit)
    if draft.type in COUNTY_OWNED:
        return 0, 0
    session = draft.record.session
    return session.provider_key, session.unit_key


async def _project(work: Work, changes: Sequence[Change], drafts: Sequence[Draft]) -> None:
    written = [
        Written(c.type, c.id, c.item, c.compartment, c.before is None, d.resource if c.index else None)
        for c, d in zip(changes, drafts, strict=True)
        if c.type in projection.PROJECTED
    ]
    if written:
        await projection.project(work, written)


def events(record: "Record", changes: Sequence[Change]) -> list[Event]:
    """One row for each kind of write, patient and owner: a bundle of a whole life is a few rows, a note is one."""
    rows: dict[tuple[str, tuple[int, ...], int], list[Change]] = {}
    for c in changes:
        action = "delete" if c.index is None else "create" if c.before is None else "update"
        rows.setdefault((action, tuple(p for p in (c.compartment, *c.also) if p), c.unit), []).append(c)
    return [
        record.event(
            action,
            "done",
            patients,
            ",".join(sorted({c.type for c in some})),
            " ".join(f"{c.type}/{c.id}/{c.version}" for c in some),
            str(unit),
        )
        for (action, patients, unit), some in rows.items()
    ]


def _is_there(held: Held | None) -> bool:
    """Deleting what is not there, or not there any more, changes nothing."""
    return held is not None and not held.deleted


def as_stored(c: Change) -> Stored:
    """The new version as its reader will see it."""
    return Stored(c.type, c.id, c.version, c.at, c.index is None, c.provider, c.unit, c.body, c.compartment)


def _placed(problem: Problem, place: str) -> Problem:
    if not place:
        return problem
    path = f"{place}.resource.{problem.path.partition('.')[2]}" if problem.path else place
    return Problem(problem.message, path, problem.code, problem.severity)


def _summary(problems: Sequence[Problem]) -> str:
    first = problems[0]
    more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{first.path}: {first.message}{more}" if first.path else f"{first.message}{more}"
