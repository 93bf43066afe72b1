"""Asking who reaches whom: the questions that the door puts to the projection before it decides."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from varda.access import projection
from varda.access.session import choice_grantee
from varda.kernel.db import Work
from varda.kernel.sql import named
from varda.search.narrowing import Narrowing

_SQL = named("varda.access")


@dataclass(frozen=True, slots=True)
class Relation:
    """Why a patient's record is open to a session: a care relation, or a choice of the person's own."""

    chosen: bool
    all_units: bool
    closes: datetime


async def reached(work: Work, rule: Narrowing, compartments: Collection[int]) -> set[int]:
    """Those of the compartments that the rule reaches now."""
    if rule.everything or not compartments:
        return set(compartments)
    rows = await work.all(_SQL["reaches"], list(compartments), list(rule.grantees), rule.now)
    return {row["compartment"] for row in rows}


async def relation(work: Work, rule: Narrowing, compartment: int, assignment: str) -> Relation | None:
    """The widest reach that the rule has to a patient; None when it has none."""
    row = await work.maybe(_SQL["relation"], compartment, list(rule.grantees), rule.now)
    if row is None:
        return None
    return Relation(row["grantee"] == choice_grantee(assignment), row["width"] > 0, row["closes"])


async def linked(work: Work, compartments: Sequence[int]) -> list[int]:
    """The compartments themselves, and those of records linked as the same person, each once."""
    rows = await work.all(_SQL["same_of"], list(compartments))
    return list(dict.fromkeys([*compartments, *(row["other"] for row in rows)]))


async def choose(
    work: Work, compartment: int, assignment: str, reason: str, *, all_units: bool, opens: datetime, closes: datetime
) -> None:
    """Record an active choice and give the reach that it opens. Linked records are opened with it, and part with it."""
    width = int(all_units)
    await work.run(_SQL["chosen"], compartment, assignment, reason, width, opens, closes)
    source = choice_grantee(f"{assignment}:{width}")
    await projection.give(work, [(compartment, choice_grantee(assignment), source, width, opens, closes)])
