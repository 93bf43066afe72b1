"""Classes of a week onto its days: each in a pass, a room and with an instructor. Pure (decision 39)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from varda.introduction.classes.holidays import is_holiday
from varda.introduction.classes.model import DAYS, Room, at
from varda.introduction.classes.need import Need
from varda.introduction.classes.shifts import Times
from varda.introduction.classes.taken import Class, Taken, is_free
from varda.introduction.classes.weeks import Held, Reckoned, Setting


class Timetable:
    """Classes of a week onto its days and passes: the emptiest pass first, whoever teaches least."""

    def __init__(self, need: Need, setting: Setting, taken: Taken) -> None:
        self.need, self.setting, self.taken = need, setting, taken
        self.rooms: dict[int, list[Times]] = defaultdict(list, {room: [*some] for room, some in taken.rooms.items()})
        self.people: dict[str, list[Times]] = defaultdict(list, {who: [*some] for who, some in taken.people.items()})
        self.taught: Counter[tuple[str, int]] = Counter()
        self.load: Counter[datetime] = Counter()
        self.classes: list[Class] = []

    def lay_out(self, area: Reckoned) -> None:
        """The classes of an area. Those that find no room or teacher are left out."""
        trained = _trained(self.need, area)
        some = [one for held in area.held for one in [held] * held.count]
        able = self.need.teachers.get(area.area, {})
        for one in sorted(some, key=lambda one: (one.week, len(able.get(one.course, ())), one.remote, -one.seats)):
            who = [
                *able.get(one.course, ()),
                *(person for person, week in trained.get(one.course, ()) if week < one.week),
            ]
            found = next(self._slots(one, sorted(set(who)), area.area), None)
            if found is not None:
                self._hold(found)

    def _slots(self, one: Held, teachers: Sequence[str], area: str) -> Iterator[Class]:
        period, monday = self.setting.period, self.setting.period.weeks[one.week]
        span, minutes = self.setting.spans(one.course), self.setting.courses[one.course].class_minutes
        passes = period.passes if span == 1 else period.passes[:1]
        days = [day for nth in range(DAYS) if not is_holiday(day := monday + timedelta(days=nth))]
        times = [at(day, minute) for day in days for minute in passes]
        rooms = [room for room in self.setting.rooms if room.seats == one.seats and room.area == area]
        for starts in sorted(times, key=lambda starts: (self.load[starts], starts)):
            ends = starts + timedelta(minutes=minutes)
            room = self._room(one, rooms, starts, ends)
            teacher = self._teacher(one, span, teachers, starts, ends)
            if room is not None and teacher:
                number = len(self.classes) + 1
                yield Class(number, one.course, one.week, starts, ends, one.seats, room, teacher)

    def _room(self, one: Held, rooms: Sequence[Room], starts: datetime, ends: datetime) -> int | None:
        if one.remote:
            return 0
        return next((room.number for room in rooms if is_free(self.rooms[room.number], starts, ends)), None)

    def _teacher(self, one: Held, span: int, teachers: Sequence[str], starts: datetime, ends: datetime) -> str:
        most = self.setting.period.teaches - span
        able = [
            who
            for who in teachers
            if self.taught[who, one.week] <= most
            and is_free(self.people[who], starts, ends)
            and not self.taken.is_off(who, starts, ends)
        ]
        return min(able, key=lambda who: (self.taught[who, one.week], who), default="")

    def _hold(self, one: Class) -> None:
        self.classes.append(one)
        self.load[one.starts] += 1
        self.taught[one.teacher, one.week] += self.setting.spans(one.course)
        self.people[one.teacher].append((one.starts, one.ends))
        if one.room:
            self.rooms[one.room].append((one.starts, one.ends))


def _trained(need: Need, area: Reckoned) -> dict[str, list[tuple[str, int]]]:
    """Who may teach a course once the instructors' own classes are over, and the week in which the last of them is."""
    first = [one for one in need.people if one.stage == 0 and one.area == area.area]
    short = {key[:2] for key in area.lacking}
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for one in first:
        if (one.cell, one.courses) not in short:
            for course in (*one.courses, *one.given):
                found[course].append((one.person, area.first_ends))
    return found
