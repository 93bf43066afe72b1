"""Templates of notes that a person wants first, by code. No care data, so not logged."""

from typing import TYPE_CHECKING

from varda.kernel.sql import named

if TYPE_CHECKING:
    from varda.record.opened import Record

_SQL = named("varda.record")


async def known(record: "Record") -> list[str]:
    """The signed-in person's, the one that was chosen first coming first."""
    async with record.at_work() as work:
        return [row["template"] for row in await work.all(_SQL["favourites"], record.session.actor)]


async def keep(record: "Record", template: str, *, is_on: bool) -> None:
    """Put one among them, or take it away; nothing happens when it is so already."""
    statement = _SQL["favourite_kept" if is_on else "favourite_dropped"]
    await (await record.begun()).run(statement, record.session.actor, template)
