"""A whole life of one patient through the door: what there is to see in the order of time, and its years counted.

Counted is what may be seen and nothing else, so that no number tells of what is hidden (RULES A3, A13).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from varda.access import reach
from varda.fhir.keys import key
from varda.kernel.errors import Absent, Refused
from varda.store import lifetime
from varda.store.lifetime import Counted, Place, Stretch
from varda.store.model import Stored

if TYPE_CHECKING:
    from varda.record.opened import Record


@dataclass(frozen=True, slots=True)
class Life:
    """Entries newest first. `next` is the place to go on from, None when there are no more; `years` is empty unless it
    was asked for, and `units` are the names of those that it counts, by key.
    """

    entries: list[Stored]
    next: Place | None
    years: list[Counted]
    units: Mapping[int, str]


async def told(record: "Record", patient: str, wanted: Stretch, most: int, *, counted: bool) -> Life:
    """See `Record.life`."""
    if record.session.kind != "staff":
        raise Refused("Only staff read a record by its years.")
    rule, own = record.narrowing, key(f"Patient/{patient}")
    async with record.at_work() as work:
        compartments = await reach.linked(work, [own])
        is_open = bool(await reach.reached(work, rule, compartments))
        rows = await lifetime.life(work, compartments, wanted, most + 1, rule) if is_open else []
        years = await lifetime.years(work, compartments, wanted.sorts, rule) if is_open and counted else []
        units = await _names(record, {one.unit for one in years})
    shown = [stored for _, stored in rows[:most]]
    types = ",".join(dict.fromkeys(one.type for one in wanted.sorts))
    outcome = "given" if is_open else "refused"
    await record.note("timeline", shown, types, f"Patient/{patient}", patients=compartments, outcome=outcome)
    if not is_open:
        raise Absent("There is no such patient that you can see.")
    following = rows[most - 1][0] if len(rows) > most else None
    return Life(await record.shown(shown), following, years, units)


async def _names(record: "Record", keys: set[int]) -> dict[int, str]:
    """What units are called, by key."""
    async with record.at_work() as work:
        hsas = await reach.names(work, (), keys)
        names = await reach.names(work, list(hsas.values()))
    return {int(one): names[hsa] for one, hsa in hsas.items() if hsa in names}
