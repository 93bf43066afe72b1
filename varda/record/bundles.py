"""Transactions, batches and whatever depends on a condition: settle what each entry means, then write once.

All conditions of a bundle are answered first (equal ones by one search), every reference is rewritten, and then all
writes go to the door in one call, so that a bundle of a whole life costs a handful of statements.
http://hl7.org/fhir/R4/http.html#transaction
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

import msgspec

from varda.fhir import bundle, validate
from varda.fhir.bundle import Entry, Plan
from varda.fhir.links import links
from varda.fhir.resource import Resource
from varda.kernel.errors import Fault, Malformed, Problem, Stale, TooLarge, Unprocessable
from varda.kernel.log import logger
from varda.record.conditions import Settled, placed, settle
from varda.record.opened import Record
from varda.record.writing import Owner, Wish, require_may_delete
from varda.store.model import Stored

MOST_ENTRIES = 10_000
"""Entries of one bundle. Larger loads go by `varda import`, which is resumable."""
_LARGE = 512 * 1024  # bytes: longer than this to read, others should not wait for
_AT_ONCE = 32  # reads of a batch that run together

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one entry: `stored` was written or found, `body` is what a GET gave, `fault` why it failed."""

    status: int
    stored: Stored | None = None
    body: bytes = b""
    etag: str = ""
    fault: Fault | None = None


Ask = Callable[[Record, Entry], Awaitable[Answer]]
"""Answers a GET inside a bundle; the edge that received the bundle gives it."""


async def transaction(
    record: Record, asked: bytes | Resource | Plan, *, ask: Ask | None = None, owner: Owner | None = None
) -> list[Answer]:
    """All entries or none, answered in the order they came. Every problem of every entry is told at once.

    Raises `TooLarge`, `Malformed`, `Unprocessable`, `Stale` (a condition matches several, or a version is not the
    newest) and what `Record.write` raises; each problem names its entry.
    """
    plan = asked if isinstance(asked, Plan) else await read(asked)
    if plan.kind != "transaction":
        raise Malformed("This is a batch; send it as one, or change Bundle.type to transaction.")
    return await _carried_out(record, plan, ask or _no_get, owner)


async def batch(record: Record, plan: Plan, *, ask: Ask) -> list[Answer]:
    """Each entry by itself, in a record of its own that is opened as this one was: one that fails says so in its
    answer and leaves the others alone.
    """
    opened = partial(record.door.opened, record.session, record.purpose, request=record.request, base=record.base)
    answers = {at: _failed(Unprocessable(rows[0].message, rows)) for at, rows in plan.refused.items()}

    async def alone(entry: Entry) -> None:
        single = Plan("batch", (entry,), {}, {entry.at: plan.links.get(entry.at, ())})
        try:
            async with opened() as own:
                (answers[entry.at],) = await _carried_out(own, single, ask, None)
        except Fault as fault:
            answers[entry.at] = _failed(fault)
        except Exception as failed:
            log.error("unforeseen", request=record.request, entry=entry.at, error=type(failed).__name__)
            message = f"Something went wrong on our side. Quote the number {record.request} to the help desk."
            answers[entry.at] = _failed(Fault(message, [Problem(message, entry.path, "exception")]))

    reads = [entry for entry in plan.ordered if entry.method in ("GET", "HEAD")]
    for entry in plan.ordered:
        if entry.method not in ("GET", "HEAD"):
            await alone(entry)
    for first in range(0, len(reads), _AT_ONCE):
        await asyncio.gather(*(alone(entry) for entry in reads[first : first + _AT_ONCE]))
    return [answers[at] for at in sorted(answers)]


async def create_once(record: Record, type_: str, raw: bytes, condition: str) -> tuple[Stored, bool]:
    """Create unless the condition finds an item; the item, and whether it is new. Raises `Stale`."""
    condition, resource = condition.removeprefix("?"), validate.check(raw)
    if not condition:
        raise Malformed("If-None-Exist asks nothing. Write it as a search: identifier=system|value.")
    return await _alone(record, Entry(0, "POST", type_, type=type_, resource=resource, if_none_exist=condition))


async def update_matching(
    record: Record, type_: str, raw: bytes, condition: str, *, expected: int | None = None
) -> tuple[Stored, bool]:
    """Update the one item that the condition finds, or create one; and whether it is new. Raises `Stale`."""
    tag, resource = "" if expected is None else str(expected), validate.check(raw)
    return await _alone(record, Entry(0, "PUT", type_, type=type_, query=condition, resource=resource, if_match=tag))


async def delete_matching(record: Record, type_: str, condition: str) -> None:
    """Delete the one item that the condition finds, if any. Raises `Stale` when it finds several."""
    await _carried_out(record, Plan("", (Entry(0, "DELETE", type_, type=type_, query=condition),)), _no_get, None)


