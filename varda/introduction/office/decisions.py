"""Decisions with what was weighed: alternatives, the state as it was measured, who was of another mind (F232).

What is written is never changed; a later decision follows an earlier one. Decisions that stand elsewhere – of plans,
gateways and deliveries – are shown in the same list from where they stand, and are not kept twice.
"""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from varda.catalogue import Deciding
from varda.introduction.office.measured import Measured, measured, written
from varda.introduction.office.risks import Risks
from varda.introduction.programme import DECIDES, GATEWAYS, OFFICE, Gateways, Mandates, Plans
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database, Row
from varda.kernel.errors import Absent, Problem, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.office")
BODIES = (DECIDES, "municipal-project", OFFICE)
"""Who decides, by the roles of their members. The office writes for all of them."""
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way that was weighed: what speaks for and against it, and points from 1 to 10 (0: none given)."""

    words: str
    pros: str = ""
    cons: str = ""
    points: int = 0


@dataclass(frozen=True, slots=True)
class Dissent:
    """Who was of another mind, and what they said."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A decision that is to be written down. `plan`, `gateway` ("delivery.code") and `risk` say what it is about, 0 or
    empty where about none; `follows` is an earlier decision."""

    title: str
    body: str
    taken_on: date | None
    decided: str
    minutes: str
    alternatives: Sequence[Alternative] = ()
    dissent: Sequence[Dissent] = ()
    follows: int = 0
    plan: int = 0
    gateway: str = ""
    risk: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """One that was written down, with the state as it was measured when it was."""

    number: int
    title: str
    body: str
    taken_on: date
    alternatives: tuple[Alternative, ...]
    measured: Measured
    decided: str
    dissent: tuple[Dissent, ...]
    minutes: str
    follows: int | None
    plan: int | None
    gateway: str
    risk: int | None
    written_name: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of everything that was decided: where it stands (`kind` and `key`), and its first words."""

    kind: str
    key: str
    day: date
    words: str
    is_approved: bool
    minutes: str
    name: str


class Decisions:
    """Those of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mandates = Mandates(database)

    async def one(self, number: int) -> Decision:
        """One that was written down. Raises `Absent`."""
        row = await self._database.maybe(_SQL["decision"], number)
        if row is None:
            raise Absent("There is no such decision.")
        return _decision(row)

    async def write(self, wanted: Wanted, by: Deciding, now: datetime) -> int:
        """Write one down, with the state as it is measured now; gives its number.

        Raises `Lacking` for all but the body's own and the office, `Unprocessable`.
        """
        bodies = (OFFICE, wanted.body) if wanted.body in BODIES else (OFFICE,)
        await self._mandates.require(by.person, bodies, "", now)
        problems = list(_problems(wanted, now))
        problems += [one async for one in self._loose(wanted)]
        if problems:
            raise Unprocessable("Some of it is not right, so nothing was stored.", problems)
        state = written(await measured(self._database, now))
        kept = [
            json.dumps(one, ensure_ascii=False)
            for one in ([asdict(one) for one in wanted.alternatives], state, [asdict(one) for one in wanted.dissent])
        ]
        row = await self._database.one(
            _SQL["decision_written"], wanted.title.strip(), wanted.body, wanted.taken_on, kept[0], kept[1],
            wanted.decided.strip(), kept[2], wanted.minutes.strip(), wanted.follows or None, wanted.plan or None,
            wanted.gateway, wanted.risk or None, by.person, by.name, now,
        )  # fmt: skip
        return int(row["decision"])

    async def all(self) -> list[Entry]:
        """Everything that was decided, the newest first: what was written down here, plans, gateways and deliveries."""
        found = [
            Entry("decision", str(row["decision"]), row["taken_on"], row["title"], True, row["minutes"], row["body"])
            for row in await self._database.all(_SQL["decisions"])
        ]
        for plan in await Plans(self._database).versions():
            if plan.decided_at:
                day = plan.decided_at.astimezone(STOCKHOLM).date()
                found.append(
                    Entry(
                        "plan", str(plan.number), day, plan.reason, bool(plan.approved), plan.minutes, plan.decided_name
                    )
                )
        for said in await Plans(self._database).state_history():
            day = said.decided_at.astimezone(STOCKHOLM).date()
            found.append(Entry("state", f"{said.delivery}:{said.said}", day, said.reason, True, said.minutes,
                               said.decided_name))  # fmt: skip
        for one in await Gateways(self._database).decisions():
            if one.second_at:
                day = one.second_at.astimezone(STOCKHOLM).date()
                names, kind = f"{one.turned_name}, {one.second_name}", "gateway" if one.gateway in GATEWAYS else "go"
                found.append(Entry(kind, f"{one.delivery}/{one.gateway}", day, one.reason, one.is_passed, "", names))
        return sorted(found, key=lambda one: (one.day, one.kind, one.key), reverse=True)

    async def _loose(self, wanted: Wanted) -> AsyncIterator[Problem]:
        """What it names that is not there."""
        missing = "What it is about is not there."
        for name, read in (("follows", self.one), ("plan", Plans(self._database).version),
                           ("risk", Risks(self._database).history)):  # fmt: skip
            if number := getattr(wanted, name):
                try:
                    await read(number)
                except Absent:
                    yield Problem(missing, name)
        current = await Plans(self._database).in_force() if wanted.gateway else None
        known = {one.code for one in current.items if one.kind == "gateway"} if current else set()
        if wanted.gateway and wanted.gateway not in known:
            yield Problem(missing, "gateway")


def _problems(wanted: Wanted, now: datetime) -> Iterator[Problem]:
    if wanted.body not in BODIES:
        yield Problem("Choose who has decided.", "body")
    for name in ("title", "decided", "minutes"):
        if not getattr(wanted, name).strip():
            yield Problem("This has to be said.", name)
        elif len(getattr(wanted, name)) > _LONGEST:
            yield Problem("This text is too long.", name)
    if wanted.taken_on is None or wanted.taken_on > now.astimezone(STOCKHOLM).date():
        yield Problem("Say on which day it was decided: today or before.", "taken_on")
    if any(not one.words.strip() or not 0 <= one.points <= 10 for one in wanted.alternatives):
        yield Problem("Say what each alternative is; points are from 1 to 10, or none.", "alternatives")
    if any(not (one.name.strip() and one.words.strip()) for one in wanted.dissent):
        yield Problem("Say who was of another mind, and in which words.", "dissent")


def _decision(row: Row) -> Decision:
    values = dict(row)
    number = values.pop("decision")
    alternatives = tuple(Alternative(**one) for one in json.loads(values.pop("alternatives")))
    dissent = tuple(Dissent(**one) for one in json.loads(values.pop("dissent")))
    state = Measured(**json.loads(values.pop("measured")))
    return Decision(number=number, alternatives=alternatives, dissent=dissent, measured=state, **values)
