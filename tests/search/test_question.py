"""What is understood, what is refused, and what the refusal says."""

import pytest

from varda.fhir.keys import key
from varda.kernel.errors import Malformed
from varda.search.compile import asked_about
from varda.search.escapes import escaped, plain, split
from varda.search.plan import Ask, Chain, Reverse
from varda.search.question import asked


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a,b", ["a", "b"]),
        ("a\\,b,c", ["a,b", "c"]),
        ("", [""]),
        (",", ["", ""]),
        ("a\\\\,b", ["a\\", "b"]),
        ("a\\", ["a\\"]),
        ("\\|\\$", ["|$"]),
        ("a\\x", ["a\\x"]),
    ],
)
def test_a_backslash_takes_the_meaning_from_a_separator(text: str, parts: list[str]) -> None:
    assert [plain(part) for part in split(text, ",")] == parts


@pytest.mark.parametrize("text", ["a,b|c$d\\e", "\\", "\\\\,", "", "||", "å,ä"])
def test_what_is_escaped_comes_back(text: str) -> None:
    assert [plain(part) for part in split(escaped(text), ",")] == [text]
    assert [plain(part) for part in split(escaped(text), "|")] == [text]


def problems(type_: str, *pairs: tuple[str, str]) -> list[str]:
    with pytest.raises(Malformed) as refused:
        asked(type_, pairs)
    return [f"{problem.code} {problem.message}" for problem in refused.value.problems]


REFUSED = [
    (("kode", "x"), "did you mean code"),
    (("foo", "x"), "possible are _id, _lastUpdated"),
    (("code", ""), "it has no value"),
    (("code", "a|b|c"), "system|code"),
    (("code", "a,,b"), "system|code"),
    (("code", "|"), "system|code"),
    (("code:text", "x"), ":text is not supported yet"),
    (("code:in", "x"), "list the codes with commas"),
    (("code:above", "x"), "not supported yet"),
    (("code:fuzzy", "x"), "no modifier of a token; possible are :missing, :not"),
    (("code:", "x"), "a modifier must follow"),
    (("code:missing", "yes"), "true or false"),
    (("date", "2024-02-30"), "not a day"),
    (("date", "soon"), "such as 2024"),
    (("date", "xx2024"), "prefix xx"),
    (("date:exact", "2024"), "no modifier of a date"),
    (("value-quantity", "5|mg"), "number|system|code"),
    (("value-quantity", "lots"), "give a number"),
    (("subject", "Practitioner/1"), "can only point to"),
    (("subject", "a b"), "Type/id"),
    (("subject:Practitioner", "1"), "no modifier"),
    (("subject.foo", "x"), "no such search parameter"),
    (("code.name", "x"), "points to nothing"),
    (("subject:Group.name", "x"), "Group has no such"),
    (("subject:Encounter.status", "x"), "cannot point to Encounter"),
    (("focus.code", "x"), "name the type"),
    (("patient.gender:bad", "x"), "no modifier"),
    (("_has:Patient:link", "x"), "write _has:"),
    (("_has:Nonsense:a:b", "x"), "no resource type"),
    (("_has:Encounter:location:status", "x"), "does not point to Observation"),
    (("_has:Observation:has-member:kode", "x"), "did you mean"),
    (("code-value-quantity", "x$5"), "composite parameters are not supported yet; ask for code, value-quantity"),
    (("_text", "x"), "not supported yet"),
    (("_content", "x"), "not supported yet"),
    (("_filter", "x"), "not supported yet"),
    (("_list", "x"), "not supported yet"),
    (("_count", "-1"), "a number from 0"),
    (("_count", "many"), "a number from 0"),
    (("_total", "all"), "none, estimate, accurate"),
    (("_summary", "true"), "_elements"),
    (("_sort", "nothing"), "cannot be sorted by nothing"),
    (("_sort", "date,-date"), "twice"),
    (("_sort", "code"), "sorting by code must read every item, so name a patient or _id as well"),
    (("_sort", "-date,subject,_tag"), "sorting by subject, _tag must read"),
    (("_sort", "instantiates"), "cannot be sorted by instantiates"),
    (("_elements", "code,foo"), "no element foo"),
    (("_include", "Observation"), "write Type:parameter"),
    (("_include", "Patient:link"), "so write Observation:parameter"),
    (("_include", "Observation:code"), "no reference code"),
    (("_include", "Observation:subject:Encounter"), "no reference subject to Encounter"),
    (("_include:iterate", "Observation:subject"), "not supported"),
    (("_revinclude", "*"), "write Type:parameter"),
    (("_revinclude", "Encounter:subject"), "no reference subject to Observation"),
    (("_count:x", "1"), "no modifiers"),
    (("_id", "a/b"), "an id of letters"),
    (("_lastUpdated", "then"), "such as 2024"),
    (("code", "x\x00"), "no text"),
    (("code", "\ud800"), "no text"),
    (("c\ud800", "x"), "no text"),
    (("_page", "x"), "start again"),
]


