"""Measures in a sentence: what is sure is read with its numbers, everything else stays text. F19, F22."""

from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varda.care.vitals import said, spelled


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("BT 140/85 i vila", "BT 140/85", "Blodtryck 140/85 mmHg"),
        ("Blodtrycket är 120/70 mmHg.", "Blodtrycket är 120/70 mmHg", "Blodtryck 120/70 mmHg"),
        ("puls 72, regelbunden", "puls 72", "Puls 72 slag/min"),
        ("Temp: 38,2.", "Temp: 38,2", "Kroppstemperatur 38,2 °C"),
        ("vikt 72,5 kg", "vikt 72,5 kg", "Kroppsvikt 72,5 kg"),
        ("saturation 94 % på luft", "saturation 94 %", "Syremättnad (pulsoximetri) 94 %"),
        ("längd 1,72 m", "längd 1,72 m", "Kroppslängd 172 cm"),
        ("Andningsfrekvens 16/min", "Andningsfrekvens 16/min", "Andningsfrekvens 16 andetag/min"),
    ],
)
def test_a_measure_is_read_as_it_is_written(text: str, words: str, shown: str) -> None:
    (found,) = said(text)
    assert (found.text, spelled(found.numbers), found.is_plausible) == (words, shown, True)


@pytest.mark.parametrize(
    "text",
    [
        "puls 72-80", "puls ca 72", "BT 140/85/70", "vikt 3500 g", "vikt 72 år", "temp inte mätt", "pulsåder 3",
        "puls 72–80", "BT 140", "sockerbt 140/85", "vikt 3-4 kg", "temp 38,2-39", "Gått ner i vikt 5 kg",
        "vikt 5 kg/vecka", "Sårets längd 25 cm", "ingen temp 39", "mammas BT 180/110", "temp 38,2 igår",
        "BT hemma: BT 150/90 tidigare", "målet är puls 60", "puls 72 år 2019", "inte puls 120",
    ],
)  # fmt: skip
def test_what_is_not_sure_stays_text(text: str) -> None:
    assert list(said(text)) == []


@pytest.mark.parametrize("text", ["temp 382", "vikt 725 kg", "BT 85/140", "saturation 194 %", "längd 17 cm"])
def test_what_cannot_be_right_is_told_and_not_kept(text: str) -> None:
    assert [one.is_plausible for one in said(text)] == [False]


def test_long_runs_of_nothing_take_no_time() -> None:
    for text in ("bt" + " " * 100_000, "bt " * 50_000, "puls 1" + "," * 100_000):
        started = process_time()
        assert len(list(said(text))) < 2
        assert process_time() - started < 2


def test_what_is_said_of_something_else_in_another_clause_does_not_count() -> None:
    found = [
        one.text for one in said("Ingen feber, temp 37,1. Mamma har diabetes. BT 140/85. Mådde sämre igår; puls 72.")
    ]
    assert found == ["temp 37,1", "BT 140/85", "puls 72"]


def test_all_measures_of_a_sentence_come_in_its_order_and_each_words_once() -> None:
    found = list(said("Temp 38,2, puls 72. BT 140/85. Senare puls 72."))
    assert [one.text for one in found] == ["Temp 38,2", "puls 72", "BT 140/85"]
    assert found[0].numbers == {"temperature": Decimal("38.2")}


@given(st.text() | st.from_regex(r"(BT|puls|temp|vikt) [0-9]{1,4}([.,/][0-9]{1,4})? ?(kg|%)?", fullmatch=True))
def test_words_that_are_found_stand_in_the_text(text: str) -> None:
    assert all(one.text in text for one in said(text))
