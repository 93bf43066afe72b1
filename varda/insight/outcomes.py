"""What an indicator says of an organisation: the sum of what its units may tell, month by month.

A sum of numbers that are told tells nothing new, so it may stand beside them, and the sum of another organisation too.
Of units that are too small to be told of nothing is in it; how many they are is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from varda.access.organisations import Organisations
from varda.insight.indicators import Indicator
from varda.insight.measures import PURPOSE
from varda.record import Cell, Figures, Record


@dataclass(frozen=True, slots=True)
class Outcome:
    """A month (2026-10): so many `of` so many, together at `told` units; `silent` more have something that is too
    little to be told.
    """

    month: str
    number: int
    of: int
    told: int
    silent: int

    @property
    def percent(self) -> int | None:
        """Rounded to whole ones; None of none."""
        return round(100 * self.number / self.of) if self.of else None


async def outcomes(record: Record, indicator: Indicator, organisation: str, since: str = "") -> list[Outcome]:
    """Of an organisation (HSA-id) and all below it, newest month first, from a month on; none where the indicator is
    not reckoned, or no night has come yet. Raises `Refused` to all but staff.
    """
    return (await by_organisation(record, indicator, [organisation], since)).get(organisation, [])


async def by_organisation(
    record: Record, indicator: Indicator, organisations: Sequence[str], since: str = ""
) -> dict[str, list[Outcome]]:
    """As `outcomes`, of several organisations side by side, asked and logged as one question."""
    if indicator.measure is None:
        return {}
    below = await Organisations(record.door.database).below_each(organisations)
    found = await record.compared(PURPOSE, indicator.measure, sorted({one for some in below.values() for one in some}))
    return {
        hsa: _by_month([found[one] for one in some if one in found], since)
        for hsa in organisations
        if (some := below.get(hsa))
    }


def _by_month(units: Sequence[Figures], since: str) -> list[Outcome]:
    months = sorted({month for one in units for month in one.cells if month >= since}, reverse=True)
    return [_outcome(month, units) for month in months]


def _outcome(month: str, units: Sequence[Figures]) -> Outcome:
    cells = [one.cells[month] for one in units if month in one.cells]
    told = [one for one in cells if one.is_told]
    return Outcome(
        month,
        number=sum(_first(one) for one in told),
        of=sum(one.of or 0 for one in told),
        told=sum(bool(one.of) for one in told),
        silent=len(cells) - len(told),
    )


def _first(cell: Cell) -> int:
    return cell.told[0] or 0
