"""One piece of an import, in a process of its own: understood, checked, stored, and what was left over written down.

What is stored whole: a transaction Bundle; otherwise each item by itself (batch, collection and searchset Bundles,
NDJSON lines, single resources). Rejected items are on disk before the piece is noted as done.
"""

import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from varda.cli.sources import Piece, document
from varda.fhir import bundle, validate
from varda.fhir.bundle import Entry, Plan
from varda.fhir.links import links
from varda.fhir.resource import Resource, dump, parse
from varda.kernel.errors import Fault, Malformed, Problem, Unprocessable
from varda.record import Door, imports
from varda.record.imports import Group, Outcome, Reject, Task

_LEGAL = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
_RELATIVE = re.compile(r"([A-Z][A-Za-z]+)/([^/#?]+)")
_KEPT_WHOLE = ("document", "message")
_OPENED = ("batch", "collection", "searchset")
_AT_ONCE = 500  # entries of a large Bundle that are stored in one transaction


_glance = msgspec.json.Decoder(dict[str, msgspec.Raw])  # whether it is one object, nothing in it read


@dataclass(frozen=True, slots=True)
class Shared:
    """What every piece of one run has in common. `rejects` is the file that left-over items are added to."""

    task: Task
    rejects: Path


@dataclass(slots=True)
class _Read:
    """What was understood of a piece: groups to store, rejects so far, and each one's source by its place."""

    groups: list[Group] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    raws: dict[str, bytes] = field(default_factory=dict)

    def refuse(self, place: str, raw: bytes, fault: Fault) -> None:
        self.raws[place] = raw
        self.rejects.append(Reject(place, fault.problems))


async def taken(door: Door, shared: Shared, piece: Piece) -> tuple[str, int, Outcome]:
    """Store one piece and note it. Gives the file, how far of it that is in bytes, and what became of the items."""
    read = _Read()
    if piece.lines:
        for number, line in enumerate(piece.lines, piece.first):
            if line.strip():
                _resource(read, f"line {number}", line, f"{piece.file.mark}|line {number}")
    else:
        _document(read, piece)
    outcome = Outcome(rejected=len(read.rejects))
    outcome.source[""] += len(read.rejects)
    rejects = list(read.rejects)
    for batch in _batches(read.groups):
        more, left = await imports.store(door, shared.task, batch)
        outcome.add(more)
        for reject in left:
            rejects += await _renamed(door, shared.task, piece, reject, read.raws, outcome)
    _keep(shared.rejects, piece, rejects, read.raws)
    run, now = shared.task.run, door.clock.now()
    await imports.note(door.database, run, piece.name, now, msgspec.to_builtins(outcome) | {"items": outcome.items})
    return piece.file.shown, piece.until, outcome


async def _renamed(
    door: Door, task: Task, piece: Piece, reject: Reject, raws: Mapping[str, bytes], outcome: Outcome
) -> list[Reject]:
    """A transaction whose ids are not free gets other ids for those: its references go by fullUrl and follow."""
    taken = frozenset(problem.path for problem in reject.reasons if problem.code == "duplicate")
    if len(taken) < len(reject.reasons) or b'"transaction"' not in raws[reject.place]:
        return [reject]
    group = _transaction(reject.place, bundle.read(raws[reject.place]), _mark(piece, reject.place), taken)
    if any(imports.name_of(resource) in taken for resource in group.resources):
        return [reject]  # a PUT says under which id, and another's item is not overwritten by a POST
    outcome.rejected -= len(reject.resources)
    outcome.source.subtract(map(imports.patient_of, reject.resources))
    again, left = await imports.store(door, task, [group])
    outcome.add(again)
    return left


def _mark(piece: Piece, place: str) -> str:
    return f"{piece.file.mark}|{place}" if place.startswith("line") else piece.file.mark


def _batches(groups: Sequence[Group]) -> Iterator[list[Group]]:
    batch: list[Group] = []
    size = 0
    for group in groups:
        batch.append(group)
        size += len(group.resources) or 1
        if size >= _AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


# Understanding --------------------------------------------------------------------------------------------------------


