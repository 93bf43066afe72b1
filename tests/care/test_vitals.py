"""NEWS2 against the chart of the Royal College of Physicians (2017), and what is kept of a bedside form."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varda.access import Session
from varda.care.facts import moment
from varda.care.patients import person
from varda.care.problems import problems
from varda.care.vitals import MEASURES, Bedside, bedside, keep, lacking, news2, unsuited
from varda.kernel.errors import Absent, NotAllowed, Refused, Unprocessable
from varda.record import Door

WELL = {
    "breathing": "16",
    "saturation": "97",
    "systolic": "128",
    "diastolic": "76",
    "pulse": "72",
    "temperature": "36,8",
    "level": "A",
}


def points(key: str, value: str, scale: int = 1, **more: str) -> int:
    score = news2(bedside(WELL | more | {key: value}), scale)
    assert score is not None
    return score.points[key]


# The chart, row by row, both ends of each band.
@pytest.mark.parametrize(
    ("key", "bands"),
    [
        ("breathing", "0 3,8 3,9 1,11 1,12 0,20 0,21 2,24 2,25 3,60 3"),
        ("saturation", "60 3,91 3,92 2,93 2,94 1,95 1,96 0,100 0"),
        ("pulse", "30 3,40 3,41 1,50 1,51 0,90 0,91 1,110 1,111 2,130 2,131 3,220 3"),
        ("temperature", "33 3,35.0 3,35.1 1,36.0 1,36.1 0,38.0 0,38.1 1,39.0 1,39.1 2,41 2"),
        ("level", "A 0,C 3,V 3,P 3,U 3"),
        ("oxygen", "0 0,0.5 2,15 2"),
    ],
)
def test_each_band_gives_its_points(key: str, bands: str) -> None:
    for band in bands.split(","):
        value, expected = band.split()
        assert points(key, value) == int(expected), (key, value)


@pytest.mark.parametrize(
    ("systolic", "expected"),
    [(70, 3), (90, 3), (91, 2), (100, 2), (101, 1), (110, 1), (111, 0), (219, 0), (220, 3), (280, 3)],
)
def test_the_systolic_pressure_gives_its_points(systolic: int, expected: int) -> None:
    assert points("systolic", str(systolic), diastolic="40") == expected


@pytest.mark.parametrize(
    ("saturation", "on_air", "on_oxygen"),
    [(83, 3, 3), (84, 2, 2), (85, 2, 2), (86, 1, 1), (87, 1, 1), (88, 0, 0), (92, 0, 0), (93, 0, 1), (94, 0, 1),
     (95, 0, 2), (96, 0, 2), (97, 0, 3), (100, 0, 3)],
)  # fmt: skip
def test_scale_2_counts_too_much_oxygen_as_well(saturation: int, on_air: int, on_oxygen: int) -> None:
    """88–92 % is aimed at; what is above is a danger only to who is given oxygen."""
    assert points("saturation", str(saturation), 2) == on_air
    assert points("saturation", str(saturation), 2, oxygen="2") == on_oxygen


@pytest.mark.parametrize(
    ("more", "total", "risk", "again"),
    [
        ({}, 0, "low", timedelta(hours=12)),
        ({"pulse": "95"}, 1, "low", timedelta(hours=4)),
        ({"pulse": "112", "breathing": "22"}, 4, "low", timedelta(hours=4)),
        ({"level": "C"}, 3, "one", timedelta(hours=1)),
        ({"pulse": "112", "breathing": "22", "temperature": "38,4"}, 5, "medium", timedelta(hours=1)),
        ({"pulse": "112", "breathing": "26", "temperature": "38,4", "oxygen": "2"}, 8, "high", timedelta()),
    ],
)
def test_the_sum_says_the_risk_and_when_to_measure_again(
    more: dict[str, str], total: int, risk: str, again: timedelta
) -> None:
    score = news2(bedside(WELL | more))
    assert score is not None
    assert (score.total, score.risk, score.again) == (total, risk, again)
    assert score.needs_answer == (risk != "low")


@given(st.sampled_from(["breathing", "saturation", "systolic", "pulse", "temperature", "level"]))
def test_there_is_no_score_of_what_was_not_measured(missing: str) -> None:
    """A blank is never taken for normal; what lacks is named."""
    seen = bedside({key: value for key, value in WELL.items() if key not in (missing, "diastolic")})
    assert news2(seen) is None
    assert lacking(seen) == (missing,)


@given(
    st.fixed_dictionaries({
        "breathing": st.decimals(0, 80, places=0), "saturation": st.decimals(40, 100, places=0),
        "systolic": st.decimals(30, 300, places=0), "pulse": st.decimals(10, 300, places=0),
        "temperature": st.decimals(24, 45, places=1), "oxygen": st.decimals(0, 80, places=1),
    }),
    st.sampled_from("ACVPU"),
    st.sampled_from([1, 2]),
)  # fmt: skip
def test_every_plausible_patient_has_a_score(numbers: dict[str, Decimal], level: str, scale: int) -> None:
    score = news2(Bedside(numbers, level), scale)
    assert score is not None
    assert score.total == sum(score.points.values())
    assert 0 <= score.total <= 20


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("temperature", "375"), ("temperature", "3,75"), ("saturation", "980"), ("pulse", "720"), ("weight", "7250"),
        ("pulse", "seventy"), ("pulse", "-72"), ("pulse", "7e1"), ("pulse", "٧٢"), ("pulse", "72 slag"),
        ("level", "X"), ("diastolic", "150"), ("breathing", "9" * 400),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_said_at_its_field(key: str, typed: str) -> None:
    """Ten times too high, other signs than digits, pressures that have changed places."""
    with pytest.raises(Unprocessable) as wrong:
        bedside(WELL | {key: typed})
    assert [one.path for one in wrong.value.problems] == [key]


def test_every_wrong_field_is_told_at_once() -> None:
    with pytest.raises(Unprocessable) as wrong:
        bedside({"pulse": "x", "temperature": "99", "diastolic": "80"})
    assert {one.path for one in wrong.value.problems} == {"pulse", "temperature", "systolic"}


def test_numbers_are_kept_as_they_were_written() -> None:
    """A comma is a point, and 37,0 is not 37."""
    assert str(bedside({"temperature": " 37,0 "}).numbers["temperature"]) == "37.0"


@pytest.mark.parametrize(
    ("born", "code", "expected"),
    [
        ("2010-11-23", "", "child"), ("2010-11-22", "", ""), ("2026-10", "", "child"), ("", "", ""),
        ("1990-01-01", "O80.9", "pregnant"), ("1990-01-01", "Z34.0", "pregnant"), ("1990-01-01", "O91.1", ""),
        ("1990-01-01", "I10.9", ""),
    ],
)  # fmt: skip
def test_children_and_the_pregnant_have_no_news2(born: str, code: str, expected: str) -> None:
    """The college's own limits: from 16 years, and not in pregnancy."""
    patient = person({"resourceType": "Patient", "id": "p", **({"birthDate": born} if born else {})})
    assert (patient.born is None) == (moment(born) is None)
    condition = {"resourceType": "Condition", "id": "c", "code": {"coding": [{"code": code}]}}
    assert unsuited(patient, problems([condition] if code else []), date(2026, 11, 22)) == expected


