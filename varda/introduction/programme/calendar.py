"""A plan as a calendar that people subscribe to: whole days, one event an item (RFC 5545). Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from varda.introduction.programme.items import Item
from varda.introduction.programme.network import Times

_LINE = 73  # bytes before a line is folded (RFC 5545, 3.1: 75 with the break)
_MARKS = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


def written(items: Iterable[Item], times: Mapping[str, Times], now: datetime, name: str) -> bytes:
    """The calendar. An item keeps its UID, so that whoever has it sees it move."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Varda//Introduction//SV", f"X-WR-CALNAME:{_text(name)}"]
    for item in items:
        lines += _event(item, times[item.code], now)
    return "".join(f"{piece}\r\n" for line in [*lines, "END:VCALENDAR"] for piece in _folded(line)).encode()


def _event(item: Item, at: Times, now: datetime) -> list[str]:
    # The end of a whole day is the day after the last (3.6.1); a milestone is its one day.
    starts = at.finish if item.is_moment else at.start
    ends = max(at.finish, starts + timedelta(days=1))
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(item.code)}@varda",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{starts:%Y%m%d}",
        f"DTEND;VALUE=DATE:{ends:%Y%m%d}",
        f"SUMMARY:{_text(item.title)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(text: str) -> str:
    return text.translate(_MARKS)


def _folded(line: str) -> Iterator[str]:
    """A line of at most 75 bytes, goes on after a space; no letter is cut in two."""
    piece, size = "", 0
    for letter in line:
        weight = len(letter.encode())
        if size + weight > _LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + weight
    yield piece
