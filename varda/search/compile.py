"""From a Question to the statements that answer it. Only names of ours are in the text; every user value is bound.

A page is newest first by `born` unless `_sort` says otherwise, and goes on where the page before ended: what was born
after the first page is never on a later one, so that nothing shifts under the reader.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from varda.fhir import path
from varda.fhir.keys import key
from varda.fhir.resource import Resource
from varda.search import cursor, orders, scope
from varda.search.conditions import Statements, at_home, is_fenced
from varda.search.kinds import reference
from varda.search.narrowing import Narrowing
from varda.search.parameters import meanings
from varda.search.plan import Cursor, Include, Question
from varda.search.row import Row
from varda.search.stretches import dated

MOST_INCLUDED = 5_000
"""Included items of one page. One more is fetched, so that more than this can be told from exactly this."""

COLUMNS = ("home", "item", "version", "born")
"""What a statement brings of each row: which version of which item it is. What that says is the same for ever, and
`varda.store.versions` knows it or fetches it.
"""


class Statement(msgspec.Struct, frozen=True):
    """SQL text, the values of its `$1`, `$2` … in order, and the names of its columns."""

    text: str
    values: tuple[Any, ...]
    columns: tuple[str, ...] = COLUMNS


def compiled(question: Question, narrowing: Narrowing) -> Statement:
    """One page of matches and one row more, which tells that there is a next page.

    A row has `COLUMNS` and of the sort keys s1, s2 … those that `next_page` wants back; the first page in an order of
    its own has `newest` as well, how far creation has come.
    """
    statements = Statements.under(narrowing)
    names = [f"s{n}" for n in range(1, len(question.order) + 1)]
    text = _last(statements, question) + _page(statements, question, names)
    columns = [*COLUMNS, *(name for name, order in zip(names, question.order, strict=True) if order.is_of_row)]
    if question.order and question.cursor is None:
        text = f"select m.*, (select last_value from store.birth) as newest from ({text}) m"  # noqa: S608 - our own names only
        columns.append("newest")
    return Statement(text, tuple(statements.bound.values), tuple(columns))


def _page(statements: Statements, question: Question, names: Sequence[str]) -> str:
    """The rows of a page, in order."""
    row = statements.bound.row(question.type)
    keys = [orders.expression(order, row) for order in question.order]
    own = [f"{row.name}.{column}" for column in COLUMNS]
    columns = ", ".join([*own, *(f"{key_} as {name}" for key_, name in zip(keys, names, strict=True))])
    found = f"select {columns} from store.current {row.name} where {_matching(statements, row, question)}"  # noqa: S608 - only our own names are put in
    limit = statements.bound.bind(question.count + 1, "bigint")
    if time := statements.stretches(row, question):
        after = f" and {orders.after(question, keys, row)}" if question.cursor else ""
        inside = [dated(row.name) if key_ == f"{row.name}.low" else key_ for key_ in keys]
        order = orders.by(question, inside, f"{row.name}.born")
        walk = f"{found} and {time.seen}{after} order by {order} limit {limit}"
        order = orders.by(question, _of("u", names), "u.born")
        return f"select u.* from ({time.stretches}) s cross join lateral ({walk}) u order by {order} limit {limit}"  # noqa: S608 - our own names only
    walks = statements.arms(row, question)
    parts = [f"{found} and {walk}" for walk in walks] or [" and ".join([found, *statements.seen(row)])]
    if is_fenced(question.criteria) or (walks and orders.is_by_time_of_change(question)):
        # `offset 0` keeps the planner from walking all items in order in the hope of a match soon.
        parts = [f"select f.* from ({part} offset 0) f where true" for part in parts]  # noqa: S608 - our own names only
        row, keys = replace(row, name="f"), _of("f", names)
    after = f" and {orders.after(question, keys, row)}" if question.cursor else ""
    last = f"order by {orders.by(question, keys, f'{row.name}.born')} limit {limit}"
    if len(parts) == 1:
        return f"{parts[0]}{after} {last}"
    together = " union all ".join(f"({part}{after} {last})" for part in parts)
    order = orders.by(question, _of("u", names), "u.born")
    return f"select u.* from ({together}) u order by {order} limit {limit}"  # noqa: S608 - our own names only


def _last(statements: Statements, question: Question) -> str:
    """The sort keys of the item where the page before ended, if this session still sees it as it was."""
    place, wanted = question.cursor, orders.looked_up(question)
    if place is None or not wanted:
        return ""
    row = statements.bound.row(question.type)
    keys = ", ".join(f"{orders.expression(order, row)} as s{n}" for n, order in wanted)
    where = " and ".join([
        f"p.item = {row.bind(place.item, 'bigint')}",
        f"{row.name}.version = {row.bind(place.version, 'integer')}",
        statements.of_type(row),
        *statements.seen(row),
    ])  # fmt: skip
    at = f"{row.name}.compartment = p.compartment and {row.name}.item = p.item"
    found = f"select {keys} from store.place p join store.current {row.name} on {at} where {where}"  # noqa: S608 - our own names only
    return f"with last as ({found}) "


def _of(row: str, names: Sequence[str]) -> list[str]:
    return [f"{row}.{name}" for name in names]


def counted(question: Question, narrowing: Narrowing) -> Statement:
    """How many matches there are in all, as `total`."""
    statements = Statements.under(narrowing)
    row = statements.bound.row(question.type)
    where = " and ".join([_matching(statements, row, question), *statements.seen(row)])
    text = f"select count(*) as total from store.current {row.name} where {where}"  # noqa: S608 - our names only
    return Statement(text, tuple(statements.bound.values), ("total",))


def of_patients(
    compartments: Sequence[int],
    after: int,
    types: Iterable[str],
    since: datetime | None,
    most: int,
    narrowing: Narrowing,
) -> Statement:
    """Items of patients' compartments in the order of their making, from one on; not the Patients themselves."""
    statements = Statements.under(narrowing)
    row, bind = statements.bound.row(""), statements.bound.bind
    places, name = bind(list(compartments), "bigint[]"), row.name
    where = [
        f"{name}.compartment = any({places}) and {name}.item <> all({places}) and {name}.born > {bind(after, 'bigint')}"
    ]
    if chosen := [statements.of_type(replace(row, type=type_)) for type_ in sorted(types)]:
        where.append(f"({' or '.join(chosen)})")
    if since is not None:
        where.append(f"{name}.updated >= {bind(since, 'timestamptz')}")
    found = " and ".join([*where, *statements.seen(row)])
    own = ", ".join(f"{name}.{column}" for column in COLUMNS)
    text = f"select {own} from store.current {name} where {found} order by {name}.born limit {bind(most, 'bigint')}"  # noqa: S608 - our names only
    return Statement(text, tuple(statements.bound.values))


