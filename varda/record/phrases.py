"""Short words that expand into text as one writes: a person's own, and those of a unit. No care data, so not logged."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from varda.kernel.sql import named

if TYPE_CHECKING:
    from varda.record.opened import Record

_SQL = named("varda.record")


@dataclass(frozen=True, slots=True)
class Phrase:
    """What `;word` becomes. `is_own`: of the person, else of the unit. `by` is the name of who wrote it last."""

    word: str
    text: str
    is_own: bool
    by: str = ""


async def known(record: "Record") -> list[Phrase]:
    """The signed-in person's and the unit's, by word; where both have one, the person's comes last."""
    async with record.at_work() as work:
        rows = await work.all(_SQL["phrases"], record.session.actor, record.session.unit)
    me = record.session.actor
    return [Phrase(row["word"], row["text"], row["owner"] == me, row["by_name"]) for row in rows]


async def keep(record: "Record", phrase: Phrase) -> None:
    """Keep one, in place of the owner's earlier one with the same word."""
    owner = _owner(record, is_own=phrase.is_own)
    await (await record.begun()).run(_SQL["phrase_kept"], owner, phrase.word, phrase.text, record.session.name)


async def drop(record: "Record", word: str, *, is_own: bool) -> None:
    """Throw one away; nothing happens when there is none."""
    await (await record.begun()).run(_SQL["phrase_dropped"], _owner(record, is_own=is_own), word)


def _owner(record: "Record", *, is_own: bool) -> str:
    return record.session.actor if is_own else record.session.unit
