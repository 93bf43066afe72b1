"""The pen that a life is written with: it knows the person, their units and the time, and keeps every entry's owner.

Chapters say what happens in the words of care ("visit", "problem", "medicate"); the chronicle turns it into resources
that refer to one another, to the units and to the staff. What lies after `now` becomes a booking.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from varda.kernel.clock import STOCKHOLM
from varda.region import entries
from varda.region.body import body
from varda.region.contact import Contact
from varda.region.model import Assignment, County, Item, Person, Resource, Unit
from varda.region.patients import RESTRICTED, subject
from varda.region.staff import DEMO_HOME_CARE, KNOWN
from varda.region.terms.drugs import INSTEAD_OF_PENICILLIN
from varda.region.units import NEIGHBOURS

_HOLIDAYS = {(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)}


class Chronicle:
    """One life being written. `items` grows in the order of telling."""

    def __init__(self, person: Person, county: County, now: datetime, chance: Random) -> None:
        self.person, self.county, self.now, self.chance = person, county, now, chance
        self.today = now.astimezone(STOCKHOLM).date()
        self.age = (self.today - person.born).days // 365
        self.items: list[Item] = []
        self.subject = subject(person)
        self.centre = person.centre
        self.body = body(chance, person.is_female, self.age)
        self.problems: dict[str, Resource] = {}
        self.medicines: set[str] = set()
        self.allergies: set[str] = set()
        self.home_care_since: date | None = None
        self.child_born: date | None = None
        self._units: dict[str, Unit] = {}
        self._said: dict[tuple[str, ...], int] = {}
        self._drift = chance.uniform(-0.006, 0.009)
        self._number = 0

    # -- chance and time ------------------------------------------------------------------------------------------

    def say(self, *ways: str) -> str:
        """One of several ways to write the same thing, another one each time until all have been used."""
        turn = self._said.get(ways)
        self._said[ways] = turn = int(self.chance.random() * len(ways)) if turn is None else turn + 1
        return ways[turn % len(ways)]

    def happens(self, share: float) -> bool:
        """True in this share of lives."""
        return self.chance.random() < share

    def around(self, value: float, spread: float) -> float:
        """A value near `value`."""
        return value + (self.chance.random() + self.chance.random() - 1) * spread * 1.5

    def days_ago(self, days: float) -> date:
        """The day so many days back, never before birth."""
        return max(self.person.born, self.today - timedelta(days=int(days)))

    def years_ago(self, least: float, most: float) -> date:
        """A day between `least` and `most` years back."""
        return self.days_ago(self.chance.uniform(least, most) * 365)

    def age_on(self, day: date) -> int:
        """Age in years on a day."""
        return max(0, (day - self.person.born).days // 365)

    def weight(self, day: date) -> float:
        """An adult's weight (kg) on a day: today's, less what the years have added or taken."""
        years = (self.today - day).days / 365
        return self.around(self.body.weight * (1 - self._drift * years), 0.7)

    def pressure(self) -> dict[str, float]:
        """A blood pressure (mmHg) near the usual one, ready to be measured."""
        return {"systolic": self.around(self.body.systolic, 6), "diastolic": self.around(self.body.systolic * 0.59, 4)}

    def clock(self, day: date, hour: int | None = None) -> datetime:
        """A moment of this day: in office hours (never a weekend), or at the given hour of Stockholm time."""
        if hour is None:
            if (day.month, day.day) in _HOLIDAYS and day - timedelta(days=4) > self.person.born:
                day -= timedelta(days=4)
            weekend = max(0, day.weekday() - 4)
            day += timedelta(days=-weekend if day - timedelta(days=weekend) > self.person.born else 3 - weekend)
            hour = 8 + int(self.chance.random() * 8)
        local = datetime.combine(day, time(hour, 5 * int(self.chance.random() * 12)), STOCKHOLM)
        return local.astimezone(UTC)

    # -- where and who --------------------------------------------------------------------------------------------

    def unit(self, kind: str) -> Unit:
        """The patient's unit of a kind ("ward:stroke"): in the municipality, the area, or a neighbouring area."""
        if kind not in self._units:
            self._units[kind] = self._nearest(kind)
        return self._units[kind]

    def _nearest(self, kind: str) -> Unit:
        place = self.person.municipality
        for where in (place.code, place.area, NEIGHBOURS[place.area], "south"):
            found = self.county.by_kind.get((kind, where))
            if found:
                return found[self.person.index % len(found)]
        raise LookupError(kind)

    def who(self, unit: Unit, role: str, specialty: str = "") -> Assignment:
        """The one of this role whom the patient usually meets; the known people meet every other patient."""
        staff = self.county.at(unit.hsa, role)
        if specialty:
            staff = tuple(one for one in staff if one.specialty == specialty) or staff
        turn = self.person.index // 3
        if staff[0].person.startswith(KNOWN) and turn % 2:
            return staff[0]
        return staff[turn // 2 % len(staff)]

    # -- writing --------------------------------------------------------------------------------------------------

    def add(self, resource: Resource, unit: Unit) -> Resource:
        """Keep an entry under its owner; answers a Reference to it."""
        self._number += 1
        resource["id"] = f"{self.person.id}-{self._number}"
        if self.person.protected:
            resource["meta"] = {"security": [RESTRICTED]}
        self.items.append(Item(resource, unit.hsa))
        return {"reference": f"{resource['resourceType']}/{resource['id']}"}

    def visit(self, when: datetime, unit: Unit, role: str, reason: str, **how: str) -> Contact:
        """A contact that has taken place; see `Contact` for `how` (kind, specialty, status)."""
        return Contact(self, when, unit, role, reason, **how)

    def follow_ups(
        self, first: date, every: int, unit: Unit, role: str, reason: str, *, most: int = 40, **how: str
    ) -> Iterator[Contact]:
        """Contacts every so many days (a fifth sooner or later) up to now; the next one after that is booked."""
        day = first
        while day < self.today and most:
            yield self.visit(self.clock(day), unit, role, reason, **how)
            day += timedelta(days=max(1, int(every * self.chance.uniform(0.8, 1.2))))
            most -= 1
        if most and self.today <= day < self.today + timedelta(days=240):
            self.book(self.clock(max(day, self.today + timedelta(days=3))), unit, role, reason)

    def book(self, when: datetime, unit: Unit, role: str, reason: str, status: str = "booked") -> Resource:
        """A booking with a person at a unit's own place."""
        actors = (self.subject, self.who(unit, role).reference, unit.place)
        appointment = {
            "resourceType": "Appointment",
            "status": status,
            "description": reason,
            "start": entries.instant(when),
            "end": entries.instant(when + timedelta(minutes=30)),
            "minutesDuration": 30,
            "participant": [{"actor": actor, "status": "accepted"} for actor in actors],
        }
        return self.add(appointment, unit)

    def problem(self, code: str, since: date, unit: Unit | None = None) -> Resource:
        """A lasting diagnosis on the problem list, written once a life. Answers its Reference."""
        if code not in self.problems:
            condition = entries.condition(code, since.isoformat(), category="problem-list-item")
            condition["subject"] = self.subject
            self.problems[code] = self.add(condition, unit or self.centre)
        return self.problems[code]

    def recovered(self, code: str, day: date) -> None:
        """A problem that has passed, if the day has come."""
        reference = self.problems[code]["reference"]
        condition = next(item.resource for item in self.items if f"Condition/{item.resource['id']}" == reference)
        if day < self.today:
            condition |= entries.condition(
                code, condition["onsetDateTime"], category="problem-list-item", abated=day.isoformat()
            )

    def medicate(self, key: str, since: date, why: Resource | None = None, *, until: date | None = None) -> None:
        """A medicine taken since a day and renewed each year (the first and the last three are told); once a life."""
        if key in self.medicines or since > self.today:
            return
        self.medicines.add(key)
        last = min(until or self.today, self.today)
        renewals = [since + timedelta(days=350 * turn) for turn in range(1 + max(0, (last - since).days) // 350)]
        renewals = renewals[:1] + renewals[1:][-3:]
        doctor = self.who(self.centre, "physician")
        for nth, day in enumerate(renewals, 1):
            current = nth == len(renewals) and (until is None or until > self.today)
            end = min(day + timedelta(days=365), until or date.max).isoformat()
            when = entries.instant(min(self.clock(day), self.now))
            resource = entries.prescription(key, when, "active" if current else "completed", end)
            resource |= {"subject": self.subject, "requester": doctor.reference}
            if why:
                resource["reasonReference"] = [why]
            self.add(resource, self.centre)

    def tolerated(self, key: str) -> str:
        """The drug itself, or what is given instead to someone who does not tolerate it."""
        if "penicillin" not in self.allergies or key not in INSTEAD_OF_PENICILLIN:
            return key
        return "klindamycin" if self.age < 12 else INSTEAD_OF_PENICILLIN[key]

    def home_care(self, since: date) -> None:
        """Municipal home care from a day on; the chapter on municipal care tells it once, from the earliest day."""
        self.home_care_since = min(since, self.home_care_since or since)

    @property
    def municipal(self) -> Unit:
        """The municipality's home care."""
        return self.unit("home-care") if self.person.municipality.code != "1490" else self.county.units[DEMO_HOME_CARE]
