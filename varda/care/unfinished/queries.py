"""What each list would have shown of patients who are reached no more: asked by the list's own question."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from varda.care import countersigning, dictations, messages, notes, results, tasks
from varda.record import Record, covering
from varda.record.powers import Powers
from varda.record.unfinished import ENDS, Amount, LeftBehind, Unfinished, may_end

LISTS = ("notes", "answers", "tasks", "messages")
"""The lists that together have everything once; `countersigning` and `dictations` are parts of the tasks."""
KINDS = ("note", "answer", "task", countersigning.KIND, dictations.KIND, "message")
"""The words by which work is told."""
Whose = Collection[str] | None
"""Mine and that of those I cover (references); None: everybody's of the unit."""


def is_told(powers: Powers) -> bool:
    """Whether the role is told of anything that is left."""
    return powers.meets_patients and any(may_end(powers, type_) for type_ in ENDS)


async def number(record: Record, *lists: str, is_whole: bool = False) -> Amount:
    """How much is left of what would stand in my lists (`LISTS`, or one of the parts); `is_whole`: in the unit's."""
    return await record.count_left(await _asked(record, lists, is_whole=is_whole))


async def told(record: Record, *, is_whole: bool = False) -> LeftBehind:
    """About whom it is, and of which kinds. Raises `Refused` to a role that brings nothing to an end."""
    return await record.left_behind(await _asked(record, LISTS, is_whole=is_whole))


async def _asked(record: Record, lists: Sequence[str], *, is_whole: bool) -> list[Unfinished]:
    """The questions of which the role may bring something to an end."""
    if not is_told(record.powers):
        return []
    whose = None if is_whole else tuple(await covering.covered(record))
    every = (one for name in lists for one in _ASKED[name](record, whose))
    return [one for one in every if may_end(record.powers, one.type)]


def _notes(record: Record, whose: Whose) -> Iterator[Unfinished]:
    for wanted in notes.waits(record, is_whole=whose is None):
        yield Unfinished("Composition", wanted, lambda _: "note")


def _answers(record: Record, whose: Whose) -> Iterator[Unfinished]:
    people = () if whose is None else (record.session.practitioner, *whose)
    for type_, wanted in results.waits(record, people):
        yield Unfinished(type_, wanted, lambda _: "answer", partial(results.told_as, record), is_answer=True)


def _tasks(record: Record, whose: Whose) -> Iterator[Unfinished]:
    for wanted in tasks.waits(record, whose or (), is_whole=whose is None):
        yield Unfinished("Task", wanted, _kind)


def _countersigning(record: Record, whose: Whose) -> Iterator[Unfinished]:
    yield Unfinished("Task", countersigning.waits(record), _kind)


def _dictations(record: Record, whose: Whose) -> Iterator[Unfinished]:
    yield Unfinished("Task", dictations.WAITS, _kind)


def _messages(record: Record, whose: Whose) -> Iterator[Unfinished]:
    def entry(one: Mapping[str, Any]) -> str:
        return one["id"] if messages.may_read(record.session, messages.message(one), whose or ()) else ""

    wanted = messages.waits(record, whose or (), is_whole=whose is None)
    yield Unfinished("Communication", wanted, lambda _: "message", None if whose is None else lambda _: entry)


def _kind(resource: Mapping[str, Any]) -> str:
    found = tasks.task(resource).kind
    return found if found in (countersigning.KIND, dictations.KIND) else "task"


_ASKED: Mapping[str, Callable[[Record, Whose], Iterator[Unfinished]]] = {
    "notes": _notes,
    "answers": _answers,
    "tasks": _tasks,
    "countersigning": _countersigning,
    "dictations": _dictations,
    "messages": _messages,
}
