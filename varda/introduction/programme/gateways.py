"""The six gateways: criteria, what speaks for them, and decisions with two keys (FUNCTIONS F215, F216).

A gateway is passed when the programme's and the operations' representative have both said so, and every criterion is
met by evidence or let through by two persons' named, reasoned and timed override. Nothing is set by hand, and nothing
goes out of sight.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from varda.catalogue import Deciding
from varda.introduction.programme.criteria import GATEWAYS, Criterion, Gateway
from varda.introduction.programme.mandates import Mandates
from varda.introduction.programme.plans import DECIDES
from varda.introduction.programme.roles import OFFICE
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database, Row
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.programme")
Side = Literal["programme", "operations"]
SIDES: tuple[Side, ...] = get_args(Side)
LONGEST = timedelta(days=90)
"""How long an override lasts at most."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was given for a criterion. `build` is empty for what people say."""

    criterion: str
    criteria: int
    kind: Literal["statement", "document", "computed"]
    is_met: bool
    said: str
    reference: str
    build: str
    fingerprint: str
    given_name: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Computed:
    """What readiness says of a criterion: of so many units of the delivery `met` are as they should be, `carried` of
    them by evidence that was carried over from a candidate before. `least` is the share that is asked for."""

    units: int
    met: int
    carried: int
    least: float = 1.0

    @property
    def is_met(self) -> bool:
        """Whether it is so at as many units as it takes, and there is any."""
        return self.units > 0 and self.met >= self.least * self.units


@dataclass(frozen=True, slots=True)
class Readiness:
    """Of a delivery: each criterion that is computed by its code, how many safety concerns about it are unanswered, and
    the candidate that is judged."""

    computed: Mapping[str, Computed] = field(default_factory=dict)
    concerns: int = 0
    build: str = ""
    configuration: str = ""


Asking = Callable[[str, Sequence[Criterion], datetime], Awaitable[Readiness]]
"""What tells a delivery's readiness by the criteria of a gateway."""


@dataclass(frozen=True, slots=True)
class Override:
    """A criterion that is let through from `opens` until `closes`, by which two and why; it waits for the second while
    `confirmed_at` is None."""

    number: int
    criterion: str
    reason: str
    opens: datetime
    closes: datetime
    given_by: str
    given_name: str
    confirmed_name: str
    confirmed_at: datetime | None

    def lasts(self, now: datetime) -> bool:
        """Whether it lets through now."""
        return self.confirmed_at is not None and self.opens <= now < self.closes


