"""The work that every server is given alike: bundles in, read, eleven searches, everything of a patient, create.

What is asked for comes from the bundles themselves and from the ids that the server gave them, so that each search has
something to find on any server.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from varda.cli.bench.client import Answer, Connection, Target
from varda.cli.bench.figures import Measured
from varda.kernel.errors import Fault, Unavailable

_COMMON = 5  # codes that searches choose among: the most common ones of the bundles
Request = tuple[str, str, bytes]


@dataclass(slots=True)
class Known:
    """What the server holds, as far as the bundles tell. `codes` are `system|code` by type, the most common first."""

    ids: list[str] = field(default_factory=list)
    patients: list[str] = field(default_factory=list)
    identifiers: list[str] = field(default_factory=list)
    codes: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """How hard and how long. `dice` chooses what is asked for, the same for every server."""

    target: Target
    concurrency: int
    seconds: float
    dice: random.Random
    told: Callable[[Measured], None]


async def bundles_in(plan: Plan, bundles: list[Path], known: Known) -> Measured:
    """Post every bundle once, as transactions; learn the ids that the server gave."""
    files = iter(bundles)
    done = Measured("bundle import", unit="resources")
    counts: dict[str, Counter[str]] = {"Observation": Counter(), "Condition": Counter()}

    async def post(connection: Connection) -> None:
        for file in files:
            raw = await asyncio.to_thread(file.read_bytes)
            asked = await _timed(done, connection, ("POST", "", raw))
            if asked is not None:
                done.things += _learn(known, counts, raw, asked.body)

    await _together(plan, done, post, min(plan.concurrency, 8))
    known.codes = {kind: [code for code, _ in found.most_common(_COMMON)] for kind, found in counts.items()}
    return done


def _learn(known: Known, counts: dict[str, Counter[str]], sent: bytes, body: bytes) -> int:
    entries = msgspec.json.decode(sent).get("entry", [])
    answers = msgspec.json.decode(body).get("entry", [])
    for entry, answer in zip(entries, answers, strict=False):
        resource = entry.get("resource", {})
        parts = (answer.get("response") or {}).get("location", "").partition("/_history")[0].split("/")
        if len(parts) < 2:
            continue
        known.ids.append("/".join(parts[-2:]))
        kind = resource.get("resourceType")
        if kind == "Patient":
            known.patients.append(parts[-1])
            known.identifiers += [_pair(one) for one in resource.get("identifier", ())[:1] if one.get("value")]
        elif kind in counts:
            counts[kind].update(_pair(one, "code") for one in (resource.get("code") or {}).get("coding", ())[:1])
    return len(entries)


def _pair(coded: dict[str, Any], name: str = "value") -> str:
    return f"{coded.get('system', '')}|{coded.get(name, '')}"


async def known_without_bundles(plan: Plan, known: Known) -> None:
    """When no bundle was taken: what the server has already. Raises `Unavailable` when that is nothing."""
    connection = Connection(plan.target)
    for kind in ("Patient", "Observation"):
        answer = await connection.ask("GET", f"{kind}?_count=100")
        found = msgspec.json.decode(answer.body).get("entry", []) if answer.status == 200 else []
        ids = [entry["resource"]["id"] for entry in found]
        known.ids += [f"{kind}/{id_}" for id_ in ids]
        if kind == "Patient":
            known.patients += ids
    connection.close()
    if not known.patients:
        raise Unavailable("The server took no bundle and has no patients, so there is nothing to measure.")


def steps(plan: Plan, known: Known) -> list[tuple[str, Callable[[], Request]]]:
    """Each kind of work by name, and how to make the next request of it."""
    dice = plan.dice

    def get(path: Callable[[], str]) -> Callable[[], Request]:
        return lambda: ("GET", path(), b"")

    def patient() -> str:
        return dice.choice(known.patients)

    def code(kind: str) -> str:
        return quote(dice.choice(known.codes.get(kind) or ["http://loinc.org|8302-2"]), safe="")

    def identifier() -> str:
        return quote(dice.choice(known.identifiers or ["|none"]), safe="")

    of_one: list[tuple[str, Callable[[], str]]] = [
        ("a patient's observations", lambda: f"Observation?patient={patient()}"),
        ("… of a code", lambda: f"Observation?patient={patient()}&code={code('Observation')}"),
        ("… newest first", lambda: f"Observation?patient={patient()}&_sort=-date&_count=20"),
        ("… of a category since", lambda: f"Observation?patient={patient()}&category=laboratory&date=ge2015-01-01"),
        ("a patient's conditions", lambda: f"Condition?patient={patient()}"),
        ("a patient's contacts", lambda: f"Encounter?patient={patient()}&_count=10"),
        ("a patient's prescriptions", lambda: f"MedicationRequest?patient={patient()}&status=active"),
    ]
    searches = [
        *of_one,
        ("a patient's, all of these mixed", lambda: dice.choice(of_one)[1]()),
        ("observations of a code", lambda: f"Observation?code={code('Observation')}&_count=20"),
        ("conditions of a code", lambda: f"Condition?code={code('Condition')}&_count=20"),
        ("a patient by identifier", lambda: f"Patient?identifier={identifier()}"),
    ]
    return [
        ("read by id", get(lambda: dice.choice(known.ids))),
        *((f"search: {name}", get(path)) for name, path in searches),
        ("everything of a patient", get(lambda: f"Patient/{patient()}/$everything")),
        # Last, so that what is searched is what the bundles brought.
        ("create", lambda: ("POST", "Observation", _observation(patient(), dice))),
    ]


def _observation(patient: str, dice: random.Random) -> bytes:
    return msgspec.json.encode(
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4", "display": "Heart rate"}]},
            "subject": {"reference": f"Patient/{patient}"},
            "effectiveDateTime": f"20{dice.randint(10, 24)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
            "valueQuantity": {
                "value": dice.randint(50, 110),
                "unit": "/min",
                "system": "http://unitsofmeasure.org",
                "code": "/min",
            },
        }
    )


async def measured(plan: Plan, name: str, make: Callable[[], Request]) -> Measured:
    """Every connection asks, waits for the answer and asks again, for as long as the plan says."""
    done = Measured(name)
    until = time.perf_counter() + plan.seconds

    async def ask(connection: Connection) -> None:
        while time.perf_counter() < until:
            await _timed(done, connection, make())

    await _together(plan, done, ask, plan.concurrency)
    return done


async def _together(
    plan: Plan, done: Measured, work: Callable[[Connection], Coroutine[Any, Any, None]], connections: int
) -> None:
    started = time.perf_counter()
    opened = [Connection(plan.target) for _ in range(connections)]
    try:
        async with asyncio.TaskGroup() as group:
            for connection in opened:
                group.create_task(work(connection))
    except BaseExceptionGroup as failed:
        faults, rest = failed.split(Fault)
        if rest is None and faults is not None:
            raise faults.exceptions[0] from None
        raise
    finally:
        done.seconds = time.perf_counter() - started
        for connection in opened:
            connection.close()
    plan.told(done)


async def _timed(done: Measured, connection: Connection, request: Request) -> Answer | None:
    started = time.perf_counter()
    try:
        answer = await connection.ask(*request)
    except Unavailable as lost:
        done.failed(str(lost))
        await asyncio.sleep(0.05)  # a server that is gone is not asked as fast as one can
        return None
    done.times.append(time.perf_counter() - started)
    if answer.status >= 400:
        done.failed(f"{request[0]} {request[1]}: {answer.status} {answer.body[:200]!r}")
        return None
    return answer
