"""`_sort`, and going on where a page ended. https://hl7.org/fhir/R4/search.html#sort

An item without a value counts as less than every other: first ascending, last descending. Of several values the least
counts ascending, the greatest descending. Ties go newest first.
"""

from collections.abc import Sequence

from varda.fhir.expression import Route, routes
from varda.search.kinds.string import sort_key
from varda.search.parameters import Meaning, meanings, spelled
from varda.search.plan import Order, Question
from varda.search.row import Row

_LEAVES = {
    "CodeableConcept": ".coding.code",
    "Coding": ".code",
    "Identifier": ".value",
    "ContactPoint": ".value",
    "Reference": ".reference",
}


def expression(order: Order, row: Row) -> str:
    """The SQL of a sort key of a row."""
    meaning, pick = order.meaning, "max" if order.descending else "min"
    if meaning.code in ("_id", "_lastUpdated"):
        return f'{row.name}.id collate "C"' if meaning.code == "_id" else f"{row.name}.updated"
    if meaning.kind == "string":
        return _word(meaning, pick, row)
    family = meanings(meaning.type)
    parts = [family[part] for part in meaning.parts]
    end = "high" if order.descending else "low"
    if meaning.kind == "date":
        if any(part.main for part in parts):
            return f"{row.name}.low"
        return _beside("moment", f"{pick}(x.low)", [part.key for part in parts], row)
    if meaning.kind in ("number", "quantity"):
        return _beside("amount", f"{pick}(x.{end})", [part.key for part in parts], row)
    return _text(meaning, row)


def _beside(table: str, what: str, params: Sequence[int], row: Row, more: str = "") -> str:
    which = row.bind(sorted(params), "bigint[]")
    return (
        f"(select {what} from store.{table} x where x.compartment = {row.name}.compartment "  # noqa: S608 - our names
        f"and x.item = {row.name}.item and x.param = any({which}){more})"
    )


def _word(meaning: Meaning, pick: str, row: Row) -> str:
    """Names have sort keys of their own, in which å, ä and ö follow z; what needs none is sorted by its words."""
    family = meanings(meaning.type)
    parts = [family[part] for part in spelled(meaning)]
    what = f'{pick}(x.word collate "C")'
    ordered = _beside("word", what, [sort_key(part.name) for part in parts], row)
    whole = _beside("word", what, [part.key for part in parts], row, " and x.word >= ' '")
    return f"coalesce({ordered}, {whole})"


def _text(meaning: Meaning, row: Row) -> str:
    """Tokens, references and addresses are kept as hashes, so their text comes from the body: dear for many items."""
    ways = [_json_path(route) for part in meaning.parts for route in _routes(meaning.type, part)]
    found = [f"jsonb_path_query_first(b.body, '{way}') #>> '{{}}'" for way in ways]
    return (
        f'(select coalesce({", ".join(found) or "null::text"}) collate "C" '  # noqa: S608 - our names only
        f"from (select convert_from(v.body, 'UTF8')::jsonb as body from store.version v "
        f"where v.compartment = {row.name}.home and v.item = {row.name}.item and v.version = {row.name}.version) b)"
    )


def _routes(type_: str, code: str) -> Sequence[Route]:
    found = meanings(type_)[code].expression
    return routes(found, type_) if not found.startswith("Patient.deceased") else ()


def _json_path(route: Route) -> str:
    steps = [step for step in route.steps if isinstance(step, str)]
    return "$" + "".join(f'."{step}"' for step in steps) + _LEAVES.get(route.type, "")


def is_by_time_of_change(question: Question) -> bool:
    """Whether the first key is `_lastUpdated`: an index has the whole county's items in this order, none a unit's."""
    return bool(question.order) and question.order[0].meaning.code == "_lastUpdated"


def by(question: Question, keys: Sequence[str], born: str) -> str:
    """What follows `order by`."""
    found = [_ordered(name, order) for name, order in zip(keys, question.order, strict=True)]
    return ", ".join([*found, f"{born} desc"])


def _ordered(name: str, order: Order) -> str:
    """What every item has needs no word on nulls, and an index serves it only without one."""
    nulls = ("", "") if order.is_of_row else (" nulls first", " nulls last")
    return f"{name} desc{nulls[1]}" if order.descending else f"{name} asc{nulls[0]}"


def is_from_body(order: Order) -> bool:
    """Whether its texts are only in the bodies, each of which must be read before any can be the first."""
    return not order.is_of_row and order.meaning.kind in ("token", "reference", "uri")


def looked_up(question: Question) -> list[tuple[int, Order]]:
    """The sort keys, by number from 1, that a page after the first does not carry."""
    return [(n, order) for n, order in enumerate(question.order, 1) if not order.is_of_row]


def after(question: Question, keys: Sequence[str], row: Row) -> str:
    """The condition that a row comes after the cursor. Keys that it does not carry are those of the only row of `last`.

    Where the last item has been changed, deleted or closed since, `last` is empty: nobody knows where it stood. Then
    the pages begin anew, so that something may come twice but nothing is left out.
    """
    place = question.cursor
    assert place is not None
    found = f"{row.name}.born < {row.bind(place.born, 'bigint')}"
    for n, order in reversed(list(enumerate(question.order, 1))):
        if order.is_of_row:
            found = _after(order, keys[n - 1], row.bind(place.keys[n - 1], _type(order.meaning)), found)
        else:
            found = _after_any(order, keys[n - 1], f"(select l.s{n} from last l)", found)  # noqa: S608 - our own names
    return f"(not exists (select from last) or {found})" if looked_up(question) else found


def _after(order: Order, name: str, limit: str, rest: str) -> str:
    """The first half alone is what an index can begin with."""
    sign = "<" if order.descending else ">"
    return f"({name} {sign}= {limit} and ({name} {sign} {limit} or {rest}))"


def _after_any(order: Order, name: str, limit: str, rest: str) -> str:
    same = f"({name} is not distinct from {limit} and {rest})"
    if order.descending:
        return f"({name} < {limit} or ({name} is null and {limit} is not null) or {same})"
    return f"({name} > {limit} or ({name} is not null and {limit} is null) or {same})"


def _type(meaning: Meaning) -> str:
    return "text" if meaning.code == "_id" else "timestamptz"
