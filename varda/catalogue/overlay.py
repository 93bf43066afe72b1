"""What a county has changed: read often and remembered for at most a second and a half, changed by two persons.

Nothing here is ever taken away. A change begins and ends by its dates; to end one early another one is decided.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256

from varda.catalogue.closings import Below, closed
from varda.catalogue.declarations import Content, Declarations, Own, in_effect
from varda.catalogue.declared import ROLES, Act, Right, known_right, role_of, waits_for_course
from varda.catalogue.rights import (
    LONGEST_EXCEPTION,
    NOTHING,
    Change,
    Pass,
    Rights,
    Standing,
    State,
    edges,
    rights_from,
    standings,
)
from varda.catalogue.switches import GRAVITY, RIGHT, STOPPING, Switch, Switched, may_put_on, switched_from
from varda.catalogue.switches import problems as wrong_with
from varda.kernel import log
from varda.kernel.db import Database, Row
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.catalogue")
REMEMBERED = timedelta(seconds=1.5)
"""A stop holds in every process within two seconds: this, and the time to read."""
_MOST_REMEMBERED = 20_000
_NOT_YOURS = "A safety representative has stopped this. It is put on again by one, or by the county."
_OTHERS_STOP = "You stop functions. This one is put on again by the unit's manager or the county."
_NOBODY = "You have no right to do this here. It belongs to those who decide on rights."


@dataclass(frozen=True, slots=True)
class Worker:
    """Whose rights are asked for: a profession in an assignment for a purpose, at a unit (HSA-ids).

    `licences` are the person's: nobody writes or signs what is licensed without.
    """

    profession: str
    person: str = ""
    unit: str = ""
    purpose: str = "care"
    licences: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Deciding:
    """Somebody who proposes, decides or excepts: HSA-id, name, own unit, and the rights that they have now."""

    person: str
    name: str
    unit: str
    rights: Rights

    def require(self, *special: str) -> None:
        """Raise `Refused` unless one of the special rights is held."""
        if not self.rights.special & set(special):
            raise Refused(_NOBODY)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that somebody wants. `closes` None: until another change. See `Change`."""

    role: str
    right: Right
    granted: bool
    reason: str
    opens: datetime
    closes: datetime | None = None
    course: str = ""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A row of the history: the change, when it was proposed, and what the other person said (None: nothing yet)."""

    change: Change
    proposed_at: datetime
    approved: bool | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Exempt:
    """An exception from a course, as the unit's list shows it."""

    person: str
    name: str
    course: str
    opens: datetime
    closes: datetime
    reason: str
    given_name: str


@dataclass(frozen=True)
class InForce:
    """The county's word as it was read: changes in the order of approval, states by (function, unit), and its own
    declarations by (kind, code)."""

    changes: tuple[Change, ...]
    states: Mapping[tuple[str, str], State]
    read: datetime
    until: datetime
    own: Own = field(default_factory=dict)
    closed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The functions that are not called off, by unit (HSA-id)."""
    said: Mapping[tuple[str, str], Switched] = field(default_factory=dict)
    """The word that each of `states` stands by."""

    def declared(self, kind: str) -> dict[str, Content]:
        """The county's own declarations of a kind, by code."""
        return {code: content for (of, code), content in self.own.items() if of == kind}

    def state(self, function: str, unit: str) -> State:
        """How a function or a part of it stands at a unit: closed, or the gravest of its own state and the county's."""
        if unit in self.closed and function.partition(".")[0] in self.closed[unit]:
            return "closed"
        return max((self.states.get((function, at), "on") for at in (unit, "")), key=GRAVITY.__getitem__)

    def stop(self, function: str, unit: str) -> Switched | None:
        """The word by which a function does not work as usual at a unit; of its own and the county's the graver."""
        found = [one for at in (unit, "") if (one := self.said.get((function, at))) and one.switch.state != "on"]
        return max(found, key=lambda one: GRAVITY[one.switch.state], default=None)

    @cached_property
    def stopped(self) -> frozenset[tuple[str, str]]:
        """What is stopped: (function, unit) each, the unit empty for everywhere."""
        return frozenset(pair for pair, state in self.states.items() if state == "stopped")

    @cached_property
    def parts(self) -> dict[str, str]:
        """What the county has declared and changed, as fingerprints by what it is about: a function or special right,
        or "kind:" and the kind of a declaration. How functions are switched is no configuration."""
        said: dict[str, list[object]] = {}
        for one in self.changes:
            said.setdefault(one.right[0], []).append([one.role, *one.right, one.granted, one.course])
        for (kind, code), content in sorted(self.own.items(), key=lambda pair: pair[0]):
            said.setdefault(f"kind:{kind}", []).append([code, content])
        return {about: _fingerprint(some) for about, some in sorted(said.items())}

    @cached_property
    def configuration(self) -> str:
        """The fingerprint of all of it, which stands beside the build (architecture, *Environments and builds*)."""
        return _fingerprint(sorted(self.parts.items()))

    def professions(self, right: Right, now: datetime) -> frozenset[str]:
        """Which professions hold a right in assignments for care."""
        changed = {one.role: one.granted for one in self.changes if one.right == right and one.lasts(now)}
        caring = (role for role in ROLES.values() if "care" in role.purposes)
        return frozenset(role.profession for role in caring if changed.get(role.code, right in role.rights))

    def waits(self, role: str) -> bool:
        """Whether any right of a role may wait for a course, so that it must be known who has finished which."""
        return any(one.role == role and one.course for one in self.changes)