def _document(read: _Read, piece: Piece) -> None:
    try:
        raw = document(piece.file.path)
    except Malformed as fault:
        read.refuse("file", b"", fault)
        return
    first = io.BytesIO(raw.lstrip()).readline()
    if first.startswith(b"{") and _is_document(first) and first.strip() != raw.strip():
        # NDJSON under the name of JSON: every line is a resource of its own.
        for number, line in enumerate(raw.split(b"\n"), 1):
            if line.strip():
                _resource(read, f"line {number}", line, f"{piece.file.mark}|line {number}")
    else:
        _resource(read, "file", raw, piece.file.mark)


def _is_document(raw: bytes) -> bool:
    try:
        _glance.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False
    return True


def _resource(read: _Read, place: str, raw: bytes, mark: str) -> None:
    """`mark` names the source and place; ids that must be made are made from it, the same at every try."""
    try:
        found = parse(raw)
        if found.get("resourceType") == "Bundle" and found.get("type") not in _KEPT_WHOLE:
            _bundle(read, place, raw, found, mark)
        elif isinstance(found.get("resource"), dict) and "resourceType" not in found:
            owner = found.get("owner")
            item = _checked(dump(found["resource"]), found["resource"], mark)
            read.groups.append(Group(place, (item,), owner if isinstance(owner, str) else None))
            read.raws[place] = raw
        else:
            read.groups.append(Group(place, (_checked(raw, found, mark),)))
            read.raws[place] = raw
    except Fault as fault:
        read.refuse(place, raw, fault)


def _checked(raw: bytes, found: Resource, mark: str) -> Resource:
    """A valid resource with a legal id. Raises `Unprocessable`."""
    if isinstance(found.get("id"), str) and not validate.problems(raw, found):
        return found
    _named(found, mark)
    return validate.check(dump(found), found)


def _named(found: Resource, mark: str) -> None:
    """Give a legal id to what has none, and point references to such ids the same way."""
    given = found.get("id")
    if given is None:
        found["id"] = str(uuid5(NAMESPACE_URL, mark))
    elif isinstance(given, str) and not _LEGAL.fullmatch(given):
        found["id"] = _legal(str(found.get("resourceType")), given)
    for link in links(found):
        relative = _RELATIVE.fullmatch(link.text) if link.kind == "reference" else None
        if relative and not _LEGAL.fullmatch(relative[2]):
            link.point({link.text: f"{relative[1]}/{_legal(relative[1], relative[2])}"})


