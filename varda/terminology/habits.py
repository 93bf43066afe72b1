"""Which codes a unit chooses: favourites that it has set itself, what it chooses most, what a person chose lately."""

from dataclasses import dataclass
from datetime import date

from varda.kernel.db import Work
from varda.kernel.sql import named

_SQL = named("varda.terminology")


@dataclass(frozen=True, slots=True)
class Habit:
    """A code at a unit: `times` it was chosen by anybody there, `mine` the last day on which the person did."""

    code: str
    is_favourite: bool
    times: int
    mine: date | None


async def habits(work: Work, unit: str, system: str, actor: str) -> list[Habit]:
    """Favourites first, then the most chosen. `unit` and `actor` are HSA-ids."""
    rows = await work.all(_SQL["habits"], unit, system, actor)
    return [Habit(row["code"], row["favourite"], row["times"], row["mine"]) for row in rows]


async def note_use(work: Work, unit: str, system: str, actor: str, code: str, day: date) -> None:
    """Count that a code was chosen."""
    await work.run(_SQL["code_used"], unit, system, actor, code, day)


async def set_favourite(work: Work, unit: str, system: str, code: str, *, is_on: bool) -> None:
    """Put a code on top for the unit, or take it away."""
    await work.run(_SQL["code_favoured" if is_on else "code_unfavoured"], unit, system, code)