async def _alone(record: Record, entry: Entry) -> tuple[Stored, bool]:
    # Outside a bundle nothing else is rewritten: what its references mean is the same as in a plain create.
    own = tuple(link for link in links(entry.resource or {}) if link.text.startswith(f"{record.base}/"))
    (answer,) = await _carried_out(record, Plan("", (entry,), links={entry.at: own}), _no_get, None)
    assert answer.stored is not None
    return answer.stored, answer.status == 201


# Reading -------------------------------------------------------------------------------------------------------------


class _Size(msgspec.Struct):
    entry: list[msgspec.Raw] | None = None


async def read(raw: bytes | Resource) -> Plan:
    """The plan of a transaction or batch, its resources validated. Raises `TooLarge`, `Malformed`, `Unprocessable`."""
    if isinstance(raw, dict) or len(raw) < _LARGE:
        plan = bundle.read(raw)
        _require_few(len(plan.entries) + len(plan.refused))
        return plan
    try:
        most = len(msgspec.json.decode(raw, type=_Size).entry or ())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        most = 0  # reading it in earnest says what is wrong
    _require_few(most)
    return await asyncio.to_thread(bundle.read, raw)


def _require_few(entries: int) -> None:
    if entries > MOST_ENTRIES:
        raise TooLarge(f"A bundle may have {MOST_ENTRIES} entries; this one has {entries}. Send it in parts.")


async def _no_get(_record: Record, entry: Entry) -> Answer:
    raise Unprocessable("A GET has no place here.", [Problem("A GET has no place here.", entry.path, "not-supported")])


# Carrying out --------------------------------------------------------------------------------------------------------


async def _carried_out(record: Record, plan: Plan, ask: Ask, owner: Owner | None) -> list[Answer]:
    deletes = [entry for entry in plan.entries if entry.method == "DELETE"]
    require_may_delete(record, [Wish("delete", {"resourceType": entry.type, "id": entry.id}) for entry in deletes])
    settled = await settle(record, plan)
    plan.link({**_own(plan, record.base), **plan.targets(settled.names), **settled.answers})
    writes = [entry for entry in plan.ordered if _is_written(entry, settled)]
    wishes = [_wish(plan, entry, settled, owner) for entry in writes]
    stored = {one.reference: one for one in (await record.write(wishes) if wishes else ())}
    answers = {entry.at: _written(entry, stored.get(settled.names[entry.at])) for entry in writes}
    for entry in plan.ordered:
        if entry.method in ("GET", "HEAD"):
            answers[entry.at] = await _asked(record, entry, ask)
        elif entry.at not in answers:
            answers[entry.at] = _unwritten(entry, settled, answers)
    return [answers[entry.at] for entry in plan.entries]


def _own(plan: Plan, base: str) -> dict[str, str]:
    """References that spell out this server's own address, by what they mean: `Type/id`."""
    if not base:
        return {}
    texts = [link.text for rows in plan.links.values() for link in rows if link.kind == "reference"]
    return {text: text[len(base) + 1 :] for text in texts if text.startswith(f"{base}/")}


def _is_written(entry: Entry, settled: Settled) -> bool:
    return entry.method in ("POST", "PUT", "DELETE") and entry.at not in settled.idle


def _wish(plan: Plan, entry: Entry, settled: Settled, owner: Owner | None) -> Wish:
    place = entry.path if plan.kind else ""
    type_, _, id_ = settled.names[entry.at].partition("/")
    expected = _version(entry.if_match, place) if entry.if_match else None
    if entry.method == "DELETE":
        return Wish("delete", {"resourceType": type_, "id": id_}, expected, place=place)
    assert entry.resource is not None
    entry.resource["id"] = id_
    kind: Literal["create", "update"] = "create" if entry.at in settled.fresh else "update"
    return Wish(kind, entry.resource, expected, owner, place, valid=True)


def _version(tag: str, place: str) -> int:
    if not tag.isdecimal() or len(tag) > 9:
        raise Stale(f"There is no version {tag}.", [Problem(f"There is no version {tag}.", place, "conflict")])
    return int(tag)


def _written(entry: Entry, stored: Stored | None) -> Answer:
    if stored is None or entry.method == "DELETE":  # deleting what is not there stores nothing
        return Answer(204)
    return Answer(201 if stored.version == 1 else 200, stored)


def _unwritten(entry: Entry, settled: Settled, answers: Mapping[int, Answer]) -> Answer:
    if entry.method == "DELETE":
        return Answer(204)
    twin = settled.same_as.get(entry.at)
    return Answer(200, settled.found[entry.at] if twin is None else answers[twin].stored)


async def _asked(record: Record, entry: Entry, ask: Ask) -> Answer:
    try:
        return await ask(record, entry)
    except Fault as fault:
        raise placed(fault, entry.path) from None


def _failed(fault: Fault) -> Answer:
    return Answer(fault.status, fault=fault)
