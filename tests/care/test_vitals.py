"""The form of the bedside: what can be right, what is kept of it, and whom NEWS2 is meant for."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.record import world
from tests.support.bedside import WELL
from tests.support.switching import switched
from varda.access import Session
from varda.care.attention import end_signal
from varda.care.facts import moment
from varda.care.patients import person
from varda.care.scores import NEWS2, Judgement
from varda.care.vitals import (
    MEASURES,
    ORDER,
    bedside,
    choose_scale,
    early_warning,
    end_scale,
    fitting,
    keep,
    offered,
    proposals,
    second_scales,
    set_aside,
    unsuited,
    vital_signs,
)
from varda.kernel.clock import SetClock
from varda.kernel.errors import Absent, Conflict, Lacking, Refused, Unprocessable
from varda.record import Door, Owner, Wish


def judged(said: Mapping[str, str]) -> Judgement | None:
    return NEWS2.judge(bedside(said).values)


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
    score = judged(WELL | {"level": "U", "breathing": "4"} | values)
    assert score is not None
    assert score.risk == "high"


def test_no_oxygen_named_with_a_saturation_is_air() -> None:
    """Else the chart would show the last flow for ever; without a saturation nothing is said of oxygen."""
    assert bedside({"saturation": "97"}).numbers["oxygen"] == 0
    assert bedside({"saturation": "97", "oxygen": "2"}).numbers["oxygen"] == 2
    assert "oxygen" not in bedside({"pulse": "72"}).numbers


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


NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)  # 13.00 in Sweden


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", None), ("2026-03-01T13:00", NOW), ("2026-03-01T08:15", datetime(2026, 3, 1, 7, 15, tzinfo=UTC)),
        ("2026-02-22T13:00", NOW - timedelta(days=7)),
    ],
)  # fmt: skip
def test_the_time_of_measuring_is_now_or_earlier(typed: str, expected: datetime | None) -> None:
    assert bedside({"pulse": "72", "at": typed}, NOW).at == expected


@pytest.mark.parametrize("typed", ["2026-03-01T13:01", "2026-02-22T12:59", "2027-01-01T00:00", "13:00", "x" * 4000])
def test_a_time_that_cannot_be_right_is_said_at_its_field(typed: str) -> None:
    with pytest.raises(Unprocessable) as wrong:
        bedside({"pulse": "x", "at": typed}, NOW)
    assert [one.path for one in wrong.value.problems] == ["pulse", "at"]


async def test_what_was_measured_earlier_is_kept_at_its_time_and_calls_nobody_when_it_is_old(
    door: Door, astrid: Session
) -> None:
    async with door.opened(astrid, "care") as record:
        late = await keep(record, "vera", WELL | {"level": "V", "at": "2026-03-01T08:15"})
        assert (late.is_tasked, late.is_untold) == (True, False)
        old = await keep(record, "vera", WELL | {"level": "U", "at": "2026-02-28T08:15"})
        assert (old.is_tasked, old.is_untold) == (False, False)
        with pytest.raises(Unprocessable) as wrong:
            await keep(record, "vera", WELL | {"at": "2026-03-01T13:30"})
        assert [one.path for one in wrong.value.problems] == ["at"]
    async with door.opened(astrid, "care") as record:
        levels = (await record.search("Observation", [("patient", "vera"), ("code", "67775-7")])).matches
        assert len((await record.search("Task", [("patient", "vera")])).matches) == 1
    assert {one.resource["effectiveDateTime"] for one in levels} == {"2026-03-01T07:15:00Z", "2026-02-28T07:15:00Z"}
    assert {one.resource["issued"] for one in levels} == {"2026-03-01T12:00:00Z"}


async def test_nobody_is_measured_before_birth(door: Door, astrid: Session) -> None:
    born = {"resourceType": "Patient", "id": "new", "birthDate": "2026-03-01", "identifier": [{"value": "x"}]}
    stay = world.contact("new-stay", "new", "cardiology")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", born, owner=Owner("", ""))])
        await record.write([Wish("update", stay, owner=Owner(world.CARDIOLOGY, world.REGION))])
    with pytest.raises(Unprocessable) as wrong:
        async with door.opened(astrid, "care") as record:
            await keep(record, "new", {"weight": "3,4", "at": "2026-02-28T23:59"})
    assert [one.path for one in wrong.value.problems] == ["at"]
    async with door.opened(astrid, "care") as record:
        assert (await keep(record, "new", {"weight": "3,4", "at": "2026-03-01T00:00"})).score is None


async def test_one_value_that_gives_3_points_is_a_task_without_a_total(door: Door, astrid: Session) -> None:
    async with door.opened(astrid, "care") as record:
        done = await keep(record, "vera", {"pulse": "72", "systolic": "84", "diastolic": "50"})
    assert (done.score, done.alone, done.is_tasked, done.is_untold) == (None, ("systolic",), True, False)
    async with door.opened(astrid, "care") as record:
        (task,) = (await record.search("Task", [("patient", "vera")])).matches
        (pressure,) = (await record.search("Observation", [("patient", "vera"), ("code", "85354-9")])).matches
    assert task.resource["focus"]["reference"] == pressure.reference
    assert "inom 1 timme" in task.resource["description"]
    assert task.resource["restriction"]["period"]["end"] == "2026-03-01T13:00:00Z"


async def test_entries_follow_the_profile_of_vital_signs(door: Door, astrid: Session) -> None:
    """Saturation under both its codes; both pressures, and why where one is missing."""
    async with door.opened(astrid, "care") as record:
        await keep(record, "vera", {"saturation": "97", "systolic": "128"})
    async with door.opened(astrid, "care") as record:
        (saturation,) = (await record.search("Observation", [("patient", "vera"), ("code", "2708-6")])).matches
        (pressure,) = (await record.search("Observation", [("patient", "vera"), ("code", "85354-9")])).matches
    assert [one["code"] for one in saturation.resource["code"]["coding"]] == ["59408-5", "2708-6"]
    systolic, diastolic = pressure.resource["component"]
    assert int(systolic["valueQuantity"]["value"]) == 128
    assert diastolic["dataAbsentReason"]["coding"][0]["code"] == "not-performed"
    assert "valueQuantity" not in diastolic


async def test_scale_2_is_a_physicians_decision_and_ends_by_one(
    door: Door, clock: SetClock, astrid: Session, bo: Session
) -> None:
    """WORKFLOWS 6: who, when, why, ended; nobody else writes it, by whatever way."""
    too_much = WELL | {"saturation": "97", "oxygen": "2"}
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Unprocessable):
            await choose_scale(record, "vera", "  ")
        await choose_scale(record, "vera", "KOL,  pCO2 7,9")
        first = (await keep(record, "vera", too_much)).score
        assert first is not None
        assert (first.variant, first.points["saturation"]) == ("saturationsskala 2", 3)
        with pytest.raises(Conflict):
            await choose_scale(record, "vera", "Igen")
    async with door.opened(astrid, "care") as record:
        (flag,) = (await record.search("Flag", [("patient", "vera")])).matches
        _, fit = await fitting(record, "vera")
    assert fit.second is not None
    assert (fit.scale, fit.second.by, fit.second.why) == ("2", "Astrid Lund, Physician", "KOL, pCO2 7,9")
    async with door.opened(bo, "care") as record:
        await record.choose("vera", reason="Jour", all_units=True)
    for wrong in (
        lambda record: choose_scale(record, "asa", "KOL"),
        lambda record: end_scale(record, flag.id, "Fel"),
        lambda record: record.create(dict(flag.resource) | {"subject": {"reference": "Patient/asa"}}),
    ):
        with pytest.raises(Lacking, match="saturation scale 2"):
            async with door.opened(bo, "care") as record:
                await wrong(record)
    clock.instant += timedelta(days=1)
    async with door.opened(astrid, "care") as record:
        await end_scale(record, flag.id, "Normal blodgas")
        last = (await keep(record, "vera", too_much)).score
        assert last is not None
        assert (last.variant, last.points["saturation"]) == ("saturationsskala 1", 0)
        with pytest.raises(Conflict):
            await end_scale(record, flag.id, "Igen")
        (known,) = second_scales([(await record.read("Flag", flag.id)).resource])
    assert (known.is_in_force, known.ended_by, known.ended_why) == (False, "Astrid Lund, Physician", "Normal blodgas")
    assert known.ended is not None
    assert known.since is not None
    assert known.ended.at - known.since.at == timedelta(days=1)


async def test_scale_2_may_be_ended_as_the_attention_signal_that_it_is(door: Door, astrid: Session) -> None:
    """There too by who may decide alone: the door keeps to it."""
    async with door.opened(astrid, "care") as record:
        await choose_scale(record, "vera", "KOL")
        (flag,) = (await record.search("Flag", [("patient", "vera")])).matches
        await end_signal(record, "vera", flag.id, flag.version, "end", "Var astma")
    async with door.opened(astrid, "care") as record:
        (known,) = second_scales([(await record.read("Flag", flag.id)).resource])
        assert not known.is_in_force
        assert (known.why, known.ended_by, known.ended_why) == ("KOL", "Astrid Lund, Physician", "Var astma")
        assert (await fitting(record, "vera"))[1].scale == "1"


@pytest.mark.parametrize("unit", [world.CARDIOLOGY, ""])
async def test_the_score_can_be_stopped_alone_and_values_are_still_kept(door: Door, astrid: Session, unit: str) -> None:
    """RULES 6, F245: a switch of its own, at one unit or in the whole county, for screens and API alike."""
    await switched(door.catalogue, "F85.news2", unit, "stopped", NOW)
    async with door.opened(astrid, "care") as record:
        done = await keep(record, "vera", WELL | {"level": "U"})
        assert (done.score, done.alone, done.is_tasked, done.is_untold) == (None, (), False, False)
    async with door.opened(astrid, "care") as record:
        kept = (await record.search("Observation", [("patient", "vera"), ("code", "67775-7")])).matches
        assert len(kept) == 1
        assert not (await record.search("Observation", [("patient", "vera"), ("code", "news2")])).matches
    score = world.haemoglobin("vera", code={"coding": [{"code": "news2"}]})
    with pytest.raises(Refused, match="stopped"):
        async with door.opened(astrid, "care") as record:
            await record.create(score)
    await switched(door.catalogue, "F85.news2", unit, "on", NOW)
    async with door.opened(astrid, "care") as record:
        assert (await keep(record, "vera", WELL)).score is not None
        await record.create(score)


def measured(code: str, value: float, at: str = "2026-03-01T11:40:00Z", **more: Any) -> dict[str, Any]:
    """What a monitor sends about Vera."""
    category = [
        {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}
    ]
    return {
        "resourceType": "Observation", "status": "preliminary", "category": category,
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "subject": {"reference": "Patient/vera"},
        "effectiveDateTime": at, "device": {"display": "Monitor 4"}, "valueQuantity": {"value": value},
    } | more  # fmt: skip


async def sent(door: Door, *observations: dict[str, Any], unit: str = world.CARDIOLOGY) -> list[str]:
    async with door.opened(world.SYSTEM, "administration") as record:
        owner = Owner(unit, world.REGION)
        stored = await record.write([Wish("create", one, owner=owner) for one in observations])
    return [one.id for one in stored]


async def test_what_a_device_proposes_is_kept_final_by_who_keeps_the_same_value(door: Door, astrid: Session) -> None:
    """One entry, not two: the device's own, with who confirmed it; another value is one of its own."""
    parts = [
        {"code": {"coding": [{"code": code}]}, "valueQuantity": {"value": value}}
        for code, value in (("8480-6", 128), ("8462-4", 76))
    ]
    pressure = measured("85354-9", 0, component=parts)
    del pressure["valueQuantity"]
    pulse, breathing, both = await sent(door, measured("8867-4", 72), measured("9279-1", 22), pressure)
    async with door.opened(astrid, "care") as record:
        score = (await keep(record, "vera", WELL | {"at": "2026-03-01T12:40"})).score
        assert score is not None
        found = {id_: (await record.read("Observation", id_)).resource for id_ in (pulse, breathing, both)}
        (total,) = (await record.search("Observation", [("patient", "vera"), ("code", "news2")])).matches
        pulses = (await record.search("Observation", [("patient", "vera"), ("code", "8867-4")])).matches
    assert {id_: one["status"] for id_, one in found.items()} == {
        pulse: "final",
        breathing: "preliminary",
        both: "final",
    }
    assert found[pulse]["performer"][-1]["display"] == "Astrid Lund, Physician"
    assert found[pulse]["effectiveDateTime"] == "2026-03-01T11:40:00Z"
    assert len(pulses) == 1
    used = {one["reference"] for one in total.resource["derivedFrom"]}
    assert {f"Observation/{pulse}", f"Observation/{both}"} <= used
    assert f"Observation/{breathing}" not in used


