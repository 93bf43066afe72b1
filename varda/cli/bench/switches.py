"""How soon a function's stop holds in every process: several servers on one database, each written to all the time."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from varda.catalogue import Deciding, Right, Rights, State, Switch
from varda.cli import build, telling
from varda.cli.bench import own
from varda.cli.bench.client import Connection, Target
from varda.cli.place import Place
from varda.cli.serve import Wires, wired
from varda.fhir.resource import dump
from varda.kernel.errors import Unavailable

ROUNDS = 10
_RIGHTS: frozenset[Right] = frozenset({("switch-functions", "special"), ("change-rights", "special")})
_BY = Deciding("bench", "bench", "", Rights(_RIGHTS, {}))
_PATIENCE = 20.0  # seconds until every process must have heard of a switch
_PAUSE = 0.01  # seconds between two writes to a process
_CREATED, _REFUSED = 201, 403
_ENTRY = dump(
    {"resourceType": "Flag", "status": "active", "code": {"text": "bench"}, "subject": {"reference": "Patient/b"}}
)


@dataclass(slots=True)
class Asked:
    """What a process last answered, and when the last write that it took, and the first that it refused, were sent."""

    status: int = 0
    taken: float = 0.0
    refused: float = 0.0
    asked: int = 0
    others: set[int] = field(default_factory=set)


def measured(place: Place, processes: int) -> Iterator[str]:
    """A line for each thing measured. The scratch database is dropped afterwards."""
    with own.several(place, processes, "read", "write") as (url, addresses, token):
        yield from asyncio.run(_measured(url, [Target.at(one, token) for one in addresses]))


async def _measured(url: str, targets: list[Target]) -> list[str]:
    heard = [Asked() for _ in targets]
    async with wired(url, build.name(), size=2) as wires:
        await _patient(targets[0])
        tasks = [asyncio.create_task(_written(*pair)) for pair in zip(targets, heard, strict=True)]
        try:
            await _until(heard, _CREATED)
            stops, begins = [], []
            for nth in range(ROUNDS):
                telling.say(f"Round {nth + 1} of {ROUNDS}…")
                await asyncio.sleep(0.15 * (nth + 1))  # each round meets another point of what they remember
                stops += await _switched(wires, heard, "stopped")
                begins += await _switched(wires, heard, "on")
        finally:
            for one in tasks:
                one.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    writes, odd = sum(one.asked for one in heard), sorted({status for one in heard for status in one.others})
    return [
        f"{len(targets)} processes on one database, {ROUNDS} stops and {ROUNDS} restarts, {writes:,} writes meanwhile"
        + (f", other answers {odd}" if odd else ""),
        f"last write taken after a stop: median {median(stops):.2f} s, at most {max(stops):.2f} s",
        f"first write taken after a restart: median {median(begins):.2f} s, at most {max(begins):.2f} s",
    ]


async def _switched(wires: Wires, heard: list[Asked], state: State) -> list[float]:
    """Seconds from the word until it holds, by process."""
    now, begun = wires.clock.now(), time.perf_counter()
    wanted = Switch("F10", "", state, "bench", now, routine="bench", way_back="bench", is_met=True)
    await wires.door.catalogue.switch(wanted, _BY, now)
    await _until(heard, _REFUSED if state == "stopped" else _CREATED)
    if state == "stopped":
        return [max(0.0, one.taken - begun) for one in heard]
    return [max(0.0, one.refused - begun) for one in heard]


async def _until(heard: list[Asked], status: int) -> None:
    until = time.perf_counter() + _PATIENCE
    while any(one.status != status for one in heard):
        if time.perf_counter() > until:
            raise Unavailable(f"The processes answered {[one.status for one in heard]}, not {status}.")
        await asyncio.sleep(_PAUSE)


async def _patient(target: Target) -> None:
    patient = {"resourceType": "Patient", "id": "b", "name": [{"family": "Bench"}]}
    await Connection(target).ask("PUT", "/Patient/b", dump(patient))


async def _written(target: Target, heard: Asked) -> None:
    connection = Connection(target)
    while True:
        sent = time.perf_counter()
        answer = await connection.ask("POST", "/Flag", _ENTRY)
        heard.status, heard.asked = answer.status, heard.asked + 1
        if answer.status == _CREATED:
            heard.taken = sent
        elif answer.status == _REFUSED:
            heard.refused = sent
        else:
            heard.others.add(answer.status)
        await asyncio.sleep(_PAUSE)
