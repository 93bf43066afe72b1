"""Dates and times as intervals. https://hl7.org/fhir/R4/search.html#date

A date without a time means the whole day in Sweden, a year the whole year. An interval is half-open and in UTC; what
has no beginning begins with the year 1, what has no end ends with the year 9999.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from varda.kernel.clock import STOCKHOLM
from varda.search.kinds.token import Writer, text_of
from varda.search.parameters import Meaning, meanings
from varda.search.row import Row

MODIFIERS = frozenset({"missing"})
INSTEAD: dict[str, str] = {}
PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)

_FORM = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII
)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Compared:
    """One alternative: a prefix and the interval that its date means."""

    prefix: str
    low: datetime
    high: datetime


@lru_cache(maxsize=1 << 16)
def span(text: str) -> Span:
    """The interval that a date or time of any precision means. Raises ValueError when it is none."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError("give a date such as 2024, 2024-05, 2024-05-17 or 2024-05-17T08:30:00+02:00")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if hour is None:
        return _days(int(year), month, day)
    micro = int((fraction or "")[:6].ljust(6, "0"))
    leap = second == "60"
    at = datetime(
        int(year), int(month), int(day), int(hour), int(minute), 59 if leap else int(second or 0), micro, _zone(zone)
    )
    step = timedelta(microseconds=10 ** (6 - min(len(fraction), 6))) if fraction else timedelta(seconds=1)
    low = _utc(at) + timedelta(seconds=1) if leap else _utc(at)
    return low, _after(low, step if second else timedelta(minutes=1))


def _days(year: int, month: str | None, day: str | None) -> Span:
    start = date(year, int(month or 1), int(day or 1))
    try:
        if day:
            end = start + timedelta(days=1)
        elif month:
            end = date(year + (month == "12"), int(month) % 12 + 1, 1)
        else:
            end = date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        return _midnight(start), LAST
    return _midnight(start), _midnight(end)


def _midnight(day: date) -> datetime:
    return _utc(datetime(day.year, day.month, day.day, tzinfo=STOCKHOLM))


def _zone(text: str | None) -> Any:
    if text is None:
        return STOCKHOLM
    if text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[4:6])))


def _utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return FIRST if at.year < 5000 else LAST


def _after(at: datetime, step: timedelta) -> datetime:
    try:
        return at + step
    except OverflowError:
        return LAST


def spans(datatype: str, value: Any) -> Iterator[Span]:
    """The interval of a value as it is stored; nothing when it cannot be read."""
    try:
        if value.__class__ is str:
            yield span(value)
        elif value.__class__ is dict and datatype == "Period":
            yield from _period(value)
        elif value.__class__ is dict and datatype == "Timing":
            yield from _timing(value)
    except ValueError:
        return


def _period(value: dict[str, Any]) -> Iterator[Span]:
    start, end = text_of(value, "start"), text_of(value, "end")
    if start or end:
        yield span(start)[0] if start else FIRST, span(end)[1] if end else LAST


def _timing(value: dict[str, Any]) -> Iterator[Span]:
    """The outer limits of a Timing: its events and bounds; the repetition inside does not matter."""
    repeat = value.get("repeat")
    bounds = repeat.get("boundsPeriod") if isinstance(repeat, dict) else None
    events = value.get("event")
    found = [span(event) for event in events if isinstance(event, str)] if isinstance(events, list) else []
    found += _period(bounds) if isinstance(bounds, dict) else ()
    if found:
        yield min(low for low, _ in found), max(high for _, high in found)


def writer(meaning: Meaning, datatype: str) -> Writer | None:
    """What writes an interval: into the row itself for the type's main date, else into a row of its own."""
    if datatype in ("Age", "Range"):
        return None
    param = meaning.key

    def write(index: Any, value: Any) -> None:
        for low, high in spans(datatype, value):
            index.moments.append((param, low, high))

    def write_main(index: Any, value: Any) -> None:
        for low, high in spans(datatype, value):
            index.low, index.high = low, high

    return write_main if meaning.main else write


def wanted(meaning: Meaning, modifier: str, text: str) -> Compared:
    """One alternative. Raises ValueError with what is possible."""
    prefix = text[:2] if text[:2] in PREFIXES else ""
    rest = text[len(prefix) :]
    if re.match(r"[a-z]{2}\d", rest):
        raise ValueError(f"the prefix {rest[:2]} is none of {', '.join(PREFIXES)}")
    try:  # a plus sign that was not written as %2B arrives as a space
        low, high = span(rest.replace(" ", "+"))
    except ValueError as wrong:
        told = str(wrong) if "such as" in str(wrong) else f"{rest} is not a day in the calendar or time of the day"
        raise ValueError(told) from None
    return Compared(prefix or "eq", low, high)


def condition(meaning: Meaning, modifier: str, values: tuple[Compared, ...], row: Row) -> str:
    """The SQL of one question: any of the alternatives, of the row's main date or of a side row."""
    family = [meanings(meaning.type)[part] for part in meaning.parts]
    found = []
    if any(part.main for part in family):
        found.append(f"({_any(values, f'{row.name}.low', f'{row.name}.high', row)})")
    beside = [part.key for part in family if not part.main]
    if beside:
        found.append(row.beside("moment", beside, f"({_any(values, 'x.low', 'x.high', row)})"))
    return found[0] if len(found) == 1 else f"({' or '.join(found)})"


def _any(values: tuple[Compared, ...], low: str, high: str, row: Row) -> str:
    return " or ".join(compared(value, low, high, row) for value in values)


def compared(value: Compared, low: str, high: str, row: Row) -> str:
    """Whether the interval [low, high) of the item stands to the asked one as the prefix says."""

    def start() -> str:
        return row.bind(value.low, "timestamptz")

    def end() -> str:
        return row.bind(value.high, "timestamptz")

    if value.prefix == "ap":
        # A tenth of the time between then and now, either way.
        slack = f"(greatest({row.now} - {end()}, {start()} - {row.now}, interval '0') / 10)"
        return f"({low} < {end()} + {slack} and {high} > {start()} - {slack})"
    if value.prefix in ("gt", "lt", "sa", "eb"):
        edges = {"gt": (high, ">", end), "lt": (low, "<", start), "sa": (low, ">=", end), "eb": (high, "<=", start)}
        edge, sign, limit = edges[value.prefix]
        return f"{edge} {sign} {limit()}"
    inside = f"({low} >= {start()} and {low} < {end()} and {high} <= {end()})"
    return {
        "eq": inside,
        "ne": f"not {inside}",
        "ge": f"({high} > {end()} or {inside})",
        "le": f"({low} < {start()} or {inside})",
    }[value.prefix]


def missing(meaning: Meaning, row: Row) -> str:
    """The SQL that is true of an item without any value."""
    family = [meanings(meaning.type)[part] for part in meaning.parts]
    found = [f"{row.name}.low is null"] if any(part.main for part in family) else []
    beside = [part.key for part in family if not part.main]
    if beside:
        found.append(f"not {row.beside('moment', beside)}")
    return " and ".join(found)
