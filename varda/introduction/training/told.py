"""What people have done of courses, for a learning record store: read from what is kept, so that nothing is lost.

Self-tests, and the pre-training that they give, are between a person and the portal: they are not told.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from varda.exchange.xapi import Actors, Event, Outbox, statement, voiding
from varda.exchange.xapi.statements import Kind, Verb
from varda.introduction.training.model import Course
from varda.kernel.db import Database, Row
from varda.kernel.sql import named

_SQL = named("varda.introduction.training")
SOURCE = "training"
_OVERLAP = timedelta(minutes=5)
"""How far back is looked again: what was written at an instant may be committed a little later."""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_AFTER = timedelta(milliseconds=1)
_AT_ONCE = 500
_OWN = ("self-test", "pre-training")
_VERBS: Mapping[str, tuple[Verb, ...]] = {"question": ("answered",), "exercise": ("attempted", "passed")}
_KINDS: Mapping[str, Kind] = {"question": "question", "exercise": "simulation"}


async def told(database: Database, courses: Mapping[str, Course], actors: Actors, now: datetime) -> None:
    """Put what was done since the last time into the outbox. Again it does nothing."""
    outbox = Outbox(database)
    heard = await outbox.heard(SOURCE)
    since = heard - _OVERLAP if heard else _BEGINNING
    for name in ("done_since", "finished_since"):
        async for rows in _pages(database, name, since):
            said = [
                (row, statement(event, actors))
                for row in rows
                for event in _events(row, courses.get(row["course"]), row["of"])
            ]
            await outbox.put([one for row, one in said if row["is_done"]], now)
            # After what they take back, so that the store knows it.
            await outbox.put([voiding(one, row["at"], actors) for row, one in said if not row["is_done"]], now + _AFTER)
    await outbox.hear(SOURCE, now)


async def _pages(database: Database, name: str, since: datetime) -> AsyncIterator[list[Row]]:
    after = (since, "", "", "")
    while rows := await database.all(_SQL[name], *after, _AT_ONCE):
        yield rows
        last = rows[-1]
        after = (last["at"], last["person"], last["course"], last["step"])


def _events(row: Row, course: Course | None, at: datetime | None) -> Iterator[Event]:
    """What a row tells of: what was done `at`, for one that takes it back as well; None: nothing was."""
    if at is None or course is None or course.kind in _OWN:
        return
    home = f"learning/{course.code}"
    if not row["step"]:
        names = {"sv": course.title.sv, "en": course.title.en}
        yield Event(
            verb="completed", person=row["person"], activity=home, kind="course", names=names, at=at,
            version=row["version"], build=row["build"],
        )  # fmt: skip
        return
    step = course.step(row["step"])
    names = {"sv": step.title.sv, "en": step.title.en} if step else {"sv": row["step"], "en": row["step"]}
    kind = step.kind if step else "text"
    for verb in _VERBS.get(kind, ("experienced",)):
        yield Event(
            verb=verb, person=row["person"], activity=f"{home}/{row['step']}", kind=_KINDS.get(kind, "lesson"),
            names=names, at=at, version=row["version"], build=row["build"], course=home, tries=row["tries"],
            seconds=row["seconds"] if verb == "passed" else 0,
        )  # fmt: skip
