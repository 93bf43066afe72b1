"""Finding what was changed, taken out of or put into the access log. Reads everything in slices; reports progress.

`Checked` is how far a whole log has been verified: a later run may go on from there, since every row before it stands
in a hash that was right. It is kept outside the database, by whoever verifies.
"""

import asyncio
import hmac
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from varda.audit.anchor import Noted
from varda.audit.event import bound_row, genesis, sealed
from varda.kernel.db import Database, Work
from varda.kernel.sql import named

_SQL = named("varda.audit")
_SLICE = 5000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was written: where, and what it means."""

    chain: int
    place: int
    meaning: str


class Checked(msgspec.Struct):
    """Verified so far: of each chain the place and hash of the last row, and of the seals. `signed` keeps it honest."""

    chains: dict[int, tuple[int, bytes]] = {}
    seal: int = 0
    digest: bytes = b""
    signed: bytes = b""

    def sign(self, secret: bytes) -> bytes:
        """This as bytes to keep, under a key that the database does not know."""
        self.signed = self._mac(secret)
        return msgspec.json.encode(self)

    @classmethod
    def read(cls, kept: bytes, secret: bytes) -> "Checked | None":
        """What was kept; None when it is torn or was not signed here."""
        try:
            found = msgspec.json.decode(kept, type=cls)
        except msgspec.DecodeError:
            return None
        return found if hmac.compare_digest(found.signed, found._mac(secret)) else None

    def _mac(self, secret: bytes) -> bytes:
        said = msgspec.json.encode((sorted(self.chains.items()), self.seal, self.digest))
        return hmac.new(secret, b"audit checked\x00" + said, sha256).digest()


async def verify(
    work: Work,
    progress: Callable[[int], None] = lambda rows: None,
    noted: Sequence[Noted] = (),
    checked: Checked | None = None,
) -> AsyncIterator[Finding]:
    """Every finding, none when the log is whole. `progress` is called with the number of rows just read.

    `noted` is what the machine's `Anchor` says, read before this is called: a log in use grows meanwhile. `checked` is
    where to go on from, and moves on with the work.
    """
    checked = checked or Checked()
    retired: defaultdict[int, list[Run]] = defaultdict(list)
    for row in (gone := await work.all(_SQL["retired"])):
        retired[row["chain"]].append(Run(row["chain"], row["first"], row["last"], row["hash"]))
    for row in await work.all(_SQL["stray_chains"]):
        yield Finding(row["chain"], 0, "rows of a chain that was never opened: rows were inserted or a chain removed")
    async for finding in _retirements(work, gone):
        yield finding
    for row in await work.all(_SQL["chains"]):
        async for finding in _chain(work, row["chain"], checked, retired[row["chain"]], progress):
            yield finding
    async for finding in _seals(work, checked):
        yield finding
    async for finding in _anchored(work, noted):
        yield finding


async def rows_about(database: Database) -> int:
    """About how many rows the log holds, as the planner knows it: for showing how far verifying has come."""
    return int((await database.one(_SQL["rows_about"]))["rows"])


@dataclass(frozen=True, slots=True)
class Run:
    """Rows of one chain, from place to place, that went when their time was over. `hash` is the last one's."""

    chain: int
    first: int
    last: int
    hash: bytes

    def held(self, place: int) -> bool:
        """Whether a place was in it."""
        return self.first <= place <= self.last


async def _retirements(work: Work, gone: Sequence[Any]) -> AsyncIterator[Finding]:
    """A list of retired rows is right when the log itself says the list's digest."""
    listed: defaultdict[str, list[Run]] = defaultdict(list)
    for row in gone:
        listed[row["retirement"]].append(Run(row["chain"], row["first"], row["last"], row["hash"]))
    said = {row["what"].partition(" ")[0] for row in await work.all(_SQL["retirements_said"])} if listed else set()
    for retirement, runs in listed.items():
        if retirement not in said or digest(runs) != retirement:
            yield Finding(0, 0, f"rows are listed as retired ({retirement[:12]}…), which the log does not say")


def digest(runs: Sequence[Run]) -> str:
    """What the log says of a retirement, and its name: SHA-256 over its runs in order."""
    return sha256(msgspec.json.encode(sorted((r.chain, r.first, r.last, r.hash.hex()) for r in runs))).hexdigest()


async def _chain(
    work: Work, chain: int, checked: Checked, retired: list[Run], progress: Callable[[int], None]
) -> AsyncIterator[Finding]:
    place, head = checked.chains.get(chain, (0, genesis(chain)))
    gone = {run.first: run for run in retired}
    if place:
        kept = await work.maybe(_SQL["event_hash"], chain, place)
        if not any(run.held(place) for run in retired) and (kept is None or kept["hash"] != head):
            yield Finding(chain, place, "a row that was verified before was changed or removed")
    coming = asyncio.ensure_future(_slice(work, chain, place))
    while rows := await coming:
        heads = await work.all(_SQL["heads_of_chain"], chain, place, rows[-1][0])
        heads_left = {row["place"]: row["hash"] for row in heads}
        # The next slice is on its way while this one is computed.
        coming = asyncio.ensure_future(_slice(work, chain, rows[-1][0]))
        await asyncio.sleep(0)
        for row in rows:
            at = row[0]
            while at != place + 1 and place + 1 in gone:
                place, head = gone[place + 1].last, gone[place + 1].hash
            if at != place + 1:
                told = f"{at - place - 1} row(s) missing" if at > place else "a row is there twice"
                yield Finding(chain, place + 1, told)
            elif bound_row(head, row) != row[-1]:
                yield Finding(chain, at, "this row, or the one before it, was changed or inserted")
            place, head = at, row[-1]
            if at in heads_left and heads_left.pop(at) != head:
                yield Finding(chain, at, "a sealed row was changed")
        for lost in heads_left:
            if not any(run.held(lost) for run in retired):
                yield Finding(chain, lost, "a sealed row is missing")
        progress(len(rows))
        checked.chains[chain] = (place, head)
    for row in await work.all(_SQL["heads_beyond"], chain, place):
        if not any(run.held(row["place"]) for run in retired):
            yield Finding(chain, row["place"], "a sealed row is missing: the end of the chain was cut off")


async def _slice(work: Work, chain: int, place: int) -> list[Any]:
    return await work.all(_SQL["chain_events"], chain, place, _SLICE)


async def _seals(work: Work, checked: Checked) -> AsyncIterator[Finding]:
    for row in await work.all(_SQL["heads_without_seal"], checked.seal):
        yield Finding(0, row["seal"], "a seal is missing, though what it sealed is named")
    place, previous = checked.seal, checked.digest
    if place and [row["hash"] for row in await work.all(_SQL["seal_hashes"], [place])] != [previous]:
        yield Finding(0, place, "a seal that was verified before was changed or removed")
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
        checked.seal, checked.digest = place, previous


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
