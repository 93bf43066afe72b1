"""From role to rights: the package's defaults, what the county has changed, which courses are finished. Pure.

Default deny: a role that nobody has declared may do nothing but read what belongs to the county (PDL 4:2, RULES A2).
A missing course takes away writing, never reading and never what an emergency needs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from varda.catalogue.declared import (
    FUNCTIONS,
    Act,
    Right,
    Role,
    covered,
    covering,
    functions_of,
    waits_for_course,
)

LONGEST_EXCEPTION = timedelta(days=30)
State = Literal["on", "stopped", "paper", "closed"]
"""Of a function at a unit. Stopped refuses writes; paper says that work goes on by the paper routine and is entered
later, so it takes writes; closed refuses writes since the organisation has not called it off. None stops reading."""


@dataclass(frozen=True, slots=True)
class Change:
    """An approved change of one right of one role, by two persons. Within its dates it stands instead of the default.

    `granted` False withdraws. A `course` must be finished for the right to hold.
    """

    number: int
    role: str
    right: Right
    granted: bool
    course: str
    opens: datetime
    closes: datetime | None
    reason: str
    proposed_by: str
    proposed_name: str
    approved_by: str
    approved_name: str

    def lasts(self, now: datetime) -> bool:
        """Whether it is in effect."""
        return self.opens <= now and (self.closes is None or now < self.closes)


@dataclass(frozen=True, slots=True)
class Pass:
    """That a person has finished a course, or (at `unit`) has been excepted from it by the unit's manager."""

    course: str
    opens: datetime
    closes: datetime | None
    unit: str = ""
    reason: str = ""
    given_by: str = ""

    def lasts(self, now: datetime, unit: str) -> bool:
        """Whether it counts for work at a unit now."""
        return self.unit in ("", unit) and self.opens <= now and (self.closes is None or now < self.closes)


@dataclass(frozen=True, slots=True)
class Standing:
    """One right of a role and why: `change` where the county has changed it, `missing` the course that it waits for,
    `passed` what stands for the course it demands, `unlicensed` the licence that the person lacks for it.
    """

    right: Right
    held: bool
    change: Change | None = None
    missing: str = ""
    passed: Pass | None = None
    unlicensed: str = ""

    @property
    def until(self) -> datetime | None:
        """When it ends by itself, if it does."""
        ends = [one.closes for one in (self.change, self.passed) if one is not None and one.closes is not None]
        return min(ends, default=None)


@dataclass(frozen=True)
class Rights:
    """What one assignment may do now. `readable` are FHIR types, without those that the county owns: they are
    everybody's to read. `writable` are the types of which something may be written. `waiting` are rights that lack
    a course, `unlicensed` those that lack a licence, each with its name.
    """

    held: frozenset[Right]
    waiting: Mapping[Right, str]
    unlicensed: Mapping[Right, str] = field(default_factory=dict)

    @cached_property
    def readable(self) -> frozenset[str]:
        """Types that may be read: a type whose items belong to several functions only when all of them may be.

        Patient is, for whoever reads anything of a record: who somebody is precedes what is known about them.
        """
        return self._read | {"Patient"} if self.meets_patients else self._read

    @cached_property
    def meets_patients(self) -> bool:
        """Whether anything of patients' records may be read. The access log is about them and no part of a record."""
        return bool(self._read - {"AuditEvent"})

    @cached_property
    def _read(self) -> frozenset[str]:
        return frozenset(t for t in covered() if all((f, "read") in self.held for f in covering(t)))

    @cached_property
    def writable(self) -> frozenset[str]:
        """Types of which items of some category may be written."""
        return frozenset(t for t in covered() if any((f, "write") in self.held for f in covering(t)))

    @cached_property
    def special(self) -> frozenset[str]:
        """The rights that belong to no function."""
        return frozenset(what for what, act in self.held if act == "special")

    def may(self, act: str, what: str | Mapping[str, Any]) -> bool:
        """Whether an act (read, write, sign) is within the rights, on a function (by number), a type or one item.

        A type that several functions cover is asked of all of them, an item of those it belongs to.
        """
        return all((function, act) in self.held for function in _asked(what))

    def lacking(self, act: Act, what: str | Mapping[str, Any]) -> list[Right]:
        """The rights that an act would take and that are not held."""
        return [(function, act) for function in _asked(what) if (function, act) not in self.held]


NOTHING = Rights(frozenset(), {})
"""The rights of a role that nobody has declared."""


def _asked(what: str | Mapping[str, Any]) -> Iterable[str]:
    if not isinstance(what, str):
        return functions_of(what) or ("",)
    return (what,) if what in FUNCTIONS else covering(what) or ("",)


def standings(
    role: Role,
    changes: Sequence[Change],
    passes: Sequence[Pass],
    unit: str,
    now: datetime,
    *,
    licences: frozenset[str] = frozenset(),
) -> list[Standing]:
    """Every right that the role has by default or by a change in effect, with how it stands for one person at a unit.

    `changes` are in the order of their approval: of two in effect the later one stands. `licences` are the person's.
    """
    changed = {one.right: one for one in changes if one.role == role.code and one.lasts(now)}
    found = []
    for right in sorted(role.rights | set(changed)):
        change = changed.get(right)
        held = change.granted if change else True
        unlicensed = role.licence if held and role.licence not in licences and asks_licence(role, right) else ""
        held = held and not unlicensed
        course = change.course if change and change.granted and waits_for_course(right) else ""
        passed = (
            next((one for one in passes if one.course == course and one.lasts(now, unit)), None) if course else None
        )
        missing = course if held and course and passed is None else ""
        found.append(Standing(right, held and not missing, change, missing, passed, unlicensed))
    return found


def rights_from(standing: Iterable[Standing]) -> Rights:
    """The rights that hold, and those that wait for a course. Who may not read may not write."""
    standing = list(standing)
    held = {one.right for one in standing if one.held}
    blind = {(what, act) for what, act in held if act in ("write", "sign") and (what, "read") not in held}
    return Rights(
        frozenset(held - blind),
        {one.right: one.missing for one in standing if one.missing},
        {one.right: one.unlicensed for one in standing if one.unlicensed},
    )


def edges(changes: Iterable[Change | Pass]) -> list[datetime]:
    """The instants at which something begins or ends."""
    return sorted({at for one in changes for at in (one.opens, one.closes) if at is not None})


def asks_licence(role: Role, right: Right) -> bool:
    """Whether a right of a role asks for the role's licence: writing and signing of what is licensed."""
    what, act = right
    return bool(role.licence) and act in ("write", "sign") and FUNCTIONS[what].licensed
