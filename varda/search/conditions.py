"""From criteria to SQL conditions on one row of store.current, and which compartments the row can be in at all.

Every row that a search touches, whatever for, is narrowed by the access rule: matches, targets of chains, sources of
`_has`, included items.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from varda.fhir.definitions import TYPES, compartment
from varda.search import scope, signed, stretches
from varda.search.narrowing import Names, Narrowing, arms, citizen, left, owned, visible
from varda.search.orders import is_by_time_of_change
from varda.search.parameters import Meaning, meanings
from varda.search.plan import Ask, Chain, Criterion, OfUnit, Question, Reverse, Unsigned, kind
from varda.search.row import Bound, Row
from varda.search.within import Within

MOST_ARMS = 12
"""Owned units that are walked one by one; more are walked together."""


class Stretched(NamedTuple):
    """SQL: a select of stretches, and what must be true for the session to see a row of one of them, `s`."""

    stretches: str
    seen: str


_VERSION = (("compartment", "home"), ("item", "item"), ("version", "version"))
_BROAD = frozenset({"patient", "subject", "category", "status", "clinical-status", "class", "intent"})

_NUMBERS = {name: number for number, name in enumerate(TYPES, 1)}


@dataclass(slots=True)
class Statements:
    """The values of one statement, and the rule that every row in it obeys."""

    bound: Bound
    narrowing: Narrowing

    @classmethod
    def under(cls, narrowing: Narrowing) -> "Statements":
        """A statement to be, for one session."""
        bound = Bound()
        bound.instant = narrowing.now
        return cls(bound, narrowing)

    def seen(self, row: Row) -> list[str]:
        """What must be true for this session to see the row; nothing when it sees everything."""
        return [*self._within(row), *self._readable(row), *self._seen(row)]

    def _readable(self, row: Row) -> list[str]:
        """The resource types that the role may read; decided here and now where the row's type is known."""
        rule = self.narrowing
        if rule.types is None:
            return []
        if row.type:
            return [] if rule.allows(_NUMBERS[row.type]) else ["false"]
        return [f"{row.name}.type = any({self.bound.bind(list(rule.types), 'smallint[]')})"]

    def _seen(self, row: Row) -> list[str]:
        rule, bind = self.narrowing, self.bound.bind
        if rule.everything:
            return []
        if rule.people:
            return [citizen(row.name, bind(list(rule.people), "bigint[]"))]
        if not rule.owned:
            return [visible(row.name, self._names())]
        units = bind(list(rule.owned), "bigint[]")
        is_owned = owned(row.name, Names("", "", "", "", "", units))
        if row.type and row.type != "Patient" and compartment(row.type):
            return [is_owned]
        return [f"({is_owned} or ({visible(row.name, self._names())}))"]

    def _within(self, row: Row) -> list[str]:
        """What an app's token is limited to; nothing for whoever is no app."""
        limits = self.narrowing.within
        if limits is None:
            return []
        ways = [self._limited(row, one) for one in limits if not (row.type and one.type) or one.type == row.type]
        return [] if "" in ways else [f"({' or '.join(ways)})" if ways else "false"]

    def _limited(self, row: Row, limit: Within) -> str:
        typed = replace(row, type=limit.type or row.type)
        found = [self.of_type(typed)] if limit.type and not row.type else []
        if limit.compartments:
            inside = f"{row.name}.compartment = any({self.bound.bind(list(limit.compartments), 'bigint[]')})"
            shared = [number for name, number in _NUMBERS.items() if not _is_of_patients(name)]
            if not typed.type:
                of_nobody = f"{row.name}.type = any({self.bound.bind(shared, 'smallint[]')})"
                inside = f"({inside} or ({row.name}.compartment = 0 and {of_nobody}))"
            elif not _is_of_patients(typed.type):
                inside = f"({inside} or {row.name}.compartment = 0)"
            found += [inside, f"{row.name}.also is null"]
        found += [_asked(typed, ask) for ask in limit.criteria]
        return " and ".join(found)

    def arms(self, row: Row, question: Question) -> list[str]:
        """The rule, as conditions of walks through the county's items that each have an index; [] for one walk.

        They take the place of `seen`. What is the county's own (Patient …), lies in one compartment, or is found before
        it is put in order has none.
        """
        rule = self.narrowing
        if (
            rule.everything
            or rule.people
            or row.type == "Patient"
            or not compartment(row.type)
            or is_fenced(question.criteria)
        ):
            return []
        if _scope(row, question.criteria, self) is not None:
            return []
        if rule.owned and is_by_time_of_change(question):
            return []  # their items are rather many of all, and an index has all of them in this order
        readable = self._readable(row)
        if rule.owned:
            few = rule.owned if len(rule.owned) <= MOST_ARMS else ()
            walks = [f"{row.name}.unit = {self.bound.bind(unit, 'bigint')}" for unit in few]
        else:
            walks = arms(row.name, self._names())
        return [" and ".join([*self._within(row), *readable, walk]) for walk in walks]

    def stretches(self, row: Row, question: Question) -> Stretched | None:
        """The rule for one patient's items: a walk through time, unit by unit. It takes the place of `seen`.

        None for what is not one patient's, is found before it is put in order, or is seen whosever it is.
        """
        rule, criteria = self.narrowing, question.criteria
        if rule.everything or rule.people or rule.owned or row.type == "Patient" or is_fenced(criteria):
            return None
        found = _scope(row, criteria, self)
        if found is None or not found.one:
            return None
        type_, names = self.bound.bind(_NUMBERS[row.type], "smallint"), self._names()
        seen = [*self._within(row), *self._readable(row), stretches.seen(row.name, names)]
        return Stretched(stretches.stretches(found.one, type_, names), " and ".join(seen))

    def _names(self) -> Names:
        """The values of the rule, bound only where it is written: PostgreSQL refuses a value that nothing names."""
        rule, bind = self.narrowing, self.bound.bind
        return Names(
            everything="false",
            unit=bind(rule.unit, "bigint"),
            provider=bind(rule.provider, "bigint"),
            grantees=bind(list(rule.grantees), "bigint[]"),
            now=bind(rule.now, "timestamptz"),
        )

    def of_type(self, row: Row) -> str:
        """The row's resource type, as its number."""
        return f"{row.name}.type = {self.bound.bind(_NUMBERS[row.type], 'smallint')}"

    def where(self, row: Row, criteria: Sequence[Criterion], *, once: bool = True) -> str:
        """Everything that a match must be, the compartment first, and seen by this session."""
        return " and ".join([self.matching(row, criteria, once=once), *self.seen(row)])

    def matching(self, row: Row, criteria: Sequence[Criterion], *, once: bool = True) -> str:
        """What is asked of a match. For every row the rule must be added, by `seen` or by each of the `arms`.

        An item has a row with each of its patients: `once` takes one of them.
        """
        scope = _scope(row, criteria, self)
        found = scope.conditions(row, once=once) if scope else [at_home(row)] * once
        found.append(self.of_type(row))
        left = [criterion for criterion in criteria if scope is None or criterion is not scope.of]
        asked = [self.condition(row, criterion) for criterion in sorted(left, key=_weight)]
        if scope and scope.one and all(map(_is_broad, left)):
            # So much of the compartment: the planner shall walk it in order, not look for it by tokens and sort.
            asked = [f"({one}) is true" for one in asked]
        return " and ".join([*found, *asked])

    def condition(self, row: Row, criterion: Criterion) -> str:
        """One criterion."""
        if isinstance(criterion, Ask):
            return _asked(row, criterion)
        if isinstance(criterion, Unsigned):
            return self._unsigned(row, criterion)
        if isinstance(criterion, OfUnit):
            return self._of_unit(row, criterion)
        return self._chained(row, criterion) if isinstance(criterion, Chain) else self._reversed(row, criterion)

    def _of_unit(self, row: Row, criterion: OfUnit) -> str:
        rule, bind = self.narrowing, self.bound.bind
        owned = f"{row.name}.unit = {bind(criterion.unit, 'bigint')}"
        if not criterion.is_left:
            return owned
        names = Names("", "", "", bind(list(rule.grantees), "bigint[]"), bind(rule.now, "timestamptz"))
        return f"{owned} and {left(row.name, names)}"

    def items(self, type_: str, criterion: Criterion) -> tuple[Row, str]:
        """A row of another type of which a criterion is true, and the rest of a select after its columns."""
        row = self.bound.row(type_)
        return row, f"from store.current {row.name} where {self.where(row, [criterion], once=False)}"

    def _chained(self, row: Row, chain: Chain) -> str:
        """The targets are found first, once; then their tokens are looked for."""
        found = []
        for type_, inside in chain.inside:
            for part in _written(chain.meaning):
                target, rest = self.items(type_, inside)
                salt = self.bound.bind(part.salt, "bigint")
                found.append(f"{row.name}.tokens && array(select {target.name}.item # {salt} {rest})")
        return f"({' or '.join(found)})"

    def _reversed(self, row: Row, reverse: Reverse) -> str:
        found = []
        for part in _written(reverse.meaning):
            source, rest = self.items(reverse.source, reverse.inside)
            salt = self.bound.bind(part.salt, "bigint")
            if reverse.is_home:
                # One patient's few items of a type are looked at for each row: the planner would look for all of the
                # unit's anew each time.
                at = f"{source.name}.compartment = {row.name}.compartment"
                found.append(
                    f"exists (select {rest} and {at} and {source.name}.tokens @> array[{row.name}.item # {salt}])"
                )
            elif row.type == "Patient" and reverse.meaning.compartment:
                # A patient is the compartment of what points to it, so that no token need be taken apart.
                points = f"{source.name}.tokens @> array[{source.name}.compartment # {salt}]"
                found.append(f"{row.name}.compartment in (select {source.name}.compartment {rest} and {points})")
            else:
                taken = f"select unnest({source.name}.tokens) # {salt} {rest}"
                found.append(
                    f"({row.name}.compartment, {row.name}.item) in "  # noqa: S608 - our names only
                    f"(select p.compartment, p.item from store.place p where p.item in ({taken}))"
                )
        return f"({' or '.join(found)})"

    def _unsigned(self, row: Row, criterion: Unsigned) -> str:
        """Both signature and report lie in the same patient's compartment, of which an index has a type's few items.

        Which version was signed is a token of the signature (`varda.search.signed`). A new result is spoken for by a
        report that waits itself: one that came after its report was signed waits.
        """
        bind, name = self.bound.bind, row.name
        found = [f"{name}.unit = {bind(criterion.unit, 'bigint')}", f"not {self._signed(row)}"]
        if criterion.own:
            found.append(f"not ({row.has_any(criterion.own)})")
        if criterion.saying:
            at = " and ".join(f"v.{mine} = {name}.{its}" for mine, its in _VERSION)
            marks = (bind(f'"{one}"', "text") for one in criterion.saying)
            said = " or ".join(f"position(convert_to({mark}, 'UTF8') in v.body) > 0" for mark in marks)
            found.append(f"exists (select from store.version v where {at} and ({said}))")
        elif row.type == "Observation":
            report = self.bound.row("DiagnosticReport")
            salt = bind(meanings(report.type)["result"].salt, "bigint")
            held = f"{self._pointing(row, report, f'{name}.item # {salt}')} and not {self._signed(report)}"
            found.append(f"({name}.version > 1 or not exists ({held}))")
        return " and ".join(found)

    def _signed(self, row: Row) -> str:
        return f"exists ({self._pointing(row, self.bound.row('Provenance'), signed.token(row))})"

    def _pointing(self, row: Row, by: Row, token: str) -> str:
        """What `by` of another type, in the same compartment, has this token, as far as the session sees it."""
        seen = " and ".join([
            f"{by.name}.compartment = {row.name}.compartment",
            self.of_type(by),
            f"{by.name}.tokens @> array[{token}]",
            *self.seen(by),
        ])  # fmt: skip
        return f"select from store.current {by.name} where {seen}"


