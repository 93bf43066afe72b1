"""What is wrong with a resource is told, all at once, each with its place and in plain words."""

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fhir.test_resource import JSON
from varda.fhir import definitions, resource, shape, validate
from varda.kernel.errors import Malformed, Unprocessable

XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
WEIGHT: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "weight",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "subject": {"reference": "Patient/1"},
    "effectiveDateTime": "2024-02-29T13:28:17+01:00",
    "valueQuantity": {"value": Decimal("72.50"), "unit": "kg"},
}


def told(content: dict[str, Any] | bytes) -> list[tuple[str, str]]:
    """Path and code of each problem."""
    return [(problem.path, problem.code) for problem in validate.problems(content)]


def patient(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **elements}


def test_a_right_resource_has_no_problem() -> None:
    assert validate.problems(WEIGHT) == ()
    assert validate.check(resource.dump(WEIGHT)) == WEIGHT


def test_problems_of_structure_and_of_value_come_together_in_order_of_place() -> None:
    wrong = patient(
        id="a\x00",
        name=[{"family": "Ek"}, {"family": "a\x07b", "given": "Eva"}],
        gender="x",
        birthDate="2024-02-30",
        foo=1,
        contact=[{"gender": 3}, {"name": {}}],
        link=[{"type": "seealso"}],
        managingOrganization={"reference": "nowhere special"},
    )
    assert told(wrong) == [
        ("Patient.birthDate", "value"),
        ("Patient.contact[0].gender", "structure"),
        ("Patient.contact[1].name", "structure"),
        ("Patient.foo", "structure"),
        ("Patient.gender", "code-invalid"),
        ("Patient.id", "value"),
        ("Patient.link[0].other", "required"),
        ("Patient.managingOrganization.reference", "value"),
        ("Patient.name[1].family", "value"),
        ("Patient.name[1].given", "structure"),
    ]
    sentences = {problem.path: problem.message for problem in validate.problems(wrong)}
    assert sentences["Patient.birthDate"] == '"2024-02-30" is not a date: 2024-02 has no day 30.'
    assert sentences["Patient.gender"] == '"x" is not one of female, male, other, unknown.'
    assert sentences["Patient.name[1].family"] == "The text contains the character U+0007, which FHIR forbids."
    assert sentences["Patient.foo"] == "FHIR has no such element here."
    assert sentences["Patient.link[0].other"] == "This element is required and missing."


