"""Searching through the door: a question is narrowed before the database sees it, and answered page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from varda.store.model import Stored

if TYPE_CHECKING:
    from varda.record.opened import Record


@dataclass(frozen=True, slots=True)
class Page:
    """`total` only when it was asked for. `next` is the value of `_page` for the following page. `used` are the
    parameters that had effect, `ignored` those passed over under lenient handling. `what` describes it to the log.
    """

    matches: list[Stored]
    included: list[Stored]
    total: int | None
    next: str | None
    used: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]
    what: str


async def search(record: "Record", type_: str, parameters: Sequence[tuple[str, str]], *, lenient: bool) -> Page:
    """One page, not yet logged: only `Record.search` may show it."""
    return await asked_for(record, type_, parameters, record.narrowing, lenient=lenient)
