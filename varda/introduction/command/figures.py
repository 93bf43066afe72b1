"""The figures of the situation picture as declared, and how one stands: what is missing is never green (F238)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from varda.catalogue import Words
from varda.introduction.programme.roles import declared


@dataclass(frozen=True, slots=True)
class Figure:
    """See declared/figures.toml. `limit` None: judged by nobody."""

    code: str
    words: Words
    about: Words
    says: str
    every: timedelta
    age: timedelta
    limit: float | None
    is_by_unit: bool
    owner: str


@dataclass(frozen=True, slots=True)
class Measured:
    """When a figure was measured last, and why it could not be since."""

    at: datetime | None
    tried: datetime
    failure: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How the county's figure stands: "met", "over", "shown" (no limit) or "missing" with why: never, failed, old or
    clock (measured in a time to come)."""

    figure: Figure
    state: str
    why: str
    value: float | None
    at: datetime | None


def standing(figure: Figure, value: float | None, measured: Measured | None, now: datetime) -> Standing:
    """How it stands now. Pure."""
    at = measured.at if measured else None
    why = _why(figure, measured, now) or ("never" if value is None else "")
    if why:
        return Standing(figure, "missing", why, None, at)
    assert value is not None, "said just before"
    state = "shown" if figure.limit is None else "over" if value > figure.limit else "met"
    return Standing(figure, state, "", value, at)


def _why(figure: Figure, measured: Measured | None, now: datetime) -> str:
    if measured is None:
        return "never"
    if measured.failure:
        return "failed"
    if measured.at is None:
        return "never"
    if measured.at > now + figure.age:
        return "clock"
    return "old" if now - measured.at > figure.age else ""


def read(some: Mapping[str, Any]) -> dict[str, Figure]:
    """Figures by code, in order, from a file such as declared/figures.toml."""
    return {code: _figure(code, one) for code, one in some.items()}


def _figure(code: str, one: Mapping[str, Any]) -> Figure:
    return Figure(
        code,
        Words(one["sv"], one["en"]),
        Words(one["about_sv"], one["about_en"]),
        one["says"],
        timedelta(seconds=one["every"]),
        timedelta(seconds=one["age"]),
        one.get("limit"),
        one.get("scope") == "unit",
        one["owner"],
    )


FIGURES = read(declared("figures.toml", "command"))
"""The package's by code, in the order in which they are shown."""
