"""Days on which no class is held though they are working days of the week: public holidays and their eves. Pure.

Lag (1989:253) om allmänna helgdagar; the eves of midsummer, Christmas and New Year are days off in both agreements of
regions and municipalities. Easter by the Gregorian computus (Meeus, Jones, Butcher).
"""

from collections.abc import Iterator
from datetime import date, timedelta


def is_holiday(day: date) -> bool:
    """Whether no class is held on a day."""
    return day in set(_of(day.year))


def _of(year: int) -> Iterator[date]:
    for month, day in ((1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)):
        yield date(year, month, day)
    for days in (-2, 0, 1, 39, 49):  # Good Friday, Easter with its Monday, Ascension, Whitsun
        yield _easter(year) + timedelta(days=days)
    midsummer = _saturday(date(year, 6, 20))
    yield from (midsummer - timedelta(days=1), midsummer, _saturday(date(year, 10, 31)))


def _saturday(first: date) -> date:
    """The first Saturday from a day on."""
    return first + timedelta(days=(5 - first.weekday()) % 7)


def _easter(year: int) -> date:
    golden, (century, rest) = year % 19, divmod(year, 100)
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)
