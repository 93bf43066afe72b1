"""Time is passed in. A session carries its clock, so a training session may live at another time than the wall."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOT_MOVED = timedelta()


class Clock(Protocol):
    """Tells the time, always in UTC with a zone."""

    def now(self, ahead: timedelta = NOT_MOVED) -> datetime:
        """The current instant in UTC, as it is for a session whose clock is `ahead` of the wall's."""
        ...


@dataclass(frozen=True, slots=True)
class WallClock:
    """The time of the machine. Only where it `moves` does a session live at another time: in training."""

    moves: bool = False

    def now(self, ahead: timedelta = NOT_MOVED) -> datetime:
        """The current instant in UTC."""
        return datetime.now(UTC) + (ahead if self.moves else NOT_MOVED)


@dataclass(slots=True)
class SetClock:
    """A clock that stands still until it is set: for tests and for filling a county at a chosen date."""

    instant: datetime

    def now(self, ahead: timedelta = NOT_MOVED) -> datetime:
        """The instant it was last set to, and as much later as the session is ahead."""
        return self.instant + ahead
