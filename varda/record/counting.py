"""What a measure is reckoned of: the patients and entries that the job for one unit can read (decision 44)."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, TypeVar

from varda.access import reach
from varda.kernel.clock import STOCKHOLM
from varda.record import cohort, searching
from varda.record.cohort import Wanted
from varda.search.plan import OfUnit
from varda.store.model import Stored

if TYPE_CHECKING:
    from varda.record.opened import Record

T = TypeVar("T")
_PAGE = 200
"""Patients whose entries are read at a time."""


class Counting:
    """What the job that reckons for a unit can read: whom the unit has a care relation to, and what their own care
    provider has written of them. Nobody is shown to anybody, so that nobody is named in the log.
    """

    def __init__(self, record: "Record", types: Sequence[str], known: Collection[str] = ()) -> None:
        """`known` are the cells that stand: nobody reckons them again."""
        self._record, self._types, self.known = record, types, known

    @property
    def organization(self) -> str:
        """The id of the unit's Organization."""
        return self._record.session.organization

    async def organizations(self, ids: Collection[str]) -> dict[str, Mapping[str, Any]]:
        """Organizations by id, with all that they are parts of."""
        found, wanted = dict[str, Mapping[str, Any]](), {*ids}
        while wanted:
            asked = [("_id", ",".join(sorted(wanted))), ("_count", str(len(wanted)))]
            answer = await searching.asked_for(self._record, "Organization", asked, self._record.narrowing)
            found |= {one.id: one.resource for one in answer.matches}
            above = (one.resource.get("partOf", {}).get("reference", "") for one in answer.matches)
            wanted = {one.removeprefix("Organization/") for one in above if one} - found.keys()
        return found

    async def people(self, parameters: Sequence[tuple[str, str]]) -> AsyncIterator[list[tuple[int, Stored]]]:
        """Patients of the unit, some at a time, each with who it is: the same of all records of one person."""
        page: str | None = ""
        while page is not None:
            asked = [*parameters, ("_count", str(_PAGE)), *([("_page", page)] if page else [])]
            found = await searching.asked_for(self._record, "Patient", asked, self._record.narrowing)
            yield await self._known(found.matches)
            page = found.next

    async def owned(self, type_: str, parameters: Sequence[tuple[str, str]]) -> AsyncIterator[list[tuple[int, Stored]]]:
        """What the unit itself has written of a type, about whomever, some at a time, each with who that is. What names
        no patient of the county is passed over: it cannot be shown that it is about five.
        """
        self._require(type_)
        own = [OfUnit(self._record.session.unit_key)]
        page: str | None = ""
        while page is not None:
            asked = [*parameters, ("_count", str(_PAGE)), *([("_page", page)] if page else [])]
            found = await searching.asked_for(self._record, type_, asked, self._record.narrowing, more=own)
            yield await self._known([one for one in found.matches if one.compartment])
            page = found.next

    async def entries(
        self, since: Mapping[str, date], wanted: Sequence[Wanted], reading: Callable[[list[dict[str, Any]]], T]
    ) -> dict[str, T]:
        """As `Record.cohort`; what an inner block keeps from the unit is not counted (PDL 4:4)."""
        self._require(*(one.type for one in wanted))
        record = self._record
        async with record.at_work(population=True) as work:
            records = await cohort.records(work, list(since))
            days = {
                one: datetime.combine(since[who], time(), STOCKHOLM) for who, some in records.items() for one in some
            }
            return await cohort.counted(work, cohort.asked(days, wanted), record.narrowing, records, reading)

    async def _known(self, found: list[Stored]) -> list[tuple[int, Stored]]:
        async with self._record.at_work(population=True) as work:
            others = await reach.same(work, {one.compartment for one in found})
        return [(min(others.get(one.compartment, set()) | {one.compartment}), one) for one in found]

    def _require(self, *types: str) -> None:
        if not {*types} <= {*self._types}:
            raise ValueError("a measure is reckoned of the types that it declares")
