"""The end of a run-book; a dress rehearsal's result, planned against actual, goes to the register by itself (F229)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from varda.catalogue import Deciding
from varda.introduction.cutover.books import Books, Course
from varda.introduction.seal import Seal
from varda.introduction.testruns import Result, TestRuns, Told
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database

TOLERANCE = timedelta(minutes=15)
"""How late a wave may begin in a rehearsal that is passed."""


async def end(database: Database, seal: Seal, course: Course, reason: str, by: Deciding, now: datetime) -> bool:
    """End a run-book; gives whether all of it was done. See `Books.close` for what it raises."""
    books, book = Books(database), course.book
    async with database.transaction() as work:
        is_done = await books.close(work, course, reason, by, now)
        if book.kind == "rehearsal":
            name, log = f"genrep-{book.number}.txt", written(course, reason).encode()
            told = Told("rehearsal", book.build, book.configuration, result(course, now), (name, log))
            await TestRuns(database, seal).keep(work, told, by.name, now)
    return is_done


def result(course: Course, now: datetime) -> Result:
    """How a rehearsal went: a step that is not done, or has a stopping fault open, is a failed one; so is a wave's
    beginning that was later than `TOLERANCE`."""
    steps = list(course.steps.values())
    failed = [
        one
        for one in steps
        if one.state != "done" or one.is_faulty or (one.kind == "switch" and one.opens - one.planned[0] > TOLERANCE)
    ]
    said = [at for some in course.events.values() for each in some if each.kind != "owner" for at in (each.at,)]
    digest = sha256(f"run-book {course.book.number} of {course.book.made_at.isoformat()}".encode()).hexdigest()
    names = "; ".join(one.step.words.sv for one in failed)[:2000]
    return Result(len(steps), len(failed), 0, min([now, *said]), now, digest, course.book.build, names)


def written(course: Course, reason: str) -> str:
    """Planned against actual, step by step, with what was said; in Swedish, as the run-book is."""
    return "\n".join(_lines(course, reason)) + "\n"


def _lines(course: Course, reason: str) -> Iterator[str]:
    book = course.book
    yield f"Körbok {book.number}, {book.delivery}, bygge {book.build}, konfiguration {book.configuration}"
    yield f"Planerad start {_said(book.starts)}"
    if reason:
        yield f"Avslutad: {reason}"
    for one in course.steps.values():
        late = round((one.closes - one.planned[1]).total_seconds() / 60)
        yield ""
        yield f"{one.step.words.sv} ({course.owners.get(one.step.code, ('', 'ingen'))[1]})"
        yield f"  planerat {_said(one.planned[0])} - {_said(one.planned[1])}"
        if one.state == "done":
            yield f"  verkligt {_said(one.opens)} - {_said(one.closes)} ({late:+d} min)"
        else:
            yield "  inte gjort"
        for each in course.events.get(one.step.code, ()):
            if each.note:
                yield f"  {_said(each.at)} {each.kind}: {' '.join(each.note.split())} ({each.said_name})"


def _said(at: datetime) -> str:
    return f"{at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
