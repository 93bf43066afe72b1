"""Outcomes that care data tell: the months of varda.insight put together to quarters, of each organisation with all its
units. They are asked for through the door, logged as one question about nobody, and kept nowhere else (decision 44).
What the units' counter of actions and time tells is no care data, and of quarters that are over.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from varda import insight
from varda.introduction.effects.goals import Indicator, quarter
from varda.introduction.effects.outcomes import Outcome
from varda.introduction.experience import Experience, Spent
from varda.record import Record

MOST = 8
"""Quarters that are asked for, with the one that lasts."""


async def computed(record: Record, indicator: Indicator, organisations: Sequence[str]) -> list[Outcome]:
    """The outcomes of organisations (HSA-ids) in the order of time; none of an indicator that is typed.

    Raises `Refused` to all but staff.
    """
    if not indicator.is_computed:
        return []
    today = record.now.date()
    first = quarter(today.replace(year=today.year - MOST // 4, day=1))
    if indicator.is_metered:
        spent = await Experience(record.door.database).spent(organisations, first, record.now)
        return [_metered(indicator, one) for one in spent]
    asked = insight.INDICATORS[indicator.measure]
    found = await insight.by_organisation(record, asked, organisations, f"{first:%Y-%m}")
    return [one for hsa, months in found.items() for one in _quarters(indicator, hsa, months, today)]


def _quarters(
    indicator: Indicator, organisation: str, months: Sequence[insight.Outcome], today: date
) -> Iterator[Outcome]:
    kind = insight.INDICATORS[indicator.measure].kind
    for period, of in groupby(reversed(months), key=lambda one: quarter(date.fromisoformat(f"{one.month}-01"))):
        some = list(of)
        if kind == "number" and not _is_whole(period, months, today):
            continue
        number, whole = sum(one.number for one in some), sum(one.of for one in some)
        value = _share(number, whole) if kind == "share" else Decimal(number) if any(one.told for one in some) else None
        if value is not None or any(one.silent for one in some):
            yield Outcome(indicator.code, organisation, period, value, None, "Varda", is_computed=True)


def _is_whole(period: date, months: Sequence[insight.Outcome], today: date) -> bool:
    """Whether all months of a quarter are over and known: a number of some of them would look like a smaller one."""
    return f"{period:%Y-%m}" >= months[-1].month and period < quarter(today)


def _metered(indicator: Indicator, spent: Spent) -> Outcome:
    value = round(Decimal(spent.seconds) / spent.days / 60, 1) if spent.days else None
    return Outcome(indicator.code, spent.organisation, spent.quarter, value, None, "Varda", is_computed=True)


def _share(number: int, whole: int) -> Decimal | None:
    return round(Decimal(100 * number) / whole, 1) if whole else None
