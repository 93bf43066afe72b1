"""A Questionnaire read into a form, and answers as they stand in a QuestionnaireResponse.

http://hl7.org/fhir/R4/questionnaire.html · http://hl7.org/fhir/uv/sdc/STU3/ for what SDC adds. What a form says in
ways that are not read here is told by `rules.unknown`, never passed over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from varda.care.facts import Moment, code, moment

CORE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
UNIT, UNIT_OPTION = f"{CORE}questionnaire-unit", f"{CORE}questionnaire-unitOption"
LEAST, MOST, DECIMALS = f"{CORE}minValue", f"{CORE}maxValue", f"{CORE}maxDecimalPlaces"
CONTROL, HIDDEN, ORDINAL = f"{CORE}questionnaire-itemControl", f"{CORE}questionnaire-hidden", f"{CORE}ordinalValue"
EXCLUSIVE = f"{CORE}questionnaire-optionExclusive"
INITIAL = f"{SDC}sdc-questionnaire-initialExpression"
CALCULATED = f"{SDC}sdc-questionnaire-calculatedExpression"
EXTRACT = f"{SDC}sdc-questionnaire-observationExtract"
CATEGORY = f"{SDC}sdc-questionnaire-observation-extract-category"
ROLE = "https://varda.example/fhir/CodeSystem/role"

KEYS = {
    "boolean": "valueBoolean", "decimal": "valueDecimal", "integer": "valueInteger", "date": "valueDate",
    "dateTime": "valueDateTime", "time": "valueTime", "string": "valueString", "text": "valueString",
    "url": "valueUri", "choice": "valueCoding", "open-choice": "valueCoding", "quantity": "valueQuantity",
}  # fmt: skip
"""The kinds of questions that can be answered here, and the element that holds their answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as FHIR has it: the name of the element ("valueDecimal") and the JSON value."""

    key: str
    value: Any


Answers = Mapping[str, Sequence[Answer]]
"""What is answered, by linkId; questions without an answer are missing."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: `key` tells it apart in its question, `ordinal` is what it counts for in a score."""

    key: str
    text: str
    answer: Answer
    ordinal: Decimal | None = None
    is_exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One enableWhen. `answer` is compared; with the operator exists it says whether there is to be one."""

    question: str
    operator: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it is shown, and its code (UCUM as a rule)."""

    text: str
    system: str = ""
    code: str = ""


@dataclass(frozen=True)
class Item:
    """One item of a form, with those inside it. `help` is what stands below the question; `codes` are its codings.

    `least` and `most` are inclusive; dates are compared as their text. `any_of`: one condition is enough.
    """

    link: str
    type: str
    text: str
    prefix: str = ""
    help: str = ""
    is_required: bool = False
    repeats: bool = False
    is_read_only: bool = False
    is_hidden: bool = False
    max_length: int = 0
    least: Decimal | str | None = None
    most: Decimal | str | None = None
    decimals: int | None = None
    units: tuple[Unit, ...] = ()
    options: tuple[Option, ...] = ()
    conditions: tuple[Condition, ...] = ()
    any_of: bool = False
    initial: tuple[Answer, ...] = ()
    starts_with: str = ""
    calculated: str = ""
    codes: tuple[Mapping[str, Any], ...] = ()
    category: str = ""
    is_extracted: bool = False
    items: tuple["Item", ...] = ()

    @property
    def is_question(self) -> bool:
        """Whether it takes an answer."""
        return self.type not in ("group", "display")

    @property
    def control(self) -> str:
        """How it is asked: check for several choices, radio for few, select for many; else its type."""
        if self.type not in ("choice", "open-choice"):
            return self.type
        if self.repeats:
            return "check"
        return "radio" if len(self.options) <= MOST_RADIOS or self.type == "open-choice" else "select"

    def option(self, answer: Answer) -> Option | None:
        """The choice that an answer is."""
        return next((one for one in self.options if same(one.answer, answer)), None)


MOST_RADIOS = 7
"""Choices up to which all are shown at once."""


@dataclass(frozen=True)
class Form:
    """A Questionnaire. `version` is the business version, which never changes once it is active; `writers` are those
    (references) who have changed the draft, `roles` whom it is meant for (none: everybody)."""

    id: str
    url: str
    version: str
    title: str
    description: str
    status: str
    at: Moment | None
    stored: int
    roles: tuple[str, ...]
    items: tuple[Item, ...]

    @property
    def canonical(self) -> str:
        """How a response names it: address and version."""
        return f"{self.url}|{self.version}" if self.version else self.url

    @cached_property
    def all(self) -> tuple[Item, ...]:
        """Every item, those inside after the one that holds them."""
        return tuple(_walked(self.items))

    @cached_property
    def by_link(self) -> dict[str, Item]:
        """Every item by its linkId."""
        return {one.link: one for one in self.all}

    @property
    def questions(self) -> list[Item]:
        """The items that take an answer."""
        return [one for one in self.all if one.is_question]


def form(resource: Mapping[str, Any]) -> Form:
    """Read a Questionnaire."""
    roles = [
        code(one.get("valueCodeableConcept"), ROLE)
        for one in resource.get("useContext", ())
        if one.get("code", {}).get("code") == "user"
    ]
    return Form(
        id=str(resource.get("id", "")),
        url=str(resource.get("url") or f"Questionnaire/{resource.get('id', '')}"),
        version=str(resource.get("version", "")),
        title=str(resource.get("title") or resource.get("name") or "?"),
        description=str(resource.get("description", "")),
        status=str(resource.get("status", "")),
        at=moment(resource.get("date")),
        stored=int(resource.get("meta", {}).get("versionId", "0") or 0),
        roles=tuple(filter(None, roles)),
        items=tuple(map(_item, resource.get("item", ()))),
    )


