"""A code by what is typed: words, parts of words, codes; the same with or without accents; only what is in force."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varda.region.terms.diagnoses import DIAGNOSES, ICD
from varda.terminology import Codes, Concept, code_system
from varda.terminology.everyday import EVERYDAY

DAY = date(2026, 3, 1)


def codes(*concepts: Concept) -> Codes:
    return Codes(ICD, code_system(ICD, "ICD", concepts).get("concept", ()), DAY)


@pytest.fixture(scope="module")
def some() -> Codes:
    """The demo's list."""
    return codes(*(Concept(n, code, text) for n, (code, text) in enumerate(DIAGNOSES.items(), 1)))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("I10", "I10.9"), ("i10.9", "I10.9"), ("I109", "I10.9"), ("J 06,9", "J06.9"), ("j06.9", "J06.9"),
        ("högt blodtryck", "I10.9"), ("HOGT BLODTRYCK", "I10.9"), ("blodtryck", "I10.9"), ("hypertoni", "I10.9"),
        ("akut hjärtinf", "I21.9"), ("hjartsvikt", "I50.9"), ("svikt hjärt", "I50.9"), ("lunginfl", "J18.9"),
        ("kol", "J44.9"), ("diabetes 2", "E11.9"), ("tubulo-inter", "N10.9"), ("dm2", "E11.9"), ("covid", "U07.1"),
        ("  lumb ", "M54.5"), ("uvi", "N30.0"), ("migrän.", "G43.9"), ("Parkinson's", "G20.9"), ("🫀 svikt", "I50.9"),
    ],
)  # fmt: skip
def test_what_a_clinician_types_finds_the_diagnosis_first(some: Codes, typed: str, code: str) -> None:
    assert some.found(typed)[0].code == code


@pytest.mark.parametrize(
    ("typed", "codes"), [("hjärtinf", {"I21.9", "I21.4", "I25.2"}), ("infarkt", {"I63.9", "I21.9", "I21.4", "I25.2"})]
)
def test_a_part_inside_a_word_is_enough(some: Codes, typed: str, codes: set[str]) -> None:
    assert {one.code for one in some.found(typed)} == codes


@pytest.mark.parametrize("typed", ["", " ", "...", "zebra", "hjärt zebra", "Z99.99", "\x00", "’"])
def test_what_fits_nothing_finds_nothing(some: Codes, typed: str) -> None:
    assert some.found(typed) == []


def test_what_is_often_chosen_comes_first_and_only_where_it_fits(some: Codes) -> None:
    assert [one.code for one in some.found("", first=["J18.9", "X99", "I10.9"])] == ["J18.9", "I10.9"]
    assert some.found("hjärtinf", first=["I10.9", "I21.4"])[0].code == "I21.4"
    assert "I10.9" not in {one.code for one in some.found("hjärtinf", first=["I10.9"])}


def test_only_what_is_in_force_and_no_heading_may_be_chosen() -> None:
    found = codes(
        Concept(1, "A00", "Kolera"),
        Concept(2, "A00.0", "Klassisk kolera", parent="A00"),
        Concept(3, "A00.1", "Kolera eltor", parent="A00", until="2025-12-31"),
        Concept(4, "A00.2", "Kolera kommande", parent="A00", since="2027-01-01"),
        Concept(5, "A00.9", "Kolera i dag", parent="A00", since="1997", until="2026"),
    )
    assert [one.code for one in found.found("kolera")] == ["A00.9", "A00.0"]
    assert [found.get(code) is None for code in ("A00", "A00.0", "A00.1", "A00.2")] == [True, False, True, True]


def test_a_list_may_bring_its_own_words() -> None:
    found = codes(Concept(1, "K35.8", "Akut appendicit", synonyms="Brusten blindtarm; appis", english="Appendicitis"))
    assert [one.text for one in found.found("appis")] == ["Akut appendicit"]
    assert found.found("brusten blind")
    assert found.found("blindtarmsinfl"), "the everyday word stands for appendicit"


def test_codes_below_codes_are_found_too() -> None:
    nested = [{"code": "A00", "display": "Kolera", "concept": [{"code": "A00.9", "display": "Kolera, ospecificerad"}]}]
    assert [one.code for one in Codes(ICD, nested, DAY).found("kolera")] == ["A00.9"]


@given(st.text(max_size=40))
def test_nothing_that_is_typed_breaks_the_search(some: Codes, typed: str) -> None:
    found = some.found(typed, first=["I10.9"])
    assert len(found) <= 12
    assert len({one.code for one in found}) == len(found)


@given(st.sampled_from(sorted(DIAGNOSES)), st.integers(min_value=0))
def test_every_diagnosis_is_found_by_its_code_and_by_its_words_in_any_order(some: Codes, code: str, seed: int) -> None:
    assert some.found(code)[0].code == code
    words = DIAGNOSES[code].split()
    Random(seed).shuffle(words)
    assert code in {one.code for one in some.found(" ".join(words), most=50)}


def test_everyday_words_are_pairs_without_doubles() -> None:
    assert len(set(EVERYDAY)) == len(EVERYDAY)
    assert all(said and meant for said, meant in EVERYDAY)


def test_a_text_pasted_by_mistake_costs_no_more_than_a_line(some: Codes) -> None:
    assert some.found("akut " * 100_000) == some.found("akut " * 8)
    assert some.found("hjärt " + "zebra " * 100_000) == []


@pytest.mark.parametrize(
    ("typed", "text"), [("njursvikt", "Akut njursvikt, ospecificerad"), ("magsår", "Ulcus ventriculi")]
)
def test_the_lists_own_words_come_before_everyday_words(some: Codes, typed: str, text: str) -> None:
    assert some.found(typed)[0].text.startswith(text)


@pytest.mark.parametrize(
    ("typed", "is_guessed"),
    [("högt blodtryck", True), ("lunginfl", True), ("lunginfl hög", False), ("hypertoni", False), ("I10.9", False),
     ("essentiell hypert", False), ("", False)],
)  # fmt: skip
def test_what_only_an_everyday_word_found_is_told_apart(some: Codes, typed: str, *, is_guessed: bool) -> None:
    found = some.found(typed, first=["I10.9"])
    assert any(some.is_guessed(typed, one.code) for one in found) == is_guessed
    assert not some.is_guessed(typed, "A99.X")
