"""Transactions, batches and whatever depends on a condition: settle what each entry means, then write once.

All conditions of a bundle are answered first (equal ones by one search), every reference is rewritten, and then all
writes go to the door in one call, so that a bundle of a whole life costs a handful of statements.
http://hl7.org/fhir/R4/http.html#transaction
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import msgspec

from varda.access.session import Session
from varda.fhir import bundle, validate
from varda.fhir.bundle import Entry, Plan
from varda.fhir.keys import key
from varda.fhir.links import references
from varda.kernel.errors import Absent, Fault, Malformed, Problem, Stale, TooLarge, Unprocessable
from varda.kernel.log import logger
from varda.kernel.sql import named
from varda.record.door import Door
from varda.record.opened import Record
from varda.record.writing import Owner, Wish
from varda.store.model import Stored

_SQL = named("varda.record")
MOST_ENTRIES = 10_000
"""Entries of one bundle. Larger loads go by `varda import`, which is resumable."""
_LARGE = 512 * 1024  # bytes: longer than this to read, others should not wait for
_AT_ONCE = 32  # reads of a batch that run together
_SHAPING = frozenset({"_format", "_pretty", "_summary", "_elements"})

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one entry. `stored` is what was written or found, `body` what a GET gave, `fault` why it failed."""

    status: int
    stored: Stored | None = None
    body: bytes = b""
    fault: Fault | None = None


Ask = Callable[[Record, Entry], Awaitable[Answer]]
"""Answers a GET inside a bundle; the edge that received the bundle gives it."""


async def transaction(
    record: Record, raw: bytes | dict[str, Any], *, ask: Ask | None = None, owner: Owner | None = None
) -> list[Answer]:
    """All entries or none, answered in the order they came. Every problem of every entry is told at once.

    Raises `TooLarge`, `Malformed`, `Unprocessable`, `Stale` (a condition matches several, or a version is not the
    newest) and what `Record.write` raises; each problem names its entry.
    """
    plan = await _read(raw)
    if plan.kind != "transaction":
        raise Malformed("This is a batch; send it as one, or change Bundle.type to transaction.")
    return await _carried_out(record, plan, ask or _no_get, owner)


async def batch(door: Door, session: Session, purpose: str, plan: Plan, *, ask: Ask, request: str = "") -> list[Answer]:
    """Each entry by itself: one that fails says so in its answer and leaves the others alone."""
    answers = {at: _failed(Unprocessable(rows[0].message, rows)) for at, rows in plan.refused.items()}

    async def alone(entry: Entry) -> None:
        single = Plan("batch", (entry,), {}, {entry.at: plan.links.get(entry.at, ())})
        try:
            async with door.opened(session, purpose, request=request) as record:
                (answers[entry.at],) = await _carried_out(record, single, ask, None)
        except Fault as fault:
            answers[entry.at] = _failed(fault)
        except Exception as failed:
            log.error("unforeseen", request=request, entry=entry.at, error=type(failed).__name__)
            message = f"Something went wrong on our side. Quote the number {request} to the help desk."
            answers[entry.at] = _failed(Fault(message, [Problem(message, entry.path, "exception")]))

    reads = [entry for entry in plan.ordered if entry.method in ("GET", "HEAD")]
    for entry in plan.ordered:
        if entry.method not in ("GET", "HEAD"):
            await alone(entry)
    for first in range(0, len(reads), _AT_ONCE):
        await asyncio.gather(*(alone(entry) for entry in reads[first : first + _AT_ONCE]))
    return [answers[at] for at in sorted(answers)]


async def read(raw: bytes) -> Plan:
    """The plan of a transaction or batch. Raises `TooLarge`, `Malformed` and `Unprocessable`."""
    return await _read(raw)


async def create_once(record: Record, type_: str, raw: bytes, condition: str) -> Answer:
    """Create unless the condition finds an item: 201 with the new one, 200 with the found one. Raises `Stale`."""
    entry = Entry(0, "POST", type_, type=type_, resource=validate.check(raw), if_none_exist=condition.removeprefix("?"))
    return await _alone(record, entry)


async def update_matching(
    record: Record, type_: str, raw: bytes, condition: str, *, expected: int | None = None
) -> Answer:
    """Update the one item that the condition finds, or create one. Raises `Stale` when it finds several."""
    tag = "" if expected is None else str(expected)
    return await _alone(
        record, Entry(0, "PUT", type_, type=type_, query=condition, resource=validate.check(raw), if_match=tag)
    )


async def delete_matching(record: Record, type_: str, condition: str) -> Answer:
    """Delete the one item that the condition finds, if any. Raises `Stale` when it finds several."""
    return await _alone(record, Entry(0, "DELETE", type_, type=type_, query=condition))


async def _alone(record: Record, entry: Entry) -> Answer:
    (answer,) = await _carried_out(record, Plan("", (entry,)), _no_get, None)
    return answer


# Reading -------------------------------------------------------------------------------------------------------------


