"""Searching through the door: a question is narrowed before the database sees it, and answered page by page."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from varda.fhir.keys import key
from varda.kernel.db import Work
from varda.kernel.errors import TooLarge
from varda.record import social
from varda.search.compile import (
    MOST_INCLUDED,
    asked_about,
    counted,
    included,
    next_page,
    of_patients,
    reverse_included,
)
from varda.search.narrowing import Narrowing
from varda.search.plan import Criterion, Question, Reverse
from varda.search.shapes import asked, compiled
from varda.store import reading
from varda.store.model import Stored
from varda.store.reading import NO_MATCH

if TYPE_CHECKING:
    from varda.record.opened import Record


class Page(msgspec.Struct, frozen=True):
    """`total` only when it was asked for. `next` is the value of `_page` for the following page. `used` are the
    parameters that had effect, `ignored` those passed over under lenient handling. `what` describes it to the log,
    without a value that was typed.
    """

    matches: list[Stored]
    included: list[Stored]
    total: int | None
    next: str | None
    used: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]
    what: str
    about: tuple[int, ...] = ()


async def asked_for(
    record: "Record",
    type_: str,
    parameters: Sequence[tuple[str, str]],
    rule: Narrowing,
    *,
    lenient: bool = False,
    more: Sequence[Criterion] = (),
    is_home: bool = False,
) -> Page:
    """One page under a rule that may be wider than the session's own, for the door's own questions; not yet logged.

    `more` are criteria that no user can ask for. `is_home`: what points to a match (`_has`) is of the same patient.
    """
    question = asked(type_, parameters, lenient, record.base)
    if more:
        asks = [
            msgspec.structs.replace(one, is_home=is_home) if isinstance(one, Reverse) else one
            for one in question.criteria
        ]
        question = msgspec.structs.replace(question, criteria=(*asks, *more), shape=None)
    about = asked_about(question)
    population = len(about) != 1
    await social.require_unasked(record, question)
    matches = NO_MATCH
    statement = compiled(question, rule)
    if not question.counts_only:
        matches = await record.matched(statement, population=population)
    shown, following = matches.stored[: question.count], None
    if shown and len(matches.stored) > question.count:
        first, last = (dict(zip(statement.columns, matches.row(n), strict=True)) for n in (0, len(shown) - 1))
        following = next_page(question, first, last)
    total = None
    if question.counts_only or question.total != "none":
        async with record.at_work(population=population) as work:
            total = await reading.total(work, counted(question, rule))
    included = await _included(record, question, rule, shown, matches.items[: len(shown)], population=population)
    return Page(
        matches=shown,
        included=included,
        total=total,
        next=following,
        used=question.used,
        ignored=question.ignored,
        # What was typed may be somebody's number or name, and beside the patients shown a code tells what they have.
        what=f"{type_}?{'&'.join(name for name, _ in question.used)}",
        about=about,
    )


async def _included(
    record: "Record",
    question: Question,
    rule: Narrowing,
    shown: Sequence[Stored],
    items: Sequence[int],
    *,
    population: bool,
) -> list[Stored]:
    if not shown or not question.includes:
        return []
    found: dict[int, Stored] = {}
    forward = any(not include.reverse for include in question.includes)
    statements = [
        included(question, rule, [one.resource for one in shown]) if forward else None,
        reverse_included(question, rule, items),
    ]
    for statement in statements:
        if statement is not None:
            async with record.at_work(population=population) as work:
                matched = await reading.matched(work, statement)
            found |= zip(matched.items, matched.stored, strict=True)
    if len(found) > MOST_INCLUDED:
        raise TooLarge(f"This page would bring more than {MOST_INCLUDED} included items. Ask for a smaller _count.")
    return list(found.values())


async def everything(record: "Record", patient: str, most: int, wanted: reading.Wanted) -> Page:
    """One page of a patient's compartment, the Patient first; not yet logged."""
    compartments = [key(f"Patient/{patient}")]
    async with record.at_work() as work:
        rows = await _of_patient(record, work, compartments, wanted, most + 1)
        first = [] if wanted.after else await reading.read(work, [(c, record.narrowing) for c in compartments])
    people = [f.stored for f in first if f.stored and (not wanted.types or "Patient" in wanted.types)]
    shown = rows[:most]
    return Page(
        matches=[*people, *(stored for _, stored in shown)],
        included=[],
        total=None,
        next=str(shown[-1][0]) if len(rows) > most else None,
        used=(),
        ignored=(),
        what=f"Patient/{patient}/$everything",
    )


async def _of_patient(
    record: "Record", work: Work, compartments: Sequence[int], wanted: reading.Wanted, most: int
) -> list[tuple[int, Stored]]:
    rule = record.narrowing
    if rule.within is None:
        return await reading.everything(work, compartments, wanted, most, rule)
    # An app's limits are in the compiler's hands alone.
    statement = of_patients(compartments, wanted.after, wanted.types, wanted.since, most, rule)
    matched = await reading.matched(work, statement)
    return list(zip(matched.born, matched.stored, strict=True))