def _legal(type_: str, id_: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{type_}/{id_}"))


# Bundles --------------------------------------------------------------------------------------------------------------


def _bundle(read: _Read, place: str, raw: bytes, found: Resource, mark: str) -> None:
    kind = found.get("type")
    if kind == "transaction":
        read.groups.append(_transaction(place, bundle.read(raw, found), mark))
        read.raws[place] = raw
    elif kind in _OPENED:
        _opened(read, place, found, mark)
    else:
        message = f"A Bundle of type {kind} is not imported; send {', '.join(('transaction', *_OPENED))}."
        raise Unprocessable(message, [Problem(message, "Bundle.type", "not-supported")])


def _transaction(place: str, plan: Plan, mark: str, taken: frozenset[str] = frozenset()) -> Group:
    odd = [e for e in plan.entries if e.method not in ("POST", "PUT")]
    if odd:
        message = f"An import takes POST and PUT; {odd[0].path} asks {odd[0].method}."
        raise Unprocessable(message, [Problem(message, odd[0].path, "not-supported")])
    chosen = {entry.at: _chosen(entry, mark) for entry in plan.entries if not (entry.query or entry.if_none_exist)}
    for entry in plan.entries:
        if entry.method == "POST" and chosen.get(entry.at) in taken:
            chosen[entry.at] = f"{entry.type}/{uuid5(NAMESPACE_URL, f'{mark}|{entry.full_url or entry.at}')}"
    if plan.conditions or len(chosen) < len(plan.entries):
        entries = tuple(_put(entry, chosen.get(entry.at, "")) for entry in plan.entries)
        return Group(place, (), plan=replace(plan, entries=entries))
    plan.link(plan.targets(chosen))
    return Group(place, tuple(_with_id(e, chosen[e.at]) for e in plan.entries), replaces=_replaced(plan.entries))


def _chosen(entry: Entry, mark: str) -> str:
    """`Type/id`: the id that the resource came with when it is legal, else one made from the source."""
    given = entry.id or (entry.resource or {}).get("id")
    if not isinstance(given, str) or not _LEGAL.fullmatch(given):
        given = str(uuid5(NAMESPACE_URL, f"{mark}|{entry.full_url or entry.at}"))
    return f"{entry.type}/{given}"


def _put(entry: Entry, name: str) -> Entry:
    """A POST under an id that is known beforehand, so that a second try finds it."""
    if not name or entry.method == "PUT":
        return entry
    assert entry.resource is not None
    id_ = name.partition("/")[2]
    return msgspec.structs.replace(entry, method="PUT", id=id_, resource={**entry.resource, "id": id_})


def _with_id(entry: Entry, name: str) -> Resource:
    assert entry.resource is not None
    return {**entry.resource, "id": name.partition("/")[2]}


def _replaced(entries: Sequence[Entry]) -> frozenset[str]:
    return frozenset(f"{entry.type}/{entry.id}" for entry in entries if entry.method == "PUT")


def _opened(read: _Read, place: str, found: Resource, mark: str) -> None:
    """Each entry by itself. What has no request is asked to be created."""
    rows = found.get("entry")
    entries = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    entries = [row for row in entries if (row.get("search") or {}).get("mode") != "outcome"]
    plan = bundle.read({"resourceType": "Bundle", "type": "batch", "entry": [_asked(row) for row in entries]})
    for at, problems in plan.refused.items():
        where = f"{place} entry {at}"
        read.raws[where] = dump(entries[at].get("resource") or entries[at])
        read.rejects.append(Reject(where, problems))
    targets = plan.targets({entry.at: _chosen(entry, mark) for entry in plan.entries})
    for entry in plan.entries:
        _entry(read, f"{place} entry {entry.at}", plan, entry, targets, mark)


def _entry(read: _Read, where: str, plan: Plan, entry: Entry, targets: Mapping[str, str], mark: str) -> None:
    read.raws[where] = dump(entry.resource or {})
    try:
        if entry.method not in ("POST", "PUT"):
            message = f"An import takes POST and PUT; this asks {entry.method}."
            raise Unprocessable(message, [Problem(message, entry.path, "not-supported")])
        if entry.query or entry.if_none_exist:
            single = Plan("transaction", (entry,), {}, {entry.at: plan.links.get(entry.at, ())})
            read.groups.append(Group(where, (), plan=single))
            return
        plan.link(targets, only=entry)
        read.groups.append(Group(where, (_with_id(entry, _chosen(entry, mark)),), replaces=_replaced([entry])))
    except Fault as fault:
        read.rejects.append(Reject(where, fault.problems))


def _asked(row: dict[str, Any]) -> dict[str, Any]:
    resource = row.get("resource")
    if isinstance(row.get("request"), dict) or not isinstance(resource, dict):
        return {name: value for name, value in row.items() if name not in ("search", "response")}
    request = {"method": "POST", "url": str(resource.get("resourceType", ""))}
    return {**({"fullUrl": row["fullUrl"]} if row.get("fullUrl") else {}), "resource": resource, "request": request}


# What is left over ----------------------------------------------------------------------------------------------------


def _keep(file: Path, piece: Piece, rejects: Sequence[Reject], raws: Mapping[str, bytes]) -> None:
    """Add what was rejected to the rejects file, on disk before anything says that the piece is done."""
    if not rejects:
        return
    rows = b"".join(_row(piece.file.shown, reject, raws.get(reject.place, b"")) for reject in rejects)
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, rows)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _row(source: str, reject: Reject, raw: bytes) -> bytes:
    item: Any = raw.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
    with suppress(Fault):  # what is not JSON is kept as text
        item = msgspec.Raw(dump(parse(raw)))
    reasons = [{"path": p.path, "message": p.message, "code": p.code} for p in reject.reasons]
    return msgspec.json.encode({"source": source, "place": reject.place, "reasons": reasons, "item": item}) + b"\n"