@dataclass(frozen=True, slots=True)
class Reopening:
    """That what was decided counts no longer, by whom and why."""

    reason: str
    opened_name: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a gateway: the first key, and the second where it was turned (None: it waits for it)."""

    number: int
    delivery: str
    gateway: str
    criteria: int
    side: Side
    passed: bool
    reason: str
    turned_by: str
    turned_name: str
    turned_at: datetime
    second_passed: bool | None
    second_reason: str | None
    second_name: str | None
    second_at: datetime | None
    stood: Mapping[str, Any] = field(default_factory=dict)
    """What it was decided on: `Standing.figures` when the last key was turned."""

    @property
    def is_passed(self) -> bool:
        """Whether both have said yes."""
        return self.passed and bool(self.second_passed)


@dataclass(frozen=True)
class Standing:
    """A gateway of a delivery as it stands: newest evidence and overrides by criterion, decisions newest first, when it
    was last reopened, and what readiness says."""

    gateway: Gateway
    delivery: str
    evidence: Sequence[Evidence]
    overrides: Sequence[Override]
    decisions: Sequence[Decision]
    reopened: Reopening | None
    now: datetime
    readiness: Readiness = Readiness()

    def newest(self, criterion: str) -> Evidence | None:
        """What counts for a criterion."""
        return next((one for one in self.evidence if one.criterion == criterion), None)

    def how(self, criterion: str) -> str:
        """`met`, `overridden`, `unmet`, or `unknown` where nobody has said anything."""
        found: Evidence | Computed | None = self.newest(criterion)
        if any(one.code == criterion and one.checks for one in self.gateway.criteria):
            found = self.readiness.computed.get(criterion)  # whatever was said of it before it was computed
        if found and found.is_met:
            return "met"
        if any(one.criterion == criterion and one.lasts(self.now) for one in self.overrides):
            return "overridden"
        return "unmet" if found else "unknown"

    @property
    def lacking(self) -> list[Criterion]:
        """The criteria that are neither met nor overridden."""
        return [one for one in self.gateway.criteria if self.how(one.code) in ("unmet", "unknown")]

    @property
    def waiting(self) -> Decision | None:
        """A decision with one key turned."""
        newest = self.decisions[0] if self.decisions else None
        return newest if newest and newest.second_passed is None else None

    @property
    def state(self) -> str:
        """`passed`, `reopened`, `declined`, `waiting` for the second key, or `open`."""
        return _state(self.decisions, self.reopened)

    @property
    def figures(self) -> dict[str, Any]:
        """What a decision now would rest on, as it is kept with it."""
        told = self.readiness
        return {
            "build": told.build,
            "configuration": told.configuration,
            "concerns": told.concerns,
            "criteria": [self._figure(one) for one in self.gateway.criteria],
        }

    def _figure(self, one: Criterion) -> dict[str, Any]:
        counted = self.readiness.computed.get(one.code, Computed(0, 0, 0)) if one.checks else Computed(0, 0, 0)
        told = {"code": one.code, "sv": one.words.sv, "en": one.words.en, "how": self.how(one.code)}
        return told | {"met": counted.met, "units": counted.units, "carried": counted.carried}


class Gateways:
    """Those of one database; `known` are the six with the criteria that count now (`criteria.in_effect`), `asking` is
    who tells how ready a delivery is: without it nothing that is computed is met."""

    def __init__(
        self, database: Database, known: Mapping[str, Gateway] = GATEWAYS, asking: Asking | None = None
    ) -> None:
        self._database, self._known, self._asking = database, known, asking
        self._mandates = Mandates(database)

    async def states(self) -> dict[tuple[str, str], str]:
        """How each gateway of each delivery stands, by (delivery, gateway): see `Standing.state`."""
        reopened = await self._reopenings()
        found: dict[tuple[str, str], list[Decision]] = {}
        for one in await self.decisions():
            found.setdefault((one.delivery, one.gateway), []).append(one)
        return {at: _state(some, reopened.get(at)) for at, some in found.items()}

    async def decisions(self) -> list[Decision]:
        """Every decision of every gateway, the newest first."""
        return [_decision(row) for row in await self._database.all(_SQL["keys"])]

    async def standing(self, delivery: str, gateway: str, now: datetime) -> Standing:
        """A gateway of a delivery as it stands. Raises `Absent`."""
        if gateway not in self._known:
            raise Absent("There is no such gateway.")
        reopened = (await self._reopenings()).get((delivery, gateway))
        evidence = [Evidence(**dict(row)) for row in await self._database.all(_SQL["evidence"], delivery, gateway)]
        overrides = [Override(**dict(row)) for row in await self._database.all(_SQL["overrides"], delivery, gateway)]
        own = [one for one in await self.decisions() if (one.delivery, one.gateway) == (delivery, gateway)]
        asked = self._known[gateway].criteria
        readiness = await self._asking(delivery, asked, now) if self._asking else Readiness()
        return Standing(self._known[gateway], delivery, evidence, overrides, own, reopened, now, readiness)

    async def give_evidence(
        self, at: tuple[str, str], criterion: str, said: str, by: Deciding, now: datetime, *,
        is_met: bool, reference: str = "",
    ) -> None:  # fmt: skip
        """Say how a criterion of a gateway (delivery, code) is met or not, with a reference to a document if there is
        one.

        Raises `Lacking` for all but the office and the two representatives, `Absent`, `Unprocessable`, `Refused` for
        what is computed.
        """
        await self._mandates.require(by.person, (OFFICE, *(f"gateway-{side}" for side in SIDES)), "", now)
        self._require_criterion(at[1], criterion)
        if any(one.code == criterion and one.checks for one in self._known[at[1]].criteria):
            raise Refused("This criterion is computed from evidence. Nobody can say it by hand; it can be let through.")
        if not said.strip():
            raise Unprocessable("Say what speaks for it.", [Problem("Say what speaks for it.", "said")])
        kind = "document" if reference.strip() else "statement"
        values = (*at, criterion, self._known[at[1]].version, kind, is_met, said.strip(), reference.strip(), "", "")
        await self._database.run(_SQL["evidence_given"], *values, by.person, by.name, now)

    async def override(
        self, at: tuple[str, str], criterion: str, reason: str, until: datetime, by: Deciding, now: datetime
    ) -> None:
        """Let a criterion through that is not met, for a time, as the first of two: somebody of the steering group.

        Raises `Lacking`, `Absent`, `Unprocessable`.
        """
        await self._mandates.require(by.person, DECIDES, "", now)
        self._require_criterion(at[1], criterion)
        problems = [] if reason.strip() else [Problem("Say why.", "reason")]
        if not now < until <= now + LONGEST:
            problems.append(Problem("It ends on a day to come, within ninety days.", "until"))
        if problems:
            raise Unprocessable("The override is not complete.", problems)
        values = (*at, criterion, reason.strip(), now, until, by.person, by.name)
        await self._database.run(_SQL["override_given"], *values)

    async def confirm(self, at: tuple[str, str], number: int, by: Deciding, now: datetime) -> None:
        """Let it through as the second: another of the steering group, or one who has a key.

        Raises `Lacking`, `Absent`, `Refused` for the same person, `Conflict`.
        """
        await self._mandates.require(by.person, (DECIDES, *(f"gateway-{side}" for side in SIDES)), "", now)
        found = next((one for one in (await self.standing(*at, now)).overrides if one.number == number), None)
        if found is None:
            raise Absent("There is no such override.")
        if found.given_by == by.person:
            raise Refused("It takes two persons. Let somebody else confirm what you said.")
        if await self._database.maybe(_SQL["override_confirmed"], number, by.person, by.name, now) is None:
            raise Conflict("Somebody has confirmed it already.")

    async def reopen(self, at: tuple[str, str], reason: str, by: Deciding, now: datetime) -> None:
        """Hold what was passed: it is decided anew by both. One who has a key is enough, or the office.

        Raises `Lacking`, `Absent`, `Unprocessable`, `Conflict` where nothing is passed.
        """
        await self._mandates.require(by.person, (OFFICE, *(f"gateway-{side}" for side in SIDES)), "", now)
        if not reason.strip():
            raise Unprocessable("Say why.", [Problem("Say why.", "reason")])
        if (await self.standing(*at, now)).state != "passed":
            raise Conflict("It is not passed, so there is nothing to hold.")
        await self._database.run(_SQL["reopened"], [at[0]], at[1], reason.strip(), by.person, by.name, now)

    async def turn(
        self, at: tuple[str, str], side: Side, reason: str, by: Deciding, now: datetime, *, passed: bool
    ) -> None:
        """Turn one side's key: the first begins a decision, the other side's ends it.

        Raises `Lacking`, `Absent`, `Unprocessable`, `Refused` for the same person, `Conflict` while criteria lack.
        """
        await self._mandates.require(by.person, f"gateway-{side}", "", now)
        stands = await self.standing(*at, now)
        if not reason.strip():
            raise Unprocessable("Say why.", [Problem("Say why.", "reason")])
        if stands.state == "passed":
            raise Conflict("It is passed already.")
        if passed and stands.readiness.concerns:
            raise Conflict("It cannot be passed: a safety concern is unanswered. No override lets that through.")
        if passed and stands.lacking:
            raise Conflict("It cannot be passed: some criteria are neither met nor let through by an override.")
        told = (passed, reason.strip(), by.person, by.name, now)
        first, stood = stands.waiting, json.dumps(stands.figures, ensure_ascii=False)
        if first is None:
            await self._database.run(_SQL["first_key"], *at, stands.gateway.version, stood, side, *told)
        elif first.turned_by == by.person:
            raise Refused("The second key is another person's. Nobody turns both.")
        elif first.side == side:
            raise Conflict("This side's key is turned already. It waits for the other side.")
        else:
            async with self._database.transaction() as work:
                if await work.maybe(_SQL["second_key"], first.number, side, stood, *told) is None:
                    raise Conflict("It has been decided already.")
                if (
                    passed and first.passed and at[1] in GATEWAYS
                ):  # the plan has it as reached by this and by nothing else
                    reached = [now.astimezone(STOCKHOLM).date()]
                    values = ([".".join(at)], reached, reached, by.person, by.name, now)
                    await work.run(_SQL["progress_said"], *values)

    def _require_criterion(self, gateway: str, criterion: str) -> None:
        if gateway not in self._known or criterion not in {one.code for one in self._known[gateway].criteria}:
            raise Absent("There is no such criterion.")

    async def _reopenings(self) -> dict[tuple[str, str], Reopening]:
        """How each gateway of each delivery was last reopened."""
        found: dict[tuple[str, str], Reopening] = {}
        for row in await self._database.all(_SQL["reopenings"]):
            one = Reopening(row["reason"], row["opened_name"], row["opened_at"])
            found.setdefault((row["delivery"], row["gateway"]), one)
        return found


def _state(decisions: Sequence[Decision], reopened: Reopening | None) -> str:
    if not decisions:
        return "open"
    newest = decisions[0]
    if newest.second_at is None:
        return "waiting"
    if not newest.is_passed:
        return "declined"
    return "reopened" if reopened and reopened.opened_at >= newest.second_at else "passed"


def _decision(row: Row) -> Decision:
    values = dict(row)
    return Decision(number=values.pop("decision"), stood=json.loads(values.pop("stood")), **values)
