"""How a page of a long record is asked for in text: from which place, of which unit, from which day."""

from datetime import date, datetime, time

from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Malformed

_LARGEST = 2**63 - 1  # of a bigint
Place = tuple[datetime | None, int]
"""Main date (None: without one) and creation number of the last entry of the page before."""


def unit(text: str) -> int:
    """The key of a unit. Raises `Malformed`."""
    if not _is_number(text):
        raise Malformed("There is no such unit.")
    return int(text)


def following(place: Place | None) -> str:
    """A place as text; empty for none."""
    return f"{place[0].isoformat() if place[0] else ''}_{place[1]}" if place else ""


def place(text: str) -> Place | None:
    """What `following` has written. Raises `Malformed`."""
    if not text:
        return None
    low, _, born = text.rpartition("_")
    try:
        at = datetime.fromisoformat(low) if low else None
    except ValueError:
        born = ""
    if not _is_number(born) or (at and (at.tzinfo is None or at.year < 2)):
        raise Malformed("This page is not to be found; begin anew.")
    return at, int(born)


def morning(day: date | None) -> datetime | None:
    """When a Swedish day begins."""
    return datetime.combine(day, time(), STOCKHOLM) if day else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= _LARGEST
