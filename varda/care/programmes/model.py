"""A programme as its file declares it: visits at an age or a week, the steps of each, and what shows that one is done.

A file of `declared/` is a speciality; nothing else is written for it (docs/decisions/0032-a-speciality-is-a-file.md).
Pure but for the files, read once.
"""

import calendar
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from typing import Any

from varda.catalogue import Words

AGE, GESTATION, BIRTH = "age", "gestation", "birth"
"""What windows count from: the patient's birth, the reckoned first day of a pregnancy, and the day that it ended."""
PANELS = ("growth", "vaccinations", "pregnancy", "measures")
"""What a programme may show below its schedule."""
ROUTES = {"IM": "Injection, intramuscular", "SC": "Injection, subcutaneous", "PO": "Swallow, oral"}
"""How a vaccine may be declared to be given, in HL7's codes and words."""
_UNITS = {"d": 1, "w": 7}


class Undeclared(Exception):
    """A file of a programme that cannot be understood; the text says where and what to write."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time as people count it: days and weeks are exact, months and years go by the calendar."""

    number: int
    unit: str

    def after(self, day: date) -> date:
        """The day so long after another; the last of the month where that month is too short."""
        if self.unit in _UNITS:
            return day + timedelta(days=self.number * _UNITS[self.unit])
        months = day.year * 12 + day.month - 1 + self.number * (12 if self.unit == "y" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Vaccine:
    """A vaccine of the programme: the ATC codes that count as it, and what each is sold as where there are several.

    `route` (a code of HL7's RouteOfAdministration) is empty where the vaccine may be given in more than one way.
    """

    code: str
    words: Words
    atc: tuple[str, ...]
    products: Mapping[str, str]
    route: str = ""

    @property
    def is_swallowed(self) -> bool:
        """Whether it is given by mouth, and has no site."""
        return self.route == "PO"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done. At most one of the others says what shows that it was: the first words of a contact's
    reason, codes of Observations (LOINC), the address of a form, a dose of a vaccine. None: it is noted by hand.

    `closes`: from when on it is too late; None: when a later visit asks for the same, or else never. `apart`: the least
    time since the dose before. `is_withheld`: what is noted of it is kept back from the patient's own view (A17).
    """

    code: str
    words: Words
    contact: tuple[str, ...] = ()
    observation: tuple[str, ...] = ()
    form: str = ""
    vaccine: Vaccine | None = None
    dose: int = 0
    closes: Span | None = None
    apart: Span | None = None
    is_withheld: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """When some steps are due: from `start` to `until`, counted from `counts`. `source` is a key of the sources."""

    code: str
    words: Words
    counts: str
    start: Span
    until: Span
    source: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """What makes one course other than most. `is_withheld`: kept back from the patient's own view, and in no banner."""

    code: str
    words: Words
    is_withheld: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """One speciality, each as good as itself alone. `until`: the age to which it follows somebody; None: as long as a
    pregnancy and its aftercare.

    `units` are the kinds of unit whose overview shows it, `sources` titles and addresses by key, `curves` the LOINC
    codes that its panel of measures draws. `handover`: the visit and the step by which the record is handed over to the
    next care provider; empty where that is not done.
    """

    code: str
    words: Words
    counts: str
    until: Span | None
    units: tuple[str, ...]
    panels: tuple[str, ...]
    curves: tuple[str, ...]
    sources: Mapping[str, tuple[str, str]]
    vaccines: tuple[Vaccine, ...]
    visits: tuple[Visit, ...]
    handover: tuple[str, ...] = ()
    risks: tuple[Risk, ...] = ()

    def found(self, visit: str, step: str) -> tuple[Visit, Step] | None:
        """A step of a visit by their codes."""
        return next(
            ((one, other) for one in self.visits for other in one.steps if (one.code, other.code) == (visit, step)),
            None,
        )


def read(text: str, name: str) -> Programme:
    """The programme that the text of a file declares. Raises `Undeclared` with the place and what is wrong there."""
    try:
        said = tomllib.loads(text)
        vaccines = {code: _vaccine(code, one) for code, one in said.get("vaccines", {}).items()}
        steps = {code: _step(code, one, vaccines) for code, one in said["steps"].items()}
        made = Programme(
            code=said["code"],
            words=_words(said),
            counts=said["counts"],
            until=_span(said["until"]) if "until" in said else None,
            units=tuple(said.get("units", ())),
            panels=tuple(said.get("panels", ())),
            curves=tuple(said.get("curves", ())),
            sources={key: (one["title"], one["url"]) for key, one in said["sources"].items()},
            vaccines=tuple(vaccines.values()),
            visits=tuple(_visit(one, said["counts"], steps) for one in said["visits"]),
            handover=tuple(said.get("handover", ())),
            risks=tuple(_risk(code, one) for code, one in said.get("risks", {}).items()),
        )
    except KeyError as missing:
        raise Undeclared(f"{name}: {missing.args[0]!r} is named or wanted there, and is not declared.") from missing
    except (tomllib.TOMLDecodeError, TypeError, ValueError, AttributeError) as wrong:
        raise Undeclared(f"{name}: {wrong}") from wrong
    if wrong_here := next(_wrong(made), ""):
        raise Undeclared(f"{name}: {wrong_here}")
    return made


def _wrong(made: Programme) -> Iterator[str]:
    """What does not hold together."""
    if made.counts not in (AGE, GESTATION):
        yield f"counts is {AGE!r} or {GESTATION!r}, not {made.counts!r}."
    if (made.counts == AGE) != (made.until is not None):
        yield f"until says to which age; it is written where counts is {AGE!r}, and nowhere else."
    yield from (
        f"there is no panel {one!r}; there are {', '.join(PANELS)}." for one in made.panels if one not in PANELS
    )
    if made.handover and (len(made.handover) != 2 or made.found(*made.handover) is None):
        yield f"handover names a visit and a step of it, not {' and '.join(made.handover)}."
    day, seen = date(2001, 1, 1), set()
    last: dict[str, date] = {}
    for visit in made.visits:
        start, until = visit.start.after(day), visit.until.after(day)
        if visit.code in seen:
            yield f"the visit {visit.code!r} is declared twice."
        if visit.source not in made.sources:
            yield f"the source {visit.source!r} of the visit {visit.code!r} is not among the sources."
        if until < start or start < last.get(visit.counts, start):
            yield f"the visit {visit.code!r} ends before it begins, or begins before the one above it."
        seen.add(visit.code)
        last[visit.counts] = start


def _words(said: Mapping[str, Any]) -> Words:
    return Words(said["sv"], said["en"])


def _span(said: str) -> Span:
    number, _, unit = said.partition(" ")
    if not number.isdecimal() or unit not in ("d", "w", "m", "y"):
        raise ValueError(f"{said!r} is no time: write a number and d, w, m or y, as '6 w'.")
    return Span(int(number), unit)


def _risk(code: str, said: Mapping[str, Any]) -> Risk:
    return Risk(code, _words(said), bool(said.get("withheld", False)))


def _vaccine(code: str, said: Mapping[str, Any]) -> Vaccine:
    products = dict(said.get("products", {}))
    if said.get("route", "") not in ("", *ROUTES):
        raise ValueError(f"the vaccine {code!r} has no route {said['route']!r}; there are {', '.join(ROUTES)}.")
    if products.keys() - {*said["atc"]} or (len(said["atc"]) > 1 and len(products) < len(said["atc"])):
        raise ValueError(f"the vaccine {code!r} names a product for each of its ATC codes, and for no others.")
    return Vaccine(code, _words(said), tuple(said["atc"]), products, said.get("route", ""))


def _step(code: str, said: Mapping[str, Any], vaccines: Mapping[str, Vaccine]) -> Step:
    if len([one for one in ("contact", "observation", "form", "vaccine") if one in said]) > 1:
        raise ValueError(f"the step {code!r} has several ways to be shown as done; leave one.")
    vaccine = vaccines[said["vaccine"]] if "vaccine" in said else None
    return Step(
        code, _words(said), tuple(said.get("contact", ())), tuple(said.get("observation", ())), said.get("form", ""),
        vaccine, int(said["dose"]) if vaccine else 0, _span(said["closes"]) if "closes" in said else None,
        _span(said["apart"]) if "apart" in said else None, bool(said.get("withheld", False)),
    )  # fmt: skip


def _visit(said: Mapping[str, Any], counts: str, steps: Mapping[str, Step]) -> Visit:
    return Visit(
        said["code"], _words(said), said.get("counts", counts), _span(said["from"]), _span(said["until"]),
        said["source"], tuple(steps[one] for one in said["steps"]),
    )  # fmt: skip


def _declared() -> Iterator[Programme]:
    for file in sorted(
        resources.files("varda.care.programmes").joinpath("declared").iterdir(), key=lambda one: one.name
    ):
        yield read(file.read_text(encoding="utf-8"), file.name)


PROGRAMMES: dict[str, Programme] = {one.code: one for one in _declared()}
"""Every programme by its code, in the order of their files."""
