"""What a form asks of its answers: which questions are open, what cannot be so, what it reckons out. Pure.

http://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from varda.care.forms.model import KEYS, Answer, Answers, Condition, Form, Item, same
from varda.care.forms.reckoning import FACTS, Given, reckoned, understood
from varda.kernel.errors import Malformed, Problem

_ROUNDS = 8  # of reckoning and opening; a form that has not come to rest by then goes in a circle
_SUPPORTED = {*KEYS, "group", "display"}


@dataclass(frozen=True, slots=True)
class Settled:
    """Answers with what the form reckons out itself, without those of closed questions; and what is open."""

    answers: Answers
    open: frozenset[str]


def settled(form: Form, answers: Answers, facts: Mapping[str, Any] | None = None) -> Settled:
    """Open and close questions and reckon until nothing changes any more."""
    own = {one.link: list(answers[one.link]) for one in form.questions if not one.calculated and one.link in answers}
    found = Settled(own, opened(form, own))
    for _ in range(_ROUNDS):
        kept = {link: given for link, given in own.items() if link in found.open}
        for item in form.questions:
            if item.calculated and item.link in found.open:
                kept |= _reckoned(item, Given(form, kept, facts or {}))
        following = Settled(kept, opened(form, {**own, **kept}))
        if following == found:
            break
        found = following
    return found


def opened(form: Form, answers: Answers) -> frozenset[str]:
    """The linkIds of all items that are to be shown, by these answers. A closed question answers nothing."""
    above = {inside.link: item for item in form.all for inside in item.items}
    known: dict[str, bool] = {}

    def is_open(link: str, asked: frozenset[str]) -> bool:
        item = form.by_link.get(link)
        if item is None or link in asked:
            return item is not None
        if link not in known:
            holder, following = above.get(link), asked | {link}
            said = [
                holds(one, answers.get(one.question, ()) if is_open(one.question, following) else ())
                for one in item.conditions
            ]
            is_met = (any(said) if item.any_of else all(said)) if said else True
            known[link] = is_met and (holder is None or is_open(holder.link, asked))
        return known[link]

    return frozenset(one.link for one in form.all if is_open(one.link, frozenset()))


def holds(condition: Condition, given: Sequence[Answer]) -> bool:
    """Whether a condition is met by the answers to its question: by any one of them, as FHIR has it."""
    if condition.operator == "exists":
        return bool(given) == bool(condition.answer.value)
    return any(_compared(condition.operator, one, condition.answer) for one in given)


def problems(form: Form, found: Settled, *, is_whole: bool = True) -> Iterator[Problem]:
    """What is wrong with settled answers, each at its linkId; `is_whole`: nothing that is required may be missing."""
    for item in form.questions:
        given = found.answers.get(item.link, ())
        if item.link not in found.open:
            continue
        if is_whole and item.is_required and not given:
            yield Problem("This has to be answered.", item.link, "required")
        yield from _of_item(item, given)


def misfits(form: Form, answers: Answers) -> Iterator[Problem]:
    """What of a response that came from elsewhere does not fit its form: unknown questions, kinds and values."""
    for link in answers:
        item = form.by_link.get(link)
        if item is None or not item.is_question:
            yield Problem("The form has no such question.", link, "not-found")
    yield from problems(form, Settled(answers, opened(form, answers)))


def unknown(form: Form) -> Iterator[Problem]:
    """What a form asks for that cannot be done here; one that does is neither filled in nor published."""
    links = [one.link for one in form.all]
    for item in form.all:
        if not item.link or links.count(item.link) > 1:
            yield Problem("Two items have the same linkId, or one has none.", item.link)
        if item.type not in _SUPPORTED:
            yield Problem("Questions of this type cannot be answered here yet.", item.link)
        if item.type == "group" and item.repeats:
            yield Problem("Groups that repeat cannot be filled in here yet.", item.link)
        if item.type == "choice" and not item.options:
            yield Problem(
                "The choices have to stand in the form itself; lists by reference are not read yet.", item.link
            )
        for one in item.conditions:
            if one.question not in links:
                yield Problem("The condition asks for a question that is not there.", item.link)
        yield from _not_understood(form, item)


def _not_understood(form: Form, item: Item) -> Iterator[Problem]:
    if item.starts_with and item.starts_with.removeprefix("%") not in FACTS:
        yield Problem("What the answer begins with is not understood here.", item.link)
    if not item.calculated:
        return
    try:
        expression = understood(item.calculated)
    except Malformed:
        yield Problem("What is to be reckoned is not understood here.", item.link)
        return
    if any(link not in form.by_link for link in expression.links):
        yield Problem("What is reckoned asks for a question that is not there.", item.link)


def asks_for(form: Form) -> list[str]:
    """The facts of the record that the form reckons with."""
    found: list[str] = []
    for item in form.questions:
        if item.calculated:
            with suppress(Malformed):
                found += understood(item.calculated).facts
    return list(dict.fromkeys(found))


def beginning(form: Form, facts: Mapping[str, Any]) -> dict[str, list[Answer]]:
    """What the form begins with: its own first answers, and what the record knows."""
    found: dict[str, list[Answer]] = {}
    for item in form.questions:
        if item.starts_with:
            known = facts.get(item.starts_with.removeprefix("%"))
            answer = _as_answer(item, known) if known is not None else None
            if answer is not None and not list(_of_item(item, [answer])):
                found[item.link] = [answer]
        elif item.initial:
            found[item.link] = list(item.initial)
    return found


def _reckoned(item: Item, given: Given) -> dict[str, list[Answer]]:
    try:
        value = reckoned(item.calculated, given)
    except Malformed:
        return {}
    answer = None if value is None else _as_answer(item, value)
    return {item.link: [answer]} if answer else {}


def _as_answer(item: Item, value: Any) -> Answer | None:
    """A number or a text as an answer to an item; None when it cannot be one."""
    if item.options:
        return next((one.answer for one in item.options if one.key == str(value)), None)
    key = KEYS.get(item.type, "")
    if key in ("valueDecimal", "valueInteger", "valueQuantity"):
        if not isinstance(value, Decimal | int):
            return None
        number = Decimal(value)
        if item.decimals is not None:
            number = round(number, item.decimals)
        if key == "valueInteger":
            return Answer(key, int(number)) if number == int(number) else None
        return Answer(key, number if key == "valueDecimal" else quantity(item, number))
    return Answer(key, f"{value:f}" if isinstance(value, Decimal) else str(value)) if key == "valueString" else None


def quantity(item: Item, number: Decimal, unit: str = "") -> dict[str, Any]:
    """A Quantity in one of the item's units, the first if none is named."""
    chosen = next((one for one in item.units if unit in (one.code, one.text)), item.units[0] if item.units else None)
    made: dict[str, Any] = {"value": number}
    if chosen is not None:
        made |= {
            name: said
            for name, said in (("unit", chosen.text), ("system", chosen.system), ("code", chosen.code))
            if said
        }
    return made


