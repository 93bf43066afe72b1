"""How somebody lives: what is asked about habits, functions and social situation, and what was answered.

Questions and answers are in our own words, with LOINC where we are sure of its code.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from varda.care.facts import Moment, amount, code, codes, first_moment, label, newest_first, shown

LOINC = "http://loinc.org"
LOCAL = "https://varda.example/fhir/CodeSystem/living"
AUDIT_C, CFS = "audit-c", "cfs"


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form. `text` and the first of each choice are Swedish, as in the record; `label` and the second
    are English, as screens translate them. Without choices it is a number of `unit`, 0 to `most`.
    """

    key: str
    code: str
    text: str
    label: str
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    system: str = LOCAL
    unit: tuple[str, str] = ("", "")
    most: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """Questions that are asked together. `category` is that of their Observations."""

    key: str
    label: str
    category: str
    questions: tuple[Question, ...]


_OFTEN = {
    "never": ("aldrig", "never"), "former": ("har slutat", "has stopped"), "sometimes": ("ibland", "sometimes"),
    "daily": ("dagligen", "daily"),
}  # fmt: skip

FORMS: Mapping[str, Form] = {
    one.key: one
    for one in (
        Form("habits", "Living habits", "social-history", (
            Question("smoking", "72166-2", "Rökning", "Smoking", _OFTEN, LOINC),
            Question("snuff", "snuff", "Snus och annat nikotin", "Snus and other nicotine", _OFTEN),
            Question("activity", "activity-minutes", "Fysisk aktivitet per vecka", "Physical activity a week",
                     unit=("min/vecka", "min/wk"), most=3000),
        )),
        Form("function", "Functional status", "survey", (
            Question("walking", "walking", "Förflyttning", "Moving about", {
                "alone": ("självständig", "independent"), "aid": ("med hjälpmedel", "with an aid"),
                "help": ("med hjälp av person", "with somebody's help"), "bed": ("sängbunden", "confined to bed")}),
            Question("care", "self-care", "Personlig vård", "Personal care", {
                "alone": ("självständig", "independent"), "some": ("viss hjälp", "some help"),
                "all": ("helt beroende av hjälp", "entirely dependent")}),
            Question("mind", "cognition", "Minne och orientering", "Memory and orientation", {
                "clear": ("opåverkad", "unaffected"), "mild": ("lätt nedsatt", "slightly impaired"),
                "severe": ("tydligt nedsatt", "clearly impaired")}),
            Question("falls", "falls", "Fall senaste året", "Falls in the last year", {
                "none": ("inga", "none"), "once": ("ett", "one"), "more": ("flera", "several")}),
        )),
        Form("social", "Social situation", "social-history", (
            Question("housing", "housing", "Boende", "Housing", {
                "own": ("ordinärt boende", "ordinary housing"), "sheltered": ("trygghetsboende", "sheltered housing"),
                "nursing": ("särskilt boende", "nursing home"), "none": ("saknar bostad", "no home")}),
            Question("household", "household", "Hushåll", "Household", {
                "alone": ("ensamboende", "lives alone"), "together": ("bor med någon", "lives with somebody")}),
            Question("help", "help", "Hjälp i hemmet", "Help at home", {
                "none": ("ingen", "nobody"), "close": ("närstående", "somebody close"),
                "home-help": ("hemtjänst", "home help"), "home-care": ("hemsjukvård", "home care")}),
            Question("work", "work", "Sysselsättning", "Occupation", {
                "work": ("arbetar", "works"), "study": ("studerar", "studies"),
                "sick": ("sjukskriven", "on sick leave"),
                "seeking": ("arbetssökande", "seeks work"), "retired": ("pensionär", "retired")}),
        )),
    )
}  # fmt: skip
"""What is asked, in the order of the forms. The scores, AUDIT-C and CFS, have modules of their own."""

QUESTIONS = {question.code: question for form in FORMS.values() for question in form.questions}
NAMES = {AUDIT_C: "AUDIT-C", CFS: "Skörhet (CFS)"}
CODES = frozenset((*QUESTIONS, *NAMES))
"""The codes of all Observations that are written here."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered once. `choice` is the code of a choice, `number` what was counted or scored, `text` its words
    in the record."""

    code: str
    choice: str
    number: Decimal | None
    text: str
    at: Moment | None
    by: str
    is_risk: bool = False


def answers(resources: Iterable[Mapping[str, Any]]) -> dict[str, list[Answer]]:
    """The answers by code, each newest first; those entered in error are left out."""
    found: dict[str, list[Answer]] = {}
    real = (one for one in resources if one.get("status") != "entered-in-error")
    for one in newest_first(_answer(resource) for resource in real):
        if one.code in CODES:
            found.setdefault(one.code, []).append(one)
    return found


def _answer(one: Mapping[str, Any]) -> Answer:
    value = amount(one.get("valueQuantity"))
    return Answer(
        next((code for code in codes(one.get("code")) if code in CODES), ""),
        code(one.get("valueCodeableConcept"), LOCAL),
        value.value if value else None,
        label(one.get("valueCodeableConcept")) or (f"{value.value} {value.unit}".strip() if value else ""),
        first_moment(one, "effectiveDateTime", "effectivePeriod", "issued"),
        shown(next(iter(one.get("performer", ())), None)),
        is_risk="H" in codes(one.get("interpretation")),
    )
