"""How many coaches a unit is to have and whom a call reaches when, as declared in declared/rule.toml (F204, F242)."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """See declared/rule.toml, which says what each is. `courses` are a floorwalker's."""

    version: str
    per: int
    few: int
    least: int
    around: int
    shifts: int
    courses: tuple[str, ...]
    floorwalkers: timedelta
    neighbours: timedelta
    lapses: timedelta
    keeps: timedelta
    shown: int


def _declared() -> Rule:
    text = resources.files("varda.introduction.coaching").joinpath("declared", "rule.toml").read_text(encoding="utf-8")
    said = tomllib.loads(text)
    calls, walking = said.pop("calls"), said.pop("floorwalkers")
    keeps, shown = timedelta(days=calls.pop("keeps")), calls.pop("shown")
    minutes: dict[str, Any] = {name: timedelta(minutes=value) for name, value in calls.items()}
    return Rule(**said, **minutes, courses=tuple(walking["courses"]), keeps=keeps, shown=shown)


RULE = _declared()