def said_of(resource: Mapping[str, Any], url: str, default: Any = None) -> Any:
    """The value of one extension, whatever its type."""
    for one in resource.get("extension", ()):
        if one.get("url") == url:
            return next((value for name, value in one.items() if name.startswith("value")), default)
    return default


def answer_of(element: Mapping[str, Any], prefix: str = "value") -> Answer | None:
    """The answer that an element holds in `prefix` + type; None when it holds none."""
    for name, value in element.items():
        if name.startswith(prefix) and name != prefix and name[len(prefix)].isupper():
            return Answer(f"value{name[len(prefix) :]}", value)
    return None


def same(one: Answer, other: Answer) -> bool:
    """Whether two answers say the same; codings by system and code, amounts by number and unit."""
    if one.key != other.key:
        return False
    if one.key == "valueCoding":
        return _coded(one.value) == _coded(other.value)
    if one.key == "valueQuantity":
        return _amount(one.value) == _amount(other.value)
    if one.key in ("valueDecimal", "valueInteger"):
        return Decimal(str(one.value)) == Decimal(str(other.value))
    return bool(one.value == other.value)


def answers_of(response: Mapping[str, Any]) -> dict[str, list[Answer]]:
    """The answers of a QuestionnaireResponse by linkId, those of repeated groups together in their order."""
    found: dict[str, list[Answer]] = {}
    for item in _answered(response.get("item", ())):
        given = [found_ for one in item.get("answer", ()) if (found_ := answer_of(one))]
        if given:
            found.setdefault(str(item.get("linkId", "")), []).extend(given)
    return found


def _answered(items: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for item in items:
        yield item
        yield from _answered(item.get("item", ()))
        for one in item.get("answer", ()):
            yield from _answered(one.get("item", ()))


def _walked(items: Sequence[Item]) -> Iterator[Item]:
    for one in items:
        yield one
        yield from _walked(one.items)


def _item(item: Mapping[str, Any]) -> Item:
    inside = item.get("item", ())
    helps = [one for one in inside if _is_help(one)]
    expression = said_of(item, INITIAL, {})
    calculated = said_of(item, CALCULATED, {})
    return Item(
        link=str(item.get("linkId", "")),
        type=str(item.get("type", "")),
        text=str(item.get("text", "")),
        prefix=str(item.get("prefix", "")),
        help=" ".join(str(one.get("text", "")) for one in helps),
        is_required=bool(item.get("required")),
        repeats=bool(item.get("repeats")),
        is_read_only=bool(item.get("readOnly")) or bool(calculated),
        is_hidden=bool(said_of(item, HIDDEN, False)),
        max_length=int(item.get("maxLength", 0)),
        least=_limit(said_of(item, LEAST)),
        most=_limit(said_of(item, MOST)),
        decimals=said_of(item, DECIMALS),
        units=_units(item),
        options=tuple(_option(one) for one in item.get("answerOption", ())),
        conditions=tuple(_condition(one) for one in item.get("enableWhen", ())),
        any_of=item.get("enableBehavior") == "any",
        initial=tuple(found for one in item.get("initial", ()) if (found := answer_of(one))),
        starts_with=str(expression.get("expression", "")),
        calculated=str(calculated.get("expression", "")),
        codes=tuple(item.get("code", ())),
        category=code(said_of(item, CATEGORY, {})),
        is_extracted=bool(said_of(item, EXTRACT, False)),
        items=tuple(_item(one) for one in inside if not _is_help(one)),
    )


def _is_help(item: Mapping[str, Any]) -> bool:
    control = said_of(item, CONTROL, {})
    return item.get("type") == "display" and code(control) in ("help", "flyover", "instructions")


def _limit(value: Any) -> Decimal | str | None:
    if value is None or isinstance(value, str):
        return value
    return Decimal(str(value))


def _units(item: Mapping[str, Any]) -> tuple[Unit, ...]:
    codings = [one.get("valueCoding", {}) for one in item.get("extension", ()) if one.get("url") in (UNIT, UNIT_OPTION)]
    return tuple(
        Unit(str(one.get("display") or one.get("code", "")), str(one.get("system", "")), str(one.get("code", "")))
        for one in codings
    )


def _option(option: Mapping[str, Any]) -> Option:
    answer = answer_of(option) or Answer("valueString", "")
    value = answer.value
    if answer.key == "valueCoding":
        text, key = str(value.get("display") or value.get("code", "")), str(value.get("code") or value.get("display"))
        ordinal = said_of(value, ORDINAL)
    else:
        text = key = str(value)
        ordinal = None
    ordinal = said_of(option, ORDINAL) if ordinal is None else ordinal
    exact = Decimal(str(ordinal)) if ordinal is not None else None
    return Option(key, text, answer, exact, bool(said_of(option, EXCLUSIVE, False)))


def _condition(condition: Mapping[str, Any]) -> Condition:
    answer = answer_of(condition, "answer") or Answer("valueBoolean", True)
    return Condition(str(condition.get("question", "")), str(condition.get("operator", "")), answer)


def _coded(coding: Mapping[str, Any]) -> tuple[Any, ...]:
    known = coding.get("code")
    return (coding.get("system", ""), known) if known else ("", coding.get("display"))


def _amount(quantity: Mapping[str, Any]) -> tuple[Any, ...]:
    return Decimal(str(quantity.get("value", 0))), quantity.get("code") or quantity.get("unit", "")
