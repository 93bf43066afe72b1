"""Saying who is away and who covers, so that nothing waits for somebody who is not there."""

from datetime import date, datetime, time, timedelta

from varda.care.colleagues.queries import Colleague, at_unit
from varda.catalogue import Right
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Problem, Refused, Unprocessable
from varda.record import Record, covering
from varda.record.covering import Cover

RIGHT: Right = ("F87", "write")
"""Who takes on tasks can be away from them, and can cover."""
LEADS = "manage-unit"
"""The special right to say it for others."""
_LONGEST = timedelta(days=366)


async def cover(record: Record, away: str, by: str, first: str, last: str) -> None:
    """Note that somebody (a reference; empty: oneself) is away from the first day to the last (2026-05-31), and who
    covers. Raises `Unprocessable` with every problem, `Refused` for others than oneself without the right to lead.
    """
    away = away or record.session.practitioner
    _require(record, away)
    people = {one.reference: one for one in await at_unit(record, RIGHT)}
    today = record.now.astimezone(STOCKHOLM).date()
    days = [_day(text) for text in (first, last)]
    problems = [*_people(people, away, by), *_days(days, today)]
    if not problems and days[0] and days[1]:
        opens, closes = _midnight(days[0]), _midnight(days[1] + timedelta(days=1))
        is_away = [one for one in await covering.listed(record) if one.opens < closes and opens < one.closes]
        if any(one.away == by for one in is_away):
            problems = [Problem("This colleague is away as well at that time. Choose somebody else.", "by")]
        else:
            made = Cover(away, people[away].shown, by, people[by].shown, opens, closes)
            await covering.note(record, made)
    if problems:
        raise Unprocessable(problems[0].message, problems)


async def end_cover(record: Record, number: int) -> None:
    """It is not needed any more: who was away is back. Raises `Absent` for others' without the right to lead."""
    leads = record.powers.has(LEADS)
    await covering.end(record, number, of="" if leads else record.session.practitioner)


def _require(record: Record, away: str) -> None:
    if record.powers.has(LEADS):
        return
    if away != record.session.practitioner:
        raise Refused("You say it for yourself. For others the unit's manager does.")


def _people(people: dict[str, Colleague], away: str, by: str) -> list[Problem]:
    found = []
    if away not in people:
        found.append(Problem("Choose who is away.", "away"))
    if by not in people or by == away:
        found.append(Problem("Choose a colleague who covers.", "by"))
    return found


def _days(days: list[date | None], today: date) -> list[Problem]:
    first, last = days
    if first is None or last is None:
        return [Problem("Write the date as 2026-05-31.", "first" if first is None else "last")]
    if last < first or last < today:
        return [Problem("The last day comes after the first, and has not passed.", "last")]
    return [Problem("A year is the longest.", "last")] if last - first > _LONGEST else []


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), STOCKHOLM)
