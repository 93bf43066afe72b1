"""What the staff of a unit say of each day's safety at its meeting: a colour, why, and what is followed up (F244).

About no patient. The newest word of a day stands, and all that was said before is kept.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from varda.kernel.sql import named

if TYPE_CHECKING:
    from varda.record.opened import Record

_SQL = named("varda.record")


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a day; `follow_up` is empty where nothing is followed up."""

    day: date
    colour: str
    text: str
    follow_up: str
    by_name: str = ""
    at: datetime | None = None


async def say(record: "Record", said: Said) -> None:
    """Say how a day was at the own unit. Raises `Refused` where the role reports no deviations."""
    record.powers.require_writing("AdverseEvent")
    session, work = record.session, await record.begun()
    await work.run(
        _SQL["safety_day_said"], session.unit, said.day, said.colour, said.text, said.follow_up, session.actor,
        session.name, record.now,
    )  # fmt: skip
    what = f"safety of {said.day.isoformat()}: {said.colour}"
    record.written.append(record.event("safety-day", "done", [], "AdverseEvent", what, str(session.unit_key)))


async def between(record: "Record", first: date, last: date) -> dict[date, Said]:
    """What stands of the own unit's days, by day."""
    async with record.at_work() as work:
        rows = await work.all(_SQL["safety_days"], record.session.unit, first, last)
    return {
        row["day"]: Said(row["day"], row["colour"], row["text"], row["follow_up"], row["by_name"], row["at"])
        for row in rows
    }
