"""What open pages are told: THAT something changed which their session may see, never what.

A write says at its commit (PostgreSQL's NOTIFY) which unit's items changed, as numbers; each serving process hears it
and asks, for each session that listens, whether it sees the item. What is missed is found by the page's own question.
https://www.postgresql.org/docs/16/sql-notify.html
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from varda.access.relations import RELATING
from varda.access.session import Session, hsa_key, narrowing
from varda.kernel.db import Work
from varda.kernel.errors import Fault
from varda.kernel.log import logger
from varda.kernel.sql import named
from varda.record.powers import powers
from varda.store.model import Change
from varda.store.writing import type_name, type_number

if TYPE_CHECKING:
    from varda.record.door import Door

CHANNEL = "varda_changed"
SHOWN_IN = {
    "Task": "inbox", "Composition": "inbox", "Communication": "inbox", "DiagnosticReport": "inbox",
    "Encounter": "list", "Appointment": "list", "EpisodeOfCare": "list", "Immunization": "list",
}  # fmt: skip
"""Which open lists an item may stand in, by its type. All other writes say nothing and cost nothing."""
CALLS = "calls"
"""What is told to people by name: calls for a coach, which are of no unit's record."""
KINDS = frozenset(SHOWN_IN.values()) | {CALLS}
MOST = 64
"""Items of one piece of work that are told; what writes more at once is a bulk load."""
_SQL = named("varda.record")
_MOST_PEOPLE = 300  # of one call: a word has room for 8,000 bytes
_REST = 0.2  # seconds in which changes gather before they are told
_LOG = logger(__name__)


async def say(work: Work, changes: Sequence[Change]) -> None:
    """Say at the commit of this work what changed: unit, type and item, as numbers."""
    words = {f"{c.unit} {type_number(c.type)} {c.item}" for c in changes if c.type in SHOWN_IN and c.unit}
    if 0 < len(words) <= MOST:
        await work.run(_SQL["changed"], CHANNEL, sorted(words))


async def say_unit(work: Work, unit: int) -> None:
    """Say at the commit of this work that something of no record has come into inboxes of the unit."""
    await work.run(_SQL["changed"], CHANNEL, [f"{unit} {type_number('Communication')} 0"])


async def say_people(work: Work, people: Iterable[str]) -> None:
    """Say at the commit of this work that a call for a coach has changed for some people (HSA-ids)."""
    keys = sorted(str(hsa_key(one)) for one in people if one)
    if keys:
        await work.run(_SQL["changed"], CHANNEL, [f"{CALLS} {' '.join(keys[:_MOST_PEOPLE])}"])


@dataclass(eq=False, slots=True)
class Listener:
    """A page that is open: its session, and the kinds of lists that have changed since it was told."""

    session: Session
    kinds: set[str] = field(default_factory=set)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    async def changed(self, within: float) -> set[str]:
        """The kinds that have changed, as soon as there are any; none after so many seconds."""
        try:
            await asyncio.wait_for(self.woken.wait(), within)
        except TimeoutError:
            return set()
        self.woken.clear()
        kinds, self.kinds = self.kinds, set()
        return kinds

    def tell(self, kinds: set[str] | frozenset[str]) -> None:
        """Wake it."""
        self.kinds |= kinds
        self.woken.set()


class Live:
    """One a process: who listens here, and what has been heard and not told yet."""

    def __init__(self, door: "Door") -> None:
        self._door = door
        self._listeners: set[Listener] = set()
        self._words: set[str] = set()
        self._heard = asyncio.Event()
        self.is_over = False

    @contextmanager
    def listening(self, session: Session) -> Iterator[Listener]:
        """A listener for as long as the block."""
        listener = Listener(session)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def heard(self, word: str) -> None:
        """A word of some process's commit; none where some may have been missed."""
        if self._listeners:
            self._words.add(word)
            self._heard.set()

    def end(self) -> None:
        """Wake everybody a last time: the process ends."""
        self.is_over = True
        for listener in self._listeners:
            listener.tell(set())

    async def tell(self) -> None:
        """Tell what is heard, until cancelled."""
        while True:
            await self._heard.wait()
            await asyncio.sleep(_REST)
            self._heard.clear()
            words, self._words = self._words, set()
            try:
                await asyncio.gather(*(self._tell(word) for word in words))
            except Fault as lost:
                _LOG.warning("changes not told", error=str(lost))  # pages ask by themselves as well

    async def _tell(self, word: str) -> None:
        if not word:
            for listener in list(self._listeners):
                listener.tell(KINDS)
            return
        if word.startswith(CALLS):
            keys = set(map(int, word.split()[1:]))
            for listener in [one for one in self._listeners if hsa_key(one.session.actor) in keys]:
                listener.tell({CALLS})
            return
        unit, type_, item = map(int, word.split())
        name = type_name(type_)
        concerned = [one for one in self._listeners if one.session.unit_key == unit]
        seen = await asyncio.gather(*(self._sees(one.session, name, item) for one in concerned))
        for listener, may in zip(concerned, seen, strict=True):
            if may:
                listener.tell({SHOWN_IN[name]})

    async def _sees(self, session: Session, type_: str, item: int) -> bool:
        """Whether it concerns what the session sees. A relation that ends takes the item out of sight with it: who had
        it in a list is told all the same, since it is the own unit's doing. What is of no record is told to the unit.
        """
        held = await powers(self._door.catalogue, session, self._door.clock)
        if not held.reads(type_):
            return False
        if type_ in RELATING or not item:
            return True
        rule = narrowing(session, self._door.clock.now(session.ahead), held.types)
        return (await self._door.reads.one(item, rule)).stored is not None