def _is_broad(criterion: Criterion) -> bool:
    """Whether so many of one patient's items of a type can be expected to match that a page soon has met enough."""
    return isinstance(criterion, Ask) and (criterion.meaning.kind == "date" or criterion.meaning.code in _BROAD)


def _weight(criterion: Criterion) -> int:
    """Which is asked of a row first: dates are cheap to compare, and nearly all items name their patient."""
    if not isinstance(criterion, Ask):
        return 1
    return 0 if criterion.meaning.kind == "date" else 2 if criterion.meaning.code in ("patient", "subject") else 1


def _is_of_patients(type_: str) -> bool:
    return type_ == "Patient" or bool(compartment(type_))


def at_home(row: Row) -> str:
    """One row an item. The planner guesses that columns are seldom equal, but knows how often `also` is null."""
    return f"({row.name}.also is null or {row.name}.home = {row.name}.compartment)"


def _written(meaning: Meaning) -> list[Meaning]:
    family = meanings(meaning.type)
    return [family[part] for part in meaning.parts]


def _asked(row: Row, ask: Ask) -> str:
    known = kind(ask.meaning)
    if ask.modifier == "missing":
        (is_missing,) = ask.values
        absent: str = known.missing(ask.meaning, row)
        return absent if is_missing else f"not ({absent})"
    found: str = known.condition(ask.meaning, ask.modifier, ask.values, row)
    return found


