"""A county's code lists as clinicians search them: the edition in force, kept in the process.

An edition of 40,000 codes takes a second to put in order, so it is done beside other work, and whether there is a newer
one is asked once a minute.
"""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from weakref import WeakKeyDictionary

from varda.kernel.clock import STOCKHOLM
from varda.record import Door, Record
from varda.search.escapes import escaped
from varda.terminology import Codes

LASTS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Kept:
    asked: datetime
    edition: tuple[str, int, date]
    codes: Codes


_kept: WeakKeyDictionary[Door, dict[str, _Kept]] = WeakKeyDictionary()


async def codes(record: Record, system: str) -> Codes:
    """The codes of a system that are in force today; none where the county has loaded no such list."""
    here = _kept.setdefault(record.door, {})
    kept, today = here.get(system), record.now.astimezone(STOCKHOLM).date()
    if kept and timedelta() <= record.now - kept.asked < LASTS and kept.edition[2] == today:
        return kept.codes
    found = (await record.search("CodeSystem", [("url", escaped(system))])).matches
    edition = (found[0].id, found[0].version, today) if found else ("", 0, today)
    if kept is None or kept.edition != edition:
        ordered = (
            await asyncio.to_thread(lambda: Codes(system, found[0].resource.get("concept", ()), today))
            if found
            else Codes(system, (), today)
        )
        kept = _Kept(record.now, edition, ordered)
    here[system] = _Kept(record.now, edition, kept.codes)
    return kept.codes
