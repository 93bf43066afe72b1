"""Messages of staff about no patient: seen by who wrote them and by whom they are to, and by nobody else. No care data.

They are no part of any record, so they lie in a table of their own and not among what units own. A unit's stand under
that unit: whoever works at two sees those of the chosen assignment.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from varda.kernel.sql import named
from varda.record import live

if TYPE_CHECKING:
    from varda.record.opened import Record

WAITS = timedelta(days=30)
"""How long one waits to be read: who begins at a unit is not met by all that was said before."""
_SQL = named("varda.record")


@dataclass(frozen=True, slots=True)
class Memo:
    """One message: `sender` and `to` are references with names; `thread` is the number of the first of them. `read` is
    when this reader said that it is read.
    """

    number: int
    thread: int
    sender: str
    sender_name: str
    to: str
    to_name: str
    text: str
    sent: datetime
    read: datetime | None = None


async def listed(record: "Record") -> list[Memo]:
    """Those that the signed-in person wrote or that are to that person or the unit, the newest first."""
    async with record.at_work() as work:
        rows = await work.all(_SQL["memos"], *_mine(record))
    return [
        Memo(
            row["memo"], row["thread"] or row["memo"], row["sender"], row["sender_name"], row["recipient"],
            row["recipient_name"], row["text"], row["sent"], row["read"],
        )
        for row in rows
    ]  # fmt: skip


async def waiting(record: "Record") -> int:
    """How many wait to be read by the signed-in person."""
    async with record.at_work() as work:
        return int((await work.one(_SQL["memos_waiting"], *_mine(record), record.now - WAITS))["waiting"])


async def send(record: "Record", to: str, to_name: str, text: str, thread: int = 0) -> int:
    """Write to a colleague or to the unit, in a thread or in a new one; gives its number."""
    session, work = record.session, await record.begun()
    unit, me, _ = _mine(record)
    who = f"{session.name}, {session.title}".rstrip(", ")
    row = await work.one(_SQL["memo_sent"], thread or None, unit, me, who, to, to_name, text, record.now)
    await live.say_unit(work, session.unit_key)
    return int(row["memo"])


async def mark_read(record: "Record", number: int) -> None:
    """The signed-in person has read it; nothing happens to what is not theirs to read."""
    await (await record.begun()).run(_SQL["memo_read"], *_mine(record), number, record.now)


def _mine(record: "Record") -> tuple[Any, ...]:
    """Unit, person and unit as recipient: what every statement is narrowed by."""
    session = record.session
    return session.unit, session.practitioner, f"Organization/{session.organization}"
