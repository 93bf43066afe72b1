"""What stands in the inbox, as a table: each source says which rows it has and how many wait for the one who asks.

A domain that has something to be done adds a source here and nothing anywhere else: the page, the count in the top bar
and the live updates go by this table.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from varda.care import notes, results, tasks
from varda.care.facts import Moment
from varda.care.patients import Person
from varda.record import Record
from varda.record.powers import Powers
from varda.web.language import N_


@dataclass(frozen=True, slots=True)
class Line:
    """One row: `key` names it on the page, `href` is where Enter leads. `what` in the words of whoever wrote it, `more`
    in small; `at` is since when, `due` by when. `done` is where one key ends it (empty: it has to be opened), `version`
    what it was then, `tag` a word of `TAGS`.
    """

    key: str
    href: str
    person: Person | None
    what: str
    more: str = ""
    at: Moment | None = None
    due: Moment | None = None
    is_overdue: bool = False
    tag: str = ""
    done: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading; one without rows is not shown. `is_cut`: there are more."""

    name: str
    title: str
    lines: Sequence[Line]
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing that waits, asked only for roles that read one of `types` at least. `groups` are its rows,
    `waiting` how many of them wait for this person: told without reading of whom they are.
    """

    types: tuple[str, ...]
    groups: Callable[[Record], Awaitable[list[Group]]]
    waiting: Callable[[Record], Awaitable[int]]


TAGS = {"urgent": N_("urgent"), "declined": N_("declined"), "unsigned": N_("unsigned")}


async def _tasks(record: Record) -> list[Group]:
    queue = await tasks.queue(record)
    parts = [
        ("mine", N_("My tasks"), queue.mine),
        ("unclaimed", N_("The unit's tasks that nobody has taken on"), queue.unclaimed),
        ("declined", N_("Returned to me"), queue.declined),
    ]
    groups = [Group(name, title, [_task(record, one) for one in some]) for name, title, some in parts if some]
    return [*groups[:-1], replace(groups[-1], is_cut=queue.is_cut)] if groups else []


def _task(record: Record, waiting: tasks.Waiting) -> Line:
    one = waiting.task
    home = f"/chart/{one.patient}/tasks/{one.id}"
    ends = one.is_open and record.powers.does("tasks.finish")
    return Line(
        key=f"task-{one.id}",
        href=f"{home}?from=inbox",
        person=waiting.person,
        what=one.what,
        more=" · ".join(part for part in (one.why, one.remark, one.asked_by_name) if part),
        at=one.asked,
        due=one.due,
        is_overdue=tasks.is_overdue(one, record.now),
        tag="declined" if one.phase == "declined" else "urgent" if one.is_urgent else "",
        done=f"{home}/done" if ends else "",
        version=one.version,
    )


async def _notes(record: Record) -> list[Group]:
    waiting = (await notes.unsigned(record)).mine
    return [Group("notes", N_("To sign"), [_note(one) for one in waiting])]


def _note(waiting: notes.Waiting) -> Line:
    one = waiting.note
    return Line(
        key=f"note-{waiting.id}",
        href=f"/chart/{one.patient}/notes/{waiting.id}",
        person=waiting.person,
        what=one.title,
        more=one.gist,
        at=one.at,
    )


async def _answers(record: Record) -> list[Group]:
    inbox = await results.waiting(record, (record.session.practitioner,))
    return [Group("answers", N_("Answers to sign"), [_answer(one) for one in inbox.waiting])]


def _answer(waiting: results.Waiting) -> Line:
    one = waiting.answer
    words, more = one.gist
    return Line(
        key=f"answer-{one.id}",
        href=f"/chart/{one.patient}/answers/{one.reference}",
        person=waiting.person,
        what=one.title,
        more=f"{words} …" if more else words,
        at=one.told,
        tag="urgent" if one.urgency == "critical" else "",
    )


SOURCES = (
    Source(("DiagnosticReport",), _answers, results.to_sign),
    Source(("Task",), _tasks, tasks.waiting),
    Source(("Composition",), _notes, notes.to_sign),
)
"""In the order of the page."""


def offered(powers: Powers) -> list[Source]:
    """The sources of which a role may read anything; none: it has no inbox."""
    return [one for one in SOURCES if powers.meets_patients and powers.reads(*one.types)]