class _Scope(msgspec.Struct, frozen=True):
    """The compartments that a match can be in (SQL of a bigint[]); `of` is the criterion that is answered by it."""

    compartments: str
    more: tuple[str, ...] = ()
    of: Criterion | None = None
    one: str = ""

    def conditions(self, row: Row, *, once: bool) -> list[str]:
        """The compartment first, so that its indexes are used."""
        name = row.name
        if self.one:
            return [f"{name}.compartment = {self.one}"]
        first = (
            f"({name}.also is null or {name}.compartment = (select min(o) "  # noqa: S608 - our names only
            f"from unnest({name}.also || {name}.compartment) o where o = any({self.compartments})))"
        )
        return [f"{name}.compartment = any({self.compartments})", *self.more, *[first] * once]


def _scope(row: Row, criteria: Sequence[Criterion], statements: Statements) -> _Scope | None:
    for criterion in criteria:
        if isinstance(criterion, Ask) and (found := _fixed(row, criterion)):
            return found
    for criterion in criteria:
        if isinstance(criterion, Chain) and (found := _by_patient(row, criterion, statements)):
            return found
    for criterion in criteria:
        if isinstance(criterion, Ask) and criterion.meaning.code == "_id" and not criterion.modifier:
            items = row.bind(sorted(criterion.values), "bigint[]")
            return _Scope(f"array(select p.compartment from store.place p where p.item = any({items}))")  # noqa: S608 - our own names; values are bound
    return None