class _Size(msgspec.Struct):
    entry: list[msgspec.Raw] | None = None


async def _read(raw: bytes | dict[str, Any]) -> Plan:
    if isinstance(raw, dict) or len(raw) < _LARGE:
        return bundle.read(raw)
    try:
        most = len(msgspec.json.decode(raw, type=_Size).entry or ())
    except (msgspec.DecodeError, RecursionError):
        most = 0  # reading it in earnest says what is wrong
    if most > MOST_ENTRIES:
        raise TooLarge(f"A bundle may have {MOST_ENTRIES} entries; this one has {most}. Send it in parts.")
    return await asyncio.to_thread(bundle.read, raw)


async def _no_get(_record: Record, entry: Entry) -> Answer:
    raise Unprocessable("A GET has no place here.", [Problem("A GET has no place here.", entry.path, "not-supported")])


# Carrying out --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Settled:
    """What the entries mean: `names` is Type/id by entry, `found` the item that a condition matched (then nothing, or
    that item, is written), `answers` what each conditional reference stands for.
    """

    names: dict[int, str] = field(default_factory=dict)
    found: dict[int, Stored] = field(default_factory=dict)
    idle: set[int] = field(default_factory=set)
    same_as: dict[int, int] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)


async def _carried_out(record: Record, plan: Plan, ask: Ask, owner: Owner | None) -> list[Answer]:
    settled = await _settle(record, plan)
    plan.link({**plan.targets(settled.names), **settled.answers})
    writes = [entry for entry in plan.ordered if _is_written(entry, settled)]
    wishes = [_wish(plan, entry, settled, owner) for entry in writes]
    stored = await record.write(wishes) if wishes else []
    answers = {entry.at: _written(entry, one) for entry, one in zip(writes, stored, strict=True)}
    for entry in plan.ordered:
        if entry.method in ("GET", "HEAD"):
            answers[entry.at] = await _asked(record, entry, ask)
        elif entry.at not in answers:
            answers[entry.at] = _unwritten(entry, settled, answers)
    return [answers[entry.at] for entry in plan.entries]


def _is_written(entry: Entry, settled: _Settled) -> bool:
    return entry.method in ("POST", "PUT", "DELETE") and entry.at not in settled.idle


def _wish(plan: Plan, entry: Entry, settled: _Settled, owner: Owner | None) -> Wish:
    place = entry.path if plan.kind else ""
    type_, _, id_ = settled.names[entry.at].partition("/")
    expected = _version(entry.if_match, place) if entry.if_match else None
    if entry.method == "DELETE":
        return Wish("delete", {"resourceType": type_, "id": id_}, expected, place=place)
    assert entry.resource is not None
    entry.resource["id"] = id_
    kind = "create" if entry.method == "POST" else "update"
    return Wish(kind, entry.resource, expected, owner, place, valid=True)


def _version(tag: str, place: str) -> int:
    if not tag.isdecimal() or len(tag) > 9:
        raise Stale(f"There is no version {tag}.", [Problem(f"There is no version {tag}.", place, "conflict")])
    return int(tag)


def _written(entry: Entry, stored: Stored) -> Answer:
    if entry.method == "DELETE":
        return Answer(204)
    return Answer(201 if stored.version == 1 else 200, stored)


def _unwritten(entry: Entry, settled: _Settled, answers: Mapping[int, Answer]) -> Answer:
    if entry.method == "DELETE":
        return Answer(204)
    twin = settled.same_as.get(entry.at)
    return Answer(200, settled.found[entry.at] if twin is None else answers[twin].stored)


async def _asked(record: Record, entry: Entry, ask: Ask) -> Answer:
    try:
        return await ask(record, entry)
    except Fault as fault:
        raise _placed(fault, entry.path) from None


def _placed(fault: Fault, place: str) -> Fault:
    problems = [
        p if p.path.startswith("Bundle.") else Problem(p.message, place, p.code, p.severity) for p in fault.problems
    ]
    return type(fault)(fault.message, problems)


def _failed(fault: Fault) -> Answer:
    return Answer(fault.status, fault=fault)


# Conditions ----------------------------------------------------------------------------------------------------------


async def _settle(record: Record, plan: Plan) -> _Settled:
    settled = _Settled()
    matches = await _matches(record, plan)
    leaving = {f"{e.type}/{e.id}" for e in plan.entries if e.method == "DELETE" and e.id}
    first: dict[str, int] = {}
    for entry in plan.ordered:
        if entry.method in ("GET", "HEAD"):
            continue
        if entry.method == "PATCH":
            raise _unsupported(plan, entry)
        condition = _condition(entry)
        found = [s for s in matches.get(condition, ()) if s.reference not in leaving] if condition else []
        if len(found) > 1:
            raise _several(condition, entry.path if plan.kind else "")
        _settle_one(settled, entry, found[0] if found else None)
        if entry.method == "POST" and condition and not found:
            _settle_twin(settled, entry, first.setdefault(condition, entry.at))
    _settle_references(settled, plan, matches)
    return settled


