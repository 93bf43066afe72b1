"""Calls for a coach: who is asked, that one person takes each, and what is told of them afterwards in figures (F204).

A call names the kind of page that it came from and never an address, so that no patient stands in it. It reaches the
unit's own and lent coaches first, then floorwalkers, then coaches beside; where a ring is empty the next one is asked.
Nobody is ranked: figures are of a unit and a week, and told from five calls on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from varda.access.session import Session
from varda.catalogue import Words
from varda.introduction.coaching.register import Reach, Register
from varda.introduction.coaching.rule import RULE
from varda.kernel.db import Database, Row
from varda.kernel.errors import Absent, Conflict, Problem, Unavailable, Unprocessable
from varda.kernel.sql import named
from varda.record import live

_SQL = named("varda.introduction.coaching")
CATEGORIES: Mapping[str, Words] = {
    "how": Words("Hur man gör", "How to do it"),
    "where": Words("Var något finns", "Where something is"),
    "rights": Words("Behörighet eller inloggning", "Rights or signing in"),
    "routine": Words("Enhetens rutin", "The unit's routine"),
    "fault": Words("Något är fel i systemet", "Something is wrong in the system"),
    "other": Words("Annat", "Something else"),
}
"""What a call turned out to be about, as the coach says when it is answered."""
NOBODY = "No coach can be called from here now."
LONGEST, LONGEST_PLACE = 500, 100
_OVER = "This call is over, or was taken back."
_TAKEN = "A colleague has taken this call already."


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `page` is a kind of page, `nearest` the ring that it began with (0 own, 1 floors, 2 beside),
    `told` the farthest that has been told."""

    call: int
    caller: str
    caller_name: str
    unit: str
    unit_name: str
    page: str
    words: str
    place: str
    nearest: int
    told: int
    called_at: datetime
    taken_by: str
    taken_name: str
    taken_at: datetime | None

    def is_seen(self, person: str, reach: Reach, now: datetime) -> bool:
        """Whether a coach with this reach sees it now."""
        if self.taken_by or self.caller == person:
            return self.taken_by == person
        age = now - self.called_at
        return (
            self.unit in reach.own
            or (self.unit in reach.floors and (self.nearest >= 1 or age >= RULE.floorwalkers))
            or (self.unit in reach.beside and (self.nearest >= 2 or age >= RULE.neighbours))
        )


@dataclass(frozen=True, slots=True)
class Week:
    """How it went at a unit in a week: seconds, the middle and what nine in ten took at most; None where few."""

    week: date
    calls: int
    taken: tuple[int, int] | None
    answered: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """How often something was asked about: a kind of page, or a category."""

    code: str
    times: int


