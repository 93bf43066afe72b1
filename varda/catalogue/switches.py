"""Stopping a function and putting it on again: at a unit or everywhere, from when to when, by whom and why. Pure.

One person is enough, and it holds at once: danger to patients does not wait for another's word (FUNCTIONS F245). A
stopped function refuses writes. Reading and emergency access have no switch, so that nobody can turn them off. Whoever
stops says what work goes on by meanwhile, and what must be so before it is put on again: the way back is told at once.
What a safety representative has stopped the unit's manager does not put on again alone (arbetsmiljölagen 6:7).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from varda.catalogue.declared import SWITCHED
from varda.catalogue.rights import State
from varda.kernel.errors import Problem

if TYPE_CHECKING:
    from varda.catalogue.overlay import Deciding
    from varda.kernel.db import Row

RIGHT = "switch-functions"
STOPPING = "stop-functions"
"""Of safety representatives: they stop at their own unit, and put on again what they have stopped."""
GRAVITY: Mapping[State, int] = {"on": 0, "paper": 1, "stopped": 2}
"""Of the own unit's state and everywhere's the graver one stands."""


@dataclass(frozen=True, slots=True)
class Switch:
    """How a function or a part of one shall stand at a unit (HSA-id; empty: everywhere) from `opens` until `closes`
    (None: until another word). Of several that last the newest stands. `routine` is what work goes on by meanwhile,
    `way_back` what must be so before it is put on again; `is_met`: whoever puts it on says that this is so now. `entry`
    (Type/id) is what a comparison stopped it for.
    """

    function: str
    unit: str
    state: State
    reason: str
    opens: datetime
    closes: datetime | None = None
    routine: str = ""
    way_back: str = ""
    is_met: bool = False
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Switched:
    """A row of the history: by whom (name and HSA-id), and whether it was a safety representative's word."""

    switch: Switch
    by: str
    at: datetime
    person: str = ""
    is_safety: bool = False


def problems(wanted: Switch, by: "Deciding", now: datetime) -> Iterator[Problem]:
    """All that is wrong with a switch. Everywhere is for those who decide on the county's rights."""
    if wanted.function not in SWITCHED:
        yield Problem("There is no such function.", "function")
    if wanted.state not in GRAVITY:
        yield Problem("A function is on, stopped or on paper.", "state")
    if not wanted.reason.strip():
        yield Problem("Say why the function changes its state.", "reason")
    if wanted.state == "on" and not wanted.is_met:
        yield Problem("Say that what was to be so before it is put on again is so now.", "is_met")
    if wanted.state != "on" and not wanted.routine.strip():
        yield Problem("Say which paper routine work goes on by meanwhile.", "routine")
    if wanted.state != "on" and not wanted.way_back.strip():
        yield Problem("Say what must be so before it is put on again.", "way_back")
    if wanted.unit != by.unit and (wanted.unit or "change-rights" not in by.rights.special):
        yield Problem("You stop functions at your own unit only.", "unit")
    if wanted.closes is not None and wanted.closes <= max(wanted.opens, now):
        yield Problem("The last day has passed, or is before the first.", "closes")


def may_put_on(stop: Switched | None, by: "Deciding") -> bool:
    """Whether somebody may put on again what was stopped by another's word, or their own."""
    if stop is not None and stop.person == by.person:
        return True
    if stop is not None and stop.is_safety:
        return bool(by.rights.special & {STOPPING, "change-rights"})
    return RIGHT in by.rights.special


def switched_from(row: "Row") -> Switched:
    """A row of the table."""
    said = {name: row[name] for name in _COLUMNS}
    return Switched(Switch(**said), row["set_name"], row["set_at"], row["set_by"], row["is_safety"])


_COLUMNS = ("function", "unit", "state", "reason", "opens", "closes", "routine", "way_back", "entry")
