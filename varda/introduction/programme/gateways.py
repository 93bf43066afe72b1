"""The six gateways: criteria, what speaks for them, and decisions with two keys (FUNCTIONS F215, F216).

A gateway is passed when the programme's and the operations' representative have both said so, and every criterion is
met by evidence or let through by a named, reasoned and timed override. Nothing is set by hand, and nothing goes out of
sight.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, get_args

from varda.catalogue import Deciding
from varda.introduction.programme.criteria import GATEWAYS, Criterion, Gateway
from varda.introduction.programme.mandates import Mandates
from varda.introduction.programme.plans import DECIDES, GUARDED
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
    them by evidence that was carried over from a candidate before."""

    units: int
    met: int
    carried: int

    @property
    def is_met(self) -> bool:
        """Whether it is so at every unit, and there is any."""
        return 0 < self.units == self.met


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
    """A criterion that is let through from `opens` until `closes`, by whom and why."""

    criterion: str
    reason: str
    opens: datetime
    closes: datetime
    given_name: str

    def lasts(self, now: datetime) -> bool:
        """Whether it lets through now."""
        return self.opens <= now < self.closes


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
    reopened: datetime | None
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
        reopened = await self._reopened()
        found: dict[tuple[str, str], list[Decision]] = {}
        for one in await self.decisions():
            found.setdefault((one.delivery, one.gateway), []).append(one)
        return {
            (delivery, gateway): _state(some, reopened.get(delivery) if gateway == GUARDED else None)
            for (delivery, gateway), some in found.items()
        }

    async def decisions(self) -> list[Decision]:
        """Every decision of every gateway, the newest first."""
        return [_decision(row) for row in await self._database.all(_SQL["keys"])]

    async def standing(self, delivery: str, gateway: str, now: datetime) -> Standing:
        """A gateway of a delivery as it stands. Raises `Absent`."""
        if gateway not in self._known:
            raise Absent("There is no such gateway.")
        reopened = (await self._reopened()).get(delivery) if gateway == GUARDED else None
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
        """Let a criterion through that is not met, by somebody of the steering group, for a time.

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
        first = stands.waiting
        if first is None:
            stood = json.dumps({one.code: stands.how(one.code) for one in stands.gateway.criteria})
            await self._database.run(_SQL["first_key"], *at, stands.gateway.version, stood, side, *told)
        elif first.turned_by == by.person:
            raise Refused("The second key is another person's. Nobody turns both.")
        elif first.side == side:
            raise Conflict("This side's key is turned already. It waits for the other side.")
        else:
            async with self._database.transaction() as work:
                if await work.maybe(_SQL["second_key"], first.number, side, *told) is None:
                    raise Conflict("It has been decided already.")
                if passed and first.passed:  # the plan has it as reached by this and by nothing else
                    reached = [now.astimezone(STOCKHOLM).date()]
                    values = ([".".join(at)], reached, reached, by.person, by.name, now)
                    await work.run(_SQL["progress_said"], *values)

    def _require_criterion(self, gateway: str, criterion: str) -> None:
        if gateway not in self._known or criterion not in {one.code for one in self._known[gateway].criteria}:
            raise Absent("There is no such criterion.")

    async def _reopened(self) -> dict[str, datetime]:
        """When each delivery's gateway before the go-live was last reopened."""
        found: dict[str, datetime] = {}
        for row in await self._database.all(_SQL["reopenings"]):
            found.setdefault(row["delivery"], row["opened_at"])
        return found


def _state(decisions: Sequence[Decision], reopened: datetime | None) -> str:
    if not decisions:
        return "open"
    newest = decisions[0]
    if newest.second_at is None:
        return "waiting"
    if not newest.is_passed:
        return "declined"
    return "reopened" if reopened and reopened >= newest.second_at else "passed"


def _decision(row: Row) -> Decision:
    values = dict(row)
    return Decision(number=values.pop("decision"), **values)
