"""Hours that training asks for, has been given and still has ahead; and when everybody will be through (F202). Pure.

A course counts once a person, whatever roles ask for it. The forecast says what it rests on, and nothing where neither
seats nor pace tell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from varda.introduction.classes.model import Booking
from varda.introduction.training import Learner, Place
from varda.kernel.clock import STOCKHOLM

_PACE = timedelta(weeks=4)
_FARTHEST = timedelta(weeks=104)  # a day farther off than this is none that anybody plans by
_ASKED = ("introduction", "base", "track")


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes: asked for (self-study and class), with a seat ahead, and done."""

    required: int = 0
    scheduled: int = 0
    done: int = 0

    def __add__(self, other: "Hours") -> "Hours":
        return Hours(self.required + other.required, self.scheduled + other.scheduled, self.done + other.done)


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the last of some people will be ready: by the seats that they have (None: more than one in twenty have none;
    `unbooked` have none), and by the pace of the last four weeks (None: nobody became ready, or it leads nowhere near).
    `left` are not ready now. Who is ill at the last class comes after the day: in a simulated year that took six weeks.
    """

    left: int
    unbooked: int
    by_seats: date | None
    by_pace: date | None

    @property
    def day(self) -> date | None:
        """By seats where they are known, else by pace; None where neither tells."""
        return self.by_seats or self.by_pace


@dataclass(frozen=True, slots=True)
class Follow:
    """One person: hours, seats ahead, and the courses with a class that have neither a seat nor an end (`lacking`)."""

    person: str
    hours: Hours
    ahead: tuple[Booking, ...]
    lacking: tuple[str, ...]


def hours(places: Iterable[Place], ahead: Sequence[Booking], attended: Mapping[str, int]) -> Hours:
    """Of one person; `attended` are minutes of class by course."""
    total = Hours()
    booked = {one.course: one for one in ahead if one.state == "booked"}
    for place in places:
        course = place.course
        if not place.is_required or course.kind not in _ASKED:
            continue
        asked = course.minutes + course.class_minutes
        read = course.minutes * place.done // max(1, len(course.steps))
        done = asked if place.counts else read + min(course.class_minutes, attended.get(course.code, 0))
        seat = booked.get(course.code)
        length = round((seat.ends - seat.starts).total_seconds() / 60) if seat and not place.counts else 0
        total += Hours(asked, min(length, asked - done), done)
    return total


def followed(
    people: Iterable[Learner], bookings: Iterable[Booking], attended: Mapping[tuple[str, str], int], now: datetime
) -> dict[str, Follow]:
    """Each of a unit, by HSA-id."""
    ahead: dict[str, list[Booking]] = {}
    for one in bookings:
        if one.starts > now:
            ahead.setdefault(one.person, []).append(one)
    found = {}
    for who in people:
        mine = ahead.get(who.person, [])
        came = {course: minutes for (person, course), minutes in attended.items() if person == who.person}
        seated = {one.course for one in mine if one.state == "booked"} | set(came)
        lacking = tuple(
            code
            for code, place in who.places.items()
            if place.is_required and place.course.class_minutes and not place.counts and code not in seated
        )
        found[who.person] = Follow(who.person, hours(who.places.values(), mine, came), tuple(mine), lacking)
    return found


def forecast(people: Sequence[Learner], follow: Mapping[str, Follow], now: datetime) -> Forecast:
    """When everybody of them will be ready, as far as seats and pace tell."""
    left = [who for who in people if not who.is_ready]
    today = now.astimezone(STOCKHOLM).date()
    unbooked = sum(bool(follow[who.person].lacking) for who in left)
    seats = [one.ends.astimezone(STOCKHOLM).date() for who in left for one in follow[who.person].ahead]
    by_seats = max(seats) if seats and unbooked * 20 <= len(left) else None
    lately = sum(who.is_ready and _became(who) > now - _PACE for who in people)
    ahead = timedelta(days=-(-len(left) * _PACE.days // lately)) if lately and left else None
    by_pace = today + ahead if ahead is not None and ahead <= _FARTHEST else None
    return Forecast(len(left), unbooked, by_seats, by_pace)


def _became(who: Learner) -> datetime:
    """When the last of what going live asks for was finished."""
    ends = [
        one.finished.at for one in who.places.values() if one.finished and one.course.kind in ("introduction", "base")
    ]
    return max(ends, default=datetime.min.replace(tzinfo=STOCKHOLM))
