"""What work with a condition means: which item is written, found or left alone, and what each reference stands for.

Equal conditions are asked once, those that may create something one client at a time.
http://hl7.org/fhir/R4/http.html#ccreate
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote
from uuid import UUID

from varda.fhir.bundle import Entry, Plan
from varda.fhir.keys import key
from varda.fhir.links import references
from varda.kernel.errors import Conflict, Fault, Malformed, Problem, Stale, Unprocessable
from varda.kernel.sql import named
from varda.record import matching
from varda.record.finding import IDENTITIES
from varda.record.opened import Record
from varda.store import writing as store
from varda.store.model import Stored

_SQL = named("varda.record")


def _new_ids() -> Iterator[str]:
    """Random ids (UUID version 4). Chance is fetched for many at once: a trip to the kernel for each is dear."""
    while True:
        chance = os.urandom(16 * 256)
        yield from (str(UUID(bytes=chance[at : at + 16], version=4)) for at in range(0, len(chance), 16))


_ids = _new_ids()


@dataclass(slots=True)
class Settled:
    """What the entries mean: `names` is Type/id by entry, `found` the item that a condition matched (then nothing, or
    that item, is written), `fresh` those that must be new, `answers` what each conditional reference stands for.
    """

    names: dict[int, str] = field(default_factory=dict)
    found: dict[int, Stored] = field(default_factory=dict)
    idle: set[int] = field(default_factory=set)
    fresh: set[int] = field(default_factory=set)
    same_as: dict[int, int] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)


async def settle(record: Record, plan: Plan) -> Settled:
    """What every entry means, all conditions answered. Raises `Stale` where one matches several, `Malformed` where it
    cannot be asked, `Conflict` where it would make a second of what there is; each problem names its entry.
    """
    settled, conditions = Settled(), plan.conditions
    matches = await _matches(record, plan, conditions)
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
            raise _several(condition, _place(plan, entry))
        if condition and not found and entry.method != "DELETE":
            await _require_unknown(record, plan, entry, condition)
        _settle_one(settled, entry, found[0] if found else None)
        if entry.method == "POST" and condition and not found:
            _settle_twin(settled, entry, first.setdefault(condition, entry.at))
    await _require_free(record, plan, settled)
    _settle_references(settled, plan, {condition: matches[condition] for condition in conditions})
    return settled


def _settle_one(settled: Settled, entry: Entry, found: Stored | None) -> None:
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
        settled.names[entry.at] = f"{entry.type}/{given or next(_ids)}"
        settled.fresh.add(entry.at)


async def _require_unknown(record: Record, plan: Plan, entry: Entry, condition: str) -> None:
    """Raise `Conflict` rather than register a person of the county a second time whom this session does not reach.

    A full identity number finds anyone, and that somebody has it is all that is told (RULES A1).
    """
    if entry.type != "Patient" or record.narrowing.everything:
        return
    texts = [text for name, value in matching.asked(condition) if name == "identifier" for text in value.split(",")]
    for system, _, number in (text.rpartition("|") for text in texts):
        if system in ("", *IDENTITIES) and any(not found.reached for found in await record.find_patients(number)):
            message = (
                "A patient with this identity number is registered, but you have no care relation. "
                "Find the patient by the full number and open the record by an active choice, then try again."
            )
            raise Conflict(message, [Problem(message, _place(plan, entry), "duplicate")])


async def _require_free(record: Record, plan: Plan, settled: Settled) -> None:
    """Raise `Conflict` where a conditional update without a match names an id that another item has."""
    new = [entry for entry in plan.entries if entry.method == "PUT" and entry.at in settled.fresh]
    chosen = [entry for entry in new if (entry.resource or {}).get("id")]
    if not chosen:
        return
    taken = await store.whereabouts(await record.begun(), [key(settled.names[entry.at]) for entry in chosen])
    problems = [
        Problem(
            f"{settled.names[entry.at]} is there already and does not match the condition. "
            "Update it at its own address, or leave the id out.",
            _place(plan, entry),
            "conflict",
        )
        for entry in chosen
        if key(settled.names[entry.at]) in taken
    ]
    if problems:
        raise Conflict(problems[0].message, problems)


def _settle_twin(settled: Settled, entry: Entry, first: int) -> None:
    # Two entries that would each be created unless the other existed are one item.
    if first != entry.at:
        settled.same_as[entry.at] = first
        settled.names[entry.at] = settled.names[first]
        settled.idle.add(entry.at)


def _settle_references(settled: Settled, plan: Plan, matches: Mapping[str, Sequence[Stored]]) -> None:
    """Conditional references: to what is stored, else to what this bundle creates under that identifier."""
    problems: list[Problem] = []
    created: dict[str, set[str]] | None = None
    for condition, found in matches.items():
        names = {stored.reference for stored in found}
        if not names:
            created = _identified(plan, settled) if created is None else created
            names = created.get(unquote(condition), set())
        if len(names) > 1:
            problems += _ambiguous(plan, condition)
        elif names:
            (settled.answers[condition],) = names
    if problems:
        raise Stale(problems[0].message, problems)


def _identified(plan: Plan, settled: Settled) -> dict[str, set[str]]:
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


async def _matches(record: Record, plan: Plan, references: Sequence[str]) -> dict[str, list[Stored]]:
    """Enough matches for each condition to tell one from several; equal conditions are asked once."""
    makers = {_condition(entry) for entry in plan.entries} - {""}
    wanted = sorted(makers.union(references))
    if makers:
        # Two clients with the same condition at the same time would otherwise both find nothing and both create.
        work = await record.begun()
        await work.run(_SQL["conditions_locked"], sorted(key(f"condition:{condition}") for condition in makers))
    most = 2 + sum(1 for entry in plan.entries if entry.method == "DELETE")  # what leaves does not count as a match
    found = await matching.together(record, wanted, most)
    for condition in wanted:
        if condition not in found:
            try:
                found[condition] = await matching.alone(record, condition, most)
            except Fault as fault:
                raise placed(fault, next(_places(plan, condition), "")) from None
    return found


def placed(fault: Fault, place: str) -> Fault:
    """The fault, now saying where in the bundle it arose."""
    fault.problems = tuple(
        p if p.path.startswith("Bundle.") else Problem(p.message, place, p.code, p.severity) for p in fault.problems
    )
    return fault


def _place(plan: Plan, entry: Entry) -> str:
    """Where an entry stands in its bundle; nowhere when it came by itself."""
    return entry.path if plan.kind else ""


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
    return Unprocessable(message, [Problem(message, _place(plan, entry), "not-supported")])