def _fixed(row: Row, ask: Ask) -> _Scope | None:
    compartments = scope.compartments(row.type, ask)
    if not compartments:
        return None
    if len(compartments) == 1:
        return _Scope("", one=row.bind(compartments[0], "bigint"))
    return _Scope(row.bind(compartments, "bigint[]"))


def _by_patient(row: Row, chain: Chain, statements: Statements) -> _Scope | None:
    """`patient.identifier=…`: a match is in the compartment of a patient of whom it is true, and points to it."""
    if not chain.meaning.compartment or [type_ for type_, _ in chain.inside] != ["Patient"]:
        return None
    ((type_, inside),) = chain.inside
    target, rest = statements.items(type_, inside)
    (part,) = _written(chain.meaning)
    points = f"{row.name}.tokens @> array[{row.name}.compartment # {row.bind(part.salt, 'bigint')}]"
    return _Scope(f"array(select {target.name}.item {rest})", (points,), of=chain)


def is_fenced(criteria: Sequence[Criterion]) -> bool:
    """Whether the matches must be found before they are put in order.

    What a subquery will give is unknown to the planner. It would guess that every hundredth item matches, walk the
    items newest first, and read all of a type for a rare match.
    """
    linked = [criterion for criterion in criteria if isinstance(criterion, Chain | Reverse)]
    return bool(linked)
