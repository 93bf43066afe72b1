"""Values as one says them: ages, moments, numbers, and small curves – in the reader's language, at their time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.dates import format_date, format_datetime

from varda.care.facts import Amount, Moment
from varda.care.facts import moment as read_moment
from varda.care.patients import Age, Person, age
from varda.care.results import Reading, Series
from varda.kernel.clock import STOCKHOLM
from varda.web.language import translations


@dataclass(frozen=True, slots=True)
class Curve:
    """A sparkline in a box of 120 × 28: `points` of an SVG polyline and where the last one is."""

    points: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Phrases:
    """Says values in one language at one instant."""

    language: str
    now: datetime

    @property
    def today(self) -> date:
        """The calendar day in Sweden."""
        return self.now.astimezone(STOCKHOLM).date()

    def age(self, person: Person) -> str:
        """`67 år`; `okänd ålder` when no birth date is known. Of somebody dead: the age they reached."""
        return self._lived(age(person.born, person.died.day if person.died else self.today))

    def age_of(self, born: date | None) -> str:
        """The same for somebody of whom only the birth date may be known."""
        return self._lived(age(read_moment(born.isoformat()) if born else None, self.today))

    def _lived(self, lived: Age | None) -> str:
        ngettext = translations(self.language).ngettext
        if lived is None:
            return self._("age not known")
        about = self._("about") + " " if lived.about else ""
        said = {
            "years": ngettext("%(n)s year", "%(n)s years", lived.number),
            "months": ngettext("%(n)s month", "%(n)s months", lived.number),
            "weeks": ngettext("%(n)s week", "%(n)s weeks", lived.number),
            "days": ngettext("%(n)s day", "%(n)s days", lived.number),
        }[lived.unit]
        return about + said % {"n": lived.number}

    def sex(self, person: Person) -> str:
        """Administrative sex in a word."""
        words = {"male": self._("man"), "female": self._("woman"), "other": self._("other sex")}
        return words.get(person.sex, self._("sex not known"))

    def when(self, moment: Moment | None) -> str:
        """`för 2 h sedan`, `i går 14:05`, `14 feb`, `maj 2019`: as short as it can be said without doubt."""
        if moment is None:
            return ""
        if moment.precision != "time":
            return self.day(moment)
        gone = self.now - moment.at
        if timedelta() <= gone < timedelta(hours=12):
            minutes = int(gone.total_seconds() // 60)
            if minutes < 1:
                return self._("just now")
            if minutes < 60:
                return self._("%(n)s min ago") % {"n": minutes}
            return self._("%(n)s h ago") % {"n": minutes // 60}
        local = moment.at.astimezone(STOCKHOLM)
        near = abs((moment.day - self.today).days) <= 7
        return f"{self.day(moment)} {local:%H:%M}" if near else self.day(moment)

    def due(self, moment: Moment | None) -> str:
        """By when: `inom 12 min`, `inom 3 h`, `senast i morgon`, and `försenad 5 min` once it has passed."""
        if moment is None:
            return ""
        left = int((moment.at - self.now).total_seconds() // 60)
        minutes, hours = abs(left), abs(left) // 60
        if minutes >= 12 * 60:
            local = moment.at.astimezone(STOCKHOLM)
            day = self.day(moment) if (local.hour, local.minute) == (23, 59) else f"{self.day(moment)} {local:%H:%M}"
            return (self._("overdue since %(when)s") if left < 0 else self._("by %(when)s")) % {"when": day}
        if left < 0:
            said, n = (self._("overdue %(n)s min"), minutes) if minutes < 60 else (self._("overdue %(n)s h"), hours)
        else:
            said, n = (self._("within %(n)s min"), minutes) if minutes < 60 else (self._("within %(n)s h"), hours)
        return said % {"n": n}

    def waited(self, moment: Moment | None) -> str:
        """How many whole days something has waited; nothing on its first day."""
        days = (self.today - moment.day).days if moment else 0
        return translations(self.language).ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days > 0 else ""

    def waited_group(self, moment: Moment | None) -> str:
        """The group of a list by age that something belongs to."""
        days = (self.today - moment.day).days if moment else 0
        if days > 14:
            return self._("More than 14 days")
        if days > 7:
            return self._("8–14 days")
        return self._("2–7 days") if days > 1 else self._("Today and yesterday")

    def day(self, moment: Moment | None) -> str:
        """The day alone: `i dag`, `14 feb`, `14 feb 2023`, or as much of it as is known."""
        if moment is None:
            return ""
        if moment.precision == "year":
            return str(moment.day.year)
        if moment.precision == "month":
            return str(format_date(moment.day, "MMM y", locale=self.language))
        near = {0: self._("today"), -1: self._("yesterday"), 1: self._("tomorrow")}
        apart = (moment.day - self.today).days
        if apart in near:
            return near[apart]
        pattern = "d MMM" if moment.day.year == self.today.year else "d MMM y"
        return str(format_date(moment.day, pattern, locale=self.language))

    def dated(self, day: date) -> str:
        """A day of the calendar that is no entry's: `14 feb`, `14 feb 2023`."""
        return str(format_date(day, "d MMM" if day.year == self.today.year else "d MMM y", locale=self.language))

    def exact(self, moment: Moment | None) -> str:
        """Date and time in full, Swedish time."""
        if moment is None:
            return ""
        local = moment.at.astimezone(STOCKHOLM)
        return f"{local:%Y-%m-%d %H:%M}" if moment.precision == "time" else f"{moment.day:%Y-%m-%d}"

    def hour(self, at: datetime) -> str:
        """`16:05` today, with the day where it is another one, Swedish time."""
        local = at.astimezone(STOCKHOLM)
        return f"{local:%H:%M}" if local.date() == self.today else f"{self.day(Moment(at))} {local:%H:%M}"

    def minute(self, at: datetime) -> str:
        """Day, hours and minutes, Swedish time: `2026-03-01 13:00`."""
        return f"{at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"

    def clock(self, at: datetime) -> str:
        """Hours, minutes and seconds, Swedish time."""
        return f"{at.astimezone(STOCKHOLM):%H:%M:%S}"

    def weekday_and_clock(self, at: datetime) -> str:
        """Day of the week, hours and minutes, Swedish time: `måndag 08:04`."""
        return str(format_datetime(at, "EEEE HH:mm", tzinfo=STOCKHOLM, locale=self.language))

    def number(self, value: Decimal | None) -> str:
        """A number with the decimals it was written with, and the decimal comma where it is used."""
        if value is None:
            return ""
        return f"{value:f}".replace(".", "," if self.language == "sv" else ".").replace("-", "−")

    def minutes(self, seconds: float) -> str:
        """Seconds as minutes, to a tenth."""
        return self.decimal(round(seconds / 60, 1))

    def decimal(self, value: float) -> str:
        """A reckoned number with one decimal."""
        return self.number(Decimal(f"{value:.1f}"))

    def amount(self, amount: Amount | None) -> str:
        """A number and its unit."""
        return f"{amount.comparator}{self.number(amount.value)} {amount.unit}".strip() if amount else ""

    def reading(self, reading: Reading) -> str:
        """What was observed: the number with its unit, components as `140/85`, or the words."""
        parts = [part for part in reading.parts if part.value]
        if reading.value:
            return self.amount(reading.value)
        if parts:
            unit = parts[0].value.unit if parts[0].value else ""
            return "/".join(self.number(part.value.value) for part in parts if part.value) + f" {unit}"
        return reading.text or " ".join(reading.notes) or "–"

    def figure(self, reading: Reading) -> str:
        """What was observed without its unit, where that stands beside."""
        said = self.reading(reading)
        first = reading.value or next((part.value for part in reading.parts if part.value), None)
        return said.removesuffix(first.unit).rstrip() if first else said

    def short(self, reading: Reading, unit: str) -> str:
        """What was observed, without the unit where it is the one that stands at the row."""
        said = self.reading(reading)
        return said.removesuffix(f" {unit}") if unit else said

    def limits(self, reading: Reading) -> str:
        """The reference interval as `3,5–5,0`, `< 5,0` or `> 3,5`."""
        if reading.low is not None and reading.high is not None:
            return f"{self.number(reading.low)}–{self.number(reading.high)}"
        if reading.high is not None:
            return f"≤ {self.number(reading.high)}"
        return f"≥ {self.number(reading.low)}" if reading.low is not None else ""

    def curves(self, some: Sequence[Series]) -> str:
        """Series as JSON for the drawing in the browser: points oldest first, with the last reference interval."""
        return json.dumps(
            [
                {
                    "name": one.name,
                    "unit": one.unit,
                    "low": float(one.last.low) if one.last.low is not None else None,
                    "high": float(one.last.high) if one.last.high is not None else None,
                    "points": [[at, value, *marks] for (at, value), marks in zip(one.points, one.marks, strict=True)],
                }
                for one in some
            ]
        )

    def curve(self, points: Sequence[tuple[float, float]], width: float = 120, height: float = 28) -> Curve | None:
        """A sparkline of (time, value) points, oldest first; None when there is no line to draw."""
        if len(points) < 2:
            return None
        times, values = [p[0] for p in points], [p[1] for p in points]
        span, rise = (max(times) - min(times)) or 1, (max(values) - min(values)) or 1
        drawn = [
            (3 + (width - 6) * (t - min(times)) / span, height - 3 - (height - 6) * (v - min(values)) / rise)
            for t, v in points
        ]
        return Curve(" ".join(f"{x:.1f},{y:.1f}" for x, y in drawn), round(drawn[-1][0], 1), round(drawn[-1][1], 1))

    def _(self, text: str) -> str:
        return translations(self.language).gettext(text)
