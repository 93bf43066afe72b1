"""Identity numbers as people write them, ages as people say them. The personal numbers are published test numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varda.care.facts import moment
from varda.care.patients import Age, age, identity_system, is_whole_identity, normal_identity, rules, shown_identity

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("19121212-1212", "191212121212"),
        ("191212121212", "191212121212"),
        ("121212+1212", "191212121212"),
        (" 1912 1212-1212 ", "191212121212"),
        ("19500214-xa07", "19500214XA07"),
        ("500214-XA07", "19500214XA07"),
        ("20260101-XAB3", "20260101XAB3"),
        ("19121212-1213", ""),
        ("20240230-XA07", ""),
        ("19500214-QA07", ""),
        ("hej", ""),
        ("", ""),
    ],
)
def test_a_number_is_understood_with_and_without_century_and_dash(written: str, understood: str) -> None:
    assert normal_identity(written, TODAY) == understood


@pytest.mark.parametrize(
    ("written", "is_whole"),
    [
        ("19121212-1212", True),
        ("191212121212", True),
        ("19500214-xa07", True),
        ("1912121212", False),  # somebody's short number, and the beginning of a longer one
        ("121212-1212", False),
        ("19121212-1213", False),
        ("", False),
    ],
)
def test_a_number_is_whole_when_it_can_be_the_beginning_of_no_other(written: str, is_whole: bool) -> None:
    assert is_whole_identity(written, TODAY) is is_whole


def test_a_missing_century_is_the_latest_that_is_not_in_the_future() -> None:
    assert normal_identity("121212-1212", date(2012, 1, 1)) == "191212121212"
    assert normal_identity("120301-XA07", TODAY).startswith("2012")
    assert normal_identity("270101-XA07", TODAY).startswith("1927")


def test_a_number_tells_its_kind_its_birth_date_and_what_it_cannot_tell() -> None:
    assert identity_system("191212121212") == rules.PERSONAL
    assert identity_system("191212721212") == rules.COORDINATION
    assert identity_system("19500214XA07") == rules.RESERVE
    assert rules.birth_date("191212721212") == "1912-12-12"
    assert rules.sex("191212121212") == "male"
    assert rules.sex("19500214XA07") == "unknown"
    assert shown_identity("191212121212") == "19121212-1212"


@given(st.integers(0, 20), st.integers(0, 99))
def test_every_reserve_number_that_is_made_is_of_the_block_and_is_understood(letter: int, digits: int) -> None:
    drawn = iter((letter, digits))
    number = rules.reserve_number(TODAY, rules.UNKNOWN_BLOCK, lambda below: next(drawn))
    assert number[9] == rules.UNKNOWN_BLOCK != rules.INVENTED_BLOCK
    assert normal_identity(number, TODAY) == number.replace("-", "")


@given(st.text())
def test_no_text_breaks_the_reading_of_numbers(text: str) -> None:
    found = normal_identity(text, TODAY)
    assert found == "" or len(found) == 12


@pytest.mark.parametrize(
    ("born", "said"),
    [
        ("2026-11-22", Age(0, "days")),
        ("2026-11-10", Age(12, "days")),
        ("2026-10-22", Age(4, "weeks")),
        ("2026-01-31", Age(9, "months")),
        ("2024-11-23", Age(23, "months")),
        ("2024-11-22", Age(2, "years")),
        ("1948-07-22", Age(78, "years")),
        ("1948-12-01", Age(77, "years")),
        ("1948", Age(78, "years", about=True)),
        ("2030-01-01", None),
        ("", None),
    ],
)
def test_an_age_is_said_in_the_unit_that_suits_it(born: str, said: Age | None) -> None:
    assert age(moment(born), TODAY) == said
