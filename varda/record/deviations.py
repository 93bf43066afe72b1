"""Deviations: what went or could have gone wrong, and what came of it. No part of anybody's record (decision 50).

They lie in tables of their own. Who reported one sees it, whoever handles those of the unit, and whoever answers for
patient safety at the care provider; nobody else, and nobody else counts them. Each look and each step is logged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from varda.fhir.keys import key
from varda.kernel.errors import Absent, Stale
from varda.kernel.sql import named

if TYPE_CHECKING:
    from varda.kernel.db import Row
    from varda.record.opened import Record

HANDLES, OVERSEES = "handle-deviations", "oversee-deviations"
MOST = 500
CATEGORY = "AdverseEvent"
_SQL = named("varda.record")


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported: about a patient (an id, or empty), where, what and how grave it was. `slip` is the form's own
    number: sent twice it is one deviation."""

    patient: str
    place: str
    what: str
    severity: str
    happened: datetime
    slip: str


@dataclass(frozen=True, slots=True)
class Step:
    """What was done with it: by whom (HSA-id and name) and when; `said` is what the step decided, `text` why."""

    act: str
    said: str
    text: str
    by: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A deviation as it is kept, with its steps, oldest first."""

    number: int
    unit: str
    unit_name: str
    patient: str
    place: str
    what: str
    severity: str
    happened: datetime
    reporter: str
    reporter_name: str
    reported: datetime
    steps: tuple[Step, ...]


async def report(record: "Record", wanted: Report) -> int:
    """Keep one; gives its number. Raises `Refused` where the role reports none, or the function stands still."""
    record.powers.require_writing(CATEGORY)
    if problem := record.powers.refusal({"resourceType": CATEGORY}, [record.session.unit_key]):
        raise problem
    session, work = record.session, await record.begun()
    row = await work.one(
        _SQL["deviation_reported"], session.unit, session.unit_name, session.provider, wanted.patient, wanted.place,
        wanted.what, wanted.severity, wanted.happened, session.actor, session.name, record.now, wanted.slip,
    )  # fmt: skip
    number = int(row["deviation"])
    _written(record, wanted.patient, f"deviation {number} reported, {wanted.severity}")
    return number


async def listed(record: "Record") -> list[Kept]:
    """Those that this session may see, the newest first; logged."""
    async with record.at_work() as work:
        rows = await work.all(_SQL["deviations"], *_mine(record), MOST)
        found = await _whole(work, rows)
    if found:
        patients = sorted({key(f"Patient/{one.patient}") for one in found if one.patient})
        what = f"deviations {', '.join(str(one.number) for one in found)}"
        await record.note("deviations", [], CATEGORY, what, patients=patients, origin=str(record.session.unit_key))
    return found


async def one(record: "Record", number: int) -> Kept:
    """One of those that this session may see; logged. Raises `Absent`."""
    async with record.at_work() as work:
        row = await work.maybe(_SQL["deviation"], *_mine(record), number)
        if row is None:
            raise Absent("There is no such deviation.")
        (found,) = await _whole(work, [row])
    about = [key(f"Patient/{found.patient}")] if found.patient else []
    origin = str(record.session.unit_key)
    await record.note("deviations", [], CATEGORY, f"deviation {number}", patients=about, origin=origin)
    return found


async def step(record: "Record", before: Kept, act: str, said: str, text: str) -> None:
    """Take a step from how it stood. Raises `Stale` where somebody has taken one meanwhile."""
    session, work = record.session, await record.begun()
    row = await work.maybe(
        _SQL["deviation_stepped"], before.number, act, said, text, session.actor, session.name, record.now,
        len(before.steps),
    )  # fmt: skip
    if row is None:
        raise Stale("Somebody has taken a step with this deviation meanwhile. Look at it again.")
    _written(record, before.patient, f"deviation {before.number} {act} {said}".strip())


async def gravest(record: "Record", first: date, last: date) -> dict[date, list[str]]:
    """How grave those of the own unit were that happened on each day, without anything else of them: for the day's
    meeting of the unit, whoever asks."""
    async with record.at_work() as work:
        rows = await work.all(_SQL["deviation_days"], record.session.unit, first, last)
    return {row["day"]: list(row["severities"]) for row in rows}


def _mine(record: "Record") -> tuple[Any, ...]:
    """Provider, person, unit, and whether those of the unit and of the whole provider are seen."""
    session, powers = record.session, record.powers
    return session.provider, session.actor, session.unit, powers.has(HANDLES), powers.has(OVERSEES)


async def _whole(work: Any, rows: Sequence["Row"]) -> list[Kept]:
    steps: dict[int, list[Step]] = {}
    for row in await work.all(_SQL["deviation_steps"], [row["deviation"] for row in rows]):
        step = Step(row["act"], row["said"], row["text"], row["by"], row["by_name"], row["at"])
        steps.setdefault(row["deviation"], []).append(step)
    return [
        Kept(
            row["deviation"], row["unit"], row["unit_name"], row["patient"], row["place"], row["what"], row["severity"],
            row["happened"], row["reporter"], row["reporter_name"], row["reported"],
            tuple(steps.get(row["deviation"], ())),
        )
        for row in rows
    ]  # fmt: skip


def _written(record: "Record", patient: str, what: str) -> None:
    about, own = ([key(f"Patient/{patient}")] if patient else []), str(record.session.unit_key)
    record.written.append(record.event("deviation", "done", about, CATEGORY, what, own))