@pytest.mark.parametrize(
    ("element", "value", "path", "code"),
    [
        ("id", "a b", "Patient.id", "value"),
        ("id", "x" * 65, "Patient.id", "value"),
        ("id", "", "Patient.id", "structure"),
        ("birthDate", "2023-02-29", "Patient.birthDate", "value"),
        ("birthDate", "1900-02-29", "Patient.birthDate", "value"),
        ("birthDate", "2024-04-31", "Patient.birthDate", "value"),
        ("birthDate", "2024-1-1", "Patient.birthDate", "value"),
        ("birthDate", "0000", "Patient.birthDate", "value"),
        ("birthDate", "2024-02-28T10:00:00Z", "Patient.birthDate", "value"),
        ("deceasedDateTime", "2024-02-30T10:00:00Z", "Patient.deceasedDateTime", "value"),
        ("deceasedDateTime", "2024-02-28T10:00:00", "Patient.deceasedDateTime", "value"),
        ("deceasedBoolean", "true", "Patient.deceasedBoolean", "structure"),
        ("deceasedBoolean", None, "Patient.deceasedBoolean", "structure"),
        ("multipleBirthInteger", Decimal("1.5"), "Patient.multipleBirthInteger", "value"),
        ("multipleBirthInteger", 2**31, "Patient.multipleBirthInteger", "value"),
        ("implicitRules", "a b", "Patient.implicitRules", "value"),
        ("language", "sv ", "Patient.language", "value"),
        ("name", {"family": "x"}, "Patient.name", "structure"),
        ("name", [], "Patient.name", "structure"),
        ("name", [{}], "Patient.name[0]", "structure"),
        ("name", [{"use": "x"}], "Patient.name[0].use", "code-invalid"),
        ("name", [{"given": ["a", None]}], "Patient.name[0].given[1]", "structure"),
        ("name", [{"period": {"start": "2024-13"}}], "Patient.name[0].period.start", "value"),
        ("photo", [{"data": "?"}], "Patient.photo[0].data", "value"),
        ("photo", [{"size": -1}], "Patient.photo[0].size", "value"),
        ("meta", {"versionId": "a b"}, "Patient.meta.versionId", "value"),
        ("meta", {"lastUpdated": "2024-01-01"}, "Patient.meta.lastUpdated", "value"),
        ("meta", {"profile": ["x y"]}, "Patient.meta.profile[0]", "value"),
        ("text", {"status": "x", "div": f"<div {XHTML}>x</div>"}, "Patient.text.status", "code-invalid"),
        ("contained", [{"id": "x"}], "Patient.contained[0]", "structure"),
        ("contained", [{"resourceType": "Nope"}], "Patient.contained[0]", "structure"),
        ("contained", [3], "Patient.contained[0]", "structure"),
        ("contained", [{"resourceType": "Patient", "gender": "x"}], "Patient.contained[0].gender", "code-invalid"),
        ("extension", [{"valueString": "a"}], "Patient.extension[0].url", "required"),
        ("extension", [{"url": "u", "valueDate": "2024-02-30"}], "Patient.extension[0].valueDate", "value"),
        ("extension", [{"url": "a b", "valueCode": "c"}], "Patient.extension[0].url", "value"),
        ("_birthDate", {"extension": [{"url": "a b"}]}, "Patient._birthDate.extension[0].url", "value"),
        ("_gender", {}, "Patient._gender", "structure"),
        ("fhir_comments", ["x"], "Patient.fhir_comments", "structure"),
        ("generalPractitioner", [{"reference": "Nope/1"}], "Patient.generalPractitioner[0].reference", "value"),
        ("generalPractitioner", [{"reference": "Patient/ "}], "Patient.generalPractitioner[0].reference", "value"),
        ("managingOrganization", {"reference": "Group/" + "1" * 65}, "Patient.managingOrganization.reference", "value"),
    ],
)  # fmt: skip
def test_one_wrong_thing_is_named_with_its_place(element: str, value: Any, path: str, code: str) -> None:
    assert told(patient(**{element: value})) == [(path, code)]
    # The same place is still named when something else is structurally wrong.
    assert (path, code) in told(patient(**{element: value}, foo=1))


@pytest.mark.parametrize(
    "reference",
    ["Patient/1", "Patient/1/_history/2", "#a", "#", "urn:uuid:x", "http://x/Patient/1", "Patient?identifier=a|1"],
)
def test_every_form_of_reference_is_taken(reference: str) -> None:
    assert told(patient(generalPractitioner=[{"reference": reference}])) == []


@pytest.mark.parametrize("date", ["2024", "2024-02", "2024-02-29", "2000-02-29", "0001", "9999-12-31"])
def test_every_form_of_date_is_taken(date: str) -> None:
    assert told(patient(birthDate=date)) == []


def test_a_required_value_set_binds_concepts_too() -> None:
    system = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    condition = {"resourceType": "Condition", "subject": {"reference": "Patient/1"}}
    for code, expected in (("active", []), ("nope", [("Condition.clinicalStatus", "code-invalid")])):
        assert told({**condition, "clinicalStatus": {"coding": [{"system": system, "code": code}]}}) == expected
    assert told({**condition, "clinicalStatus": {"text": "active"}}) == []


@pytest.mark.parametrize("sign", ["x", '"', "\\", "å"])
def test_a_text_longer_than_a_mebibyte_is_refused(sign: str) -> None:
    assert told(patient(name=[{"text": sign * 1024 * 1024}])) == []
    assert told(patient(name=[{"text": sign * (1024 * 1024 + 1)}])) == [("Patient.name[0].text", "value")]


