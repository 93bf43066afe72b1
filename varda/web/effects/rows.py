"""An organisation's way with an indicator, as a row of the pages and the table: what was typed and what is computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from varda.introduction.effects import INDICATORS, Aim, Indicator, Outcome, Outcomes, computed
from varda.web.effects.drawing import Trend, drawn, is_reached
from varda.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Row:
    """An organisation and an indicator: what is set, the newest outcome, and the line."""

    organisation: str
    indicator: Indicator
    aim: Aim | None
    newest: Outcome | None
    trend: Trend | None

    @property
    def is_reached(self) -> bool:
        """Whether the newest outcome is where it was to come."""
        target = self.aim.target if self.aim else None
        return is_reached(target, self.newest.value if self.newest else None, self.indicator)


async def rows(
    visit: Visit, organisations: Sequence[str], only: Indicator | None = None, *, asks: bool = True
) -> dict[str, list[Row]]:
    """A row for each organisation, by indicator; with `asks` care data are asked for what they tell."""
    code = only.code if only else ""
    chosen = [only] if only else list(INDICATORS.values())
    aims, found = await outcomes(visit).aims(code), await outcomes(visit).outcomes(code)
    if asks and any(one.is_computed for one in chosen):
        async with visit.record() as record:
            found += [one for known in chosen for one in await computed(record, known, organisations)]
    # What is computed stands in place of what was typed of the same quarter before it could be.
    told: dict[tuple[str, str], dict[date, Outcome]] = {}
    for one in found:
        told.setdefault((one.indicator, one.organisation), {})[one.period] = one

    def row(known: Indicator, hsa: str) -> Row:
        set_, by_quarter = aims.get((known.code, hsa)), told.get((known.code, hsa), {})
        some = [by_quarter[period] for period in sorted(by_quarter)]
        return Row(hsa, known, set_, some[-1] if some else None, drawn(set_, some, known))

    return {known.code: [row(known, hsa) for hsa in organisations] for known in chosen}


def tally(rows: Sequence[Row]) -> dict[str, int]:
    """How many organisations there are, and how many have begun, told anything and come where they were to come."""
    return {
        "all": len(rows),
        "begun": sum(1 for one in rows if one.aim and one.aim.baseline is not None),
        "told": sum(1 for one in rows if one.newest and one.newest.value is not None),
        "reached": sum(one.is_reached for one in rows),
    }


def outcomes(visit: Visit) -> Outcomes:
    """Those of the database."""
    return Outcomes(visit.parts.door.database)
