"""Scores: the shape and the switch of each, and NEWS2 against the chart of the Royal College of Physicians (2017)."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.bedside import WELL
from varda.care.living import alcohol, frailty
from varda.care.scores import NEWS2, Judgement, Score, Values
from varda.care.scores.news2 import CALL_ALONE, alone
from varda.care.vitals import Bedside, bedside
from varda.catalogue import PARTS, SWITCHED

SCORES = [NEWS2]


SAFETY = Path(__file__).parents[2] / "docs/safety/README.md"
LIVING = {"F34": ("Clinical Frailty Scale", frailty.VERSION), "F35": ("AUDIT-C", alcohol.VERSION)}
"""Scores that are functions of their own."""


def test_the_safety_page_tells_of_each_score_its_version_and_its_switch() -> None:
    """RULES 6: what can be stopped is what is told of, and nothing else."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| `?(F[\w.-]+)`? \|", SAFETY.read_text(encoding="utf-8"), re.MULTILINE)
    told = {switch: (name, version) for name, version, switch in rows}
    parts = {one.number for one in PARTS.values() if not one.special}
    assert set(told) == parts | set(LIVING) | {"F26"}
    assert set(told) <= set(SWITCHED)
    named = LIVING | {f"F85.{one.code}": (one.name, one.version) for one in SCORES}
    for switch, (name, version) in named.items():
        assert told[switch][0] == name
        assert told[switch][1].startswith(version)
    switched = {one.number for one in PARTS.values() if one.special}
    assert all(f"`{one}`" in SAFETY.read_text(encoding="utf-8") for one in switched), "what somebody chooses beside it"


@pytest.mark.parametrize("score", SCORES, ids=lambda one: one.name)
def test_each_score_has_a_version_a_source_and_a_switch_of_its_own(score: Score) -> None:
    """RULES 6: a separable, versioned module."""
    assert score.name
    assert score.version
    assert score.source
    (part,) = [one for one in PARTS.values() if one.code == score.code]
    assert part.number in SWITCHED
    assert score.version in part.words.sv
    assert all(band.advice for band in score.bands.values())
    assert all(band.call for band in score.bands.values() if band.within is not None)


@pytest.mark.parametrize("score", SCORES, ids=lambda one: one.name)
def test_nothing_is_judged_of_nothing(score: Score) -> None:
    assert score.judge({}) is None
    assert score.lacking({}) == score.needs


def values(said: Mapping[str, str], scale: int = 1) -> Values:
    return {**bedside(said).values, "scale": str(scale)}


def judged(said: Mapping[str, str], scale: int = 1) -> Judgement:
    found = NEWS2.judge(values(said, scale))
    assert found is not None
    return found


def points(key: str, value: str, scale: int = 1, **more: str) -> int:
    return judged(WELL | more | {key: value}, scale).points[key]


# The chart, row by row, both ends of each band.
@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize(
    ("key", "bands"),
    [
        ("breathing", "0 3,8 3,9 1,11 1,12 0,20 0,21 2,24 2,25 3,60 3"),
        ("pulse", "30 3,40 3,41 1,50 1,51 0,90 0,91 1,110 1,111 2,130 2,131 3,220 3"),
        ("temperature", "33 3,35.0 3,35.1 1,36.0 1,36.1 0,38.0 0,38.1 1,39.0 1,39.1 2,41 2"),
        ("level", "A 0,C 3,V 3,P 3,U 3"),
        ("oxygen", "0 0,0.5 2,15 2"),
    ],
)
def test_each_band_gives_its_points_on_both_scales(key: str, bands: str, scale: int) -> None:
    for band in bands.split(","):
        value, expected = band.split()
        assert points(key, value, scale) == int(expected), (key, value)


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize(
    ("systolic", "expected"),
    [(70, 3), (90, 3), (91, 2), (100, 2), (101, 1), (110, 1), (111, 0), (219, 0), (220, 3), (280, 3)],
)
def test_the_systolic_pressure_gives_its_points(systolic: int, expected: int, scale: int) -> None:
    assert points("systolic", str(systolic), scale, diastolic="40") == expected


SCALE_1 = [range(92), range(92, 94), range(94, 96), range(96, 101)]
SCALE_2 = [range(84), range(84, 86), range(86, 88), range(88, 93), range(93, 95), range(95, 97), range(97, 101)]


@pytest.mark.parametrize(("cells", "expected"), list(zip(SCALE_1, (3, 2, 1, 0), strict=True)))
def test_every_saturation_has_its_points_on_scale_1_with_oxygen_and_without(cells: range, expected: int) -> None:
    assert {points("saturation", str(one), oxygen=flow) for one in cells for flow in ("0", "2")} == {expected}


