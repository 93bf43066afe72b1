"""A plan as a calendar that people subscribe to: whole days, one event an item (RFC 5545). Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from varda.introduction.icalendar import calendar, text
from varda.introduction.programme.items import Item
from varda.introduction.programme.network import Times


def written(items: Iterable[Item], times: Mapping[str, Times], now: datetime, name: str) -> bytes:
    """The calendar. An item keeps its UID, so that whoever has it sees it move."""
    return calendar((line for item in items for line in _event(item, times[item.code], now)), name)


def _event(item: Item, at: Times, now: datetime) -> list[str]:
    # The end of a whole day is the day after the last (3.6.1); a milestone is its one day.
    starts = at.finish if item.is_moment else at.start
    ends = max(at.finish, starts + timedelta(days=1))
    return [
        "BEGIN:VEVENT",
        f"UID:{text(item.code)}@varda",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{starts:%Y%m%d}",
        f"DTEND;VALUE=DATE:{ends:%Y%m%d}",
        f"SUMMARY:{text(item.title)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]
