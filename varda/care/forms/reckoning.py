"""What a form reckons out by itself: a small, closed part of FHIRPath (http://hl7.org/fhirpath/). Pure.

    number  %name                              a fact of the record, see `FACTS`
    %resource.descendants().where(linkId='a' or linkId='b').answer.value
    .value  .ordinal()  .weight()  .sum()  .count()  .round(1)
    + - * / ( )

As in FHIRPath what is missing makes the whole missing: a sum written with + has no value before every question in it is
answered, so that no score looks lower than it is. `.sum()` of nothing is 0.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from functools import lru_cache
from typing import Any

from varda.care.forms.model import Answer, Answers, Form
from varda.kernel.errors import Malformed

FACTS = ("age", "sex", "weight", "height", "systolic", "diastolic", "pulse", "temperature", "saturation")
"""What a form may begin with or reckon with out of the record: age in years, sex as a code of FHIR, last values."""

_PATH = (
    r"%resource\.(?:descendants\(\)|repeat\(item\)|item)\.where\(\s*linkId\s*=\s*'[^']*'"
    r"(?:\s+or\s+linkId\s*=\s*'[^']*')*\s*\)\.answer\.value"
)
_TOKENS = re.compile(
    rf"\s*(?:(?P<path>{_PATH})|(?P<fact>%[a-z]+)|(?P<step>\.[a-z]+(?:\(\d*\))?)"
    r"|(?P<number>\d+(?:\.\d+)?)|(?P<sign>[-+*/()]))"
)
_LINKS = re.compile(r"'([^']*)'")
_STEPS = {".value", ".ordinal()", ".weight()", ".sum()", ".count()", ".round()"}
_LONGEST = 4000
_MOST_TERMS = 200
"""Numbers, facts, questions and steps in one expression; each goes one deeper."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is reckoned with: the form, its answers, and facts of the record as numbers or texts."""

    form: Form
    answers: Answers
    facts: Mapping[str, Any]


_Value = list[Any]
_Reckoning = Callable[[Given], _Value]


def reckoned(expression: str, given: Given) -> Any:
    """The one value of an expression, a Decimal or a text; None when it has none, or several.

    Raises `Malformed` for an expression outside the part of FHIRPath above.
    """
    try:
        found = understood(expression).run(given)
    except (DecimalException, ZeroDivisionError):
        return None
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that is understood: what it reckons, and the linkIds and facts it asks for."""

    run: _Reckoning
    links: tuple[str, ...]
    facts: tuple[str, ...]


@lru_cache(maxsize=512)
def understood(expression: str) -> Expression:
    """Read an expression. Raises `Malformed` with the place where it is not understood."""
    reader = _Reader(expression)
    run = reader.sum()
    if reader.token[0]:
        raise reader.unknown()
    return Expression(run, tuple(dict.fromkeys(reader.links)), tuple(dict.fromkeys(reader.facts)))


class _Reader:
    """Reads by recursive descent, one token ahead."""

    def __init__(self, text: str) -> None:
        if len(text) > _LONGEST:
            raise Malformed("The expression is too long.")
        self.text, self.at, self.depth, self.terms = text.strip(), 0, 0, 0
        self.links: list[str] = []
        self.facts: list[str] = []
        self.token = ("", "")
        self.next()

    def unknown(self) -> Malformed:
        """What is said of what cannot be understood."""
        return Malformed(f"The expression is not understood here: “{self.text[self.at - len(self.token[1]) :][:60]}”.")

    def next(self) -> None:
        if self.at >= len(self.text):
            self.token = ("", "")
            return
        found = _TOKENS.match(self.text, self.at)
        if found is None:
            self.token = ("", "")
            raise self.unknown()
        self.at = found.end()
        self.token = (str(found.lastgroup), found[str(found.lastgroup)])

    def sum(self) -> _Reckoning:
        left = self.product()
        while self.token[1] in ("+", "-") and self.token[0] == "sign":
            left = self._joined(left, self.product)
        return left

    def product(self) -> _Reckoning:
        left = self.steps()
        while self.token[1] in ("*", "/") and self.token[0] == "sign":
            left = self._joined(left, self.steps)
        return left

    def _joined(self, left: _Reckoning, following: Callable[[], _Reckoning]) -> _Reckoning:
        sign = self.token[1]
        self.next()
        right = following()
        return lambda given: _both(sign, left(given), right(given))

    def steps(self) -> _Reckoning:
        run = self.single()
        while self.token[0] == "step":
            self.counted()
            step = self.token[1]
            name = re.sub(r"\d", "", step)
            if name not in _STEPS or (name != step and name != ".round()"):
                raise self.unknown()
            run = _after(run, name, int(re.sub(r"\D", "", step) or 0))
            self.next()
        return run

    def counted(self) -> None:
        """Count a term or a step. Raises `Malformed` for more than can be reckoned."""
        self.terms += 1
        if self.terms > _MOST_TERMS:
            raise Malformed("The expression has too many terms.")

    def single(self) -> _Reckoning:
        kind, text = self.token
        self.counted()
        if kind == "number":
            number = Decimal(text)
            self.next()
            return lambda given: [number]
        if kind == "fact" and text[1:] in FACTS:
            name = text[1:]
            self.facts.append(name)
            self.next()
            return lambda given: [given.facts[name]] if given.facts.get(name) is not None else []
        if kind == "path":
            links = tuple(_LINKS.findall(text))
            self.links += links
            self.next()
            return lambda given: [(link, one) for link in links for one in given.answers.get(link, ())]
        if text == "(":
            return self._inside()
        raise self.unknown()

    def _inside(self) -> _Reckoning:
        self.depth += 1
        if self.depth > 40:
            raise Malformed("The expression has too many parentheses.")
        self.next()
        run = self.sum()
        if self.token[1] != ")":
            raise self.unknown()
        self.next()
        self.depth -= 1
        return run


def _after(run: _Reckoning, name: str, places: int) -> _Reckoning:
    def stepped(given: Given) -> _Value:
        found = run(given)
        if name == ".count()":
            return [Decimal(len(found))]
        if name in (".ordinal()", ".weight()"):
            return [worth for one in found if (worth := _ordinal(given.form, one)) is not None]
        numbers = [number for one in found if (number := _number(one)) is not None]
        if name == ".sum()":
            return [sum(numbers, Decimal(0))]
        if name == ".round()":
            return [one.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) for one in numbers]
        return numbers

    return stepped


def _both(sign: str, left: _Value, right: _Value) -> _Value:
    if len(left) != 1 or len(right) != 1:
        return []
    one, other = _number(left[0]), _number(right[0])
    if one is None or other is None or (sign == "/" and other == 0):
        return []
    return [{"+": one + other, "-": one - other, "*": one * other}[sign] if sign != "/" else one / other]


def _number(value: Any) -> Decimal | None:
    if isinstance(value, tuple):
        answer: Answer = value[1]
        value = answer.value.get("value") if answer.key == "valueQuantity" else answer.value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def _ordinal(form: Form, value: Any) -> Decimal | None:
    """What a chosen option counts for; an answer that is no option counts for nothing that is known."""
    if not isinstance(value, tuple):
        return None
    link, answer = value
    item = form.by_link.get(link)
    option = item.option(answer) if item else None
    return option.ordinal if option else None


def sum_of(links: Sequence[str]) -> str:
    """The expression of a score: the points of all these questions, and no score before all are answered."""
    return " + ".join(f"%resource.descendants().where(linkId='{link}').answer.value.ordinal()" for link in links)
