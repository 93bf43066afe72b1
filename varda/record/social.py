"""Nobody looks for those who have had social services (PDL 2:8; RULES A16).

Only a question about one named patient may ask for units of social care, whether by reference, by their identity, or by
what is true of them. Social care itself asks about those whom it serves, and inhabitants about themselves.
"""

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from varda.access import reach
from varda.kernel.db import Work
from varda.kernel.errors import Malformed, Problem
from varda.search import scope
from varda.search.compile import compiled
from varda.search.kinds.reference import Pointer, possible
from varda.search.parameters import Meaning, meanings
from varda.search.plan import Ask, Chain, Criterion, OfUnit, Question, Unsigned
from varda.store import reading

if TYPE_CHECKING:
    from varda.record.opened import Record

_MOST = 1000
_SOCIAL = "PDL 2:8: no searching on having received social services; name the patient"
_UNCLEAR = "PDL 2:8: this may ask for units of social care; name the units by reference, or the patient"
_Asked = tuple[int, ...] | list[Criterion]
"""Keys of organizations, or all that must be true of them."""


async def require_unasked(record: "Record", question: Question) -> None:
    """Raise `Malformed` where a question about more than one patient asks for units of social care."""
    if record.session.is_social or record.session.kind == "citizen":
        return
    if scope.is_of_one(question.type, question.criteria):
        return
    asked = [one for criterion in question.criteria for one in _organizations(question.type, criterion)]
    if question.type == "Organization" and any(include.reverse for include in question.includes):
        asked.append(list(question.criteria))
    if not asked:
        return
    async with record.at_work(population=True) as work:
        named = {reference for one in asked for reference in await _named(record, work, one)}
        if any(one.is_social for one in await _providers(work, named)):
            raise _refused(_SOCIAL)


def _refused(why: str) -> Malformed:
    return Malformed(f"{why}.", [Problem(why, "", "forbidden")])


def _organizations(type_: str, criterion: Criterion) -> Iterator[_Asked]:
    """What a criterion asks of organizations, on every step of its way: keys of them, or what must be true of them."""
    if isinstance(criterion, Ask):
        if criterion.modifier != "missing" and _may_point(criterion.meaning):
            if criterion.modifier == "identifier":
                raise _refused(_UNCLEAR)
            yield tuple(_keys(criterion))
        return
    if isinstance(criterion, Unsigned | OfUnit):
        return
    inside = criterion.inside if isinstance(criterion, Chain) else ((criterion.source, criterion.inside),)
    for target, one in inside:
        if target == "Organization":
            yield [one]
        yield from _organizations(target, one)


def _may_point(meaning: Meaning) -> bool:
    return meaning.kind == "reference" and bool({"Organization", "Resource"} & set(possible(meaning)))


def _keys(ask: Ask) -> Iterator[int]:
    """The keys of the items that are asked for: a token is the key with the salt of its parameter."""
    salts = [meanings(ask.meaning.type)[part].salt for part in ask.meaning.parts]
    pointers = [value for value in ask.values if isinstance(value, Pointer)]
    return (key ^ salt for pointer in pointers for key, salt in product(pointer.keys, salts))


async def _named(record: "Record", work: Work, asked: _Asked) -> set[str]:
    rule = record.narrowing.without_limit()
    if isinstance(asked, tuple):
        found = [one.stored for one in await reading.read(work, [(item, rule) for item in asked])]
    else:
        statement = compiled(Question(type="Organization", criteria=tuple(asked), count=_MOST), rule)
        found = list((await reading.matched(work, statement)).stored)
        if len(found) > _MOST:
            raise _refused(_UNCLEAR)
    return {one.reference for one in found if one is not None and one.type == "Organization"}


async def _providers(work: Work, references: set[str]) -> list[reach.Place]:
    units = await reach.organizations(work, references) if references else {}
    return await reach.providers(work, {place.provider for place in units.values()}) if units else []
