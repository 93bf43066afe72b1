"""Stopping a function and putting it on again: at a unit or everywhere, from when to when, by whom and why. Pure.

One person is enough, and it holds at once: danger to patients does not wait for another's word (FUNCTIONS F245). A
stopped function refuses writes. Reading and emergency access have no switch, so that nobody can turn them off.
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

RIGHT = "switch-functions"
GRAVITY: Mapping[State, int] = {"on": 0, "paper": 1, "stopped": 2}
"""Of the own unit's state and everywhere's the graver one stands."""


@dataclass(frozen=True, slots=True)
class Switch:
    """How a function or a part of one shall stand at a unit (HSA-id; empty: everywhere) from `opens` until `closes`
    (None: until another word). Of several that last the newest stands.
    """

    function: str
    unit: str
    state: State
    reason: str
    opens: datetime
    closes: datetime | None = None


@dataclass(frozen=True, slots=True)
class Switched:
    """A row of the history."""

    switch: Switch
    by: str
    at: datetime


def problems(wanted: Switch, by: "Deciding", now: datetime) -> Iterator[Problem]:
    """All that is wrong with a switch. Everywhere is for those who decide on the county's rights."""
    if wanted.function not in SWITCHED:
        yield Problem("There is no such function.", "function")
    if wanted.state not in GRAVITY:
        yield Problem("A function is on, stopped or on paper.", "state")
    if not wanted.reason.strip():
        yield Problem("Say why the function changes its state.", "reason")
    if wanted.unit != by.unit and (wanted.unit or "change-rights" not in by.rights.special):
        yield Problem("You stop functions at your own unit only.", "unit")
    if wanted.closes is not None and wanted.closes <= max(wanted.opens, now):
        yield Problem("The last day has passed, or is before the first.", "closes")