async def test_what_a_device_proposes_is_set_aside_with_a_reason(door: Door, astrid: Session) -> None:
    at = datetime(2026, 3, 1, 11, 40, tzinfo=UTC)
    pulse, old = await sent(door, measured("8867-4", 190), measured("9279-1", 60, "2026-02-27T11:40:00Z"))
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Unprocessable):
            await set_aside(record, "vera", " ", at)
        assert await set_aside(record, "vera", "En annan tid", at - timedelta(minutes=1)) == 0
        assert await set_aside(record, "vera", "Elektroden satt löst", at) == 1
        assert await set_aside(record, "vera", "Igen", at) == 0
        said = (await record.read("Observation", pulse)).resource
        assert (await record.read("Observation", old)).resource["status"] == "preliminary"
    assert said["status"] == "entered-in-error"
    assert said["note"][-1]["text"] == "Elektroden satt löst"
    assert said["note"][-1]["authorString"] == "Astrid Lund, Physician"


@pytest.mark.parametrize(
    ("unit", "at"),
    [(world.CARDIOLOGY, ""), (world.CARDIOLOGY, "2026-03-01T12:39"), (world.SURGERY, "2026-03-01T12:40")],
)
async def test_what_is_measured_at_another_time_or_is_another_units_stays_the_devices_own(
    door: Door, astrid: Session, unit: str, at: str
) -> None:
    """The same number now is a value of now, and nothing of another unit keeps a set from being kept."""
    (pulse,) = await sent(door, measured("8867-4", 72), unit=unit)
    async with door.opened(astrid, "care") as record:
        if unit != world.CARDIOLOGY:
            assert await offered(record, "vera") == []
        assert (await keep(record, "vera", {"pulse": "72", "at": at})).score is None
        pulses = (await record.search("Observation", [("patient", "vera"), ("code", "8867-4")])).matches
    (made,) = [one.resource for one in pulses if one.id != pulse]
    assert made["effectiveDateTime"] == {"": "2026-03-01T12:00:00Z"}.get(at, f"2026-03-01T11:{at[-2:]}:00Z")
    async with door.opened(world.SYSTEM, "administration") as record:
        assert (await record.read("Observation", pulse)).resource["status"] == "preliminary"


