"""Somebody's classes as a calendar to take along: times in UTC, so that every phone shows them right. Pure.

https://www.rfc-editor.org/rfc/rfc5545
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from varda.introduction.classes.model import Booking, Occasion
from varda.introduction.icalendar import calendar, text


def written(
    mine: Iterable[Booking], occasions: Mapping[int, Occasion], titles: Mapping[str, str], now: datetime, name: str
) -> bytes:
    """The calendar. A class keeps its UID, so that who has it sees it move; the waiting list is tentative."""
    events = (
        line for one in mine for line in _event(one, occasions[one.occasion], titles.get(one.course, one.course), now)
    )
    return calendar(events, name)


def _event(one: Booking, occasion: Occasion, title: str, now: datetime) -> list[str]:
    meeting = occasion.address if one.state == "booked" else ""  # who waits has no seat in it
    where = ", ".join(part for part in (occasion.room_name, occasion.place, meeting) if part)
    starts, ends, said = (f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}" for at in (occasion.starts, occasion.ends, now))
    return [
        "BEGIN:VEVENT",
        f"UID:class-{one.occasion}@varda",
        f"DTSTAMP:{said}",
        f"DTSTART:{starts}",
        f"DTEND:{ends}",
        f"SUMMARY:{text(title)}",
        *([f"LOCATION:{text(where)}"] if where else []),
        f"STATUS:{'CONFIRMED' if one.state == 'booked' else 'TENTATIVE'}",
        "END:VEVENT",
    ]