@pytest.mark.parametrize(("cells", "expected"), list(zip(SCALE_2, (3, 2, 1, 0, 1, 2, 3), strict=True)))
def test_every_saturation_has_its_points_on_scale_2_on_oxygen(cells: range, expected: int) -> None:
    """88–92 % is aimed at; more is a danger to who is given oxygen."""
    assert {points("saturation", str(one), 2, oxygen="2") for one in cells} == {expected}


@pytest.mark.parametrize(("cells", "expected"), list(zip(SCALE_2, (3, 2, 1, 0, 0, 0, 0), strict=True)))
def test_every_saturation_has_its_points_on_scale_2_on_air(cells: range, expected: int) -> None:
    assert {points("saturation", str(one), 2) for one in cells} == {expected}


@pytest.mark.parametrize(
    ("more", "total", "risk", "again"),
    [
        ({}, 0, "none", timedelta(hours=12)),
        ({"pulse": "95"}, 1, "low", timedelta(hours=4)),
        ({"pulse": "112", "breathing": "22"}, 4, "low", timedelta(hours=4)),
        ({"level": "C"}, 3, "one", timedelta(hours=1)),
        ({"level": "C", "pulse": "95"}, 4, "one", timedelta(hours=1)),
        ({"pulse": "112", "breathing": "22", "temperature": "38,4"}, 5, "medium", timedelta(hours=1)),
        ({"level": "C", "breathing": "26"}, 6, "medium", timedelta(hours=1)),
        ({"level": "C", "breathing": "26", "pulse": "95"}, 7, "high", timedelta()),
        ({"pulse": "112", "breathing": "26", "temperature": "38,4", "oxygen": "2"}, 8, "high", timedelta()),
    ],
)
def test_the_sum_says_the_risk_and_when_to_measure_again(
    more: dict[str, str], total: int, risk: str, again: timedelta
) -> None:
    score = judged(WELL | more)
    assert (score.total, score.risk, score.band.again) == (total, risk, again)
    assert score.needs_answer == (risk not in ("none", "low"))


def test_a_task_says_its_time_in_words() -> None:
    assert "inom 15 min" in NEWS2.bands["high"].call
    assert "inom 1 timme" in NEWS2.bands["medium"].call
    assert "inom 1 timme" in NEWS2.bands["one"].call
    assert "inom 1 timme" in CALL_ALONE


def test_the_scale_is_told_and_only_scale_2_is_another() -> None:
    assert judged(WELL).variant == "saturationsskala 1"
    assert judged(WELL, 2).variant == "saturationsskala 2"
    assert NEWS2.judge({**bedside(WELL).values, "scale": "3"}) == judged(WELL)


@given(st.sampled_from(["breathing", "saturation", "systolic", "pulse", "temperature", "level"]))
def test_there_is_no_score_of_what_was_not_measured(missing: str) -> None:
    """A blank is never taken for normal; what lacks is named."""
    seen = values({key: value for key, value in WELL.items() if key not in (missing, "diastolic")})
    assert NEWS2.judge(seen) is None
    assert NEWS2.lacking(seen) == (missing,)


@given(
    st.fixed_dictionaries({
        "breathing": st.decimals(0, 80, places=0), "saturation": st.decimals(0, 100, places=0),
        "systolic": st.decimals(0, 300, places=0), "pulse": st.decimals(0, 300, places=0),
        "temperature": st.decimals(13, 45, places=1), "oxygen": st.decimals(0, 80, places=1),
    }),
    st.sampled_from("ACVPU"),
    st.sampled_from(["1", "2"]),
)  # fmt: skip
def test_every_plausible_patient_has_a_score(numbers: dict[str, Decimal], level: str, scale: str) -> None:
    score = NEWS2.judge({**Bedside(numbers, level).values, "scale": scale})
    assert score is not None
    assert score.total == sum(score.points.values())
    assert 0 <= score.total <= 20


@pytest.mark.parametrize(
    ("said", "scale", "expected"),
    [({"breathing": "26"}, 1, ("breathing",)), ({"level": "V", "pulse": "72"}, 1, ("level",)),
     ({"pulse": "125"}, 1, ()), ({"saturation": "88", "systolic": "84"}, 1, ("saturation", "systolic")),
     ({"saturation": "88"}, 2, ()), ({"saturation": "97", "oxygen": "2"}, 2, ("saturation",)),
     ({"weight": "300"}, 1, ()), ({}, 1, ())],
)  # fmt: skip
def test_three_points_are_seen_without_a_score(said: dict[str, str], scale: int, expected: tuple[str, ...]) -> None:
    assert NEWS2.judge(values(said, scale)) is None
    assert alone(values(said, scale)) == expected


def test_a_version_is_told_apart_from_another() -> None:
    assert replace(NEWS2, version="2030") != NEWS2
