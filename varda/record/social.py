"""Nobody looks for those who have had social services (PDL 2:8; RULES A16).

A question about more than one named patient may not ask for a unit of social care, whether by reference or by what is
true of the unit. Social care itself asks about those whom it serves, and inhabitants about themselves.
"""

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from varda.access import reach
from varda.kernel.db import Work
from varda.kernel.errors import Malformed, Problem
from varda.search.compile import compiled
from varda.search.kinds.reference import Pointer, possible
from varda.search.parameters import meanings
from varda.search.plan import Ask, Chain, Criterion, Question
from varda.store import reading

if TYPE_CHECKING:
    from varda.record.opened import Record

_MOST = 1000
_WHY = "PDL 2:8: no searching on having received social services; name the patient"


async def require_unasked(record: "Record", question: Question) -> None:
    """Raise `Malformed` where a question to the whole population asks for units of social care."""
    if record.session.is_social or record.session.kind == "citizen":
        return
    asked = [one for criterion in question.criteria for one in _organizations(question.type, criterion)]
    if not asked:
        return
    async with record.at_work(population=True) as work:
        named = {reference for one in asked for reference in await _named(record, work, one)}
        if any(one.is_social for one in await _providers(work, named)):
            raise Malformed(f"{_WHY}.", [Problem(_WHY, "", "forbidden")])


def _organizations(type_: str, criterion: Criterion) -> Iterator[tuple[int, ...] | Criterion]:
    """What a criterion asks of organizations, on every step of its way: keys of them, or what must be true of them."""
    if isinstance(criterion, Ask):
        meaning = criterion.meaning
        if meaning.kind == "reference" and {"Organization", "Resource"} & set(possible(meaning)):
            salts = [meanings(meaning.type)[part].salt for part in meaning.parts]
            pointers = [value for value in criterion.values if isinstance(value, Pointer)]
            yield tuple(key ^ salt for pointer in pointers for key, salt in product(pointer.keys, salts))
        return
    inside = criterion.inside if isinstance(criterion, Chain) else ((criterion.source, criterion.inside),)
    for target, one in inside:
        if target == "Organization":
            yield one
        yield from _organizations(target, one)


async def _named(record: "Record", work: Work, asked: tuple[int, ...] | Criterion) -> set[str]:
    rule = record.narrowing.without_limit()
    if isinstance(asked, tuple):
        found = [one.stored for one in await reading.read(work, [(item, rule) for item in asked])]
    else:
        statement = compiled(Question(type="Organization", criteria=(asked,), count=_MOST), rule)
        found = list((await reading.matched(work, statement)).stored)
    return {one.reference for one in found if one is not None and one.type == "Organization"}


async def _providers(work: Work, references: set[str]) -> list[reach.Place]:
    units = await reach.organizations(work, references) if references else {}
    return await reach.providers(work, {place.provider for place in units.values()}) if units else []