@pytest.mark.parametrize(("pair", "said"), REFUSED, ids=[repr(pair[0]) for pair, _ in REFUSED])
def test_what_cannot_be_answered_is_refused_with_what_can(pair: tuple[str, str], said: str) -> None:
    (message,) = problems("Observation", pair)
    assert said in message
    assert pair[0].partition("\ud800")[0] in message


def test_all_problems_are_told_at_once() -> None:
    found = problems("Observation", ("kode", "x"), ("date", "x"), ("status", "final"), ("_count", "x"), ("_count", "1"))
    assert len(found) == 3


def test_a_control_given_twice_is_refused() -> None:
    (message,) = problems("Observation", ("_count", "1"), ("_count", "2"))
    assert "twice" in message


@pytest.mark.parametrize(
    ("type_", "pair"),
    [
        ("MedicationAdministration", ("reason-given", "x")),
        ("Patient", ("religion", "x")),
        ("Patient", ("ethnicity", "x")),
        ("Observation", ("code", "http://loinc.org|32624-9")),
        ("Observation", ("code", "81364-2")),
        ("Observation", ("combo-code:not", "a,76690-7")),
        ("Patient", ("_has:Observation:patient:code", "http://loinc.org|32624-9")),
        ("Patient", ("_has:MedicationAdministration:patient:reason-given", "x")),
        ("MedicationRequest", ("subject:Patient.religion", "x")),
        ("Condition", ("code", "http://snomed.info/sct|160741002")),
        ("MedicationAdministration", ("_sort", "-reason-given")),
        ("Patient", ("_sort", "religion")),
        ("MedicationRequest", ("_include", "MedicationRequest:reason-reference")),
        ("MedicationRequest", ("_include", "MedicationRequest:reason-reference:Condition")),
        ("Condition", ("_revinclude", "MedicationRequest:reason-reference")),
    ],
)
def test_sensitive_data_other_than_health_are_never_a_search_key(type_: str, pair: tuple[str, str]) -> None:
    (message,) = problems(type_, pair)
    assert message.startswith("forbidden")
    assert "PDL 2:8" in message or "NLL 3:9" in message
    with pytest.raises(Malformed):
        asked(type_, [pair], lenient=True)


def test_an_identifier_that_looks_like_a_forbidden_code_may_be_searched() -> None:
    assert asked("Patient", [("identifier", "32624-9")]).criteria


def test_lenient_handling_passes_over_what_is_unknown_and_nothing_else() -> None:
    question = asked("Observation", [("kode", "x"), ("_text", "y"), ("status", "final")], lenient=True)
    assert question.ignored == ("kode", "_text")
    assert question.used == (("status", "final"),)
    for pair in (("status:bad", "x"), ("date", "x"), ("code:text", "x")):
        with pytest.raises(Malformed):
            asked("Observation", [pair], lenient=True)


def test_the_controls() -> None:
    question = asked(
        "Observation",
        [
            ("_count", "5000"),
            ("_total", "accurate"),
            ("_sort", "-date,_id"),
            ("_elements", "code,value"),
            ("_format", "json"),
            ("_include", "Observation:*"),
            ("_revinclude", "Observation:has-member"),
        ],
    )
    assert (question.count, question.total, question.elements) == (1000, "accurate", ("code", "value"))
    assert [(order.meaning.code, order.descending) for order in question.order] == [("date", True), ("_id", False)]
    assert [include.reverse for include in question.includes] == [False, True]
    assert ("_format", "json") not in question.used
    assert asked("Observation", [("_count", "0")]).counts_only
    assert asked("Observation", [("_summary", "count")]).counts_only
    assert not asked("Observation", []).counts_only


def test_criteria_of_each_sort() -> None:
    question = asked(
        "Observation",
        [
            ("code", "a,b"),
            ("subject:Patient.name", "x"),
            ("subject.identifier", "y"),
            ("_has:Observation:has-member:code", "z"),
        ],
    )
    plain_, chain, several, reverse = question.criteria
    assert isinstance(plain_, Ask)
    assert len(plain_.values) == 2
    assert isinstance(chain, Chain)
    assert [type_ for type_, _ in chain.inside] == ["Patient"]
    assert isinstance(several, Chain)
    assert {type_ for type_, _ in several.inside} == {"Group", "Device", "Patient", "Location"}
    assert isinstance(reverse, Reverse)
    assert reverse.source == "Observation"


