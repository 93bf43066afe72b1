"""Reading deviations: those that a session may see, and one of them."""

from varda.care.deviations.model import Case, case
from varda.record import Record, deviations


async def cases(record: Record) -> list[Case]:
    """What is open first, the oldest of these first; then what is closed, the newest first."""
    found = [case(one) for one in await deviations.listed(record)]
    still = [one for one in found if one.state != "closed"]
    return [*reversed(still), *(one for one in found if one.state == "closed")]


async def one_case(record: Record, number: int) -> Case:
    """One of those that this session may see. Raises `Absent`."""
    return case(await deviations.one(record, number))