async def test_values_of_one_minute_are_offered_and_older_ones_after_them(door: Door, astrid: Session) -> None:
    await sent(
        door, measured("8867-4", 72, "2026-03-01T11:40:50Z"), measured("9279-1", 22, "2026-03-01T11:40:05Z"),
        measured("8310-5", 39, "2026-03-01T08:00:00Z"), measured("8867-4", 40, "2026-03-01T12:10:00Z"),
        measured("8867-4", 41, "2026-03-01"),
    )  # fmt: skip
    async with door.opened(astrid, "care") as record:
        assert [dict(one.numbers) for one in await offered(record, "vera")] == [{"pulse": 72}, {"breathing": 22}]
        await keep(record, "vera", {"pulse": "72", "breathing": "22", "at": "2026-03-01T12:40"})
        assert [dict(one.numbers) for one in await offered(record, "vera")] == [{"temperature": 39}]


def test_only_recent_preliminary_values_of_devices_in_the_right_unit_are_proposed() -> None:
    fine = measured("8867-4", 72)
    others = [
        fine | {"status": "final"}, {key: one for key, one in fine.items() if key != "device"},
        fine | {"effectiveDateTime": "2026-02-28T11:40:00Z"}, measured("9999-9", 72),
        fine | {"valueQuantity": {"value": 1.2, "code": "/s"}},
    ]  # fmt: skip
    assert proposals(others, NOW) == []
    (found,) = proposals([*others, fine], NOW)
    assert (found.numbers, found.device) == ({"pulse": 72}, "Monitor 4")
