"""NEWS2 against the chart of the Royal College of Physicians (2017), and what is kept of a bedside form."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varda.access import Session
from varda.care.facts import moment
from varda.care.patients import person
from varda.care.vitals import (
    MEASURES,
    ORDER,
    Bedside,
    alone,
    bedside,
    early_warning,
    keep,
    lacking,
    news2,
    unsuited,
    vital_signs,
)
from varda.kernel.errors import Absent, Unprocessable
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
        "breathing": st.decimals(0, 80, places=0), "saturation": st.decimals(0, 100, places=0),
        "systolic": st.decimals(0, 300, places=0), "pulse": st.decimals(0, 300, places=0),
        "temperature": st.decimals(13, 45, places=1), "oxygen": st.decimals(0, 80, places=1),
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


@pytest.mark.parametrize(
    "values",
    [
        {"saturation": "38"}, {"temperature": "13,7"}, {"pulse": "0", "systolic": "0", "diastolic": "0"},
        {"systolic": "28", "diastolic": "8"},
    ],
)  # fmt: skip
def test_the_sickest_can_be_written_down(values: dict[str, str]) -> None:
    """Deep cold has been survived, and a heart may stand still."""
    score = news2(bedside(WELL | {"level": "U", "breathing": "4"} | values))
    assert score is not None
    assert score.risk == "high"


def test_no_oxygen_named_with_a_saturation_is_air() -> None:
    """Else the chart would show the last flow for ever; without a saturation nothing is said of oxygen."""
    assert bedside({"saturation": "97"}).numbers["oxygen"] == 0
    assert bedside({"saturation": "97", "oxygen": "2"}).numbers["oxygen"] == 2
    assert "oxygen" not in bedside({"pulse": "72"}).numbers


@pytest.mark.parametrize(
    ("said", "expected"),
    [({"breathing": "26"}, ("breathing",)), ({"level": "V", "pulse": "72"}, ("level",)), ({"pulse": "125"}, ()),
     ({"saturation": "88", "systolic": "84"}, ("saturation", "systolic")), ({"weight": "300"}, ()), ({}, ())],
)  # fmt: skip
def test_three_points_are_seen_without_a_score(said: dict[str, str], expected: tuple[str, ...]) -> None:
    assert news2(bedside(said)) is None
    assert alone(bedside(said)) == expected


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
    conditions = [pregnancy(code=code)] if code else []
    assert unsuited(patient, conditions, date(2026, 11, 22)) == expected


def pregnancy(code: str = "Z34.0", begun: str = "2026-08-01", **more: Any) -> dict[str, Any]:
    concept = {"coding": [{"code": code}]}
    return {"resourceType": "Condition", "id": "c", "code": concept, "onsetDateTime": begun, **more}


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([pregnancy(begun="2026-01-26")], "pregnant"), ([pregnancy(begun="2026-01-25")], ""),
        ([pregnancy(begun="")], ""), ([pregnancy(abatementDateTime="2026-09-01")], ""),
        ([pregnancy(clinicalStatus={"coding": [{"code": "resolved"}]})], ""),
        ([pregnancy(verificationStatus={"coding": [{"code": "refuted"}]})], ""),
        ([pregnancy(verificationStatus={"coding": [{"code": "provisional"}]})], ""),
        ([pregnancy(begun="2021-03-01"), pregnancy()], "pregnant"),
    ],
)  # fmt: skip
def test_only_a_pregnancy_of_today_counts(conditions: list[dict[str, Any]], expected: str) -> None:
    """One of years ago does not silence the score, and does not hide the one of now."""
    patient = person({"resourceType": "Patient", "id": "p", "birthDate": "1990-01-01"})
    assert unsuited(patient, conditions, date(2026, 11, 22)) == expected


def test_a_score_older_than_any_vital_sign_is_not_the_newest() -> None:
    def observed(code: str, at: str, category: str) -> dict[str, Any]:
        said = {"code": {"coding": [{"code": code}]}, "category": [{"coding": [{"code": category}]}]}
        method = {"text": "NEWS2 2017, saturationsskala 1"}
        return {
            "id": code + at,
            "status": "final",
            "effectiveDateTime": f"2026-11-22T{at}:00Z",
            "method": method,
        } | said

    score, breathing = observed("news2", "08:00", "survey"), observed("9279-1", "08:00", "vital-signs")
    found = early_warning([score, breathing])
    assert found is not None
    assert (found.is_newest, found.scale) == (True, "1")
    found = early_warning([score, breathing, observed("8867-4", "08:01", "vital-signs")])
    assert found is not None
    assert not found.is_newest
    assert early_warning([breathing]) is None


def test_oxygen_stands_by_saturation_and_consciousness_by_the_pulse() -> None:
    def observed(code: str) -> dict[str, Any]:
        category = [{"coding": [{"code": "vital-signs"}]}]
        return {"id": code, "status": "final", "code": {"coding": [{"code": code}]}, "category": category}

    shown = [one.code for one in vital_signs([observed(code) for code in reversed(ORDER)])]
    assert shown == list(ORDER)
    assert shown.index("3151-8") == shown.index("59408-5") + 1
    assert shown.index("67775-7") == shown.index("8867-4") + 1


async def test_all_is_kept_together_with_its_score(door: Door, astrid: Session) -> None:
    """Each measure as FHIR has it, the pressures as one, the score bound to what it was made of."""
    async with door.opened(astrid, "care") as record:
        more = {"oxygen": "2", "pulse": "112", "breathing": "26", "weight": "72", "pain": "4"}
        done = await keep(record, "vera", WELL | more)
    assert done.score is not None
    assert (done.score.total, done.score.risk, done.is_tasked, done.is_untold) == (7, "high", True, False)
    async with door.opened(astrid, "care") as record:
        kept = (await record.search("Observation", [("patient", "vera"), ("category", "vital-signs")])).matches
        (total,) = (await record.search("Observation", [("patient", "vera"), ("code", "news2")])).matches
        (task,) = (await record.search("Task", [("patient", "vera")])).matches
    codes = {one.resource["code"]["coding"][0]["code"]: one.reference for one in kept}
    used = {"9279-1", "59408-5", "3151-8", "85354-9", "8867-4", "8310-5", "67775-7"}
    assert codes.keys() == used | {"29463-7", "72514-3"}
    (pressure,) = [one.resource for one in kept if one.resource["code"]["coding"][0]["code"] == "85354-9"]
    assert [int(part["valueQuantity"]["value"]) for part in pressure["component"]] == [128, 76]
    assert {one["reference"] for one in total.resource["derivedFrom"]} == {codes[one] for one in used}
    assert total.resource["valueQuantity"]["value"] == 7
    assert total.resource["interpretation"][0]["coding"][0]["code"] == "HH"
    assert task.resource["focus"]["reference"] == total.reference
    assert task.resource["priority"] == "stat"
    begun, end = moment(task.resource["authoredOn"]), moment(task.resource["restriction"]["period"]["end"])
    assert begun is not None
    assert end is not None
    assert end.at - begun.at == timedelta(minutes=15)


async def test_a_low_score_is_nobodys_task_and_an_empty_form_is_told(door: Door, astrid: Session) -> None:
    async with door.opened(astrid, "care") as record:
        well = await keep(record, "vera", WELL)
        assert well.score is not None
        assert (well.is_tasked, well.is_untold) == (False, False)
        assert (await keep(record, "vera", {"weight": "72,5"})).score is None
    async with door.opened(astrid, "care") as record:
        assert not (await record.search("Task", [("patient", "vera")])).matches
        (weight,) = (await record.search("Observation", [("patient", "vera"), ("code", "29463-7")])).matches
    assert b'"value":72.5' in weight.body
    with pytest.raises(Unprocessable):
        async with door.opened(astrid, "care") as record:
            await keep(record, "vera", {})


async def test_nothing_is_kept_of_whom_one_may_not_see(door: Door, astrid: Session, bo: Session) -> None:
    """No relation, no form (PDL 4:1)."""

    async def kept() -> set[str]:
        async with door.opened(astrid, "care") as record:
            found = [await record.search(kind, [("patient", "vera")]) for kind in ("Observation", "Task")]
        return {one.reference for page in found for one in page.matches}

    before = await kept()
    with pytest.raises(Absent):
        async with door.opened(bo, "care") as record:
            await keep(record, "vera", WELL | {"level": "U"})
    assert await kept() == before
    async with door.opened(astrid, "care") as record:
        await keep(record, "vera", WELL | {"level": "U"})
    assert len(await kept()) == len(before) + 9


def test_the_form_asks_for_each_measure_once() -> None:
    assert len({one.code for one in MEASURES.values()}) == len(MEASURES)
    assert all(one.least < one.most for one in MEASURES.values())
