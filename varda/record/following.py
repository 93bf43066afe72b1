"""What follows a note: its pictures, files and recordings are kept back from the patient while it is (PDL 5:5; A17),
whoever puts the label on the note, when, and by whatever client; so are those that come after the label, and the bytes
with the file that names them, whichever of them comes first.

Only what is the note's own follows: of the same person, provider and unit. What others say of it stays as they wrote
it. A label that is taken off a note stays on its files until it is taken off each: it may have been there before.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from varda.access import reach
from varda.fhir.keys import key
from varda.kernel.db import Work
from varda.record import discretion, searching
from varda.search.narrowing import Narrowing
from varda.store import reading
from varda.store import writing as store
from varda.store.model import Stored

if TYPE_CHECKING:
    from varda.record.opened import Record
    from varda.record.writing import Prepared

TYPES = ("Composition", "DocumentReference", "Binary")
"""A note, its files and their bytes: each follows the one before it."""

_MOST = "500"
_BYTES = re.compile(r"(?:^|/)(Binary/[A-Za-z0-9.-]{1,64})(?:/_history/\d+)?$")


class Place(NamedTuple):
    """Whose an entry is, and the compartments that it is in."""

    provider: int
    unit: int
    patients: tuple[int, ...]


async def lock(work: Work, drafts: Sequence["Prepared"]) -> None:
    """Lock the notes and files that drafts follow, before the drafts are: notes, then files, then bytes, so that no two
    wait for each other, and neither a label nor a file passes the other by.
    """
    files = [draft.resource for draft in drafts if draft.type == "DocumentReference"]
    above = [file for draft in drafts if draft.type == "Binary" for file in await _with_bytes(draft.record, draft.id)]
    if not files and not above:
        return
    notes = {key(name) for file in [*files, *(one.resource for one in above)] for name in _notes(file)}
    await store.held(work, notes | {draft.item for draft in drafts if draft.type == "Composition"})
    own = {draft.item for draft in drafts if draft.type == "DocumentReference"}
    await store.held(work, own | {key(one.reference) for one in above})


async def keep_back(work: Work, drafts: Sequence["Prepared"], places: Mapping[int, Place]) -> None:
    """Label the files among drafts whose note is labelled, and then the bytes whose file is."""
    for type_ in TYPES[1:]:
        for draft in drafts:
            if draft.type != type_ or draft.index is None or discretion.is_labelled(draft.resource):
                continue
            above = await _above(work, draft, drafts, places)
            if any([await _is_own(work, place, places[draft.item]) for place in above]):
                draft.resource = discretion.labelled(draft.resource)
                draft.index.tokens = discretion.searchable(draft.resource).tokens


async def left(record: "Record", work: Work, drafts: Sequence["Prepared"]) -> list[Stored]:
    """What was stored before the drafts, follows them and has not their label yet: locked, as it is now."""
    leading = [draft.item for draft in drafts if draft.type in TYPES[:2] and discretion.is_labelled(draft.resource)]
    if not leading:
        return []
    leaders = await _read(work, leading, _rule(record))
    files = [one for one in leaders if one.type == "DocumentReference"]
    for note in leaders:
        if note.type == "Composition":
            named = await _asked(record, ("related", note.reference))
            files += await _own(record, work, note, [key(one.reference) for one in named])
    held = [one for file in files for one in await _own(record, work, file, map(key, _bytes(file.resource)))]
    found = {one.reference: one for one in (*files, *held) if not discretion.is_labelled(one.resource)}
    return list(found.values())


async def _above(
    work: Work, draft: "Prepared", drafts: Sequence["Prepared"], places: Mapping[int, Place]
) -> list[Place]:
    """Where what is labelled stands that a draft follows: among the drafts as it will be, else as it is."""
    if draft.type == "DocumentReference":
        names = [key(name) for name in _notes(draft.resource)]
        stored = await _read(work, [name for name in names if name not in places], _rule(draft.record))
        here = [one for one in drafts if one.item in names]
    else:
        stored = [one for one in await _with_bytes(draft.record, draft.id) if key(one.reference) not in places]
        here = [one for one in drafts if f"Binary/{draft.id}" in _bytes(one.resource)]
    return [
        *(places[one.item] for one in here if discretion.is_labelled(one.resource)),
        *(_place(one) for one in stored if discretion.is_labelled(one.resource)),
    ]


async def _own(record: "Record", work: Work, leader: Stored, items: Iterable[int]) -> list[Stored]:
    """Those of the items that are the leader's own, locked and then read."""
    rule = _rule(record)
    own = [one for one in await _read(work, items, rule) if await _is_own(work, _place(leader), _place(one))]
    names = [key(one.reference) for one in own]
    await store.held(work, names)
    return await _read(work, names, rule)


async def _is_own(work: Work, leader: Place, one: Place) -> bool:
    if leader[:2] != one[:2] or not one.patients or not leader.patients:
        return False
    return set(one.patients) <= set(await reach.linked(work, leader.patients))


async def _read(work: Work, items: Iterable[int], rule: Narrowing) -> list[Stored]:
    wanted = [(item, rule) for item in dict.fromkeys(items)]
    found = await reading.read(work, wanted) if wanted else []
    return [one.stored for one in found if one.stored is not None and not one.stored.deleted]


async def _with_bytes(record: "Record", binary: str) -> list[Stored]:
    """The files that name what holds the bytes, as it is now."""
    name = f"Binary/{binary}"
    urls = [name, f"{record.base}/{name}"] if record.base else [name]
    return [one for one in await _asked(record, ("location", ",".join(urls))) if name in _bytes(one.resource)]


async def _asked(record: "Record", question: tuple[str, str]) -> list[Stored]:
    """All that there are: whoever may write the note lets them follow it, be they shown to this session or not."""
    asked, found, after = [question, ("_count", _MOST)], list[Stored](), ""
    while True:
        more = [("_page", after)] if after else []
        page = await searching.asked_for(record, "DocumentReference", [*asked, *more], _rule(record))
        found += page.matches
        if not (after := page.next or ""):
            return found


def _rule(record: "Record") -> Narrowing:
    return replace(record.narrowing.without_limit(), within=None)


def _place(stored: Stored) -> Place:
    return Place(stored.provider, stored.unit, stored.patients)


def _notes(file: Mapping[str, Any]) -> list[str]:
    related = [str(one.get("reference", "")) for one in (file.get("context") or {}).get("related") or ()]
    return ["/".join(one.split("/")[:2]) for one in related if one.startswith("Composition/")]


def _bytes(file: Mapping[str, Any]) -> list[str]:
    """The Binaries whose addresses a file has."""
    if file.get("resourceType") != "DocumentReference":
        return []
    urls = [str((one.get("attachment") or {}).get("url", "")) for one in file.get("content") or ()]
    return list(dict.fromkeys(found[1] for url in urls if (found := _BYTES.search(url))))
