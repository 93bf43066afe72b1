"""What a record says about something: entries that answer free text, each with the words in their context."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from varda.care import pages
from varda.care.finding.model import KINDS, TYPES, Line, line
from varda.fhir.keys import key
from varda.kernel.errors import Absent
from varda.record import Record, Sought, Stored
from varda.search.free import Piece, asked, begun, excerpt, hits

MOST = 30
"""Hits on a page."""
MOST_EXCERPTS = 3


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for. `kinds` of `KINDS` and `units` (keys as text): none means all; days are included at both ends.
    `after` is the place to go on from, as the page before it gave it.
    """

    text: str = ""
    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that answers, and its words: (heading, pieces) of each text that has some of them."""

    line: Line
    excerpts: tuple[tuple[str, list[Piece]], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Hits newest first. `next` is where older ones are looked for; empty when there are none."""

    hits: list[Hit]
    next: str


async def found(record: Record, patient: str, question: Question) -> Found:
    """One page of what the record says. Nothing is asked for, nothing is found. Raises `Absent` out of reach."""
    wanted = asked(question.text)
    if not wanted:
        return Found([], "")
    answers: dict[str, Hit] = {}

    def fits(stored: Stored) -> bool:
        read = line(stored)
        said = [("", read.said), *read.texts]
        places = hits(wanted, [text for _, text in said])
        if places is None:
            return False
        answers[stored.reference] = Hit(read, _shown(said, places))
        return True

    sought = Sought(
        types=tuple(type_ for kind in question.kinds for type_ in KINDS.get(kind, ())) or TYPES,
        needles=tuple(wanted.needles),
        units=tuple(map(pages.unit, question.units)),
        since=pages.morning(question.since),
        until=pages.morning(question.until + timedelta(days=1)) if question.until else None,
        after=pages.place(question.after),
    )
    seen = await record.sought(patient, sought, fits, most=MOST)
    return Found([answers[one.reference] for one in seen.entries], pages.following(seen.next))


async def entry(record: Record, patients: Iterable[str], reference: str) -> Line:
    """One entry in full, of whatever type, that is about one of these records of a person (ids). Raises `Absent`, also
    for what is about somebody else, or `Gone`.
    """
    type_, _, id_ = reference.partition("/")
    if type_ not in TYPES:
        raise Absent("There is no such entry.")
    read = await record.read(type_, id_)
    if not {key(f"Patient/{one}") for one in patients} & set(read.patients):
        raise Absent("There is no such entry.")
    return line(read)


def _shown(said: Sequence[tuple[str, str]], places: Sequence[set[int]]) -> tuple[tuple[str, list[Piece]], ...]:
    """Excerpts of the texts with hits; of an entry whose title alone has them, how it begins."""
    found = [(head, excerpt(text, some)) for (head, text), some in zip(said[1:], places[1:], strict=True) if some]
    return tuple(found[:MOST_EXCERPTS] or [(head, [Piece(begun(text))]) for head, text in said[1:2]])
