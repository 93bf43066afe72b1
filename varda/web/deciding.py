"""Somebody who decides on what holds for the county or a unit: the rights, days of the form, and the log's row."""

from datetime import date, datetime, time

from varda.catalogue import Deciding
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Problem, Refused, Unprocessable
from varda.record.powers import worker
from varda.web.visit import Visit


async def reader(visit: Visit) -> Deciding:
    """The reader with the rights that they have now."""
    session = visit.session
    if session.kind != "staff":
        raise Refused("Only staff in an assignment decide on rights.")
    rights = await visit.parts.door.catalogue.rights(worker(session), visit.parts.clock.now())
    return Deciding(session.actor, session.name, session.unit, rights)


async def deciding(visit: Visit, *special: str) -> Deciding:
    """The reader as somebody who decides. Raises `Refused` unless one of the special rights is held."""
    by = await reader(visit)
    by.require(*special)
    return by


async def noted(visit: Visit, action: str, what: str) -> None:
    """In the access log as well, where log review looks."""
    async with visit.record("administration") as record:
        await record.note(action, [], "", what)


def day_said(visit: Visit, name: str) -> date | None:
    """A day of the form; None where none is said. Raises `Unprocessable`."""
    try:
        return date.fromisoformat(visit.said(name)) if visit.said(name) else None
    except ValueError:
        raise Unprocessable("This is not a date.", [Problem("This is not a date.", name)]) from None


def midnight(day: date) -> datetime:
    """The first instant of a Swedish day."""
    return datetime.combine(day, time(), STOCKHOLM)


def day_of(at: datetime) -> str:
    """The Swedish day of an instant, as 2026-03-01."""
    return f"{at.astimezone(STOCKHOLM):%Y-%m-%d}"
