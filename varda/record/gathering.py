"""Creates that wait at the same moment share one transaction and one flush to disk, each still with its own log row."""

from collections.abc import Sequence

from varda.audit.journal import Journal
from varda.kernel.db import Database
from varda.kernel.together import Together
from varda.record import writing
from varda.store.model import Stored

_MOST_AT_ONCE = 64


class Gathering:
    """The creates of one process."""

    def __init__(self, journal: Journal, database: Database) -> None:
        self._journal = journal
        self._database = database
        self._waiting = Together(self._store, most=_MOST_AT_ONCE)

    async def create(self, draft: writing.Prepared) -> Stored:
        """Store one draft, durably, before this returns. Raises what its own storing raises."""
        return await self._waiting.one(draft)

    async def _store(self, drafts: Sequence[writing.Prepared]) -> list[Stored]:
        async with self._journal.sharing() as pen, self._database.transaction() as work:
            changes = await writing.stored(work, drafts)
            rows = [row for d, c in zip(drafts, changes, strict=True) for row in writing.events(d.record, [c])]
            await pen.note(work, *rows)
        return [writing.as_stored(change) for change in changes]
