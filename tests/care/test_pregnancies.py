"""F16, as far as a pregnancy record goes: how far, by what estimate, what is due, and a gentle end."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.record import world
from varda.access import Session
from varda.care import pregnancies, programmes, vitals
from varda.care.patients import person
from varda.care.pregnancies import Gestation, Pregnancy, due_after, gestation, latest
from varda.kernel.errors import Absent, Conflict, Unprocessable
from varda.record import Door, Owner, Wish

TODAY = date(2026, 3, 1)
DUE = "2026-07-05"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2025, 9, 28), "0+0"), (date(2025, 10, 4), "0+6"), (date(2025, 10, 5), "1+0"), (TODAY, "22+0"),
        (date(2026, 3, 4), "22+3"), (date(2026, 7, 4), "39+6"), (date(2026, 7, 5), "40+0"), (date(2026, 7, 19), "42+0"),
    ],
)  # fmt: skip
def test_forty_weeks_are_280_days_to_the_estimated_day(day: date, said: str) -> None:
    assert str(gestation(date.fromisoformat(DUE), day)) == said


def test_the_last_period_is_280_days_before_through_leap_years() -> None:
    for first in (date(2023, 12, 1), date(2024, 2, 29), date(2025, 9, 28)):
        assert (due_after(first) - first).days == 280
        assert gestation(due_after(first), first) == Gestation(0, 0)


def condition(since: str, code: str = "Z34.9", ended: str = "", **more: Any) -> dict[str, Any]:
    made = {"resourceType": "Condition", "id": since, "code": {"coding": [{"code": code}]}, "onsetDateTime": since}
    status = "resolved" if ended else "active"
    made["clinicalStatus"] = {"coding": [{"code": status}]}
    return made | ({"abatementDateTime": ended} if ended else {}) | more


def estimated(due: str, at: str, loinc: str = "11781-2", **more: Any) -> dict[str, Any]:
    code = {"code": {"coding": [{"code": loinc}]}, "valueDateTime": due, "effectiveDateTime": at}
    return {"resourceType": "Observation", "id": at, "status": "final"} | code | more


def test_ultrasound_goes_before_the_last_period_and_the_newest_before_the_older() -> None:
    some = [
        estimated("2026-07-01", "2025-11-20", "11779-6"), estimated("2026-07-09", "2025-12-20"),
        estimated(DUE, "2026-01-30"), estimated("2026-07-20", "2026-02-20", status="entered-in-error"),
        estimated("2027-07-01", "2026-02-25"),
    ]  # fmt: skip
    found = latest([condition("2025-12-01")], some, TODAY)
    assert found is not None
    assert (str(found.due), found.method, str(found.on(TODAY))) == (DUE, "ultrasound", "22+0")
    by_period = latest([condition("2025-12-01")], some[:1], TODAY)
    assert by_period is not None
    assert by_period.method == "period"


def test_an_estimate_of_a_pregnancy_that_ended_is_not_the_next_one_s() -> None:
    over = {
        "resourceType": "Observation", "id": "o", "status": "final", "effectiveDateTime": "2026-01-10",
        "code": {"coding": [{"system": "https://varda.example/fhir/CodeSystem/pregnancy", "code": "pregnancy-end"}]},
    }  # fmt: skip
    found = latest([condition("2026-02-20")], [estimated("2026-07-30", "2025-12-20"), over], TODAY)
    assert found == Pregnancy(("2026-02-20",), None, "", None, "", None, "")


def test_a_complaint_of_a_pregnancy_that_passed_is_no_end_of_it() -> None:
    nausea = condition("2025-12-01", "O21.0", "2026-01-01")
    assert latest([nausea], [], TODAY) is None
    going_on = latest([nausea, condition("2025-12-05")], [], TODAY)
    assert going_on is not None
    assert going_on.ended is None


@pytest.mark.parametrize(
    "one",
    [condition("2025-12-01", "I10.9"), condition("2025-04-01"), condition("2025-12-01", "O85.9"),
     condition("2025-12-01", verificationStatus={"coding": [{"code": "refuted"}]}),
     condition("2025-01-01", ended="2025-09-01")],
)  # fmt: skip
def test_nobody_is_pregnant_by_what_says_otherwise(one: dict[str, Any]) -> None:
    assert latest([one], [], TODAY) is None
    assert not pregnancies.is_pregnant(one, TODAY)


async def ida(door: Door) -> None:
    """Thirty years old, at cardiology."""
    woman = world.patient("ida", "Ida", "Ek", "19951101-XA23")
    async with door.opened(world.SYSTEM, "administration") as record:
        some = [woman, world.contact("idas", "ida", "cardiology")]
        await record.write([Wish("update", one, owner=Owner(world.CARDIOLOGY, world.REGION)) for one in some])


async def course(door: Door, who: Session) -> programmes.Course:
    async with door.opened(who, "care") as record:
        return await programmes.course(record, "ida", "maternity")


async def test_an_estimate_begins_the_record_and_news2_is_barred_by_the_same(door: Door, astrid: Session) -> None:
    await ida(door)
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Absent):
            await programmes.course(record, "ida", "maternity")
    async with door.opened(astrid, "care") as record:
        await pregnancies.estimate(record, "ida", {"method": "period", "day": "2025-09-28"})
    found = await course(door, astrid)
    assert found.pregnancy is not None
    assert (str(found.pregnancy.due), found.pregnancy.method) == (DUE, "period")
    assert {one.visit.code: one.state for one in found.turns}["w18"] == "overdue"
    async with door.opened(astrid, "care") as record:
        assert (await vitals.fitting(record, "ida"))[1].why_not == "pregnant"
        some = (await record.compartment("ida", {"Condition": 9}))["Condition"]
    assert len(some) == 1
    async with door.opened(astrid, "care") as record:
        await pregnancies.estimate(record, "ida", {"method": "ultrasound", "day": "2026-07-08"})
    async with door.opened(astrid, "care") as record:
        assert len((await record.compartment("ida", {"Condition": 9}))["Condition"]) == 1, "still one pregnancy"
    now = (await course(door, astrid)).pregnancy
    assert now is not None
    assert (str(now.due), now.method, now.by) == ("2026-07-08", "ultrasound", "Astrid Lund, Physician")


@pytest.mark.parametrize(
    ("form", "paths"),
    [
        ({}, ["method", "day"]), ({"method": "ultrasound", "day": "juli"}, ["day"]),
        ({"method": "ultrasound", "day": "2025-09-28"}, ["day"]), ({"method": "period", "day": "2026-07-05"}, ["day"]),
        ({"method": "ultrasound", "day": "2027-03-01"}, ["day"]), ({"method": "guess", "day": DUE}, ["method"]),
    ],
)  # fmt: skip
async def test_a_day_that_no_pregnancy_of_today_is_due_is_asked_about(
    door: Door, astrid: Session, form: dict[str, str], paths: list[str]
) -> None:
    await ida(door)
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Unprocessable) as wrong:
            await pregnancies.estimate(record, "ida", form)
    assert [one.path for one in wrong.value.problems] == paths


async def test_measures_are_kept_in_their_week(door: Door, astrid: Session) -> None:
    await ida(door)
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Conflict):
            await pregnancies.measure(record, "ida", {"fundus": "24"})
    async with door.opened(astrid, "care") as record:
        await pregnancies.estimate(record, "ida", {"method": "ultrasound", "day": "2026-06-15"})
        assert await pregnancies.measure(record, "ida", {"fundus": "24,5", "heart": "140"}) == 2
    rows = {
        row.step.code: row
        for turn in (await course(door, astrid)).turns
        if turn.visit.code == "w24"
        for row in turn.rows
    }
    assert (rows["fundus"].state, rows["heart"].state, rows["pressure"].state) == ("done", "done", "due")
    for form, path in (
        ({"fundus": "245"}, "fundus"),
        ({"heart": "14"}, "heart"),
        ({}, "fundus"),
        ({"heart": "x"}, "heart"),
    ):
        async with door.opened(astrid, "care") as record:
            with pytest.raises(Unprocessable) as wrong:
                await pregnancies.measure(record, "ida", form)
        assert [one.path for one in wrong.value.problems] == [path]


@pytest.mark.parametrize("outcome", ["miscarriage", "termination", "other"])
async def test_after_an_early_end_nothing_is_asked_for_any_more(door: Door, astrid: Session, outcome: str) -> None:
    await ida(door)
    async with door.opened(astrid, "care") as record:
        await pregnancies.estimate(record, "ida", {"method": "ultrasound", "day": DUE})
        await pregnancies.end(record, "ida", {"outcome": outcome, "day": "2026-02-27"})
    found = await course(door, astrid)
    assert found.pregnancy is not None
    assert (found.pregnancy.outcome, str(found.pregnancy.ended)) == (outcome, "2026-02-27")
    assert (found.open, found.coming, found.turns) == ([], None, ())
    async with door.opened(astrid, "care") as record:
        assert (await vitals.fitting(record, "ida"))[1].why_not == ""
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Conflict):
            await pregnancies.end(record, "ida", {"outcome": outcome, "day": "2026-02-27"})


@pytest.mark.parametrize("outcome", ["birth", "stillbirth"])
async def test_a_birth_is_followed_by_the_visit_afterwards(door: Door, astrid: Session, outcome: str) -> None:
    """Whether the child lives or not."""
    await ida(door)
    async with door.opened(astrid, "care") as record:
        await pregnancies.estimate(record, "ida", {"method": "ultrasound", "day": "2026-02-27"})
        await pregnancies.end(record, "ida", {"outcome": outcome, "day": "2026-02-26"})
    found = await course(door, astrid)
    assert [one.visit.code for one in found.turns] == ["after"]
    assert found.turns[0].first == date(2026, 2, 26) + timedelta(weeks=4)
    for form, paths in (({}, ["outcome", "day"]), ({"outcome": "birth", "day": "2027-01-01"}, ["day"])):
        async with door.opened(astrid, "care") as record:
            await pregnancies.estimate(record, "ida", {"method": "ultrasound", "day": "2026-11-01"})
            with pytest.raises(Unprocessable) as wrong:
                await pregnancies.end(record, "ida", form)
        assert [one.path for one in wrong.value.problems] == paths


async def test_out_of_reach_is_absent(door: Door, cia: Session) -> None:
    """A1, A13."""
    await ida(door)
    for act in (pregnancies.estimate, pregnancies.measure, pregnancies.end):
        async with door.opened(cia, "care") as record:
            with pytest.raises(Absent):
                await act(record, "ida", {"method": "ultrasound", "day": DUE})


def test_the_dead_are_followed_by_nothing() -> None:
    who = person({"resourceType": "Patient", "id": "i", "birthDate": "1995-11-01", "deceasedBoolean": True})
    assert programmes.followed(who, {"Condition": [condition("2025-12-01")]}, TODAY) == []


def told(day: str, how: str = "") -> dict[str, Any]:
    system = "https://varda.example/fhir/CodeSystem/pregnancy"
    return {
        "resourceType": "Observation", "id": f"end-{day}", "status": "final", "effectiveDateTime": day,
        "code": {"coding": [{"system": system, "code": "pregnancy-end"}]},
        "valueCodeableConcept": {"coding": [{"system": system, "code": how}]},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "how"),
    [("O03.9", "miscarriage"), ("O04.9", "termination"), ("O00.1", ""), ("O80.0", ""), ("O84.9", "")],
)
def test_a_diagnosis_of_its_end_ends_a_pregnancy_though_it_stays_active(code: str, how: str) -> None:
    """O03.9 of a visit on 2026-01-11 and an ultrasound before: seven weeks later nobody says 22+0."""
    found = latest([condition("2025-12-01"), condition("2026-01-11", code)], [estimated(DUE, "2025-12-20")], TODAY)
    assert found is not None
    assert (str(found.ended), found.outcome, str(found.on(TODAY))) == ("2026-01-11", how, "15+0")
    assert pregnancies.is_pregnant(condition("2026-01-11", code), TODAY), "NEWS2 stays cautious"
    assert latest([condition("2026-01-11", code)], [], TODAY) is None, "of no pregnancy that was followed"


def test_a_foetus_that_has_died_ends_what_is_counted_but_not_where_there_is_another_one() -> None:
    """O36.4: no week in the banner from then on, and how and when it was born is still to be written."""
    some, seen = [condition("2025-12-01"), condition("2026-02-20", "O36.4")], [estimated(DUE, "2025-12-20")]
    found = latest(some, seen, TODAY)
    assert found is not None
    assert (str(found.ended), found.outcome) == ("2026-02-20", "")
    born = latest(some, [*seen, told("2026-02-24", "stillbirth")], TODAY)
    assert born is not None
    assert (str(born.ended), born.outcome) == ("2026-02-24", "stillbirth")
    twins = latest([*some, condition("2025-12-20", "O30.0")], seen, TODAY)
    assert twins is not None
    assert twins.ended is None


@pytest.mark.parametrize("code", ["O03.9", "O70.1", "O72.1", "O80.9"])
def test_what_is_noted_after_an_ending_opens_no_pregnancy_again(code: str) -> None:
    some = [condition("2025-12-01"), condition("2026-02-12", code)]
    found = latest(some, [estimated(DUE, "2025-12-20"), told("2026-02-10", "miscarriage")], TODAY)
    assert found is not None
    assert (str(found.ended), found.outcome, str(found.due)) == ("2026-02-10", "miscarriage", DUE)


@pytest.mark.parametrize("code", ["O68.0", "O66.9", "O62.2", "O75.7", "O14.1", "O24.4", "O42.9"])
def test_a_complication_that_is_noted_after_the_ending_opens_no_pregnancy_again(code: str) -> None:
    """Active, and dated after the birth: what was written down later than it happened."""
    ended = told("2026-02-20", "birth")
    first = condition("2025-07-01", ended="2026-02-20")
    for day in ("2026-02-21", "2026-02-28"):
        found = latest([first, condition(day, code)], [ended], TODAY)
        assert found is not None
        assert (found.ended, found.outcome) == (date(2026, 2, 20), "birth")
    at_check_up = latest([first, condition("2026-04-20", code)], [ended], date(2026, 4, 21))
    assert at_check_up is not None
    assert (at_check_up.ended is None) == (code in ("O14.1", "O24.4")), "two months on, only what is none of labour"


def test_a_pregnancy_soon_after_a_miscarriage_is_one() -> None:
    ended = told("2026-01-20", "miscarriage")
    found = latest([condition("2026-02-25", "Z34.9")], [ended], TODAY)
    assert found is not None
    assert found.ended is None


def test_a_pregnancy_that_was_only_resolved_lends_its_ultrasound_to_none() -> None:
    some = [condition("2025-11-01", ended="2026-01-10"), condition("2026-02-20")]
    assert latest(some, [estimated("2026-07-30", "2025-12-20")], TODAY) == Pregnancy(
        ("2026-02-20",), None, "", None, "", None, ""
    )


async def test_an_ending_goes_before_what_another_unit_has_noted(door: Door, astrid: Session) -> None:
    await ida(door)
    system = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    theirs = condition("2025-12-01") | {
        "id": "theirs", "subject": {"reference": "Patient/ida"},
        "clinicalStatus": {"coding": [{"system": system, "code": "active"}]},
    }  # fmt: skip
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", theirs, owner=Owner(world.SURGERY, world.REGION))])
    async with door.opened(astrid, "care") as record:
        await record.choose("ida", reason="Graviditet", all_units=True)
    async with door.opened(astrid, "care") as record:
        await pregnancies.estimate(record, "ida", {"method": "ultrasound", "day": DUE})
        await pregnancies.end(record, "ida", {"outcome": "miscarriage", "day": "2026-02-27"})
    found = (await course(door, astrid)).pregnancy
    assert found is not None
    assert (found.outcome, str(found.ended)) == ("miscarriage", "2026-02-27")
    async with door.opened(astrid, "care") as record:
        await pregnancies.estimate(record, "ida", {"method": "ultrasound", "day": "2026-11-26"})
    again = (await course(door, astrid)).pregnancy
    assert again is not None
    assert (again.ended, str(again.due)) == (None, "2026-11-26")


async def test_no_pregnancy_begins_on_the_day_that_one_ended(door: Door, astrid: Session) -> None:
    await ida(door)
    async with door.opened(astrid, "care") as record:
        await pregnancies.estimate(record, "ida", {"method": "ultrasound", "day": DUE})
        await pregnancies.end(record, "ida", {"outcome": "other", "day": TODAY.isoformat()})
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Unprocessable, match="cannot be right"):
            await pregnancies.estimate(record, "ida", {"method": "ultrasound", "day": DUE})
