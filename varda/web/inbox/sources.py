"""What stands in the inbox, as a table: each source says which rows it has and how many wait for the one who asks.

A domain that has something to be done adds a source here and nothing anywhere else: the page, the count in the top bar
and the live updates go by this table.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from varda.care import countersigning, dictations, messages, notes, results, tasks
from varda.care.facts import Moment
from varda.care.patients import Person
from varda.record import Record, covering
from varda.record.powers import Powers
from varda.web.language import N_


@dataclass(frozen=True, slots=True)
class Line:
    """One row: `key` names it on the page, `href` is where Enter leads. `what` in the words of whoever wrote it, `more`
    in small; `at` is since when, `due` by when. `done` is where one key ends it (empty: it has to be opened), `ends`
    what that says, `version` what it was then, `tag` a word of `TAGS`, `whose` for whom one covers.
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
    whose: str = ""
    done: str = ""
    ends: str = N_("Done")
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


SHORT = 90
"""Characters of a message that its row begins with; all of it stands below."""
TAGS = {"urgent": N_("urgent"), "declined": N_("declined"), "unsigned": N_("unsigned")}


async def _tasks(record: Record) -> list[Group]:
    covered = await covering.covered(record)
    queue = await tasks.queue(record, covered)
    parts = [
        ("mine", N_("My tasks"), queue.mine),
        ("unclaimed", N_("The unit's tasks that nobody has taken on"), queue.unclaimed),
        ("declined", N_("Returned to me"), queue.declined),
        ("covered", N_("Tasks of those I cover"), queue.others),
    ]
    groups = [Group(name, title, [_task(record, one, covered) for one in some]) for name, title, some in parts if some]
    return [*groups[:-1], replace(groups[-1], is_cut=queue.is_cut)] if groups else []


def _task(record: Record, waiting: tasks.Waiting, covered: Mapping[str, str]) -> Line:
    one = waiting.task
    home = f"/chart/{one.patient}/tasks/{one.id}"
    whose = covered.get(one.asked_by if one.phase == "declined" else one.owner, "")
    places = {
        countersigning.KIND: f"/chart/{one.patient}/notes/{one.focus.partition('/')[2]}",
        dictations.KIND: f"/chart/{one.patient}/notes?dictation={one.id}",
    }
    ends = one.is_open and one.kind not in places and record.powers.does("tasks.finish")
    return Line(
        key=f"task-{one.id}",
        href=places.get(one.kind, f"{home}?from=inbox"),  # there it is done, and by nothing else
        person=waiting.person,
        what=one.what,
        more=" · ".join(part for part in (one.why, one.remark, one.asked_by_name) if part),
        at=one.asked,
        due=one.due,
        is_overdue=tasks.is_overdue(one, record.now),
        whose=whose,
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
    covered = await covering.covered(record)
    inbox = await results.waiting(record, (record.session.practitioner, *covered))
    lines = [_answer(one, covered) for one in inbox.waiting]
    return [
        Group("answers", N_("Answers to sign"), [one for one in lines if not one.whose]),
        Group("answers-covered", N_("Answers to sign, of those I cover"), [one for one in lines if one.whose]),
    ]


def _answer(waiting: results.Waiting, covered: Mapping[str, str]) -> Line:
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
        whose=covered.get(one.requester, ""),
    )


async def _messages(record: Record) -> list[Group]:
    covered = await covering.covered(record)
    waiting, told = await messages.waiting(record, covered), await messages.told(record)
    lines = [_message(record, one.message, one.person, covered.get(one.message.to, "")) for one in waiting]
    return [
        Group("messages", N_("Messages"), [one for one in lines if not one.whose]),
        Group("messages-covered", N_("Messages to those I cover"), [one for one in lines if one.whose]),
        Group("memos", N_("Messages about no patient"), [_message(record, one) for one in told]),
    ]


def _message(record: Record, one: messages.Message, person: Person | None = None, whose: str = "") -> Line:
    home, what = f"/messages/{one.id}", one.text.partition("\n")[0][:SHORT]
    home = f"/chart/{one.patient}{home}" if person else home
    return Line(
        key=f"{'message' if person else 'memo'}-{one.id}",
        href=f"{home}?from=inbox",
        person=person,
        what=what,
        more=" · ".join(part for part in (f"{one.sender_name} → {one.to_name}", one.text[len(what) :].strip()) if part),
        at=one.sent,
        done=f"{home}/read" if record.powers.does("messages.mark_read") else "",
        ends=N_("I have read it"),
        version=one.version,
        whose=whose,
    )


async def _answers_waiting(record: Record) -> int:
    return await results.to_sign(record, await covering.covered(record))


async def _tasks_waiting(record: Record) -> int:
    return await tasks.waiting(record, await covering.covered(record))


async def _messages_waiting(record: Record) -> int:
    return await messages.to_read(record, await covering.covered(record))


SOURCES = (
    Source(("DiagnosticReport",), _answers, _answers_waiting),
    Source(("Task",), _tasks, _tasks_waiting),
    Source(("Communication",), _messages, _messages_waiting),
    Source(("Composition",), _notes, notes.to_sign),
)
"""In the order of the page."""


def offered(powers: Powers) -> list[Source]:
    """The sources of which a role may read anything; none: it has no inbox."""
    return [one for one in SOURCES if powers.meets_patients and powers.reads(*one.types)]