@pytest.mark.parametrize("before", [1, 1000, 1024 * 1024 - 60, 1024 * 1024 - 1])
def test_a_text_too_long_is_found_wherever_it_stands(before: int) -> None:
    names = [{"text": "x" * before}, {"text": "x" * (1024 * 1024 + 1)}, {"text": "x"}]
    assert told(patient(name=names)) == [("Patient.name[1].text", "value")]


def test_numbers_beyond_keeping_are_refused() -> None:
    for value in (Decimal("1e1001"), 10**1001, Decimal("1e-1001")):
        weight = {**WEIGHT, "valueQuantity": {"value": value}}
        assert told(weight) == [("Observation.valueQuantity.value", "value")]


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b'{"resourceType":"Patient","active":true,"active":false}', "Patient.active"),
        (b'{"resourceType":"Patient","name":[{"family":"a","family":"b"}]}', "Patient.name[0].family"),
        (b'{"resourceType":"Patient","resourceType":"Patient"}', "Patient.resourceType"),
        (b'{"resourceType":"Patient","contained":[{"resourceType":"Flag","id":1,"id":2}]}', "Patient.contained[0].id"),
    ],
)  # fmt: skip
def test_a_repeated_key_is_named_at_any_depth(raw: bytes, path: str) -> None:
    assert (path, "structure") in told(raw)
    assert [problem.message for problem in validate.problems(raw)].count("This key is given more than once.") == 1


def test_two_types_of_one_choice_are_named_once() -> None:
    assert told(patient(deceasedBoolean=True, deceasedDateTime="2024")) == [("Patient.deceased[x]", "structure")]


def test_what_lacks_everything_is_not_also_called_empty() -> None:
    assert told(patient(text={})) == [("Patient.text.div", "required"), ("Patient.text.status", "required")]


@pytest.mark.parametrize("content", [{}, {"resourceType": 3}, {"resourceType": "DomainResource"}, {"resourceType": ""}])
def test_what_is_no_resource_is_told(content: dict[str, Any]) -> None:
    assert [code for _, code in told(content)] == ["structure"]


def test_too_deep_is_refused_without_harm() -> None:
    inside: dict[str, Any] = {"url": "x", "valueString": "a"}
    for _ in range(100):
        inside = {"url": "x", "extension": [inside]}
    assert told(patient(extension=[inside])) == []
    for _ in range(200):
        inside = {"url": "x", "extension": [inside]}
    with pytest.raises(Malformed, match="deep"):
        validate.problems(patient(extension=[inside]))


def test_half_a_character_is_refused() -> None:
    with pytest.raises(Malformed):
        validate.problems(b'{"resourceType":"Patient","name":[{"family":"\\ud800"}]}')
    with pytest.raises(Malformed):
        validate.problems(patient(name=[{"family": "\ud800"}]))


@pytest.mark.parametrize(
    "div",
    [
        f"<div {XHTML}><p>Puls 72&nbsp;/min, A &amp; B &#160;</p><br/></div>",
        f'<div {XHTML}><a href="https://x.se">x</a><a href="#a">y</a><img src="#pic" alt=">"/></div>',
        f'<div {XHTML}><img src="data: image/png;base64,iVBO"/></div>',
        f"\n<div {XHTML}>\n<!-- a note -->text on=y</div>",
        f'<div {XHTML}><table class="grid"><tr><td style="color: red">1 &gt; 2</td></tr></table></div>',
    ],
)
def test_an_ordinary_narrative_is_taken(div: str) -> None:
    assert told(patient(text={"status": "generated", "div": div})) == []


