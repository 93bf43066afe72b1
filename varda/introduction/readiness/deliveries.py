"""How ready a delivery is: its units by the checks that a gateway's criteria name (F215; decision 45)."""

from collections.abc import Sequence
from datetime import datetime

from varda.access.organisations import Organisations
from varda.introduction.programme import Computed, Criterion, Participants, Plans
from varda.introduction.programme import Readiness as Told
from varda.introduction.readiness.board import Tile
from varda.introduction.readiness.candidate import Register
from varda.introduction.readiness.concerns import Concerns
from varda.introduction.readiness.reading import Board
from varda.kernel.db import Database


class Deliveries:
    """Of one database. It is what the gateways ask."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, delivery: str, criteria: Sequence[Criterion], now: datetime) -> Told:
        """What readiness says of a delivery (its code in the plan in force) by some criteria."""
        board, organisations = Board(self._database), Organisations(self._database)
        plan = await Plans(self._database).in_force()
        area = next((one.part_of for one in plan.items if one.code == delivery), "") if plan else ""
        taking_part = [
            one.organisation for one in (await Participants(self._database).all()).values() if one.area == area
        ]
        below = await organisations.below_each(taking_part)
        units = sorted({hsa for some in below.values() for hsa in some})
        found = await board.units(now, units)
        county = await board.county(now)
        told = {one.code: counted(one, [[*some, *county] for some in found.values()]) for one in criteria if one.checks}
        lines = {"", *units, *taking_part}
        for one in taking_part:
            lines.update(await organisations.line(one))
        waiting = sum(one.answered_at is None for one in await Concerns(self._database).about(sorted(lines)))
        candidate = (await Register(self._database).all()).now
        if candidate is None:
            return Told(told, waiting)
        return Told(told, waiting, candidate.build, candidate.configuration)


def counted(criterion: Criterion, units: Sequence[Sequence[Tile]]) -> Computed:
    """How many of some units (their tiles) meet the checks of a criterion."""
    asked = [[one for one in some if one.check.code in criterion.checks] for some in units]
    met = [some for some in asked if all(one.state == "met" for one in some)]
    return Computed(len(units), len(met), sum(any(one.is_carried for one in some) for some in met))
