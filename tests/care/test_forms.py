"""Forms without a database: what is open, what is reckoned, what cannot be so, and how what is typed is kept."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varda.care import forms
from varda.care.forms import Answer, Form, reckoning
from varda.care.forms.extraction import changed, observations
from varda.care.forms.model import CALCULATED
from varda.care.forms.reckoning import Given, reckoned
from varda.fhir import resource as json
from varda.fhir import validate
from varda.kernel.errors import Malformed, Unprocessable
from varda.record.forms import SIGNATURE
from varda.region.forms import ARRIVAL, FALLS, FORMS, HABITS, PAIN

NO_FALLS = dict.fromkeys(("fallit", "yrsel", "steg", "somnmedel", "syn", "orolig"), "nej")
TODAY = date(2026, 3, 3)
ARRIVED = {"kost": "vanlig", "gang": "sjalv", "somn": "true"}


def a_form(*items: dict[str, Any]) -> Form:
    return forms.form({"resourceType": "Questionnaire", "id": "f", "url": "u", "version": "1", "item": list(items)})


def wrong(form: Form, **said: str) -> dict[str, str]:
    """The problems of what was typed, by linkId."""
    with pytest.raises(Unprocessable) as told:
        forms.judged(form, said, {})
    return {one.path: one.message for one in told.value.problems}


@pytest.mark.parametrize("resource", FORMS, ids=lambda one: one["id"])
def test_the_countys_forms_are_valid_and_ask_for_nothing_unknown(resource: dict[str, Any]) -> None:
    assert [one for one in validate.problems(json.dump(resource), resource) if one.severity == "error"] == []
    assert list(forms.unknown(forms.form(resource))) == []


def test_a_question_opens_by_the_answer_it_waits_for_and_is_asked_only_then() -> None:
    form = forms.form(ARRIVAL)
    assert "kost-vad" not in forms.judged(form, ARRIVED, {}).open
    assert wrong(form, **ARRIVED | {"kost": "sarskild"}) == {"kost-vad": "This has to be answered."}
    kept = forms.judged(form, ARRIVED | {"kost": "sarskild", "kost-vad": "glutenfri"}, {})
    assert kept.answers["kost-vad"] == [Answer("valueString", "glutenfri")]


def test_what_a_closed_question_says_is_not_kept_and_opens_nothing() -> None:
    """Nor may what is closed and cannot be so stand in the way."""
    form = a_form(
        {"linkId": "a", "type": "boolean", "text": "A"},
        {"linkId": "b", "type": "integer", "text": "B",
         "enableWhen": [{"question": "a", "operator": "=", "answerBoolean": True}]},
        {"linkId": "c", "type": "string", "text": "C",
         "enableWhen": [{"question": "b", "operator": "exists", "answerBoolean": True}]},
    )  # fmt: skip
    kept = forms.judged(form, {"a": "false", "b": "no number", "c": "sagt"}, {})
    assert set(kept.answers) == {"a"}
    assert set(forms.judged(form, {"a": "true", "b": "0", "c": "sagt"}, {}).answers) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("operator", "answer", "typed", "is_open"),
    [
        (">", {"answerInteger": 3}, "4", True), (">", {"answerInteger": 3}, "3", False),
        (">=", {"answerInteger": 3}, "3", True), ("<", {"answerInteger": 3}, "3", False),
        ("<=", {"answerInteger": 3}, "3", True), ("!=", {"answerInteger": 3}, "4", True),
        ("!=", {"answerInteger": 3}, "", False), ("exists", {"answerBoolean": False}, "", True),
        ("exists", {"answerBoolean": False}, "1", False),
    ],
)  # fmt: skip
def test_conditions_compare_as_fhir_says(operator: str, answer: dict[str, Any], typed: str, is_open: bool) -> None:
    condition = {"question": "n", "operator": operator, **answer}
    form = a_form(
        {"linkId": "n", "type": "integer", "text": "N"},
        {"linkId": "d", "type": "display", "text": "D", "enableWhen": [condition]},
    )
    assert ("d" in forms.judged(form, {"n": typed}, {}).open) == is_open


def test_conditions_that_ask_in_a_circle_come_to_rest() -> None:
    when = {"operator": "exists", "answerBoolean": True}
    form = a_form(
        {"linkId": "a", "type": "string", "text": "A", "enableWhen": [{"question": "b", **when}]},
        {"linkId": "b", "type": "string", "text": "B", "enableWhen": [{"question": "a", **when}]},
    )
    assert isinstance(forms.judged(form, {"a": "1", "b": "2"}, {}), forms.Settled)


def test_a_score_is_the_sum_of_its_points_and_none_before_all_are_answered() -> None:
    """A score that lacks an answer would look lower than it is."""
    form = forms.form(FALLS)
    calm = forms.judged(form, NO_FALLS, {})
    assert (calm.answers["summa"], "okad" in calm.open) == ([Answer("valueInteger", 0)], False)
    high = forms.judged(form, NO_FALLS | {"fallit": "flera", "steg": "jamt"}, {})
    assert (high.answers["summa"], "okad" in high.open) == ([Answer("valueInteger", 4)], True)
    given_, _ = forms.answers(form, {one: said for one, said in NO_FALLS.items() if one != "syn"})
    assert "summa" not in forms.settled(form, given_).answers


def test_bmi_is_reckoned_with_one_decimal_from_what_is_typed() -> None:
    found = forms.judged(forms.form(ARRIVAL), ARRIVED | {"vikt": "72,5", "langd": "171"}, {}).answers
    assert found["bmi"][0].value == {
        "value": Decimal("24.8"),
        "unit": "kg/m²",
        "system": "http://unitsofmeasure.org",
        "code": "kg/m2",
    }
    assert "bmi" not in forms.judged(forms.form(ARRIVAL), ARRIVED | {"vikt": "72,5"}, {}).answers


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("7 - 2 - 1", "4"), ("8 / 4 / 2", "1"), ("2.5.round(0)", "3"),
        ("(10 / 4).round(1)", "2.5"), ("%age - 1", "66"), ("1 / 0", None), ("%weight", None), ("%sex", "female"),
        ("%resource.item.where(linkId='n').answer.value + 1", "6"),
        ("%resource.descendants().where(linkId='n' or linkId='m').answer.value.sum()", "7"),
        ("%resource.descendants().where(linkId='n' or linkId='m').answer.value.count()", "2"),
        ("%resource.descendants().where(linkId='gone').answer.value.sum()", "0"),
        ("%resource.descendants().where(linkId='gone').answer.value + 1", None),
        ("%resource.descendants().where(linkId='text').answer.value + 1", None),
    ],
)  # fmt: skip
def test_the_part_of_fhirpath_that_is_known(expression: str, value: str | None) -> None:
    given_ = Given(
        a_form(),
        {
            "n": [Answer("valueInteger", 5)],
            "m": [Answer("valueDecimal", Decimal(2))],
            "text": [Answer("valueString", "x")],
        },
        {"age": 67, "sex": "female"},
    )
    found = reckoned(expression, given_)
    assert (None if found is None else str(found)) == value


@pytest.mark.parametrize(
    "expression",
    ["", "1 +", "2 + nothing", "%secret", "a.b", "1.delete()", "(1", "1)", "%resource.item", "__import__('os')",
     "%resource.descendants().where(linkId='a').answer.value.round(1).x", "1" * 5000, "(" * 60 + "1" + ")" * 60],
)  # fmt: skip
def test_what_is_not_known_of_it_is_told_not_guessed(expression: str) -> None:
    with pytest.raises(Malformed):
        reckoned(expression, Given(a_form(), {}, {}))


@given(st.text(max_size=60))
def test_no_expression_does_more_than_reckon_or_be_refused(expression: str) -> None:
    found: Any = None
    with suppress(Malformed):
        found = reckoned(expression, Given(a_form(), {}, {}))
    assert found is None or isinstance(found, Decimal)


def test_sums_that_the_designer_writes_are_understood() -> None:
    expression = reckoning.sum_of(["a", "b"])
    assert reckoning.understood(expression).links == ("a", "b")


def test_limits_lengths_choices_and_kinds_are_told_at_their_fields() -> None:
    form = a_form(
        {"linkId": "n", "type": "integer", "text": "N", "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueInteger": 0},
            {"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueInteger": 10}]},
        {"linkId": "w", "type": "integer", "text": "W"},
        {"linkId": "d", "type": "decimal", "text": "D"},
        {"linkId": "s", "type": "string", "text": "S", "maxLength": 3},
        {"linkId": "day", "type": "date", "text": "Day"},
        {"linkId": "c", "type": "choice", "text": "C", "answerOption": [{"valueString": "ja"}]},
        {"linkId": "must", "type": "string", "text": "Must", "required": True},
    )  # fmt: skip
    told = wrong(form, n="11", w="1,5", d="mycket", s="lång", day="2026-02-30", c="nej")
    assert set(told) == {"n", "w", "d", "s", "day", "c", "must"}
    assert told["w"] == "Write a whole number."
    assert set(wrong(form, n="-1", must="x")) == {"n"}
    right = {"n": "10", "w": "3", "d": "−2,5", "s": "kort"[:3], "day": "2026-02-28", "c": "ja", "must": "x"}
    assert forms.judged(form, right, {}).answers["d"] == [Answer("valueDecimal", Decimal("-2.5"))]


def test_unfinished_is_kept_without_what_is_required_but_not_with_what_cannot_be() -> None:
    form = forms.form(PAIN)
    assert forms.judged(form, {"var": "höft"}, {}, is_whole=False)
    with pytest.raises(Unprocessable):
        forms.judged(form, {"nu": "11"}, {}, is_whole=False)


def test_several_choices_own_words_and_repeated_answers_come_back_as_they_were_typed() -> None:
    form = forms.form(HABITS)
    said = {"tobak": "dagligen", "tobak-vad#snus": "1", "tobak-vad#other": "pipa", "glas": "3"}
    kept, unread = forms.answers(form, said)
    assert unread == []
    assert forms.shown(kept["tobak-vad"]) == ["Snus", "pipa"]
    assert forms.fields(form, kept) == said
    listed = a_form({"linkId": "r", "type": "string", "text": "R", "repeats": True})
    kept, _ = forms.answers(listed, {"r": "ett", "r~1": " ", "r~2": "tre"})
    assert forms.fields(listed, kept) == {"r": "ett", "r~1": "tre"}
    assert forms.names(listed.items[0], {"r": "ett", "r~2": "tre"}) == ["r", "r~1", "r~2", "r~3"]


_TYPED = {
    "integer": st.integers(-9999, 9999).map(str),
    "decimal": st.decimals(-999, 999, places=2).map(lambda one: f"{one:f}".replace(".", ",")),
    "string": st.text("abcåäö 😀שلום<>&\"'", min_size=1, max_size=30).map(str.strip).filter(bool),
    "date": st.dates().map(str),
    "boolean": st.sampled_from(["true", "false"]),
}


@given(st.sampled_from(sorted(_TYPED)).flatmap(lambda kind: st.tuples(st.just(kind), _TYPED[kind])))
def test_what_is_typed_right_comes_back_the_same(typed: tuple[str, str]) -> None:
    """Property: answers become fields and fields answers without loss, right-to-left and emoji as well."""
    form = a_form({"linkId": "q", "type": typed[0], "text": "Q"})
    kept = forms.judged(form, {"q": typed[1]}, {}).answers
    again, _ = forms.answers(form, forms.fields(form, kept))
    assert again == kept


def test_a_form_begins_with_what_the_record_knows_unless_it_cannot_be_so() -> None:
    form = forms.form(ARRIVAL)
    begun = forms.beginning(form, {"weight": Decimal("72.50"), "height": Decimal(900)})
    assert forms.fields(form, begun) == {"vikt": "72,50", "vikt#unit": "kg"}


def test_what_a_form_asks_that_cannot_be_done_here_is_named() -> None:
    form = a_form(
        {"linkId": "a", "type": "attachment", "text": "A"},
        {"linkId": "g", "type": "group", "text": "G", "repeats": True, "item": [{"linkId": "a", "type": "string"}]},
        {"linkId": "c", "type": "choice", "text": "C", "answerValueSet": "http://x"},
        {"linkId": "q", "type": "string", "text": "Q", "enableWhen": [{"question": "z", "operator": "exists"}]},
    )
    told = [one.path for one in forms.unknown(form)]
    assert sorted(told) == ["a", "a", "a", "c", "g", "q"]


def a_response(form: Form, said: dict[str, str], **more: Any) -> dict[str, Any]:
    from varda.care.forms.response import items, named

    return {
        "resourceType": "QuestionnaireResponse", "id": "r1", "status": "completed", **named(form),
        "subject": {"reference": "Patient/p1"}, "authored": "2026-03-01T12:00:00Z",
        "author": {"reference": "Practitioner/x", "display": "X"},
        "item": items(form, forms.judged(form, said, {})), **more,
    }  # fmt: skip


def test_a_response_is_valid_and_reads_as_it_was_answered() -> None:
    form = forms.form(ARRIVAL)
    made = a_response(form, ARRIVED | {"viktigt": "Att få komma hem", "vikt": "72,5", "langd": "171"})
    assert [one for one in validate.problems(json.dump(made), made) if one.severity == "error"] == []
    read = forms.response(made)
    assert (read.title, read.form) == ("Ankomstsamtal", f"{ARRIVAL['url']}|1")
    said = {one.link: one.answers for one in read.lines}
    assert (said["viktigt"], said["vikt"], said["somn"]) == (("Att få komma hem",), ("72,5 kg",), ("Ja",))
    assert list(forms.misfits(form, read.answers)) == []


def test_a_response_from_elsewhere_that_does_not_fit_is_told_at_its_questions() -> None:
    """It is not refused: FHIR allows it. It is shown, and what does not fit is marked."""
    form = forms.form(PAIN)
    came = {
        "nu": [Answer("valueInteger", 14)], "var": [Answer("valueInteger", 1)], "okand": [Answer("valueString", "x")],
    }  # fmt: skip
    assert {one.path for one in forms.misfits(form, came)} == {"nu", "var", "okand", "godtagbart"}


def test_answers_with_a_code_become_observations_of_the_response() -> None:
    """SDC, observation-based extraction: value, code, time and source of each."""
    form = forms.form(ARRIVAL)
    made = observations(form, a_response(form, ARRIVED | {"vikt": "72,5", "langd": "171"}))
    assert [one["code"]["coding"][0]["code"] for one in made] == ["29463-7", "8302-2", "39156-5"]
    assert made[0]["valueQuantity"]["value"] == Decimal("72.5")
    assert made[0]["category"][0]["coding"][0]["code"] == "vital-signs"
    assert made[0]["derivedFrom"][0]["reference"] == "QuestionnaireResponse/r1"
    for one in made:
        assert [p for p in validate.problems(json.dump(one), one) if p.severity == "error"] == []


def test_an_amendment_amends_takes_back_and_adds_what_came_of_it() -> None:
    form = forms.form(ARRIVAL)
    first = observations(form, a_response(form, ARRIVED | {"vikt": "72,5", "langd": "171"}))
    kept = [one | {"id": str(number)} for number, one in enumerate(first)]
    same = list(changed(kept, first))
    assert same == [], "what says the same stays as it is"
    later = observations(form, a_response(form, ARRIVED | {"vikt": "82,5"}))
    found = {one.get("id"): one["status"] for one in changed(kept, later)}
    assert found == {"0": "amended", "1": "entered-in-error", "2": "entered-in-error"}
    assert {one["status"] for one in changed(kept, [])} == {"entered-in-error"}
    assert [one.get("id") for one in changed([], later)] == [None]


def a_value(loinc: str, value: str, unit: str, status: str = "final", at: str = "2026-02-01", **more: str) -> Any:
    quantity = {"value": Decimal(value), "unit": unit, "code": unit, **more}
    coded = {"coding": [{"system": "http://loinc.org", "code": loinc}]}
    made = {"resourceType": "Observation", "id": f"{loinc}-{at}-{status}", "status": status, "code": coded}
    return made | {"effectiveDateTime": at, "valueQuantity": {name: said for name, said in quantity.items() if said}}


@pytest.mark.parametrize(
    "newest",
    [
        a_value("29463-7", "3500", "g", at="2026-03-01"),
        a_value("29463-7", "160", "[lb_av]", at="2026-03-01"),
        a_value("29463-7", "160", "lb", at="2026-03-01", code=""),
        a_value("29463-7", "160", "kg", "preliminary", at="2026-03-01"),
        a_value("29463-7", "160", "kg", "registered", at="2026-03-01"),
        a_value("29463-7", "160", "kg", at="2026-03-01", comparator=">"),
    ],
)
def test_a_form_begins_with_no_value_of_another_unit_and_none_unconfirmed(newest: dict[str, Any]) -> None:
    vera = {"resourceType": "Patient", "id": "vera", "gender": "female"}
    known = forms.facts({"Patient": [vera], "Observation": [newest, a_value("29463-7", "72.5", "kg")]}, TODAY)
    assert known["weight"].value == Decimal("72.5")
    later = a_value("29463-7", "71", "kg", "corrected", at="2026-03-02")
    both = {"Patient": [vera], "Observation": [later, newest]}
    assert forms.facts(both, TODAY)["weight"].value == 71


def test_an_amount_without_a_number_stands_within_all_limits() -> None:
    limits = [
        {"url": f"http://hl7.org/fhir/StructureDefinition/{name}Value", "valueDecimal": 1} for name in ("min", "max")
    ]
    form = a_form({"linkId": "w", "type": "quantity", "text": "W", "extension": limits})
    assert list(forms.misfits(form, {"w": [Answer("valueQuantity", {"unit": "kg"})]})) == []


@pytest.mark.parametrize(
    "expression", ["+".join("1" * 1900), "1" + ".value" * 600, "(" * 30 + "+".join("1" * 900) + ")" * 30]
)
def test_what_would_go_too_deep_is_refused_before_it_is_published(expression: str) -> None:
    form = a_form({"linkId": "n", "type": "integer", "text": "N", "extension": [
        {"url": CALCULATED, "valueExpression": {"language": "text/fhirpath", "expression": expression}}]})  # fmt: skip
    assert [one.path for one in forms.unknown(form)] == ["n"]
    assert forms.settled(form, {}).answers == {}


def test_values_of_a_response_that_says_little_of_itself_are_those_of_its_signature() -> None:
    form = forms.form(ARRIVAL)
    made = a_response(form, ARRIVED | {"vikt": "72,5"})
    who = {"reference": "Practitioner/y", "display": "Y"}
    made["extension"] = [{"url": SIGNATURE, "valueSignature": {"when": "2026-03-02T12:00:00Z", "who": who}}]
    del made["authored"], made["author"]
    (weight,) = observations(form, made)
    assert (weight["effectiveDateTime"], weight["performer"]) == ("2026-03-02T12:00:00Z", [who])
    del made["extension"]
    assert "performer" not in observations(form, made)[0]