async def test_all_is_kept_together_with_its_score(door: Door, astrid: Session) -> None:
    """Each measure as FHIR has it, the pressures as one, the score bound to what it was made of."""
    async with door.opened(astrid, "care") as record:
        score = await keep(record, "vera", WELL | {"oxygen": "2", "pulse": "112", "breathing": "26"})
    assert score is not None
    assert (score.total, score.risk) == (7, "high")
    async with door.opened(astrid, "care") as record:
        kept = (await record.search("Observation", [("patient", "vera"), ("category", "vital-signs")])).matches
        (total,) = (await record.search("Observation", [("patient", "vera"), ("code", "news2")])).matches
        (task,) = (await record.search("Task", [("patient", "vera")])).matches
    codes = {one.resource["code"]["coding"][0]["code"] for one in kept}
    assert codes == {"9279-1", "59408-5", "3151-8", "85354-9", "8867-4", "8310-5", "67775-7"}
    (pressure,) = [one.resource for one in kept if one.resource["code"]["coding"][0]["code"] == "85354-9"]
    assert [int(part["valueQuantity"]["value"]) for part in pressure["component"]] == [128, 76]
    assert {one["reference"] for one in total.resource["derivedFrom"]} == {one.reference for one in kept}
    assert total.resource["valueQuantity"]["value"] == 7
    assert total.resource["interpretation"][0]["coding"][0]["code"] == "HH"
    assert task.resource["focus"]["reference"] == total.reference
    assert task.resource["priority"] == "stat"


async def test_a_low_score_is_nobodys_task_and_an_empty_form_is_told(door: Door, astrid: Session) -> None:
    async with door.opened(astrid, "care") as record:
        assert await keep(record, "vera", WELL) is not None
        assert await keep(record, "vera", {"weight": "72,5"}) is None
    async with door.opened(astrid, "care") as record:
        assert not (await record.search("Task", [("patient", "vera")])).matches
        (weight,) = (await record.search("Observation", [("patient", "vera"), ("code", "29463-7")])).matches
    assert b'"value":72.5' in weight.body
    with pytest.raises(Unprocessable):
        async with door.opened(astrid, "care") as record:
            await keep(record, "vera", {})


async def test_nothing_is_kept_of_whom_one_may_not_see(door: Door, bo: Session) -> None:
    """No relation, no form."""
    with pytest.raises((Absent, Refused, NotAllowed)):
        async with door.opened(bo, "care") as record:
            await keep(record, "vera", WELL)


def test_the_form_asks_for_each_measure_once() -> None:
    assert len({one.code for one in MEASURES.values()}) == len(MEASURES)
    assert all(one.least < one.most for one in MEASURES.values())
