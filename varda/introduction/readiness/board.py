"""How it stands now: from evidence to tiles, from tiles to counts, the trend and when everybody would be ready. Pure.

A tile is met only by evidence of the candidate that is young enough. Missing is missing: it is never shown as met, and
never left out (INTRODUCTION §3: status only from evidence).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Literal, NamedTuple

from varda.introduction.readiness.candidate import Candidates
from varda.introduction.readiness.checks import CHECKS, Check, Scope

State = Literal["met", "unmet", "missing"]
Why = Literal["", "never", "old", "build", "forged", "clock", "failed"]
"""Why evidence is missing: there is none; it has grown old; it is of another candidate; it is not the installation's;
it is of a time to come; the gathering failed."""
_AHEAD = timedelta(minutes=1)


class Stood(NamedTuple):
    """What stands in the table of a check at a place, and when it was written."""

    place: str
    check: str
    candidate: int
    is_met: bool
    lacking: int
    of: int
    since: datetime
    at: datetime
    is_forged: bool


@dataclass(frozen=True, slots=True)
class Gathered:
    """Of a check: when it was last gathered whole and on which candidate, and why the newest failed, if it did."""

    at: datetime
    candidate: int
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A check at a place as it stands now. `at` is the time of the evidence, `since` of the verdict; `is_carried`: it
    is of a candidate before, whose change did not touch it."""

    check: Check
    place: str
    state: State
    why: Why = ""
    lacking: int = 0
    of: int = 0
    at: datetime | None = None
    since: datetime | None = None
    is_carried: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """Of several units: how many there are, how many are ready, and of each check how many are unmet or missing."""

    units: int
    ready: int
    unmet: Mapping[str, int]
    missing: Mapping[str, int]

    @property
    def blocking(self) -> list[tuple[str, int]]:
        """The checks that hold most units back, with how many."""
        both = Counter(self.unmet) + Counter(self.missing)
        return [(code, both[code]) for code in sorted(both, key=lambda one: (-both[one], one))]


def tile(
    check: Check, place: str, stood: Stood | None, gathered: Gathered | None, candidates: Candidates, now: datetime
) -> Tile:
    """How a check stands at a place."""
    if stood is None:
        return Tile(check, place, "missing", "failed" if gathered and gathered.failure else "never")
    if stood.is_forged:
        return Tile(check, place, "missing", "forged")
    at, number = stood.at, stood.candidate
    if not check.is_attested and gathered is not None:
        at, number = gathered.at, gathered.candidate  # what did not differ was not written again
    carried = candidates.carried(check, number)
    why: Why = ""
    if at > now + _AHEAD:
        why = "clock"
    elif carried is None:
        why = "build"
    elif now - at > check.age:
        why = "failed" if gathered and gathered.failure else "old"
    state: State = "missing" if why else "met" if stood.is_met else "unmet"
    return Tile(check, place, state, why, stood.lacking, stood.of, at, stood.since, bool(carried))


def tiles(
    places: Iterable[str], stood: Iterable[Stood], gathered: Mapping[str, Gathered], candidates: Candidates,
    now: datetime, *, scope: Scope = "unit",
) -> dict[str, list[Tile]]:  # fmt: skip
    """Every check of a scope at each place, in the order of the checks. What a computed check found nothing to ask of
    at a place is left out once it has been gathered."""
    known: dict[str, dict[str, Stood]] = defaultdict(dict)
    for one in stood:
        known[one.place][one.check] = one
    asked = [one for one in CHECKS.values() if one.scope == scope]
    found = {}
    for place in places:
        mine = known.get(place, {})
        found[place] = [
            tile(one, place, mine.get(one.code), gathered.get(one.code), candidates, now)
            for one in asked
            if one.code in mine or one.is_attested or one.code not in gathered or gathered[one.code].failure
        ]
    return found


def summed(found: Mapping[str, Sequence[Tile]], places: Iterable[str]) -> Sum:
    """Of some places together."""
    unmet, missing, units, ready = Counter[str](), Counter[str](), 0, 0
    for place in places:
        if place not in found:
            continue
        units += 1
        wrong = [one for one in found[place] if one.state != "met"]
        ready += not wrong
        for one in wrong:
            (unmet if one.state == "unmet" else missing)[one.check.code] += 1
    return Sum(units, ready, unmet, missing)


def forecast(days: Sequence[tuple[date, int, int]], today: date) -> date | None:
    """When everything would be met at the pace of the days that are known (day, met, of): the middle of the slopes
    between them, so that one odd day moves little. None where it does not go that way, or too few days are known.
    """
    shares = [(day, met / of) for day, met, of in days if of]
    if shares and shares[-1][1] >= 1:
        return today
    slopes = [
        (second - first) / (later - day).days
        for nth, (day, first) in enumerate(shares)
        for later, second in shares[nth + 1 :]
    ]
    if len(shares) < 3 or (pace := median(slopes)) <= 0:
        return None
    left = (1 - shares[-1][1]) / pace
    return today + timedelta(days=round(left)) if left < 3650 else None
