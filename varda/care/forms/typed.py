"""Between what is typed in the fields of a form and answers as FHIR has them. Pure.

A field is named by the linkId. What has several fields adds to it: `~2` the third answer where it repeats, `#key` a
choice that can be ticked, `#other` the own words of an open choice, `#unit` the unit where there are several.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from varda.care.forms.model import KEYS, Answer, Answers, Condition, Form, Item
from varda.care.forms.rules import quantity
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Malformed, Problem

MOST_ANSWERS = 50
"""Answers that one question which repeats may have."""
_NUMBER = re.compile(r"[-−+]?\d{1,12}(?:[.,]\d{1,6})?", re.ASCII)


def answers(form: Form, said: Mapping[str, str]) -> tuple[dict[str, list[Answer]], list[Problem]]:
    """What was typed as answers, and what cannot be read as one."""
    found: dict[str, list[Answer]] = {}
    problems: list[Problem] = []
    for item in form.questions:
        if item.calculated:
            continue
        try:
            given = _given(item, said)
        except Malformed as wrong:
            problems.append(Problem(wrong.message, item.link))
            continue
        if given:
            found[item.link] = given
    return found, problems


def fields(form: Form, given: Answers) -> dict[str, str]:
    """What stands in the fields for these answers: the other way round."""
    said: dict[str, str] = {}
    for item in form.questions:
        for number, answer in enumerate(given.get(item.link, ())):
            said |= _field(item, number, answer)
    return said


def names(item: Item, said: Mapping[str, str]) -> list[str]:
    """The fields of a question that is typed: one, or where it repeats one more than those that are filled."""
    if not item.repeats:
        return [item.link]
    last = max((n for n in range(MOST_ANSWERS) if said.get(_name(item, n), "").strip()), default=-1)
    return [_name(item, n) for n in range(min(last + 2, MOST_ANSWERS))]


def _name(item: Item, number: int) -> str:
    return f"{item.link}~{number}" if number else item.link


def _given(item: Item, said: Mapping[str, str]) -> list[Answer]:
    if item.options or item.type == "open-choice":
        return _chosen(item, said)
    texts = [said.get(_name(item, number), "").strip() for number in range(MOST_ANSWERS if item.repeats else 1)]
    return [_read(item, text, said) for text in texts if text]


def _chosen(item: Item, said: Mapping[str, str]) -> list[Answer]:
    if item.control == "check":
        keys = [one.key for one in item.options if said.get(f"{item.link}#{one.key}")]
    else:
        keys = [key] if (key := said.get(item.link, "")) and key != "#other" else []
    own = said.get(f"{item.link}#other", "").strip() if item.type == "open-choice" else ""
    found = [one.answer for one in item.options if one.key in keys]
    if len(found) < len(keys):
        raise Malformed("This is none of the choices.")
    if own and not (found and item.control != "check"):
        found.append(Answer("valueString", own))
    return found


def _read(item: Item, text: str, said: Mapping[str, str]) -> Answer:
    key = KEYS.get(item.type, "valueString")
    if key == "valueBoolean":
        if text not in ("true", "false"):
            raise Malformed("This is none of the choices.")
        return Answer(key, text == "true")
    if key in ("valueDecimal", "valueInteger", "valueQuantity"):
        number = _number(text)
        if key == "valueInteger":
            if number != int(number):
                raise Malformed("Write a whole number.")
            return Answer(key, int(number))
        unit = said.get(f"{item.link}#unit", "")
        return Answer(key, number if key == "valueDecimal" else quantity(item, number, unit))
    if key == "valueDateTime":
        return Answer(key, _instant(text))
    if key == "valueTime":
        return Answer(key, text if text.count(":") == 2 else f"{text}:00")
    return Answer(key, text)


def _number(text: str) -> Decimal:
    plain = text.replace(" ", "").replace("\u00a0", "")
    if not _NUMBER.fullmatch(plain):
        raise Malformed("Write a number, such as 36,8.")
    return Decimal(plain.replace(",", ".").replace("−", "-"))


def _instant(text: str) -> str:
    """A day and time as FHIR has it, with Sweden's offset where none is said; a day alone stays a day."""
    if len(text) <= len("2026-05-31"):
        return text
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed("Write the day as 2026-05-31, and the time as 14:30.") from None
    return (at if at.tzinfo else at.replace(tzinfo=STOCKHOLM)).isoformat(timespec="seconds")


def _field(item: Item, number: int, answer: Answer) -> dict[str, str]:
    option = item.option(answer)
    if option is not None:
        return {f"{item.link}#{option.key}": "1"} if item.control == "check" else {item.link: option.key}
    if item.type == "open-choice":
        picked = {} if item.control == "check" else {item.link: "#other"}
        return {f"{item.link}#other": text(answer), **picked}
    name = _name(item, number if item.repeats else 0)
    if answer.key == "valueQuantity":
        unit = str(answer.value.get("code") or answer.value.get("unit", ""))
        return {name: text(answer), f"{item.link}#unit": unit}
    return {name: text(answer)}


def text(answer: Answer) -> str:
    """An answer as one types it: numbers with a comma, times in Sweden."""
    value: Any = answer.value
    if answer.key == "valueQuantity":
        value = value.get("value", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | int | float):
        return f"{Decimal(str(value)):f}".replace(".", ",")
    if answer.key == "valueDateTime" and "T" in str(value):
        try:
            return f"{datetime.fromisoformat(str(value)).astimezone(STOCKHOLM):%Y-%m-%dT%H:%M}"
        except ValueError:
            return str(value)
    if answer.key == "valueCoding":
        return str(value.get("display") or value.get("code", ""))
    return str(value)


def field_value(form: Form, condition: Condition) -> str:
    """What stands in the field of a question when a condition on it is met: the key of a choice, or the text."""
    item = form.by_link.get(condition.question)
    option = item.option(condition.answer) if item else None
    return option.key if option else text(condition.answer)


def shown(given: Sequence[Answer]) -> list[str]:
    """Answers as one reads them in the record, which is in Swedish."""
    return [_shown(one) for one in given]


def _shown(answer: Answer) -> str:
    if answer.key == "valueBoolean":
        return "Ja" if answer.value else "Nej"
    if answer.key == "valueQuantity":
        unit = answer.value.get("unit") or answer.value.get("code", "")
        return f"{answer.value.get('comparator', '')}{text(answer)} {unit}".strip()
    if isinstance(answer.value, Mapping) and answer.key != "valueCoding":
        return str(answer.value.get("display") or answer.value.get("reference") or answer.value.get("title", ""))
    return text(answer).replace("T", " ") if answer.key == "valueDateTime" else text(answer)
