"""Values as a Swede and an English reader would say them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varda.care.facts import Amount, moment
from varda.care.patients import person
from varda.care.results import readings
from varda.web.phrases import Phrases

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SWEDISH, ENGLISH = Phrases("sv", NOW), Phrases("en", NOW)


@pytest.mark.parametrize(
    ("at", "swedish", "english"),
    [
        ("2026-11-22T11:59:40Z", "nyss", "just now"),
        ("2026-11-22T11:48:00Z", "för 12 min sedan", "12 min ago"),
        ("2026-11-22T09:30:00Z", "för 2 h sedan", "2 h ago"),
        ("2026-11-21T14:05:00Z", "i går 15:05", "yesterday 15:05"),
        ("2026-11-23T08:00:00Z", "i morgon 09:00", "tomorrow 09:00"),
        ("2026-02-14", "14 feb.", "14 Feb"),
        ("2023-02-14", "14 feb. 2023", "14 Feb 2023"),
        ("2019-05", "maj 2019", "May 2019"),
        ("2019", "2019", "2019"),
    ],
)
def test_a_time_is_as_short_as_it_can_be_said_without_doubt(at: str, swedish: str, english: str) -> None:
    assert SWEDISH.when(moment(at)) == swedish
    assert ENGLISH.when(moment(at)) == english


def test_an_exact_time_is_swedish_time() -> None:
    assert SWEDISH.exact(moment("2026-07-01T10:00:00Z")) == "2026-07-01 12:00"


def test_an_age_that_is_not_known_is_said_to_be_so() -> None:
    assert SWEDISH.age(person({"id": "x"})) == "okänd ålder"
    assert ENGLISH.age(person({"id": "x", "birthDate": "1948-07-22"})) == "78 years"
    assert SWEDISH.age(person({"id": "x", "birthDate": "1948-07-22", "deceasedDateTime": "2008-07-22"})) == "60 år"


def test_decimals_are_kept_and_the_comma_is_swedish() -> None:
    assert SWEDISH.amount(Amount(Decimal("72.50"), "kg")) == "72,50 kg"
    assert ENGLISH.amount(Amount(Decimal("72.50"), "kg", "<")) == "<72.50 kg"
    assert SWEDISH.number(Decimal("1E+3")) == "1000"


def test_a_blood_pressure_is_said_as_two_numbers() -> None:
    parts = [{"code": {"text": t}, "valueQuantity": {"value": v, "unit": "mmHg"}} for t, v in (("S", 140), ("D", 85))]
    found = readings([{"id": "1", "code": {"text": "Blodtryck"}, "component": parts}])
    assert SWEDISH.reading(found[0]) == "140/85 mmHg"


@given(st.lists(st.tuples(st.floats(0, 4e9), st.floats(-1e6, 1e6)), max_size=40))
def test_a_curve_stays_in_its_box(points: list[tuple[float, float]]) -> None:
    drawn = SWEDISH.curve(points)
    if len(points) < 2:
        assert drawn is None
    else:
        assert drawn is not None
        for pair in drawn.points.split():
            x, y = map(float, pair.split(","))
            assert 0 <= x <= 120
            assert 0 <= y <= 28


@pytest.mark.parametrize(("at", "said"), [("2026-11-22", ""), ("2026-11-21", "1 dag"), ("2026-10-01", "52 dagar")])
def test_what_waits_is_counted_in_whole_days(at: str, said: str) -> None:
    assert SWEDISH.waited(moment(at)) == said
