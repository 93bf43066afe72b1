"""A Questionnaire as rows that somebody who is no programmer changes, and back. Pure.

A row is one item: its fields are texts, as a page has them. Headings hold what follows them up to the next one. What
rows cannot say (deeper groups, several conditions) is not lost: `is_drawn` says no, and it is changed elsewhere.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from varda.care.forms.model import (
    CALCULATED,
    CONTROL,
    EXTRACT,
    INITIAL,
    LEAST,
    MOST,
    ORDINAL,
    UNIT,
    Condition,
    Form,
    Item,
    form,
)
from varda.care.forms.reckoning import sum_of, understood
from varda.care.forms.typed import field_value, text
from varda.care.vitals import MEASURES
from varda.kernel.errors import Malformed

CODES = "https://varda.example/fhir/CodeSystem/form-answer"
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
KINDS = (
    "string", "text", "boolean", "choice", "choices", "open-choice", "integer", "decimal", "quantity", "date",
    "dateTime", "sum", "group", "display",
)  # fmt: skip
"""What a row can be: FHIR's types, several choices, the sum of other questions' points, and headings."""
_OWN = {
    "linkId",
    "text",
    "type",
    "required",
    "repeats",
    "answerOption",
    "enableWhen",
    "enableBehavior",
    "item",
    "extension",
}
_SPOKEN = {LEAST, MOST, UNIT, INITIAL, CALCULATED}
OPERATORS = ("=", "!=", ">", ">=", "<", "<=", "exists")
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?", re.ASCII)
Row = dict[str, str]


def rows(resource: Mapping[str, Any]) -> list[Row]:
    """The items of a form as rows."""
    read = form(resource)
    found = []
    for item in read.items:
        found.append(_row(read, item))
        found += [_row(read, inside) for inside in item.items] if item.type == "group" else []
    return found


def items(drawn: Sequence[Row], before: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows as the items of a form; `before` is the form that they were: codes that rows do not show stay."""
    by_link = {row["link"]: row for row in drawn}
    was = {str(one.get("linkId")): one for one in _flat(before.get("item", ()))}
    found: list[dict[str, Any]] = []
    heading: dict[str, Any] | None = None
    for row in drawn:
        made = _kept(_item(row, by_link, was), was.get(row["link"], {}))
        if row["kind"] == "group":
            heading = made
            found.append(made)
        elif heading is not None:
            heading.setdefault("item", []).append(made)
        else:
            found.append(made)
    return found


def is_drawn(resource: Mapping[str, Any]) -> bool:
    """Whether rows say all that the form says, so that it can be changed by them."""
    return form({"item": items(rows(resource), resource)}).items == form({"item": resource.get("item", ())}).items


def changed(drawn: Sequence[Row], act: str) -> list[Row]:
    """Rows after a step: "add", "add:3" (after the row of that number), "up:3", "down:3", "remove:3"."""
    verb, _, number = act.partition(":")
    at = int(number) if number.isdigit() else len(drawn) - 1
    after = list(drawn)
    if verb == "add":
        after.insert(at + 1, {"link": _next(drawn), "kind": "string", "text": ""})
    elif verb == "remove" and at < len(after):
        del after[at]
    elif verb in ("up", "down"):
        other = at + (1 if verb == "down" else -1)
        if 0 <= at < len(after) and 0 <= other < len(after):
            after[at], after[other] = after[other], after[at]
    return after


def _next(drawn: Sequence[Row]) -> str:
    taken = {row["link"] for row in drawn}
    return next(name for n in range(1, len(drawn) + 2) if (name := f"q{n}") not in taken)


def _row(read: Form, item: Item) -> Row:
    kind = "sum" if item.calculated else "choices" if item.type == "choice" and item.repeats else item.type
    codes = {one.get("code") for one in item.codes}
    row = {
        "link": item.link,
        "kind": kind,
        "text": item.text,
        "help": item.help,
        "required": "1" if item.is_required else "",
        "options": "\n".join(
            one.text if one.ordinal is None else f"{one.text} = {one.ordinal}" for one in item.options
        ),
        "unit": item.units[0].text if item.units else "",
        "least": "" if item.least is None else str(item.least),
        "most": "" if item.most is None else str(item.most),
        "begins": item.starts_with.removeprefix("%"),
        "keeps": next((key for key, one in MEASURES.items() if item.is_extracted and one.code in codes), ""),
        "sum": "",
        "question": "",
        "operator": "=",
        "value": "",
    }
    if item.calculated:
        try:
            row["sum"] = " ".join(understood(item.calculated).links)
        except Malformed:
            row["sum"] = ""
    if item.conditions:
        row |= _said(read, item.conditions[0])
    return row


def _said(read: Form, condition: Condition) -> Row:
    item = read.by_link.get(condition.question)
    option = item.option(condition.answer) if item else None
    said = field_value(read, condition)
    value = option.text if option else {"true": "Ja", "false": "Nej"}.get(said, text(condition.answer))
    return {"question": condition.question, "operator": condition.operator, "value": value}


