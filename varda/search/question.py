"""From the pairs of a URL or form to a Question, or to every problem at once.

An unknown parameter is an error, never an unfiltered list, unless the client asked for lenient handling.
https://hl7.org/fhir/R4/search.html#parameters
"""

import re
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any

from varda.fhir import definitions
from varda.kernel.errors import Malformed
from varda.search import controls, cursor, orders, scope
from varda.search.criteria import Misasked, Way, criterion
from varda.search.plan import Order, Question

_NOT_FILTERS = frozenset({"_count", "_total", "_page", "_elements", "_summary", "_include", "_revinclude"})
_OF_THE_ANSWER = frozenset({"_format", "_pretty"})

Pair = tuple[str, str]


def asked(type_: str, pairs: Sequence[Pair], lenient: bool = False, base: str = "") -> Question:
    """Understand a search on one type. `base` is this server's own address, so that its absolute URLs mean its items.

    Raises Malformed with one problem for each parameter that cannot be answered.
    """
    if type_ not in definitions.TYPES:
        raise Malformed(f"{type_} is no resource type of FHIR R4.")
    reading = _Reading(type_, lenient, base.rstrip("/"))
    for name, value in pairs:
        reading.take(name, value)
    return reading.question()


class _Reading:
    """What has been understood so far, and what has not."""

    def __init__(self, type_: str, lenient: bool, base: str) -> None:
        self.type, self.lenient, self.base = type_, lenient, base
        self.found: dict[str, Any] = {}
        self.criteria: list[Any] = []
        self.includes: list[Any] = []
        self.used: list[Pair] = []
        self.ignored: list[str] = []
        self.wrong: list[Misasked] = []
        self.page = ""

    def take(self, name: str, value: str) -> None:
        """Understand one pair, or remember why not."""
        try:
            _clean(name, value)
            if name in _OF_THE_ANSWER:
                return
            self._understand(name, value)
            self.used.append((name, value))
        except Misasked as wrong:
            if wrong.unknown and self.lenient:
                self.ignored.append(name)
            else:
                self.wrong.append(wrong)

    def _understand(self, name: str, value: str) -> None:
        word = name.partition(":")[0]
        if word in ("_include", "_revinclude"):
            self.includes.append(controls.include(self.type, name, value))
        elif name == "_page":
            self.page = value
        elif word in _CONTROLS:
            if name != word:
                raise Misasked(name, f"{word} has no modifiers")
            if word in self.found:
                raise Misasked(name, "it is given twice")
            self.found[word] = _CONTROLS[word](self.type, value)
        else:
            self.criteria.append(criterion(self.type, name, value, Way(name, self.base)))

    def question(self) -> Question:
        """All of it. Raises Malformed when anything was wrong."""
        order = self.found.get("_sort") or self._usual_order()
        if (dear := [one.meaning.code for one in order if orders.is_from_body(one)]) and not self._is_of_few:
            why = f"sorting by {', '.join(dear)} must read every item, so name a patient or _id as well"
            self.wrong.append(Misasked("_sort", why))
        mark = fingerprint(self.type, self.used)
        place = None
        if self.page and not self.wrong:
            try:
                place = cursor.read(self.page, mark, order)
            except ValueError as wrong:
                self.wrong.append(Misasked("_page", str(wrong)))
        if self.wrong:
            problems = [wrong.problem for wrong in self.wrong]
            raise Malformed(" ".join(problem.message for problem in problems), problems)
        count = self.found.get("_count", controls.USUAL)
        return Question(
            type=self.type,
            criteria=tuple(self.criteria),
            includes=tuple(self.includes),
            order=order,
            count=count,
            total=self.found.get("_total", "none"),
            counts_only=count == 0 or self.found.get("_summary") == "count",
            elements=self.found.get("_elements", ()),
            cursor=place,
            used=tuple(self.used),
            ignored=tuple(self.ignored),
            fingerprint=mark,
        )

    @property
    def _is_of_few(self) -> bool:
        return scope.is_of_few(self.type, self.criteria)

    def _usual_order(self) -> tuple[Order, ...]:
        """One patient's items come newest first by their main date, as an index has them; others as they were made."""
        return controls.newest(self.type) if scope.is_of_one(self.type, self.criteria) else ()


def fingerprint(type_: str, used: Sequence[Pair]) -> str:
    """What tells questions apart that a cursor may not mix."""
    parts = sorted([f"{name}\x1f{value}" for name, value in used if name.partition(":")[0] not in _NOT_FILTERS])
    return blake2b("\x1e".join([type_, *parts]).encode(), digest_size=16).hexdigest()


_CONTROLS: dict[str, Callable[[str, str], Any]] = {
    "_sort": controls.sort,
    "_count": controls.count,
    "_total": controls.total,
    "_summary": controls.summary,
    "_elements": controls.elements,
}

_NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")


def _clean(name: str, value: str) -> None:
    """PostgreSQL takes neither NUL nor half characters."""
    for text in (name, value):
        if _NO_TEXT.search(text):
            shown = name.encode("ascii", "backslashreplace").decode().replace("\x00", "\\x00")
            raise Misasked(shown, "it holds a character that is no text")
