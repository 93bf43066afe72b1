"""The same question about one patient and about another is understood and compiled once: it differs in numbers alone.

Otherwise understanding and compiling would take the server as long as answering. What is kept says nothing of anybody:
it has marks where a statement has a patient's numbers and the instant.
"""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from msgspec.structs import replace as changed

from varda.search import compile as compiler
from varda.search import question
from varda.search.compile import Statement
from varda.search.kinds.reference import Pointer, wanted
from varda.search.narrowing import Narrowing
from varda.search.plan import Ask, Question

Pair = tuple[str, str]

_MOST_SHAPES = 1_000
_MOST_TEMPLATES = 4_000
_PATIENT = re.compile(r"(Patient/)?[A-Za-z0-9\-.]{1,64}", re.ASCII)
_ANYBODY = "0"
_LONGEST = 300
"""Characters of the other pairs together: what is kept for long must be short."""
_NOW: Any = object()
"""In the place of the instant. In the place of a key is its place among the patient's own, below 0: no key is."""


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    """A question about anybody, and which of its criteria and of its pairs names the patient."""

    question: Question
    criterion: int
    pair: int


@dataclass(frozen=True, slots=True)
class _Template:
    """A statement with marks among its values, and where: the compartment, lists of tokens, the instant."""

    text: str
    values: tuple[Any, ...]
    columns: tuple[str, ...]
    compartments: tuple[int, ...]
    tokens: tuple[int, ...]
    instants: tuple[int, ...]

    def about(self, patient: Pointer, rule: Narrowing) -> Statement:
        """The statement about one patient under the rule of this instant."""
        values = list(self.values)
        for place in self.compartments:
            values[place] = patient.compartment
        for place in self.tokens:
            values[place] = [patient.keys[-mark - 1] for mark in values[place]]
        for place in self.instants:
            values[place] = rule.now
        return Statement(self.text, tuple(values), self.columns)


_templates: dict[Hashable, _Template] = {}


def asked(type_: str, pairs: Sequence[Pair], lenient: bool = False, base: str = "") -> Question:
    """See `varda.search.question.asked`."""
    place = _place(pairs)
    shape = None if place is None else _shaped(type_, pairs, place, lenient, base)
    if place is None or shape is None:
        return question.asked(type_, pairs, lenient, base)
    anybody = shape.question
    criteria, used = list(anybody.criteria), list(anybody.used)
    about = criteria[shape.criterion]
    assert isinstance(about, Ask)
    meaning = about.meaning
    criteria[shape.criterion] = Ask(meaning, "", (wanted(meaning, "", pairs[place][1]),))
    used[shape.pair] = pairs[place]
    mark = question.fingerprint(type_, used)
    return changed(anybody, criteria=tuple(criteria), used=tuple(used), fingerprint=mark, shape=shape)


def _place(pairs: Sequence[Pair]) -> int | None:
    """Which pair names the patient, where one alone does, by id; a page after the first is asked for but once."""
    if any(name == "_page" for name, _ in pairs):
        return None
    named = [n for n, (name, _) in enumerate(pairs) if name == "patient"]
    return named[0] if len(named) == 1 and _PATIENT.fullmatch(pairs[named[0]][1]) else None


def _shaped(type_: str, pairs: Sequence[Pair], place: int, lenient: bool, base: str) -> _Shape | None:
    if sum(len(name) + len(value) for name, value in pairs) > _LONGEST:
        return None
    value = "Patient/" * pairs[place][1].startswith("Patient/") + _ANYBODY
    return _shape(type_, (*pairs[:place], ("patient", value), *pairs[place + 1 :]), place, lenient, base)


@lru_cache(maxsize=_MOST_SHAPES)
def _shape(type_: str, pairs: tuple[Pair, ...], place: int, lenient: bool, base: str) -> _Shape | None:
    found = question.asked(type_, pairs, lenient, base)
    for n, one in enumerate(found.criteria):
        if isinstance(one, Ask) and one.meaning.code == "patient" and not one.modifier:
            (patient,) = one.values
            return _Shape(found, n, found.used.index(pairs[place])) if patient.compartment else None
    return None


def compiled(asked_for: Question, rule: Narrowing) -> Statement:
    """See `varda.search.compile.compiled`."""
    shape = asked_for.shape
    if shape is None:
        return compiler.compiled(asked_for, rule)
    whose = (rule.everything, rule.unit, rule.provider, rule.grantees, rule.owned, rule.types, rule.people, rule.within)
    template = _templates.get((shape, whose))
    if template is None:
        if len(_templates) >= _MOST_TEMPLATES:
            del _templates[next(iter(_templates))]
        template = _templates[shape, whose] = _template(shape, rule)
    return template.about(asked_for.criteria[shape.criterion].values[0], rule)


def _template(shape: _Shape, rule: Narrowing) -> _Template:
    criteria = list(shape.question.criteria)
    ask = criteria[shape.criterion]
    assert isinstance(ask, Ask)
    number = len(ask.values[0].keys)
    marks = Pointer(tuple(range(-number, 0))[::-1], -number - 1)
    criteria[shape.criterion] = changed(ask, values=(marks,))
    found = compiler.compiled(changed(shape.question, criteria=tuple(criteria)), replace(rule, now=_NOW))
    values = list(enumerate(found.values))
    return _Template(
        found.text,
        found.values,
        found.columns,
        compartments=tuple(n for n, value in values if value.__class__ is int and value == marks.compartment),
        tokens=tuple(n for n, value in values if isinstance(value, list) and value and value[0] in marks.keys),
        instants=tuple(n for n, value in values if value is _NOW),
    )