def _settle_one(settled: _Settled, entry: Entry, found: Stored | None) -> None:
    """Name the item of one entry and say whether there is anything to write."""
    if entry.id:
        settled.names[entry.at] = f"{entry.type}/{entry.id}"
    elif found is not None:
        settled.names[entry.at] = found.reference
        if entry.method == "POST":
            settled.found[entry.at] = found
            settled.idle.add(entry.at)
        elif entry.method == "PUT":
            _require_same_id(entry, found)
    elif entry.method == "DELETE":
        settled.idle.add(entry.at)
    else:
        given = (entry.resource or {}).get("id") if entry.method == "PUT" else None
        settled.names[entry.at] = f"{entry.type}/{given or uuid4()}"


def _settle_twin(settled: _Settled, entry: Entry, first: int) -> None:
    # Two entries that would each be created unless the other existed are one item.
    if first != entry.at:
        settled.same_as[entry.at] = first
        settled.names[entry.at] = settled.names[first]
        settled.idle.add(entry.at)


def _settle_references(settled: _Settled, plan: Plan, matches: Mapping[str, Sequence[Stored]]) -> None:
    """Conditional references: to what is stored, else to what this bundle creates under that identifier."""
    problems: list[Problem] = []
    created: dict[str, set[str]] | None = None
    for condition in plan.conditions:
        names = {stored.reference for stored in matches[condition]}
        if not names:
            created = _identified(plan, settled) if created is None else created
            names = created.get(condition, set())
        if len(names) > 1:
            problems += _ambiguous(plan, condition)
        elif names:
            (settled.answers[condition],) = names
    if problems:
        raise Stale(problems[0].message, problems)


def _identified(plan: Plan, settled: _Settled) -> dict[str, set[str]]:
    """`Type?identifier=system|value` → Type/id, for what the bundle itself writes."""
    found: dict[str, set[str]] = {}
    for entry in plan.entries:
        if entry.method not in ("POST", "PUT") or entry.resource is None:
            continue
        identifiers = entry.resource.get("identifier") or []
        for one in identifiers if isinstance(identifiers, list) else [identifiers]:
            question = f"{entry.type}?identifier={one.get('system', '')}|{one.get('value', '')}"
            found.setdefault(question, set()).add(settled.names[entry.at])
    return found


async def _matches(record: Record, plan: Plan) -> dict[str, list[Stored]]:
    """At most two matches for each condition; equal conditions are asked once."""
    makers = {_condition(entry) for entry in plan.entries} - {""}
    wanted = sorted(makers | set(plan.conditions))
    if makers:
        # Two clients with the same condition at the same time would otherwise both find nothing and both create.
        work = await record.begun()
        await work.run(_SQL["conditions_locked"], sorted(key(f"condition:{condition}") for condition in makers))
    found = {}
    for condition in wanted:
        try:
            found[condition] = await _matching(record, condition)
        except Fault as fault:
            raise _placed(fault, next(_places(plan, condition), "")) from None
    return found


async def _matching(record: Record, condition: str) -> list[Stored]:
    type_, _, query = condition.partition("?")
    asked = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name not in _SHAPING]
    if not any(value.strip() for _, value in asked):
        raise Malformed(f"The condition {condition[:200]} asks nothing, so it would match everything.")
    page = await record.search(type_, [*asked, ("_count", "2")])
    return page.matches


def _condition(entry: Entry) -> str:
    """`Type?query` of conditional work; empty for work without a condition."""
    if entry.method == "POST":
        return f"{entry.type}?{entry.if_none_exist}" if entry.if_none_exist else ""
    return f"{entry.type}?{entry.query}" if entry.method in ("PUT", "DELETE") and not entry.id else ""


def _places(plan: Plan, condition: str) -> Iterator[str]:
    """Where a condition stands in a bundle."""
    for entry in plan.entries if plan.kind else ():
        if _condition(entry) == condition:
            yield entry.path
        if entry.resource is not None:
            for path, text in references(entry.resource):
                if text == condition:
                    yield f"{entry.path}.resource.{path.partition('.')[2]}"


def _ambiguous(plan: Plan, condition: str) -> Iterator[Problem]:
    for place in _places(plan, condition):
        yield Problem(f"The condition {condition[:200]} matches several items.", place, "multiple-matches")


def _several(condition: str, place: str) -> Stale:
    message = f"The condition {condition[:200]} matches several items; make it narrower. Nothing was stored."
    return Stale(message, [Problem(message, place, "multiple-matches")])


def _require_same_id(entry: Entry, found: Stored) -> None:
    given = (entry.resource or {}).get("id")
    if given and given != found.id:
        message = f"The condition matches {found.reference}, but the resource says id {given}."
        raise Malformed(message, [Problem(message, entry.path, "value")])


def _unsupported(plan: Plan, entry: Entry) -> Unprocessable:
    message = "PATCH is not supported here."
    return Unprocessable(message, [Problem(message, entry.path if plan.kind else "", "not-supported")])