class Calls:
    """Of one database."""

    def __init__(self, database: Database, register: Register) -> None:
        self._database, self._register = database, register

    async def reaching(self, session: Session, now: datetime) -> list[frozenset[str]]:
        """Whom somebody would reach: own and lent coaches, floorwalkers, coaches beside; never oneself."""
        return [ring - {session.actor} for ring in await self._register.rings(session.unit, now)]

    async def mine(self, person: str, now: datetime) -> Call | None:
        """Somebody's own call that is open."""
        row = await self._database.maybe(_SQL["call_mine"], person, now - RULE.lapses)
        return _call(row) if row is not None else None

    async def call(self, session: Session, page: str, words: str, place: str, now: datetime) -> Call:
        """Call for a coach. Sent twice it is the same call. Raises `Unprocessable`, or `Unavailable` where there is
        nobody to call."""
        if len(words) > LONGEST or len(place) > LONGEST_PLACE:
            message = "Write 500 characters at the most, and 100 of where you are."
            raise Unprocessable(message, [Problem(message, "words")])
        rings = await self.reaching(session, now)
        nearest = next((nth for nth, ring in enumerate(rings) if ring), None)
        if nearest is None:
            raise Unavailable(NOBODY)
        told = (words.replace("\0", "").strip(), place.replace("\0", "").strip(), nearest, now)
        async with self._database.transaction() as work:
            await work.run(_SQL["calls_lapsed"], session.actor, now, now - RULE.lapses)
            where = (session.unit, session.unit_name, page)
            row = await work.maybe(_SQL["called"], session.actor, session.name, *where, *told)
            if row is not None:
                await live.say_people(work, rings[nearest])
                return _call(row)
        found = await self.mine(session.actor, now)
        if found is None:
            raise Conflict("The call was answered while you sent it. Send it again if you need to.")
        return found

    async def withdraw(self, session: Session, now: datetime) -> None:
        """Take the own call back; nothing happens where there is none."""
        mine = await self.mine(session.actor, now)
        if mine is not None:
            await self._step(mine, _SQL["call_withdrawn"], session.actor, now)

    # Coaches ---------------------------------------------------------------------------------------------------------

    async def queue(self, person: str, reach: Reach, now: datetime) -> list[Call]:
        """What a coach sees: what they have taken, then what waits, the oldest first."""
        units = [*reach.own, *reach.floors, *reach.beside]
        rows = await self._database.all(_SQL["calls_open"], units, person, now - RULE.lapses)
        seen = [one for one in map(_call, rows) if one.is_seen(person, reach, now)]
        return sorted(seen, key=lambda one: (not one.taken_by, one.called_at))

    async def waiting(self, person: str, now: datetime) -> int:
        """How many calls wait for somebody. Every open page asks, so that where none does one look tells it."""
        return (await self.told(person, now))[0]

    async def told(self, person: str, now: datetime) -> tuple[int, str]:
        """As `waiting`; and who comes to somebody who has called, empty while nobody does."""
        row = await self._database.one(_SQL["calls_any"], person, now - RULE.lapses)
        return (await self._waiting(person, now) if row["any"] else 0), row["comes"] or ""

    async def _waiting(self, person: str, now: datetime) -> int:
        reach = await self._register.reach(person, now)
        return len([one for one in await self.queue(person, reach, now) if not one.taken_by]) if reach.is_any else 0

    async def take(self, number: int, session: Session, now: datetime) -> None:
        """Say that one comes. Raises `Absent` for what one does not see, `Conflict` where somebody else comes."""
        found = await self._open(number)
        if found.taken_by not in ("", session.actor):
            raise Conflict(_TAKEN)
        if not found.is_seen(session.actor, await self._register.reach(session.actor, now), now):
            raise Absent(_OVER)
        if not await self._step(found, _SQL["call_taken"], number, session.actor, session.name, now):
            raise Conflict(_TAKEN)

    async def leave(self, number: int, session: Session) -> None:
        """Give a call back to the queue: one could not come after all. Raises `Absent`."""
        if not await self._step(await self._open(number), _SQL["call_left"], number, session.actor):
            raise Absent(_OVER)

    async def answer(self, number: int, session: Session, category: str, now: datetime) -> None:
        """Say what it was about, and that it is answered. Raises `Unprocessable`, or `Absent`."""
        if category not in CATEGORIES:
            raise Unprocessable("Say what it was about.", [Problem("Say what it was about.", "category")])
        if not await self._step(await self._open(number), _SQL["call_answered"], number, session.actor, now, category):
            raise Absent(_OVER)

    async def _open(self, number: int) -> Call:
        row = await self._database.maybe(_SQL["call"], number)
        if row is None:
            raise Absent(_OVER)
        return _call(row)

    async def _step(self, call: Call, statement: str, *values: object) -> bool:
        """Do it, and tell whoever called and those who saw it wait; whether there was anything to do."""
        rings = await self._register.rings(call.unit, call.called_at)
        async with self._database.transaction() as work:
            if await work.maybe(statement, *values) is None:
                return False
            people = frozenset().union(*rings[: call.told + 1]) | {call.caller, call.taken_by}
            await live.say_people(work, people)
        return True

    # By itself -------------------------------------------------------------------------------------------------------

    async def widen(self, now: datetime) -> int:
        """Tell the next rings of calls that nobody has taken in time; gives how many. Each is told once, whichever
        process looks."""
        late = (now - RULE.floorwalkers, now - RULE.neighbours, now - RULE.lapses)
        async with self._database.transaction() as work:
            rows = await work.all(_SQL["calls_widened"], *late)
            for row in rows:
                rings = await self._register.rings(row["unit"], now)
                # After a pause a ring may have been passed over: those between are told as well.
                await live.say_people(work, frozenset().union(*rings[1 : row["told"] + 1]))
        return len(rows)

    # Figures ---------------------------------------------------------------------------------------------------------

    async def weeks(self, unit: str, since: datetime) -> list[Week]:
        """How it went at a unit, the newest week first; weeks with fewer calls than are shown are left out."""
        rows = await self._database.all(_SQL["calls_by_week"], unit, since, RULE.shown)
        return [
            Week(
                row["week"],
                row["calls"],
                _told(row["taken"], row["n_taken"]),
                _told(row["answered"], row["n_answered"]),
            )
            for row in rows
        ]

    async def asked(self, unit: str, since: datetime) -> tuple[list[Asked], list[Asked]]:
        """What was asked most since then, at a unit or (empty) everywhere: by page, and by category; none of few."""
        found = [
            await self._database.all(_SQL[f"asked_by_{by}"], unit, since, RULE.shown) for by in ("page", "category")
        ]
        pages, categories = ([Asked(row["code"], row["times"]) for row in rows] for rows in found)
        return pages, categories


async def taken_within(database: Database, units: Sequence[str], since: datetime, within: timedelta) -> tuple[int, int]:
    """How often a coach was called at some units together since a time, and how many of the calls were taken so soon.
    One that was withdrawn before that long had passed is not counted."""
    row = await database.one(_SQL["calls_taken_within"], list(units), since, within)
    return int(row["calls"]), int(row["taken"])


async def oldest(database: Database, now: datetime) -> dict[str, datetime]:
    """Since when the oldest call has waited that nobody has taken, by unit."""
    rows = await database.all(_SQL["calls_oldest"], now - RULE.lapses)
    return {row["unit"]: row["since"] for row in rows}


async def forget(database: Database, now: datetime) -> None:
    """Take away who called, who came and the words, where they have stood long enough."""
    await database.run(_SQL["calls_forgotten"], now - RULE.keeps)


def _told(seconds: Sequence[float] | None, times: int) -> tuple[int, int] | None:
    return (round(seconds[0]), round(seconds[1])) if seconds is not None and times >= RULE.shown else None


def _call(row: Row) -> Call:
    return Call(**{name: row[name] for name in Call.__slots__})