def next_page(question: Question, first: Mapping[str, Any], last: Mapping[str, Any]) -> str:
    """The value of `_page` for the page after the row `last` (the last one shown); `first` is the first one.

    What was born after the first page was read is on no later one. Newest first, nothing is newer than its first row.
    """
    snapshot = first["newest"] if question.order and question.cursor is None else first["born"]
    keys = tuple(last[f"s{n}"] if order.is_of_row else None for n, order in enumerate(question.order, 1))
    newest = question.cursor.snapshot if question.cursor else snapshot
    place = Cursor(last["item"], last["version"], last["born"], newest, keys)
    return cursor.written(place, question.fingerprint)


def asked_about(question: Question) -> tuple[int, ...]:
    """The compartments of the patients that a question names outright, whether or not anything was found: for the log.

    `patient=1`, `subject=Patient/1`, a Patient's `_id`, a patient as performer, also inside chains and `_has`.
    """
    return tuple(sorted({one for criterion in question.criteria for one in scope.named(criterion)}))


def _matching(statements: Statements, row: Row, question: Question) -> str:
    """On a first page everything there is counts, and naming no limit leaves the planner the better index."""
    where = statements.matching(row, question.criteria)
    if question.cursor is None:
        return where
    return f"{where} and {row.name}.born <= {row.bind(question.cursor.snapshot, 'bigint')}"


def included(question: Question, narrowing: Narrowing, matches: Sequence[Resource]) -> Statement | None:
    """What the matches of a page point to by `_include`, newest versions; None when there is nothing to fetch."""
    wanted = pointed(question, matches)
    shown = {key(f"{match['resourceType']}/{match['id']}") for match in matches}
    items = sorted({key(f"{type_}/{id_}") for type_, id_ in wanted} - shown)
    if not items:
        return None
    statements = Statements.under(narrowing)
    row = statements.bound.row("")
    asked = row.bind(items, "bigint[]")
    found = (
        f"from store.place p join store.current {row.name} "
        f"on {row.name}.compartment = p.compartment and {row.name}.item = p.item where p.item = any({asked})"
    )
    return _all(statements, row, " and ".join([found, *statements.seen(row)]))


def pointed(question: Question, matches: Iterable[Resource]) -> list[tuple[str, str]]:
    """Type and id of everything that `_include` names in these matches, each once."""
    found: dict[tuple[str, str], None] = {}
    includes = [include for include in question.includes if not include.reverse]
    for match in matches if includes else ():
        for include in includes:
            found.update(dict.fromkeys(_pointed(include, match)))
    return list(found)


def _pointed(include: Include, match: Resource) -> Iterable[tuple[str, str]]:
    for meaning in include.meanings:
        for _, value in path.compile(meaning.expression, include.source)(match):
            text = value.get("reference") if isinstance(value, dict) else value
            named = reference.local(text) if isinstance(text, str) else None
            if named and named[0] == (include.target or named[0]):
                yield named


def reverse_included(question: Question, narrowing: Narrowing, items: Sequence[int]) -> Statement | None:
    """What points to the matches of a page (`items`: their keys) by `_revinclude`; None when it was not asked for."""
    includes = [include for include in question.includes if include.reverse]
    if not includes or not items:
        return None
    statements = Statements.under(narrowing)
    row = statements.bound.row("")
    points = [_points(statements, replace(row, type=include.source), question, include, items) for include in includes]
    shown = row.bind(sorted(items), "bigint[]")
    found = [f"from store.current {row.name} where ({' or '.join(points)})", f"{row.name}.item <> all({shown})"]
    return _all(statements, row, " and ".join([*found, *statements.seen(row)]))


def _points(statements: Statements, row: Row, question: Question, include: Include, items: Sequence[int]) -> str:
    family = meanings(include.source)
    parts = {part: family[part] for meaning in include.meanings for part in meaning.parts}
    tokens = row.has_any([item ^ part.salt for part in parts.values() for item in items])
    place = at_home(row)
    if question.type == "Patient" and all(meaning.compartment for meaning in include.meanings):
        place = f"{row.name}.compartment = any({row.bind(sorted(items), 'bigint[]')})"
    return f"({place} and {statements.of_type(row)} and {tokens})"


def _all(statements: Statements, row: Row, rest: str) -> Statement:
    """Every row once, newest first; an item of several patients has a row with each."""
    name, limit = row.name, statements.bound.bind(MOST_INCLUDED + 1, "bigint")
    own = ", ".join(f"{name}.{column}" for column in COLUMNS)
    text = (
        f"select distinct on ({name}.born, {name}.item) {own} {rest} "
        f"order by {name}.born desc, {name}.item limit {limit}"
    )
    return Statement(text, tuple(statements.bound.values))