def test_chains_end_somewhere() -> None:
    assert "at most 3 steps" in problems("Encounter", ("part-of.part-of.part-of.part-of.status", "x"))[0]


HERE = "http://here/fhir"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("subject", "{}Patient/1"),
        ("subject", "{}Patient/1,Patient/2,{}Patient/3"),
        ("patient", "{}Patient/1"),
        ("subject:Patient", "{}Patient/1,{}Patient/2"),
        ("encounter", "{}Encounter/1/_history/2"),
        ("encounter.subject", "{}Patient/1,{}Patient/2"),
        ("subject:Patient.general-practitioner", "{}Practitioner/1"),
        ("_has:Observation:has-member:performer", "{}Practitioner/1,{}Practitioner/2"),
    ],
)
def test_an_address_of_this_server_means_its_item(name: str, value: str) -> None:
    relative = asked("Observation", [(name, value.format("", "", ""))]).criteria
    for base in (HERE, HERE + "/"):
        question = asked("Observation", [(name, value.format(*[HERE + "/"] * 3))], base=base)
        assert question.criteria == relative
        assert question.used == ((name, value.format(*[HERE + "/"] * 3)),)


@pytest.mark.parametrize(
    ("type_", "name", "value"),
    [
        ("ValueSet", "url", f"{HERE}/ValueSet/1"),
        ("CarePlan", "instantiates-canonical", f"{HERE}/PlanDefinition/1"),
        ("Observation", "subject", "http://here/fhirs/Patient/1"),
        ("Observation", "subject", f"http://there/{HERE}/Patient/1"),
        ("Observation", "code", f"{HERE}/x|y"),
        ("Observation", "value-string", f"{HERE}/Patient/1"),
    ],
)
def test_any_other_address_is_what_it_says(type_: str, name: str, value: str) -> None:
    assert asked(type_, [(name, value)], base=HERE).criteria == asked(type_, [(name, value)]).criteria


def test_a_reference_is_sorted_by_among_a_patients_items_only() -> None:
    for scope in (("patient", "1"), ("subject", "Patient/1,Patient/2"), ("_id", "7")):
        assert asked("Observation", [scope, ("_sort", "code,-subject")]).order
    for scope in (("subject", "Group/1"), ("patient.name", "x"), ("_id:not", "7"), ("focus", "Patient/1")):
        with pytest.raises(Malformed, match="name a patient"):
            asked("Observation", [scope, ("_sort", "code,-subject")])


def test_what_may_not_be_followed_is_not_among_everything() -> None:
    (include,) = asked("MedicationRequest", [("_include", "MedicationRequest:*")]).includes
    codes = {meaning.code for meaning in include.meanings}
    assert "requester" in codes
    assert "reason-reference" not in codes


@pytest.mark.parametrize(
    ("type_", "pairs", "patients"),
    [
        ("Observation", [("patient", "1")], ["1"]),
        ("Observation", [("subject", "Patient/1,Patient/2"), ("code", "x")], ["1", "2"]),
        ("Observation", [("subject", f"{HERE}/Patient/1")], ["1"]),
        ("Observation", [("subject:Patient", "1")], ["1"]),
        ("Observation", [("performer", "Patient/3")], ["3"]),
        ("Observation", [("encounter.subject", "Patient/1")], ["1"]),
        ("Observation", [("subject:Patient._id", "4")], ["4"]),
        ("Patient", [("_id", "1,2")], ["1", "2"]),
        ("Patient", [("link", "Patient/5")], ["5"]),
        ("Practitioner", [("_has:Observation:performer:patient", "6")], ["6"]),
        ("Patient", [("name", "x")], []),
        ("Observation", [("_id", "1"), ("subject", "Group/1"), ("code", "x"), ("patient:missing", "true")], []),
        ("Observation", [("patient.identifier", "x")], []),
    ],
)
def test_the_patients_that_a_question_names_are_known(
    type_: str, pairs: list[tuple[str, str]], patients: list[str]
) -> None:
    expected = tuple(sorted(key(f"Patient/{patient}") for patient in patients))
    assert asked_about(asked(type_, pairs, base=HERE)) == expected


def test_only_a_resource_type_can_be_searched() -> None:
    with pytest.raises(Malformed, match="no resource type"):
        asked("Nonsense", [])