@pytest.mark.parametrize(
    ("div", "words"),
    [
        ("text", "one div element"),
        (f"<p {XHTML}>x</p>", "one div element"),
        (f"<div {XHTML}><script>x</script></div>", "element script"),
        (f"<div {XHTML}><SCRIPT>x</SCRIPT></div>", "element SCRIPT"),
        (f"<div {XHTML}><form/></div>", "element form"),
        (f"<div {XHTML}><svg/></div>", "element svg"),
        (f'<div {XHTML} xmlns:x="http://www.w3.org/1999/xhtml"><x:script/></div>', "element x:script"),
        (f'<div {XHTML}><p onclick="x">y</p></div>', "attribute onclick"),
        (f'<div {XHTML}><p title=">" OnClick="x">y</p></div>', "attribute OnClick"),
        (f'<div {XHTML}><a href="javascript:x">y</a></div>', "attribute href"),
        (f'<div {XHTML}><a href="java&#10;script:x">y</a></div>', "attribute href"),
        (f'<div {XHTML}><a href=" JavaScript:x">y</a></div>', "attribute href"),
        (f'<div {XHTML}><a href="data:text/html,x">y</a></div>', "attribute href"),
        (f"<div {XHTML}><p>x</div>", "not well-formed"),
        (f"<div {XHTML}>&nosuch;</div>", "not well-formed"),
        (f"<div {XHTML}>x</div><div/>", "not well-formed"),
        (f'<!DOCTYPE a [<!ENTITY b "c">]><div {XHTML}>&b;</div>', "one div element"),
    ],
)
def test_a_narrative_that_could_act_is_refused(div: str, words: str) -> None:
    (problem,) = validate.problems(patient(text={"status": "generated", "div": div}))
    assert problem.path == "Patient.text.div"
    assert words in problem.message


def test_the_problems_travel_with_the_error() -> None:
    with pytest.raises(Unprocessable, match="2 problems") as caught:
        validate.check(patient(gender="x", birthDate="1"))
    assert [problem.path for problem in caught.value.problems] == ["Patient.birthDate", "Patient.gender"]


@given(st.sampled_from(definitions.TYPES), st.data())
def test_no_json_makes_validation_stumble(type_: str, data: st.DataObject) -> None:
    keys = st.sampled_from([*definitions.elements(type_), "_id", "nothing"])
    content = {**data.draw(st.dictionaries(keys, JSON)), "resourceType": type_}
    for problem in validate.problems(content):
        assert problem.path.startswith(type_)
        assert problem.message.endswith(".")


@pytest.mark.parametrize(
    "status",
    [{"coding": None}, {"coding": "x"}, {"coding": [{"code": []}]}, {"coding": [{"code": "active", "system": {}}]}],
)
def test_a_coding_of_the_wrong_kind_is_a_matter_of_structure(status: object) -> None:
    allergy = {"resourceType": "AllergyIntolerance", "clinicalStatus": status, "patient": {"reference": "Patient/a"}}
    found = validate.problems(allergy)
    assert found
    assert {problem.code for problem in found} == {"structure"}


SAMPLE = [file.read_bytes() for file in sorted((Path(__file__).parent / "examples").glob("*.json"))]


@given(st.sampled_from(SAMPLE), JSON, st.randoms(use_true_random=False))
def test_a_spoiled_example_is_judged_by_both_walks_alike(raw: bytes, spoil: object, chance: Any) -> None:
    content = copy.deepcopy(resource.parse(raw))
    node: Any = content
    while isinstance(node, dict | list) and node:
        key = chance.choice(list(node)) if isinstance(node, dict) else chance.randrange(len(node))
        inner = node[key]
        if not isinstance(inner, dict | list) or chance.random() < 0.2:
            node[key] = spoil
            break
        node = inner
    found = validate.problems(content)
    assert all(problem.message for problem in found)
    if content["resourceType"] in definitions.TYPES:  # otherwise there is nothing that a path could begin with
        assert all(problem.path for problem in found)
    if not found:
        assert list(shape.explain(content)) == []


@given(JSON)
def test_any_json_is_judged_or_refused(content: object) -> None:
    raw = json.dumps(content, default=str).encode()
    try:
        problems = validate.problems(raw)
    except Malformed:
        assert not isinstance(content, dict)
    else:
        assert problems
