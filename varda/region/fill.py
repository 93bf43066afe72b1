"""The invented county goes through the door as everything does: as a job, with an owner for each item, some hundred
items a transaction.

What has been filled is noted in the transaction that stores it, so that a killed filling goes on, a county can grow,
and nothing is filled twice. The lives are told as of the day of the first filling.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from varda.access.session import Session
from varda.kernel.errors import Conflict
from varda.record import Door, imports
from varda.record.writing import Owner, Wish
from varda.region.model import County, Item
from varda.region.staff import DEMO_PEOPLE
from varda.region.telling import county, life, society

JOB = Session(
    kind="job",
    actor="region fill",
    name="The invented county",
    reach="county",
    scopes=("read", "write", "import"),
)
KNOWN, SOCIETY = "units and known people", "society"
_KNOWN_IDS = {person.hsa for person in DEMO_PEOPLE} | {one for person in DEMO_PEOPLE for one in person.assignments}
_LIVES_AT_ONCE = 5  # a life is about a hundred items
_ITEMS_AT_ONCE = 800


@dataclass(frozen=True, slots=True)
class Shared:
    """Which county, told as of when."""

    seed: int
    now: datetime

    @property
    def run(self) -> str:
        """Its name in the notes of what has been filled."""
        return f"region fill {self.seed}"


@dataclass(frozen=True, slots=True)
class Range:
    """Patients `first` … `last`, both included."""

    first: int
    last: int

    @property
    def name(self) -> str:
        """Its name in the notes of what has been filled."""
        return f"patients {self.first}-{self.last}"


def begun(seed: int, now: datetime | None, default: datetime, noted: Mapping[str, Any]) -> Shared:
    """The county to go on with: told as of the day it was begun. Raises `Conflict` when `now` names another one."""
    if KNOWN not in noted:
        return Shared(seed, now or default)
    before = datetime.fromisoformat(noted[KNOWN]["now"])
    if now is not None and now != before:
        raise Conflict(
            f"The county of seed {seed} was begun as of {before.date()}; leave --now out to go on with it as it is."
        )
    return Shared(seed, before)


def missing(patients: int, noted: Mapping[str, Any]) -> Iterator[Range]:
    """What has not been filled of patients 0 … `patients` - 1, in order, a few at a time."""
    done = bytearray(patients)
    for name in noted:
        if name.startswith("patients "):
            first, _, last = name.removeprefix("patients ").partition("-")
            for index in range(int(first), min(int(last) + 1, patients)):
                done[index] = 1
    wanted = [index for index in range(patients) if not done[index]]
    while wanted:
        some = [index for n, index in enumerate(wanted[:_LIVES_AT_ONCE]) if index == wanted[0] + n]
        yield Range(some[0], some[-1])
        wanted = wanted[len(some) :]


async def fill_society(door: Door, shared: Shared, noted: Mapping[str, Any]) -> int:
    """Organisations, places and staff: first the units and the known people, so that somebody can sign in at once, then
    everybody else. Does what is not noted; gives the number of items.
    """
    return await fill_known(door, shared, noted) + await _fill_others(door, shared, noted)


async def fill_known(door: Door, shared: Shared, noted: Mapping[str, Any]) -> int:
    """The units and the known people, unless they are noted. Gives the number of items."""
    if KNOWN in noted:
        return 0
    items = [item for item in society(shared.seed, shared.now) if _is_known(item)]
    return await _filled(door, shared, KNOWN, items, {"now": shared.now.isoformat()})


async def _fill_others(door: Door, shared: Shared, noted: Mapping[str, Any]) -> int:
    if SOCIETY in noted:
        return 0
    items = [item for item in society(shared.seed, shared.now) if not _is_known(item)]
    return await _filled(door, shared, SOCIETY, items, {})


def _is_known(item: Item) -> bool:
    return item.resource["resourceType"] == "Organization" or item.resource["id"] in _KNOWN_IDS


async def fill_lives(door: Door, shared: Shared, some: Range) -> tuple[int, int]:
    """A few patients, whole. Gives the number of patients and of items."""
    items = [item for index in range(some.first, some.last + 1) for item in life(index, shared.seed, shared.now).items]
    return some.last - some.first + 1, await _filled(door, shared, some.name, items, {})


async def _filled(door: Door, shared: Shared, name: str, items: Sequence[Item], about: dict[str, Any]) -> int:
    land = county(shared.seed)
    async with door.opened(JOB, "import") as record:
        for some in _together(items):
            await record.write([_wish(land, item) for item in some])
        await imports.note(await record.begun(), shared.run, name, record.now, {"items": len(items), **about})
    return len(items)


def _together(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Some hundred at a time, and a second version of an item after the first."""
    some: dict[str, Item] = {}
    for item in items:
        name = f"{item.resource['resourceType']}/{item.resource['id']}"
        if name in some or len(some) == _ITEMS_AT_ONCE:
            yield list(some.values())
            some = {}
        some[name] = item
    if some:
        yield list(some.values())


def _wish(land: County, item: Item) -> Wish:
    # "update" keeps the id that the county's own references use.
    owner = Owner(item.unit, land.units[item.unit].provider) if item.unit else Owner("", "")
    return Wish("update", item.resource, owner=owner)