def _of_item(item: Item, given: Sequence[Answer]) -> Iterator[Problem]:
    if len(given) > 1 and not item.repeats:
        yield Problem("Only one answer is taken here.", item.link)
    for one in given:
        yield from _of_answer(item, one)
    alone = [one for one in given if (option := item.option(one)) and option.is_exclusive]
    if alone and len(given) > 1:
        yield Problem("This choice stands alone; take the others away.", item.link)


def _of_answer(item: Item, answer: Answer) -> Iterator[Problem]:
    expected = {KEYS.get(item.type)} | ({"valueString"} if item.type == "open-choice" else set())
    if item.options:
        expected |= {one.answer.key for one in item.options}
    if answer.key not in expected:
        yield Problem("The answer is of another kind than the question asks for.", item.link)
        return
    is_free = item.type == "open-choice" and answer.key == "valueString"
    if item.options and item.option(answer) is None and not is_free:
        yield Problem("This is none of the choices.", item.link, "code-invalid")
    if item.max_length and isinstance(answer.value, str) and len(answer.value) > item.max_length:
        yield Problem("This is longer than the form allows.", item.link, "too-long")
    if not _is_within(item, answer):
        yield Problem("This is outside what the form allows. Is the decimal comma right?", item.link, "value")
    if answer.key in _WRITTEN and not _reads(answer):
        yield Problem("Write the day as 2026-05-31, and the time as 14:30.", item.link)


def _is_within(item: Item, answer: Answer) -> bool:
    value = _worth(answer)
    if value is None:
        return True
    for limit, is_least in ((item.least, True), (item.most, False)):
        if limit is None or isinstance(limit, str) != isinstance(value, str):
            continue
        if (value < limit) if is_least else (value > limit):  # type: ignore[operator] # both are the same kind
            return False
    if item.decimals is not None and isinstance(value, Decimal):
        return -int(value.normalize().as_tuple().exponent) <= item.decimals
    return True


def _worth(answer: Answer) -> Decimal | str | None:
    """What an answer is compared by: a number, or the text of a day or time."""
    value = answer.value.get("value") if answer.key == "valueQuantity" else answer.value
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal | float):
        return Decimal(str(value))
    return value if isinstance(value, str) and answer.key in _WRITTEN else None


_WRITTEN = {"valueDate": date.fromisoformat, "valueDateTime": datetime.fromisoformat, "valueTime": time.fromisoformat}


def _reads(answer: Answer) -> bool:
    text = str(answer.value)
    if answer.key != "valueTime" and len(text) in (4, 7):
        text += "-01-01"[: 10 - len(text)] if len(text) == 4 else "-01"
    try:
        _WRITTEN[answer.key](text)
    except ValueError:
        return False
    return True


def _compared(operator: str, one: Answer, other: Answer) -> bool:
    if operator in ("=", "!="):
        return same(one, other) == (operator == "=")
    left, right = _worth(one), _worth(other)
    if left is None or right is None or isinstance(left, str) != isinstance(right, str):
        return False
    return {
        ">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right  # type: ignore[operator] # as above
    }.get(operator, False)  # fmt: skip
