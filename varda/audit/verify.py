"""Finding what was changed, taken out of or put into the access log. Reads everything in slices; reports progress."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from varda.audit.anchor import Noted
from varda.audit.event import bound, genesis, sealed
from varda.kernel.db import Work
from varda.kernel.sql import named

_SQL = named("varda.audit")
_SLICE = 5000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was written: where, and what it means."""

    chain: int
    place: int
    meaning: str


async def verify(
    work: Work, progress: Callable[[int], None] = lambda rows: None, noted: Sequence[Noted] = ()
) -> AsyncIterator[Finding]:
    """Every finding, none when the log is whole. `progress` is called with the number of rows just read.

    `noted` is what the machine's `Anchor` says, read before this is called: a log in use grows meanwhile.
    """
    chains = [row["chain"] for row in await work.all(_SQL["chains"])]
    for row in await work.all(_SQL["stray_chains"]):
        yield Finding(row["chain"], 0, "rows of a chain that was never opened: rows were inserted or a chain removed")
    for chain in chains:
        async for finding in _chain(work, chain, progress):
            yield finding
    async for finding in _seals(work):
        yield finding
    async for finding in _anchored(work, noted):
        yield finding


async def _chain(work: Work, chain: int, progress: Callable[[int], None]) -> AsyncIterator[Finding]:
    place, head = 0, genesis(chain)
    while rows := await work.all(_SQL["chain_events"], chain, place, _SLICE):
        progress(len(rows))
        for row in rows:
            if row["place"] != place + 1:
                yield Finding(chain, place + 1, f"{row['place'] - place - 1} row(s) missing")
            elif bound(head, row["place"], row["build"], _Columns(row)) != row["hash"]:
                yield Finding(chain, row["place"], "this row, or the one before it, was changed or inserted")
            place, head = row["place"], row["hash"]


async def _seals(work: Work) -> AsyncIterator[Finding]:
    for row in await work.all(_SQL["heads_without_seal"]):
        yield Finding(0, row["seal"], "a seal is missing, though what it sealed is named")
    place, previous = 0, b""
    while seals := await work.all(_SQL["seals"], place, _SLICE):
        heads = await work.all(_SQL["heads_of_seals"], seals[0]["place"], seals[-1]["place"])
        listed_by_seal: defaultdict[int, list[tuple[int, int, str]]] = defaultdict(list)
        for head in heads:
            listed_by_seal[head["seal"]].append((head["chain"], head["place"], head["hash"].hex()))
        for seal in seals:
            listed = listed_by_seal[seal["place"]]
            if seal["place"] != place + 1:
                yield Finding(0, place + 1, f"{seal['place'] - place - 1} seal(s) missing")
            elif sealed(previous, seal["place"], listed) != seal["hash"]:
                yield Finding(0, seal["place"], "this seal, or what it seals, was changed or inserted")
            place, previous = seal["place"], seal["hash"]
        for head in heads:
            event = await work.maybe(_SQL["event_hash"], head["chain"], head["place"])
            if event is None:
                yield Finding(head["chain"], head["place"], "a sealed row is missing: the end of the chain was cut off")
            elif event["hash"] != head["hash"]:
                yield Finding(head["chain"], head["place"], "a sealed row was changed")


async def _anchored(work: Work, noted: Sequence[Noted]) -> AsyncIterator[Finding]:
    """The first place where the log is not what was noted outside the database; what follows differs with it."""
    if forged := [one for one in noted if not one.genuine]:
        which = f"{len(forged)} note(s) outside the database, the first of {forged[0].at},"
        yield Finding(0, forged[0].place, f"{which} were changed or written under another installation's seal")
    genuine = sorted((one for one in noted if one.genuine), key=lambda one: one.place)
    last = await work.maybe(_SQL["last_seal"])
    end = last["place"] if last else 0
    for first in range(0, len(genuine), _SLICE):
        some = genuine[first : first + _SLICE]
        kept = {row["place"]: row["hash"] for row in await work.all(_SQL["seal_hashes"], [one.place for one in some])}
        for one in some:
            if one.place > end:
                cut = f"the log ends at seal {end}, but seal {one.place} was noted outside the database at {one.at}"
                yield Finding(0, end + 1, f"{cut}: its end was cut off, or an older backup was restored")
                return
            if kept.get(one.place) != one.digest:
                other = f"this seal is not the one that was noted outside the database at {one.at}"
                yield Finding(0, one.place, f"{other}: the log was written anew, or an older backup was restored")
                return


class _Columns:
    """A stored row seen as the event it was, tuples where the event had tuples."""

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return self._row[name]
