"""Import of a county's staff: an invented export of so many people, written into a scratch database, and once more."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from varda.cli import build, db
from varda.cli.bench import own
from varda.cli.place import Place
from varda.cli.serve import wired
from varda.exchange import staff

_PEOPLE_OF_A_UNIT = 28
_ADMINISTRATIONS = 20
_SECOND = 14  # of so many people one has another assignment
_WORK = (
    ("physician", "läkare"),
    ("nurse", "sjuksköterska"),
    ("assistant-nurse", ""),
    ("medical-secretary", ""),
    ("physiotherapist", "fysioterapeut"),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """How many rows, the seconds that the first import took, and those of the same export once more."""

    rows: int
    first: float
    again: float


def taken(place: Place, people: int) -> Taken:
    """Measure. The scratch database is dropped afterwards."""
    url = place.beside("varda_bench_staff")
    scratch = Place(replace(place.settings, environment="test", database_url=url), url, None, True)
    own.dropped(scratch)
    db.prepared(scratch)
    try:
        return asyncio.run(_taken(scratch, people))
    finally:
        own.dropped(scratch)


async def _taken(scratch: Place, people: int) -> Taken:
    units, listed = exported(people)
    async with wired(scratch.url, build.name(), size=3) as wires:
        seconds, rows = [], 0
        for _ in range(2):
            begun = time.perf_counter()
            export = staff.understood(units, listed)
            found = staff.difference(await staff.said_before(wires.door, "bench"), export)
            rows += await staff.take(wires.door, "bench", found)
            seconds.append(time.perf_counter() - begun)
        return Taken(rows, *seconds)


def exported(people: int) -> tuple[bytes, bytes]:
    """An invented export: units, and so many people."""
    units, listed = ("\n".join(lines).encode() for lines in (_units(people), _people(people)))
    return units, listed


def _units(people: int) -> Iterator[str]:
    yield "unit;name;kinds;part_of"
    yield "SE9999999999-R;Region;region,care-provider;"
    for nth in range(_ADMINISTRATIONS):
        yield f"SE9999999999-A{nth:03d};Förvaltning {nth};administration;SE9999999999-R"
    for nth in range(people // _PEOPLE_OF_A_UNIT + 1):
        yield f"SE9999999999-U{nth:05d};Enhet {nth};clinic,care-unit;SE9999999999-A{nth % _ADMINISTRATIONS:03d}"


def _people(people: int) -> Iterator[str]:
    yield "person;given;family;licences;assignment;unit;profession"
    units = people // _PEOPLE_OF_A_UNIT + 1
    for nth in range(people):
        profession, licence = _WORK[nth % len(_WORK)]
        for post in range(2 if nth % _SECOND == 0 else 1):
            unit = (nth * 7919 + post) % units
            yield (
                f"SE9999999999-P{nth:06d};Given {nth % 97};Family {nth % 89};{licence};SE9999999999-M{nth:06d}{post};"
                f"SE9999999999-U{unit:05d};{profession}"
            )
