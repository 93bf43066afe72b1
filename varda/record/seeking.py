"""Looking through one patient's record by what its entries say. The database finds letters, the caller's `fits` says
whether the words do; what does not fit is neither shown nor told of, and what does is logged before the answer leaves.

Free text takes a patient (PDL 2:8; RULES A16): there is no way here to ask about several. No copy is made of what the
entries say, so that nothing is left of an entry that is blocked, changed or destroyed.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from varda.access import reach
from varda.fhir.keys import key
from varda.kernel.errors import Absent, Refused
from varda.store import reading
from varda.store.model import Stored
from varda.store.reading import Sought

if TYPE_CHECKING:
    from varda.record.opened import Record

Place = tuple[datetime | None, int]
Fits = Callable[[Stored], bool]
_TRIPS = (100, 900)
"""How many entries with the letters are looked at, first and then: in most questions the first trip is enough."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Entries that fit, newest first. `next` is the place to go on from; None when there are no more."""

    entries: list[Stored]
    next: Place | None


async def sought(record: "Record", patient: str, wanted: Sought, fits: Fits, most: int) -> Seen:
    """See `Record.sought`."""
    if record.session.kind != "staff":
        raise Refused("Only staff look through a record by its words.")
    compartment, entries, place, is_over = key(f"Patient/{patient}"), list[Stored](), wanted.after, False
    async with record.at_work() as work:
        compartments = await reach.linked(work, [compartment])
        is_open = bool(await reach.reached(work, record.narrowing, compartments))
    for at_once in _TRIPS if is_open else ():
        async with record.at_work() as work:
            rows = await reading.sought(work, compartments, replace(wanted, after=place), at_once, record.narrowing)
        # What is hidden of an entry is not searched either (A14). Long texts are compared beside what others wait for.
        shown = await record.shown([stored for _, stored in rows])
        seen = await asyncio.to_thread(_fitting, shown, fits, most - len(entries))
        entries += [shown[n] for n in seen]
        is_full = len(entries) == most
        place = rows[seen[-1] if is_full else -1][0] if rows else place
        is_over = len(rows) < at_once and (not rows or place == rows[-1][0])
        if is_over or is_full:
            break
    types = ",".join(dict.fromkeys(one.type for one in entries)) or "none"
    outcome = "given" if is_open else "refused"
    await record.note("sought", entries, types, f"Patient/{patient} by words", patients=[compartment], outcome=outcome)
    if not is_open:
        raise Absent("There is no such patient that you can see.")
    return Seen(entries, None if is_over else place)


def _fitting(shown: Sequence[Stored], fits: Fits, most: int) -> list[int]:
    """The places of the first that fit, at most so many."""
    return list(islice((n for n, stored in enumerate(shown) if fits(stored)), most))
