"""Writing: every wish is checked, all problems are told together, and then all are stored or none.

The order is always: understand, validate, hold what exists, decide, store, keep `access` in step, log.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from varda.access import projection
from varda.access.projection import Written
from varda.access.session import hsa_key
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
class _Draft:
    """A wish on its way to becoming a change."""

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
    drafts = list(_understood(record, wishes))
    work = await record.begun()
    held = await store.held(work, [d.item for d in drafts if d.wish.kind != "create"])
    await _decide(record, work, drafts, held)
    drafts = [d for d in drafts if d.wish.kind != "delete" or _is_there(held.get(d.item))]
    dangling = await _dangling(work, drafts)
    changes = [_change(record, d, held.get(d.item), dangling.get(d.item, ())) for d in drafts]
    await store.write(work, changes)
    await _project(work, changes, drafts)
    _log(record, changes)
    return [_stored(change) for change in changes]


def _understood(record: "Record", wishes: Sequence[Wish]) -> Iterator[_Draft]:
    problems: list[Problem] = []
    drafts: list[_Draft] = []
    for wish in wishes:
        if wish.kind == "delete":
            assert isinstance(wish.resource, dict)
            type_, id_ = wish.resource["resourceType"], wish.resource["id"]
            drafts.append(_Draft(wish, type_, id_, {}, None, (), key(f"{type_}/{id_}")))
            continue
        found = () if wish.valid else validate.problems(wish.resource)
        problems += [_placed(p, wish.place) for p in found if p.severity == "error"]
        if not any(p.severity == "error" for p in found):
            drafts.append(_draft(wish))
    if problems:
        raise Unprocessable(_summary(problems), problems)
    items = [d.item for d in drafts]
    if len(set(items)) < len(items):
        twice = next(d for n, d in enumerate(drafts) if d.item in items[:n])
        raise Malformed(f"{twice.type}/{twice.id} is written twice in the same piece of work; write it once.")
    yield from drafts


def _draft(wish: Wish) -> _Draft:
    found = json.parse(wish.resource) if isinstance(wish.resource, bytes) else dict(wish.resource)
    type_ = found["resourceType"]
    id_ = found.get("id", "") if wish.kind == "update" or wish.valid else ""
    if not id_:
        if wish.kind == "update":
            raise Malformed(f"An update of {type_} needs an id.")
        id_ = str(uuid4())
    found["id"] = id_
    index = indexed(found)
    own = [id_] if type_ == "Patient" else []
    compartments = tuple(dict.fromkeys(key(f"Patient/{p}") for p in [*own, *index.patients]))
    if type_ == "Patient":
        compartments = compartments[:1]  # a link names another patient; the record stays its own
    return _Draft(wish, type_, id_, found, index, compartments, key(f"{type_}/{id_}"))


async def _decide(record: "Record", work: Work, drafts: Sequence[_Draft], held: dict[int, Held]) -> None:
    session = record.session
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
    new_patients = {d.item for d in drafts if d.type == "Patient" and d.item not in held}
    touched = {c for d in drafts for c in d.compartments} | {
        c for h in held.values() for c in (h.compartment, *h.also) if c
    }
    await require(record, work, touched - new_patients)


async def require(record: "Record", work: Work, patients: set[int]) -> None:
    """Raise `Refused` unless the session reaches every one of these compartments now."""
    if record.session.reach == "county":
        return
    if not patients:
        return
    rule = record.narrowing
    rows = await work.all(_ACCESS["reaches"], list(patients), list(rule.grantees), rule.now)
    if len(rows) < len(patients):
        raise Refused("You have no care relation to this patient. Open the record by an active choice first.")


async def _dangling(work: Work, drafts: Sequence[_Draft]) -> dict[int, tuple[str, ...]]:
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


def _strayed(draft: _Draft, name: str) -> Iterator[Problem]:
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


def _change(record: "Record", draft: _Draft, before: Held | None, dangling: tuple[str, ...]) -> Change:
    expected = draft.wish.expected
    if expected is not None and (before is None or before.version != expected):
        newest = f"version {before.version}" if before else "nothing"
        raise Stale(f"{draft.type}/{draft.id}: you based this on version {expected}, but the newest is {newest}.")
    if before is not None and draft.wish.kind == "create":
        raise Conflict(f"{draft.type}/{draft.id} exists already.")
    compartments = draft.compartments or (before.compartment if before else 0,)
    if draft.index is None:
        compartments = (before.compartment if before else 0,)
    if before is not None and before.compartment and before.compartment != compartments[0]:
        message = "An entry cannot be moved to another patient. Mark it entered-in-error and write a new one."
        raise Unprocessable(message, [_placed(Problem(message, draft.type, "business-rule"), draft.wish.place)])
    version = before.version + 1 if before else 1
    provider, unit = _owner(record, draft, before)
    now = record.now
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
        author=record.session.actor,
        body=json.dump(resource),
        index=draft.index,
        before=before,
        dangling=dangling,
    )


def _stamped(draft: _Draft, stamp: dict[str, str]) -> dict[str, Any]:
    rest = {name: value for name, value in draft.resource.items() if name not in ("resourceType", "id", "meta")}
    meta = {**(draft.resource.get("meta") or {}), **stamp}
    return {"resourceType": draft.type, "id": draft.id, "meta": meta, **rest}


def _owner(record: "Record", draft: _Draft, before: Held | None) -> tuple[int, int]:
    if before is not None:
        return before.provider, before.unit
    if draft.wish.owner is not None:
        return hsa_key(draft.wish.owner.provider), hsa_key(draft.wish.owner.unit)
    if draft.type in COUNTY_OWNED:
        return 0, 0
    return record.session.provider_key, record.session.unit_key


async def _project(work: Work, changes: Sequence[Change], drafts: Sequence[_Draft]) -> None:
    written = [
        Written(c.type, c.id, c.item, c.compartment, c.before is None, d.resource if c.index else None)
        for c, d in zip(changes, drafts, strict=True)
        if c.type in projection.PROJECTED
    ]
    if written:
        await projection.project(work, written)


def _log(record: "Record", changes: Sequence[Change]) -> None:
    """One row for each kind of write and patient: a bundle of a whole life is a few rows, a note is one."""
    rows: dict[tuple[str, tuple[int, ...], int], list[Change]] = {}
    for c in changes:
        action = "delete" if c.index is None else "create" if c.before is None else "update"
        rows.setdefault((action, tuple(p for p in (c.compartment, *c.also) if p), c.unit), []).append(c)
    for (action, patients, unit), some in rows.items():
        category = ",".join(sorted({c.type for c in some}))
        what = " ".join(f"{c.type}/{c.id}/{c.version}" for c in some)
        record.written(action, patients, category, what, str(unit))


def _is_there(held: Held | None) -> bool:
    """Deleting what is not there, or not there any more, changes nothing."""
    return held is not None and not held.deleted


def _stored(c: Change) -> Stored:
    return Stored(c.type, c.id, c.version, c.at, c.index is None, c.provider, c.unit, c.body, c.compartment)


def _placed(problem: Problem, place: str) -> Problem:
    if not place:
        return problem
    path = f"{place}.resource ({problem.path})" if problem.path else place
    return Problem(problem.message, path, problem.code, problem.severity)


def _summary(problems: Sequence[Problem]) -> str:
    first = problems[0]
    more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{first.path}: {first.message}{more}" if first.path else f"{first.message}{more}"
