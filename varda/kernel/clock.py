"""Time is passed in. A session carries its clock, so a training session may live at another time than the wall."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


class Clock(Protocol):
    """Tells the time, always in UTC with a zone."""

    def now(self) -> datetime:
        """The current instant in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class WallClock:
    """The time of the machine, moved by a fixed offset (zero outside training)."""

    offset: timedelta = timedelta()

    def now(self) -> datetime:
        """The current instant in UTC, offset included."""
        return datetime.now(UTC) + self.offset


@dataclass(slots=True)
class SetClock:
    """A clock that stands still until it is set: for tests and for filling a county at a chosen date."""

    instant: datetime

    def now(self) -> datetime:
        """The instant it was last set to."""
        return self.instant
