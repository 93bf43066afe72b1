"""The plan of a county's introduction: the overall one by decision and version, the detailed one by whoever answers for
it.

Nothing is written over. A proposal is the programme office's, its decision the steering group's, and never one person's
(FUNCTIONS F214, F217–F219, F230, F233). What is frozen is changed only by reopening its gateways.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from varda.catalogue import Deciding
from varda.introduction.programme import items as item
from varda.introduction.programme.items import DETAILED, Item, Progress
from varda.introduction.programme.mandates import Mandates
from varda.introduction.programme.pictures import Picture, Pictures, State, frozen
from varda.introduction.programme.roles import LOCAL, OFFICE
from varda.kernel.db import Database, Taken
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Stale, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.programme")
DECIDES = "steering-group"
"""The body that decides on the overall plan, by the role of its members."""
_NEXT: dict[State, frozenset[State]] = {
    "planned": frozenset({"running", "stopped"}),
    "running": frozenset({"paused", "stopped"}),
    "paused": frozenset({"running", "stopped"}),
    "stopped": frozenset({"planned"}),
}
GUARDED = "g5"
"""The gateway that a change of what is frozen reopens: the one before the go-live."""
FROZEN = "This is frozen: a change of it reopens the gateway before the go-live. Say so, or leave it as it is."


class Plans(Pictures):
    """Those of one database: what is read of them, and how they are changed."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._mandates = Mandates(database)

    # The overall plan ------------------------------------------------------------------------------------------------

    async def propose(
        self, some: Sequence[Item], reason: str, by: Deciding, now: datetime, *, reopens: bool = False
    ) -> int:
        """Propose an overall plan in the place of the one in force; gives its number.

        Raises `Lacking` for all but the office, `Unprocessable`, `Circular`, or `Conflict` for what is frozen.
        """
        await self._mandates.require(by.person, OFFICE, "", now)
        drawn = await self.picture(now)
        before = {one.code: one for one in drawn.version.items} if drawn.version else {}
        problems = list(item.problems(some)) + [
            Problem("Work packages and activities belong to the detailed plan.", one.code)
            for one in some
            if one.kind in DETAILED
        ]
        taken = {one.code for one in drawn.work}
        problems += [Problem("The detailed plan has this code.", one.code) for one in some if one.code in taken]
        if not reason.strip():
            problems.append(Problem("Say why.", "reason"))
        if problems:
            raise Unprocessable("The plan is not right, so nothing was stored.", problems)
        drawn.scheduled([*some, *drawn.work])
        after = {one.code: one for one in some}
        changed = [after.get(code) or before[code] for code in before | after if before.get(code) != after.get(code)]
        if not changed:
            raise Unprocessable("Nothing in it differs from the plan in force.", [])
        if not reopens:
            _require_thawed(changed, before | after, drawn)
        based_on = drawn.version.number if drawn.version else 0
        content = json.dumps([item.written(one) for one in some], ensure_ascii=False)
        values = (based_on, content, reason.strip(), reopens, by.person, by.name, now)
        return int((await self._database.one(_SQL["plan_proposed"], *values))["plan"])

    async def decide(self, number: int, by: Deciding, minutes: str, now: datetime, *, approved: bool) -> None:
        """The steering group's decision, told by one of its members who did not propose it, with where it is minuted.

        Raises `Lacking`, `Refused`, `Unprocessable`, `Stale` when another plan has come into force, or `Conflict`.
        """
        await self._mandates.require(by.person, DECIDES, "", now)
        proposal, current = await self.version(number), await self.in_force()
        if proposal.proposed_by == by.person:
            raise Refused("Whoever proposed it does not decide on it. Ask somebody else of the steering group.")
        if not minutes.strip():
            raise Unprocessable("Say where the decision is minuted.", [Problem("Say where it is minuted.", "minutes")])
        if approved and proposal.based_on != (current.number if current else 0):
            raise Stale("Another plan has come into force since it was proposed. Let it be proposed anew.")
        if approved:  # local plans may have changed since: they must still hold together with it
            await self.picture(now, of=proposal)
        values = (number, approved, minutes.strip(), by.person, by.name, now)
        try:
            decided = await self._database.maybe(_SQL["plan_decided"], *values)
        except Taken:
            raise Stale("Another plan has come into force since it was proposed. Let it be proposed anew.") from None
        if decided is None:
            raise Conflict("It has been decided already.")
        if approved and proposal.reopens:
            before = {one.code: one for one in current.items} if current else {}
            after = {one.code: one for one in proposal.items}
            changed = [after.get(c) or before[c] for c in before | after if before.get(c) != after.get(c)]
            await self._reopened(changed, before | after, proposal.reason, by, now)

    async def set_state(
        self, delivery: str, said: State, by: Deciding, reason: str, minutes: str, now: datetime
    ) -> None:
        """Start, pause, stop or take up a delivery, or the whole programme (empty), as the steering group decides."""
        await self._mandates.require(by.person, DECIDES, "", now)
        states, current = await self.states(), await self.in_force()
        known = {one.code for one in current.items if one.kind == "delivery"} if current else set()
        if delivery and delivery not in known:
            raise Absent("There is no such delivery.")
        problems = [Problem("Say why.", "reason")] if not reason.strip() else []
        if not minutes.strip():
            problems.append(Problem("Say where it is minuted.", "minutes"))
        if problems:
            raise Unprocessable("The decision is not complete.", problems)
        before: State = states[delivery].said if delivery in states else "planned"
        if said not in _NEXT[before]:
            raise Conflict("From how it stands now it cannot come to that. Look at how it stands and try again.")
        values = (delivery, said, reason.strip(), minutes.strip(), by.person, by.name, now)
        await self._database.run(_SQL["state_said"], *values)

    # The detailed plan -----------------------------------------------------------------------------------------------

    async def keep(
        self, some: Sequence[Item], by: Deciding, reason: str, now: datetime, *, reopens: bool = False
    ) -> None:
        """Add or change things of the detailed plan, all or none.

        Raises `Lacking` without a mandate for what is an organisation's, `Unprocessable`, `Circular`, `Conflict`.
        """
        drawn = await self.picture(now)
        own = {one.code: one for one in drawn.work}
        changed = [one for one in some if own.get(one.code) != one]
        for organisation in {one.organisation for one in (*changed, *(own[c.code] for c in changed if c.code in own))}:
            await self._mandates.require(by.person, (OFFICE, *LOCAL), organisation, now)
        overall = {one.code for one in drawn.version.items} if drawn.version else set()
        union = [*drawn.items.values()]
        together = {one.code: one for one in union} | {one.code: one for one in changed}
        problems = [one for one in item.problems(together.values()) if one.path in {c.code for c in changed}]
        problems += [Problem("The overall plan has this code.", one.code) for one in changed if one.code in overall]
        problems += [
            Problem("This kind belongs to the overall plan, which changes by decision.", one.code)
            for one in changed
            if one.kind not in DETAILED and one.kind != "milestone"
        ]
        if problems:
            raise Unprocessable("Some of it is not right, so nothing was stored.", problems)
        drawn.scheduled(together.values())
        if reopens:
            await self._mandates.require(by.person, OFFICE, "", now)
            await self._reopened(changed, together, reason, by, now)
        else:
            _require_thawed(changed, together, drawn)
        await self._written(changed, by, reason, now)

    async def take_away(self, code: str, by: Deciding, reason: str, now: datetime) -> None:
        """Take a thing out of the detailed plan; what it was stays. Raises `Absent`, `Lacking`, `Conflict`."""
        drawn = await self.picture(now)
        gone = next((one for one in drawn.work if one.code == code), None)
        if gone is None:
            raise Absent("There is no such thing in the detailed plan.")
        await self._mandates.require(by.person, (OFFICE, *LOCAL), gone.organisation, now)
        if not reason.strip():
            raise Unprocessable("Say why.", [Problem("Say why.", "reason")])
        if any(one.part_of == code for one in drawn.work):
            raise Conflict("It has parts. Take them away first, or let them be part of something else.")
        _require_thawed([gone], drawn.items, drawn)
        await self._written([gone], by, reason, now, active=False)

    async def say(self, code: str, said: Progress, by: Deciding, now: datetime) -> None:
        """Say that a thing was begun or is finished. Raises `Absent`, `Lacking`, `Unprocessable`."""
        drawn = await self.picture(now)
        known = drawn.items.get(code)
        if known is None:
            raise Absent("There is no such thing in the plan.")
        if known.kind == "gateway":
            raise Conflict("A gateway is reached by its decision, and by nothing else.")
        await self._mandates.require(by.person, (OFFICE, *LOCAL), known.organisation, now)
        problems = [
            Problem("This day has not come yet.", name)
            for name in ("begun", "finished")
            if (at := getattr(said, name)) and at > drawn.today
        ]
        if said.begun and said.finished and said.finished < said.begun:
            problems.append(Problem("It cannot be finished before it was begun.", "finished"))
        if problems:
            raise Unprocessable("The days are not right.", problems)
        await self._said({code: said}, by, now)

    async def say_all(self, said: Mapping[str, Progress], by: Deciding, now: datetime) -> None:
        """Say it of many things at once, as they are known elsewhere. Raises `Lacking` for all but the office."""
        await self._mandates.require(by.person, OFFICE, "", now)
        await self._said(said, by, now)

    async def _said(self, said: Mapping[str, Progress], by: Deciding, now: datetime) -> None:
        days = ([one.begun for one in said.values()], [one.finished for one in said.values()])
        await self._database.run(_SQL["progress_said"], list(said), *days, by.person, by.name, now)

    async def _reopened(
        self, changed: Iterable[Item], together: Mapping[str, Item], reason: str, by: Deciding, now: datetime
    ) -> None:
        deliveries = sorted({item.delivery_of(one, together) for one in changed} - {""})
        async with self._database.transaction() as work:
            await work.run(_SQL["reopened"], deliveries, GUARDED, reason.strip(), by.person, by.name, now)
            reached = [f"{one}.{GUARDED}" for one in deliveries]
            nothing = [None for _ in deliveries]
            await work.run(_SQL["progress_said"], reached, nothing, nothing, by.person, by.name, now)

    async def _written(
        self, some: Sequence[Item], by: Deciding, reason: str, now: datetime, *, active: bool = True
    ) -> None:
        if not some:
            return
        contents = [json.dumps(item.written(one), ensure_ascii=False) for one in some]
        values = ([one.code for one in some], [one.organisation for one in some], contents)
        try:
            await self._database.run(_SQL["work_kept"], *values, active, reason.strip(), by.person, by.name, now)
        except Taken:
            raise Conflict("Somebody else changed the same things at the same time. Please try again.") from None


def _require_thawed(changed: Iterable[Item], together: Mapping[str, Item], drawn: Picture) -> None:
    closed = frozen(drawn.items.values(), drawn.today)
    if held := sorted(one.code for one in changed if item.delivery_of(one, together) in closed):
        raise Conflict(FROZEN, [Problem(FROZEN, code) for code in held])
