"""Where coaches are lacking, by unit and profession, and rolled up over an organisation. Pure (F204).

A coach counts where they work or are lent to, from when their track is finished and for as long as it counts. Shifts
are not known here: a unit that is large enough to have them is to have a coach more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from varda.access.organisations import Organisation
from varda.introduction.coaching.register import Coach
from varda.introduction.coaching.rule import RULE, Rule


@dataclass(frozen=True, slots=True)
class Line:
    """One profession at a unit; `role` empty: the unit as a whole, with professions of which it has few."""

    role: str
    people: int
    needed: int
    has: int

    @property
    def lacking(self) -> int:
        """How many coaches more it takes."""
        return max(self.needed - self.has, 0)


@dataclass(frozen=True, slots=True)
class Sum:
    """One part of an organisation: its units with staff, those where nobody is lacking, and how many coaches are."""

    organisation: Organisation
    units: int
    covered: int
    lacking: int


def lines(people: Mapping[str, int], coaches: Sequence[Coach], rule: Rule = RULE) -> list[Line]:
    """The lines of a unit, by what is lacking; empty where nobody works. `people` are numbers by profession."""
    total = sum(people.values())
    if not total:
        return []
    ready = [one for one in coaches if one.is_ready]
    own = [
        Line(role, many, -(-many // rule.per), sum(role in one.roles for one in ready))
        for role, many in people.items()
        if many >= rule.few
    ]
    others = total - sum(one.people for one in own)
    least = rule.shifts if total >= rule.around else rule.least
    whole = Line("", others, max(-(-others // rule.per), least), len(ready))
    return sorted([*own, whole], key=lambda one: (-one.lacking, -one.people))


def summed(
    organisations: Sequence[Organisation], by_unit: Mapping[str, Iterable[Line]]
) -> tuple[Sum | None, list[Sum]]:
    """The first of `organisations` with all below it, and each part directly below it, those that lack most first."""
    if not organisations:
        return None, []
    top, *below = organisations
    above = {one.hsa: one.above for one in below}
    parts = {one.hsa: one for one in below if one.above == top.hsa}

    def part(hsa: str) -> str:
        while hsa in above and hsa not in parts:
            hsa = above[hsa]
        return hsa

    units: dict[str, list[int]] = {}
    for hsa, some in by_unit.items():
        if found := list(some):
            units.setdefault(part(hsa), []).append(_lacking(found))
    rows = [_sum(parts[hsa], lacking) for hsa, lacking in units.items() if hsa in parts]
    whole = _sum(top, [one for some in units.values() for one in some])
    return whole, sorted(rows, key=lambda one: (-one.lacking, one.organisation.name))


def _lacking(found: Sequence[Line]) -> int:
    """Of a unit: a coach who is lacking in a profession fills the unit's own need as well."""
    whole = sum(one.lacking for one in found if not one.role)
    return max(sum(one.lacking for one in found if one.role), whole)


def _sum(organisation: Organisation, lacking: Sequence[int]) -> Sum:
    return Sum(organisation, len(lacking), sum(not one for one in lacking), sum(lacking))