class Catalogue:
    """One a process, on the application's database."""

    def __init__(self, database: Database, below: Below | None = None) -> None:
        self._database = database
        self._below = below
        self._known: InForce | None = None
        self._reading = asyncio.Lock()
        self._rights: dict[tuple[str, frozenset[str]], Rights] = {}
        self._passes: dict[str, list[Pass]] = {}
        self.declarations = Declarations(database, self.forget)

    # What is true now ------------------------------------------------------------------------------------------------

    async def in_force(self, now: datetime) -> InForce:
        """The county's word, read again when it is a second and a half old or something in it begins or ends."""
        known = self._known
        if known is not None and known.read <= now < known.until:
            return known
        async with self._reading:  # one reads for all who wait
            known = self._known
            if known is None or not known.read <= now < known.until:
                known = self._known = await self._read(now)
                log.RUNNING["configuration"] = known.configuration
                self._rights.clear()
                self._passes.clear()
            return known

    async def rights(self, who: Worker, now: datetime) -> Rights:
        """What somebody may do now. A profession without a role may do nothing."""
        role = role_of(who.profession, who.purpose)
        if role is None:
            return NOTHING
        known = await self.in_force(now)
        if known.waits(role.code):
            return rights_from(await self.standings(who, now))
        if (found := self._rights.get((role.code, who.licences))) is None:
            found = rights_from(standings(role, known.changes, (), who.unit, now, licences=who.licences))
            self._rights[role.code, who.licences] = found
        return found

    async def standings(self, who: Worker, now: datetime) -> list[Standing]:
        """Every right of somebody's role with how it stands and why: what the page "What may I do?" shows."""
        role = role_of(who.profession, who.purpose)
        if role is None:
            return []
        known = await self.in_force(now)
        passes = await self._passes_of(who.person, now) if known.waits(role.code) else []
        return standings(role, known.changes, passes, who.unit, now, licences=who.licences)

    async def _passes_of(self, person: str, now: datetime) -> list[Pass]:
        if (found := self._passes.get(person)) is None:
            if len(self._passes) >= _MOST_REMEMBERED:
                self._passes.clear()
            found = [Pass(**dict(row)) for row in await self._database.all(_SQL["passes"], person, now)]
            self._passes[person] = found
        return found

    async def _read(self, now: datetime) -> InForce:
        async with self._database.connection() as work:
            changes = tuple(_change(row) for row in await work.all(_SQL["in_effect"], now))
            said = {(row["function"], row["unit"]): switched_from(row) for row in await work.all(_SQL["states"], now)}
            switching = (await work.one(_SQL["next_switch"], now))["at"]
            own, coming = await in_effect(work, now)
            shut = await closed(work, self._below)
        following = [at for at in (*edges(changes), *coming, switching) if at is not None and at > now]
        states = {pair: one.switch.state for pair, one in said.items()}
        return InForce(changes, states, now, min([now + REMEMBERED, *following]), own, shut, said)

    def forget(self) -> None:
        """Read anew at the next question. Other processes see a change within two seconds."""
        self._known = None

    # Changes by two persons ------------------------------------------------------------------------------------------

    async def propose(self, wanted: Proposal, by: Deciding, now: datetime) -> int:
        """Propose a change; gives its number. Raises `Refused`, or `Unprocessable` with every problem."""
        by.require("change-rights", "manage-unit")
        if problems := list(_problems(wanted, now)):
            raise Unprocessable(problems[0].message, problems)
        what, act = wanted.right
        row = await self._database.one(
            _SQL["proposed"], wanted.role, what, act, wanted.granted, wanted.course.strip(), wanted.opens,
            wanted.closes, wanted.reason.strip(), by.person, by.name, now,
        )  # fmt: skip
        return int(row["change"])

    async def decide(self, change: int, by: Deciding, now: datetime, *, approved: bool) -> None:
        """Approve or turn down another person's proposal. Raises `Refused`, `Absent` or `Conflict`."""
        by.require("change-rights")
        proposal = await self._database.maybe(_SQL["proposer"], change)
        if proposal is None:
            raise Absent("There is no such proposal.")
        if proposal["proposed_by"] == by.person:
            raise Refused("A change needs two persons. Let somebody else decide on what you proposed.")
        if approved and proposal["closes"] is not None and proposal["closes"] <= now:
            raise Conflict("The time of this proposal has passed. Propose it again with other dates.")
        if await self._database.maybe(_SQL["decided"], change, approved, by.person, by.name, now) is None:
            raise Conflict("Somebody else has decided on this proposal already.")
        self.forget()

    async def changes(self, *, most: int = 200) -> list[Proposed]:
        """All that was proposed: what waits for a decision first, then newest first."""
        return [
            Proposed(_change(row), row["proposed_at"], row["approved"], row["decided_at"])
            for row in await self._database.all(_SQL["changes"], most)
        ]

    # Courses and exceptions ------------------------------------------------------------------------------------------

    async def finished(self, courses: Sequence[tuple[str, str, datetime, datetime | None]]) -> None:
        """Note finished courses: (person, course, from, until) each. Noting one twice changes nothing."""
        if courses:
            await self._database.run(_SQL["course_finished"], *map(list, zip(*courses, strict=True)))
            self.forget()

    async def except_from(
        self, course: str, person: tuple[str, str], units: Sequence[str], by: Deciding, until: datetime, reason: str,
        now: datetime,
    ) -> None:  # fmt: skip
        """Let a person (HSA-id, name) of the manager's own unit work without a course until an instant.

        `units` are those that the person works at now. Raises `Refused`, or `Unprocessable` with every problem.
        """
        by.require("manage-unit")
        if by.unit not in units:
            raise Refused("An exception is given by the manager of the person's own unit.")
        if person[0] == by.person:
            raise Refused("Nobody gives an exception to themselves. Ask another manager of the unit.")
        problems = []
        if not course.strip():
            problems.append(Problem("Say which course the exception is from.", "course"))
        if not reason.strip():
            problems.append(Problem("Say why the exception is needed.", "reason"))
        if not now < until <= now + LONGEST_EXCEPTION:
            problems.append(Problem("An exception lasts from one to thirty days.", "days"))
        if problems:
            raise Unprocessable(problems[0].message, problems)
        await self._database.run(
            _SQL["excepted"], *person, by.unit, course.strip(), now, until, reason.strip(), by.person, by.name, now
        )
        self.forget()

    async def exceptions(self, unit: str, *, most: int = 100) -> list[Exempt]:
        """A unit's exceptions, those that last longest first; ended ones stay in the list."""
        rows = await self._database.all(_SQL["exceptions"], unit, most)
        names = Exempt.__dataclass_fields__
        return [Exempt(**{name: row[name] for name in names}) for row in rows]

    # The state of functions ------------------------------------------------------------------------------------------

    async def switch(self, wanted: Switch, by: Deciding, now: datetime) -> None:
        """Say how a function stands, at once or from a day. Raises `Refused`, or `Unprocessable` with every problem."""
        by.require(RIGHT, STOPPING)
        if problems := list(wrong_with(wanted, by, now)):
            raise Unprocessable(problems[0].message, problems)
        self.forget()
        before = (await self.in_force(now)).said.get((wanted.function, wanted.unit))
        if wanted.state == "on" and not may_put_on(before, by):
            raise Refused(_NOT_YOURS if before and before.is_safety else _OTHERS_STOP)
        await self._database.run(
            _SQL["switched"], wanted.function, wanted.unit, wanted.state, wanted.reason.strip(), wanted.opens,
            wanted.closes, wanted.routine.strip(), wanted.way_back.strip(), wanted.entry, by.person, by.name,
            RIGHT not in by.rights.special, now,
        )  # fmt: skip
        self.forget()

    async def switches(self, unit: str, *, most: int = 100) -> list[Switched]:
        """What was said of functions at a unit and everywhere, newest first."""
        return [switched_from(row) for row in await self._database.all(_SQL["switches"], unit, most)]

    async def coming(self, unit: str, now: datetime) -> list[Switched]:
        """What is to stop at a unit or everywhere from a day to come, the next first."""
        return [switched_from(row) for row in await self._database.all(_SQL["switches_coming"], unit, now)]