def _flat(some: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for one in some:
        yield one
        yield from _flat(one.get("item", ()))


def _kept(made: dict[str, Any], was: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says of an item, and what the item had that rows do not speak of."""
    others = {name: value for name, value in was.items() if name not in _OWN}
    marks = [one for one in was.get("extension", ()) if one.get("url") not in _SPOKEN]
    if "code" in made or _is_measure(was):
        others.pop("code", None)
        marks = [one for one in marks if one.get("url") != EXTRACT]
    extension = [*marks, *made.pop("extension", ())]
    return {**others, **made, **({"extension": extension} if extension else {})}


def _is_measure(item: Mapping[str, Any]) -> bool:
    return any(one.get("code") in {known.code for known in MEASURES.values()} for one in item.get("code", ()))


def _item(row: Row, by_link: Mapping[str, Row], was: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    kind = row["kind"] if row["kind"] in KINDS else "string"
    made: dict[str, Any] = {"linkId": row["link"], **({"text": said} if (said := row["text"].strip()) else {})}
    made["type"] = {"choices": "choice", "sum": "integer"}.get(kind, kind)
    extensions: list[dict[str, Any]] = []
    if row.get("required") and kind not in ("group", "display", "sum"):
        made["required"] = True
    if kind == "choices" or (kind == "open-choice" and was.get(row["link"], {}).get("repeats")):
        made["repeats"] = True
    if kind in ("choice", "choices", "open-choice") and (options := _options(row, was)):
        made["answerOption"] = options
    if kind in ("integer", "decimal", "quantity"):
        extensions += _limits(row, is_whole=kind == "integer")
    if kind == "quantity" and row.get("unit", "").strip():
        unit = row["unit"].strip()
        measure = next((one for one in MEASURES.values() if one.unit == unit), None)
        coding = {"system": UCUM, "code": measure.ucum if measure else unit, "display": unit}
        extensions.append({"url": UNIT, "valueCoding": coding})
    if row.get("begins"):
        extensions.append(_expression(INITIAL, f"%{row['begins']}"))
    if kind == "sum":
        links = [one for one in row.get("sum", "").split() if one in by_link]
        extensions.append(_expression(CALCULATED, sum_of(links) if links else "0"))
    if (measure := MEASURES.get(row.get("keeps", ""))) and kind in ("integer", "decimal", "quantity"):
        made["code"] = [{"system": LOINC, "code": measure.code, "display": measure.text}]
        extensions.append({"url": EXTRACT, "valueBoolean": True})
    if extensions:
        made["extension"] = extensions
    if row.get("question") in by_link and row["question"] != row["link"]:
        made["enableWhen"] = [_condition(row, by_link[row["question"]], was)]
    if row.get("help", "").strip():
        control = {"coding": [{"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "help"}]}
        mark = {"url": CONTROL, "valueCodeableConcept": control}
        made["item"] = [
            {"linkId": f"{row['link']}-help", "type": "display", "text": row["help"].strip(), "extension": [mark]}
        ]
    return made


def _limits(row: Row, *, is_whole: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for url, name in ((LEAST, "least"), (MOST, "most")):
        said = row.get(name, "").strip().replace(",", ".")
        if _is_number(said):
            number = Decimal(said)
            found.append(
                {"url": url, "valueInteger": int(number)} if is_whole else {"url": url, "valueDecimal": number}
            )
    return found


def _lines(row: Row) -> list[str]:
    return [one.strip() for one in row.get("options", "").splitlines()]


def _options(row: Row, was: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The choices of a row; one that was there before in the same words has the code that it had."""
    known = {
        (coding.get("system"), coding.get("display")): coding.get("code")
        for one in was.get(row["link"], {}).get("answerOption", ())
        if (coding := one.get("valueCoding"))
    }
    found = [_option(number, one) for number, one in enumerate(_lines(row)) if one]
    taken = set(known.values())
    for number, one in enumerate(found):
        coding = one["valueCoding"]
        coding["code"] = known.get((CODES, coding["display"])) or next(
            code for n in range(number + 1, number + 999) if (code := f"a{n}") not in taken
        )
        taken.add(coding["code"])
    return found


def _option(number: int, line: str) -> dict[str, Any]:
    """`Ofta = 2`: the words of a choice and what it counts for. Its code is its place."""
    words, _, points = (one.strip() for one in line.rpartition("=")) if "=" in line else (line, "", "")
    if not (words and _is_number(points.replace(",", "."))):
        words, points = line, ""
    coding: dict[str, Any] = {"system": CODES, "code": f"a{number + 1}", "display": words}
    if points:
        coding["extension"] = [{"url": ORDINAL, "valueDecimal": Decimal(points.replace(",", "."))}]
    return {"valueCoding": coding}


def _condition(row: Row, asked: Row, was: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    operator = row["operator"] if row.get("operator") in OPERATORS else "="
    value, kind = row.get("value", "").strip(), asked["kind"]
    made: dict[str, Any] = {"question": asked["link"], "operator": operator}
    if operator == "exists":
        return made | {"answerBoolean": value.casefold() != "nej"}
    if kind == "boolean":
        return made | {"answerBoolean": value.casefold() in ("ja", "yes", "true")}
    if kind in ("choice", "choices", "open-choice"):
        options = [one["valueCoding"] for one in _options(asked, was) if "valueCoding" in one]
        chosen = next((one for one in options if one["display"].casefold() == value.casefold()), None)
        coding = (
            {name: chosen[name] for name in ("system", "code", "display") if name in chosen}
            if chosen
            else {"display": value}
        )
        return made | {"answerCoding": coding}
    number = value.replace(",", ".")
    if kind in ("integer", "sum") and _is_number(number):
        return made | {"answerInteger": int(Decimal(number))}
    if kind == "decimal" and _is_number(number):
        return made | {"answerDecimal": Decimal(number)}
    if kind == "quantity" and _is_number(number):
        return made | {"answerQuantity": {"value": Decimal(number)}}
    return made | {"answerString": value}


def _expression(url: str, said: str) -> dict[str, Any]:
    return {"url": url, "valueExpression": {"language": "text/fhirpath", "expression": said}}


def _is_number(said: str) -> bool:
    return bool(_NUMBER.fullmatch(said))
