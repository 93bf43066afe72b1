"""The early-warning chart: every value at its time and height, on the bands of the table, and nothing invented."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from varda.care.vitals import vital_signs
from varda.web.vitals.drawing import HEIGHT, WIDTH, Chart, chart

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def observed(code: str, value: float, hours: float, **more: Any) -> dict[str, Any]:
    at = (NOW - timedelta(hours=hours)).isoformat()
    category = [{"coding": [{"code": "vital-signs"}]}]
    said = {"code": {"coding": [{"code": code}]}, "valueQuantity": {"value": value}, "category": category}
    return {"id": f"{code}-{hours}", "status": "final", "effectiveDateTime": at} | said | more


def drawn(*resources: dict[str, Any], scale: str = "1") -> Chart:
    found = chart(vital_signs(resources), scale)
    assert found is not None
    return found


def test_values_stand_at_their_time_and_on_the_band_of_their_points() -> None:
    (lane,) = drawn(observed("8867-4", 72, 12), observed("8867-4", 135, 6), observed("8867-4", 45, 0)).lanes
    assert [x for x, _ in lane.dots] == [0, WIDTH / 2, WIDTH]
    on = [next(band.points for band in lane.bands if band.y <= y <= band.y + band.height) for _, y in lane.dots]
    assert on == [0, 3, 1]


def test_what_is_older_than_three_days_is_left_to_the_table() -> None:
    (lane,) = drawn(observed("8867-4", 72, 73), observed("8867-4", 80, 10), observed("8867-4", 90, 0)).lanes
    assert len(lane.dots) == 2


def test_pressures_are_found_inside_their_entry_and_either_code_of_saturation_is_the_same_lane() -> None:
    part = {"code": {"coding": [{"code": "8480-6"}]}, "valueQuantity": {"value": 120}}
    pressure = observed("85354-9", 0, 1, component=[part])
    del pressure["valueQuantity"]
    found = drawn(pressure, observed("59408-5", 97, 2), observed("2708-6", 90, 0))
    assert {lane.key: len(lane.dots) for lane in found.lanes} == {"saturation": 2, "systolic": 1}


def test_the_bands_of_saturation_follow_the_scale() -> None:
    values = (observed("59408-5", 97, 2), observed("59408-5", 90, 0))
    assert [band.points for band in drawn(*values).lanes[0].bands] == [3, 2, 1, 0]
    assert [band.points for band in drawn(*values, scale="2").lanes[0].bands] == [3, 2, 1, 0, 1, 2, 3]


def test_a_value_outside_the_lane_stands_at_its_edge() -> None:
    (lane,) = drawn(observed("8867-4", 250, 2), observed("8867-4", 10, 0)).lanes
    assert [y for _, y in lane.dots] == [0, HEIGHT]


@pytest.mark.parametrize("resources", [(), (observed("8867-4", 72, 0),), (observed("29463-7", 72, 0),)])
def test_one_moment_is_no_chart(resources: tuple[dict[str, Any], ...]) -> None:
    assert chart(vital_signs(resources), "1") is None