def _fingerprint(said: object) -> str:
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:10]


def _problems(wanted: Proposal, now: datetime) -> list[Problem]:
    """All that is wrong with a proposal."""
    found = []
    if wanted.role not in ROLES:
        found.append(Problem("There is no such role.", "role"))
    if not known_right(wanted.right):
        found.append(Problem("There is no such right.", "right"))
    elif wanted.course.strip() and not (wanted.granted and waits_for_course(wanted.right)):
        found.append(Problem("Reading, emergency rights and withdrawals never wait for a course.", "course"))
    if wanted.right == ("change-rights", "special") and not wanted.granted:
        found.append(Problem("This right cannot be withdrawn by a change: nobody could give it back.", "right"))
    if not wanted.reason.strip():
        found.append(Problem("Say why the right is changed.", "reason"))
    if wanted.closes is not None and wanted.closes <= max(wanted.opens, now):
        found.append(Problem("The last day has passed, or is before the first.", "closes"))
    return found


def _change(row: Row) -> Change:
    act: Act = row["act"]
    return Change(
        number=row["change"],
        role=row["role"],
        right=(row["what"], act),
        granted=row["granted"],
        course=row["course"],
        opens=row["opens"],
        closes=row["closes"],
        reason=row["reason"],
        proposed_by=row["proposed_by"],
        proposed_name=row["proposed_name"],
        approved_by=row["decided_by"] or "",
        approved_name=row["decided_name"] or "",
    )
