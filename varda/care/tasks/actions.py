"""Making tasks, taking them on, and what comes of them. Each step is a version: who did what when is never lost."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from varda.care.facts import instant
from varda.care.notes import clean
from varda.care.tasks.model import OPEN, Task, task
from varda.care.tasks.queries import colleagues
from varda.care.tasks.rules import LONGEST, due, due_again, may_ask_again, may_end, priority
from varda.kernel.errors import Conflict, Problem, Refused, Unprocessable
from varda.record import Record

_NOT_OPEN = "This task is not open any more. Look at it again."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for by hand. `when` is one of `rules.WHEN`; `owner` a colleague, empty for the whole unit."""

    what: str
    why: str = ""
    when: str = ""
    owner: str = ""


async def make(record: Record, patient_id: str, wanted: Wanted) -> str:
    """Ask for something to be done about a patient; gives the task's id. Raises `Unprocessable` or `Refused`."""
    problems = [*_lacking(wanted.what, "Write what is to be done.", "what"), *_too_long(wanted.what, "what")]
    problems += _too_long(wanted.why, "why")
    if problems:
        raise Unprocessable(problems[0].message, problems)
    session = record.session
    made: dict[str, Any] = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "priority": priority(wanted.when),
        "description": clean(wanted.what).strip(),
        "for": {"reference": f"Patient/{patient_id}"},
        "authoredOn": instant(record.now),
        "requester": {"reference": session.practitioner, "display": session.name},
        "owner": await _named(record, wanted.owner),
    }
    if wanted.why.strip():
        made["reasonCode"] = {"text": clean(wanted.why).strip()}
    by: datetime | None = due(wanted.when, record.now)
    if by:
        made["restriction"] = {"period": {"end": instant(by)}}
    return str((await record.create(made)).id)


async def take_on(record: Record, task_id: str, version: int) -> Task:
    """Become the one who has it. Raises `Conflict` when it is not open, `Stale` when somebody changed it meanwhile."""
    before = await _open(record, task_id)
    begun = {**before.get("executionPeriod", {}), "start": instant(record.now)}
    return await _changed(record, before, version, status="accepted", owner=_me(record), executionPeriod=begun)


async def finish(record: Record, task_id: str, version: int, outcome: str = "") -> Task:
    """It is done, by me; `outcome` says what came of it, and may be empty."""
    before = await _open(record, task_id)
    if problems := _too_long(outcome, "text"):
        raise Unprocessable(problems[0].message, problems)
    ended = {**before.get("executionPeriod", {}), "end": instant(record.now)}
    said = [{"type": {"text": "Utfall"}, "valueString": clean(outcome).strip()}] if outcome.strip() else []
    more = {"output": [*before.get("output", ()), *said]} if said else {}
    return await _changed(record, before, version, status="completed", owner=_me(record), executionPeriod=ended, **more)


async def decline(record: Record, task_id: str, version: int, reason: str) -> Task:
    """Say no, and why: it goes back to the one who asked, and waits there. Raises `Unprocessable` without a reason."""
    before = await _open(record, task_id)
    remark = _remark(reason, "Write why it is declined.")
    return await _changed(record, before, version, status="rejected", owner=_me(record), statusReason=remark)


async def forward(record: Record, task_id: str, version: int, *, to: str = "", remark: str = "") -> Task:
    """Give it to a colleague, or back to the whole unit when `to` is empty."""
    before = await _open(record, task_id)
    said = {"statusReason": _remark(remark, "")} if remark.strip() else {}
    return await _changed(record, before, version, status="requested", owner=await _named(record, to), **said)


async def ask_again(record: Record, task_id: str, version: int) -> Task:
    """Ask the whole unit once more for what was declined, or was said to be done and is not. A time that has passed
    begins anew by its urgency, and why it was declined stands in the earlier version alone.
    """
    before = (await record.read("Task", task_id)).resource
    found = task(before)
    if not may_ask_again(found):
        raise Conflict("This task is open already.")
    begun = {name: at for name, at in before.get("executionPeriod", {}).items() if name != "end"}
    new: dict[str, Any] = {"executionPeriod": begun or None, "statusReason": None}
    if by := due_again(found, record.now):
        limits = before["restriction"]
        new["restriction"] = {**limits, "period": {**limits["period"], "end": instant(by)}}
    return await _changed(record, before, version, status="requested", owner=await _named(record, ""), **new)


async def end(record: Record, task_id: str, version: int) -> Task:
    """Let it rest: who asked needs it no more. Raises `Refused` for anybody else, `Conflict` when it is over."""
    before = (await record.read("Task", task_id)).resource
    found = task(before)
    if not found.is_open and found.phase != "declined":
        raise Conflict(_NOT_OPEN)
    if not may_end(record.session, found):
        raise Refused("Only the one who asked for a task ends it. Decline it, and say why.")
    return await _changed(record, before, version, status="cancelled")


async def _open(record: Record, task_id: str) -> dict[str, Any]:
    before = (await record.read("Task", task_id)).resource
    if before.get("status") not in OPEN:
        raise Conflict(_NOT_OPEN)
    return before


async def _changed(record: Record, before: dict[str, Any], version: int, **new: Any) -> Task:
    """The next version; an element that becomes None is left out."""
    changed = {name: value for name, value in {**before, **new}.items() if value is not None}
    changed["lastModified"] = instant(record.now)
    return task((await record.update(changed, expected=version)).resource)


def _me(record: Record) -> dict[str, str]:
    session = record.session
    return {"reference": session.practitioner, "display": f"{session.name}, {session.title}".rstrip(", ")}


async def _named(record: Record, owner: str) -> dict[str, str]:
    """The unit, or the colleague who is named. Raises `Unprocessable` for anybody who works elsewhere."""
    session = record.session
    if not owner:
        return {"reference": f"Organization/{session.organization}", "display": session.unit_name}
    chosen = next((one for one in await colleagues(record) if one.reference == owner), None)
    if chosen is None:
        raise Unprocessable("Choose who is to do it.", [Problem("Choose who is to do it.", "owner")])
    return {"reference": chosen.reference, "display": chosen.shown}


def _remark(text: str, lacking: str) -> dict[str, str]:
    problems = [*(_lacking(text, lacking, "text") if lacking else ()), *_too_long(text, "text")]
    if problems:
        raise Unprocessable(problems[0].message, problems)
    return {"text": clean(text).strip()}


def _lacking(text: str, message: str, field: str) -> list[Problem]:
    return [] if text.strip() else [Problem(message, field, "required")]


def _too_long(text: str, field: str) -> list[Problem]:
    message = "This is too long for a task; write a note instead."
    return [Problem(message, field, "too-long")] if len(text) > LONGEST else []
