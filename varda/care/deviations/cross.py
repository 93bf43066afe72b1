"""Gröna korset: how safe each day of a month was at a unit, made from its deviations and what its staff say (F244).

The graver of the two stands: a meeting does not talk a deviation away, and a deviation that comes later turns the day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from varda.care import notes
from varda.kernel.errors import Problem, Unprocessable
from varda.record import Record, deviations, safety_days
from varda.record.safety_days import Said

COLOURS = ("green", "yellow", "orange", "red")
"""Nothing happened; a risk or what was caught in time; harm; serious harm. Each graver than the one before."""
_COLOUR_OF = {"none": "yellow", "minor": "orange", "moderate": "orange", "major": "red", "catastrophic": "red"}
_ROWS = ((2, 3), (2, 3), (0, 7), (0, 7), (0, 7), (2, 3), (3, 1))
"""The rows of the cross, seven wide: where each begins, and how many days it has."""
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the cross; `colour` is empty while nobody has said anything and nothing has happened. `deviated`: a
    deviation alone, or one graver than what was said, gives the colour."""

    day: date
    colour: str
    said: Said | None
    deviated: bool


async def month(record: Record, first: date) -> list[Day]:
    """The days of the month that begins on `first`, at the own unit."""
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    gravest = await deviations.gravest(record, first, last)
    said = await safety_days.between(record, first, last)
    days = [first + timedelta(days=nth) for nth in range(last.day)]
    return [day_of(one, gravest.get(one, ()), said.get(one)) for one in days]


async def say(record: Record, said: Said, today: date) -> None:
    """Say how a day was. Raises `Unprocessable` with every problem, or `Refused`."""
    found = []
    if said.colour not in COLOURS:
        found.append(Problem("Choose a colour.", "colour"))
    if said.day > today:
        found.append(Problem("This day has not been yet.", "day"))
    if said.colour in COLOURS[1:] and not said.text.strip():
        found.append(Problem("Write what happened.", "text"))
    found += [
        Problem("This is too long.", name) for name in ("text", "follow_up") if len(getattr(said, name)) > LONGEST
    ]
    if found:
        raise Unprocessable(found[0].message, found)
    text, follow_up = notes.clean(said.text).strip(), notes.clean(said.follow_up).strip()
    await safety_days.say(record, Said(said.day, said.colour, text, follow_up))


def day_of(day: date, severities: Sequence[str], said: Said | None) -> Day:
    """A day's colour: the gravest of what happened and what was said."""
    happened = max((_COLOUR_OF[one] for one in severities), key=COLOURS.index, default="")
    told = said.colour if said else ""
    colour = max((one for one in (happened, told) if one), key=COLOURS.index, default="")
    return Day(day, colour, said, bool(happened) and colour != told)


def shaped(days: Sequence[Day]) -> list[list[Day | None]]:
    """The days in the shape of a cross: rows of seven places, empty where the cross has none."""
    left, rows = list(days), []
    for begins, many in _ROWS:
        row: list[Day | None] = [None] * begins
        row += left[:many]
        del left[:many]
        rows.append(row + [None] * (7 - len(row)))
    return rows


def counted(days: Sequence[Day]) -> Mapping[str, int]:
    """How many days have each colour."""
    return {colour: sum(one.colour == colour for one in days) for colour in COLOURS}
