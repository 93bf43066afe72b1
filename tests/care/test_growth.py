"""Growth against the published tables of the WHO (2006, 2007), and what is drawn of which entries."""

from typing import Any

import pytest

from varda.care.growth import KINDS, SDS, at_sd, growth, lines, sd_of
from varda.care.patients import person


# The WHO's simplified tables, rounded to one decimal as they print them.
@pytest.mark.parametrize(
    ("sex", "kind", "days", "values"),
    [
        ("male", "weight", 0, (2.1, 2.5, 2.9, 3.3, 3.9, 4.4, 5.0)),
        ("male", "weight", 61, (3.8, 4.3, 4.9, 5.6, 6.3, 7.1, 8.0)),
        ("male", "weight", 365, (6.9, 7.7, 8.6, 9.6, 10.8, 12.0, 13.3)),
        ("female", "weight", 0, (2.0, 2.4, 2.8, 3.2, 3.7, 4.2, 4.8)),
        ("female", "weight", 365, (6.3, 7.0, 7.9, 8.9, 10.1, 11.5, 13.1)),
        ("male", "height", 0, (44.2, 46.1, 48.0, 49.9, 51.8, 53.7, 55.6)),
        ("female", "height", 365, (66.3, 68.9, 71.4, 74.0, 76.6, 79.2, 81.7)),
        ("male", "head", 0, (30.7, 31.9, 33.2, 34.5, 35.7, 37.0, 38.3)),
        ("male", "head", 365, (42.2, 43.5, 44.8, 46.1, 47.4, 48.6, 49.9)),
    ],
)
def test_the_lines_are_those_of_the_published_tables(sex: str, kind: str, days: int, values: tuple[float, ...]) -> None:
    found = [at_sd(sex, kind, days, sd) for sd in SDS]
    assert found == pytest.approx(values, abs=0.06)
    for sd, value in zip(SDS, found, strict=True):
        assert value is not None
        assert sd_of(sex, kind, days, value) == pytest.approx(sd, abs=0.001)


def test_the_table_ends_where_the_standard_ends() -> None:
    assert sd_of("male", "weight", 3700, 40) is None, "weight to ten years"
    assert sd_of("male", "head", 1900, 52) is None, "the head to five"
    assert sd_of("female", "height", 6940, 163.1548) == pytest.approx(0, abs=0.001)
    assert sd_of("unknown", "weight", 365, 9.6) is None
    assert lines("unknown", "weight", 365) == {}
    assert lines("male", "weight", 365).keys() == set(SDS)


def child(born: str = "2025-03-01", sex: str = "male") -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "c", "birthDate": born, "gender": sex}


def observed(kind: str, value: float, day: str, unit: str = "", **more: Any) -> dict[str, Any]:
    code = KINDS.get(kind, kind)
    amount = {"value": value, "unit": unit or ("kg" if kind == "weight" else "cm")}
    said = {"code": {"coding": [{"code": code}]}, "valueQuantity": amount, "effectiveDateTime": day}
    return {"resourceType": "Observation", "id": f"{kind}{day}", "status": "final"} | said | more


def test_each_kind_has_its_curve_by_age_and_the_mass_index_is_reckoned_of_one_day() -> None:
    entries = [
        observed("weight", 9.6, "2026-03-01"), observed("weight", 3.3, "2025-03-01"),
        observed("height", 76, "2026-03-01"), observed("weight", 50, "2025-06-01", status="entered-in-error"),
        observed("weight", 9, "2026-02-01", status="preliminary"), observed("weight", 9000, "2026-02-01", "g"),
        observed("weight", 3, "2025-02-01"),
    ]  # fmt: skip
    curves = {one.kind: one for one in growth(person(child()), entries)}
    assert list(curves) == ["weight", "height", "bmi"]
    assert [(one.days, one.value) for one in curves["weight"].points] == [(0, 3.3), (365, 9.6)]
    assert curves["weight"].points[1].sd == pytest.approx(0, abs=0.1)
    (index,) = curves["bmi"].points
    assert index.value == pytest.approx(9.6 / 0.76**2)


def test_the_age_of_who_was_born_too_early_is_corrected_to_two_years() -> None:
    born = observed("76516-4", 30, "2023-03-01", "wk")
    entries = [born, observed("weight", 3.3, "2023-05-10"), observed("weight", 14, "2025-12-01")]
    (curve,) = growth(person(child("2023-03-01")), entries)
    assert curve.early == 70
    assert [one.days for one in curve.points] == [0, 1006]
    (term,) = growth(person(child("2023-03-01")), [observed("76516-4", 38, "2023-03-01", "wk"), *entries[1:]])
    assert [one.days for one in term.points] == [70, 1006]


@pytest.mark.parametrize("who", [child(""), child("2025"), child("1980-01-01")])
def test_who_has_no_birthday_or_is_grown_up_has_no_curve(who: dict[str, Any]) -> None:
    who = {key: value for key, value in who.items() if value}
    assert growth(person(who), [observed("weight", 70, "2026-03-01")]) == []


def test_without_a_sex_there_is_a_curve_and_no_deviation() -> None:
    (curve,) = growth(person(child(sex="unknown")), [observed("weight", 9.6, "2026-03-01")])
    assert curve.points[0].sd is None
