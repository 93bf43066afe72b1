"""Reading messages: what waits for me, and the threads about one patient."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from varda.care import patients
from varda.care.colleagues import Colleague, at_unit
from varda.care.facts import Moment
from varda.care.messages.model import Message, message
from varda.care.messages.rules import may_read
from varda.catalogue import Right
from varda.kernel.errors import Absent
from varda.record import Record, memos
from varda.record.memos import Memo
from varda.record.messages import CATEGORY

MOST = 500
"""Messages that one list gives: of those that wait the oldest, of a patient's the newest."""
_RIGHT: Right = ("F283", "write")
_KIND = ("category", f"{CATEGORY['system']}|{CATEGORY['code']}")
_UNREAD = [_KIND, ("status", "completed"), ("received:missing", "true")]
_FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that nobody to whom it went has read, and whom it is about."""

    message: Message
    person: patients.Person


@dataclass(frozen=True, slots=True)
class Thread:
    """A message and what came of it, the oldest first; `id` is that of the first."""

    id: str
    messages: tuple[Message, ...]

    @property
    def last(self) -> Message:
        """The newest of them."""
        return self.messages[-1]

    @property
    def mark(self) -> str:
        """What a reader has seen who sees it now: it is another as soon as somebody has written."""
        return f"{len(self.messages)}-{self.last.id}"


async def waiting(record: Record, people: Collection[str] = ()) -> list[Waiting]:
    """What waits for me: messages to me, to `people` (references) whom I cover, and to my unit from others, about
    people who are seen; the oldest first.
    """
    more = [("_include", "Communication:subject"), ("_sort", "sent"), ("_count", str(MOST))]
    page = await record.search("Communication", [*waits(record, people), *more], is_own=True)
    persons = {one.id: patients.person(one.resource) for one in page.included if one.type == "Patient"}
    found = [message(one.resource) for one in page.matches]
    return [
        Waiting(one, persons[one.patient])
        for one in found
        if one.patient in persons and may_read(record.session, one, people)
    ]


def waits(record: Record, people: Collection[str] = (), *, is_whole: bool = False) -> list[tuple[str, str]]:
    """What is asked for unread messages to me, my unit and `people`; `is_whole`: to anybody of the unit."""
    return _UNREAD if is_whole else [*_UNREAD, ("recipient", _recipients(record, people))]


async def to_read(record: Record, people: Collection[str] = ()) -> int:
    """How many wait for me, about a patient or none; `people` as `waiting`. Tells of no patient."""
    me, unit = record.session.practitioner, f"Organization/{record.session.organization}"
    everyone = await memos.waiting(record)
    everyone += await record.count("Communication", waits(record, people), is_own=True)
    return everyone - await record.count(
        "Communication", [*_UNREAD, ("recipient", ",".join([unit, *people])), ("sender", me)], is_own=True
    )


async def of_patient(record: Record, people: Sequence[str]) -> list[Thread]:
    """The threads about a person (ids of the person's records), that with the newest message first."""
    asked = [_KIND, ("patient", ",".join(people)), ("_sort", "-sent"), ("_count", str(MOST))]
    found: dict[str, list[Message]] = {}
    page = await record.search("Communication", asked)
    # The newest come first: of one second the later one still stands after the earlier.
    for one in (message(stored.resource) for stored in reversed(page.matches)):
        found.setdefault(one.thread, []).append(one)
    threads = [Thread(id_, tuple(sorted(some, key=_sent))) for id_, some in found.items()]
    return sorted(threads, key=lambda thread: _sent(thread.last), reverse=True)


async def talk(record: Record) -> list[Thread]:
    """The threads about no patient that I have written in or that are to me or my unit, as `of_patient`."""
    found: dict[str, list[Message]] = {}
    for one in map(_memo, reversed(await memos.listed(record))):
        found.setdefault(one.thread, []).append(one)
    threads = [Thread(id_, tuple(some)) for id_, some in found.items()]
    return sorted(threads, key=lambda thread: _sent(thread.last), reverse=True)


async def one_talk(record: Record, number: int) -> Thread:
    """The thread about no patient that a message stands in. Raises `Absent`."""
    for one in await talk(record):
        if str(number) in (one.id, *(each.id for each in one.messages)):
            return one
    raise Absent("There is no such message.")


async def told(record: Record) -> list[Message]:
    """What about no patient waits for me to read it, the oldest first."""
    since = record.now - memos.WAITS
    found = [_memo(one) for one in reversed(await memos.listed(record)) if one.sent > since]
    return [one for one in found if may_read(record.session, one)]


def _memo(one: Memo) -> Message:
    return Message(
        id=str(one.number), version=1, patient="", thread=str(one.thread), text=one.text, sent=Moment(one.sent),
        sender=one.sender, sender_name=one.sender_name, to=one.to, to_name=one.to_name,
        read=Moment(one.read) if one.read else None, read_by="", read_for="", is_struck=False, reason="",
    )  # fmt: skip


async def one_thread(record: Record, people: Sequence[str], message_id: str) -> Thread:
    """The thread that a message stands in. Raises `Absent` where none about the person has it."""
    for one in await of_patient(record, people):
        if message_id in (one.id, *(each.id for each in one.messages)):
            return one
    raise Absent("There is no such message.")


async def colleagues(record: Record) -> list[Colleague]:
    """Those at my unit to whom a message can be sent, by family name: everybody but me."""
    me = record.session.practitioner
    return [one for one in await at_unit(record, _RIGHT) if one.reference != me]


def _recipients(record: Record, people: Collection[str]) -> str:
    return ",".join([record.session.practitioner, *people, f"Organization/{record.session.organization}"])


def _sent(message: Message) -> datetime:
    return message.sent.at if message.sent else _FIRST
