"""Diagnoses: set once, told when they are here, ended, reopened and struck; only by roles and units that may (F151)."""

from datetime import date

import pytest

from tests.record import world
from varda.access import Session
from varda.care import problems
from varda.care.facts import moment
from varda.care.problems import rules
from varda.kernel.clock import SetClock
from varda.kernel.errors import Absent, Conflict, Refused, Stale, Unprocessable
from varda.record import Door, Owner, Wish
from varda.region.terms import lists
from varda.terminology import Habit

TODAY = date(2026, 3, 1)
I10, FLU = {"code": "I10.9"}, {"code": "J10.1"}


@pytest.fixture
async def door(door: Door) -> Door:
    """The small world with the demo's list of diagnoses."""
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in lists()])
    return door


async def put(door: Door, who: Session, form: dict[str, str], patient: str = "vera") -> problems.Kept:
    async with door.opened(who, "care") as record:
        return await problems.set_diagnosis(record, patient, form)


async def here(door: Door, who: Session, patient: str = "vera") -> list[problems.Problem]:
    async with door.opened(who, "care") as record:
        found = await record.compartment(patient, {"Condition": 100})
    return problems.problems(one.resource for one in found.get("Condition", ()))


async def test_a_diagnosis_is_set_under_the_open_contact_and_the_first_is_the_main_one(
    door: Door, astrid: Session
) -> None:
    first, second = (await put(door, astrid, I10)).problem, (await put(door, astrid, FLU)).problem
    assert (first.text, first.code, first.contact) == ("Essentiell hypertoni", "I10.9", "vera-stay")
    assert (first.rank, second.rank) == ("main", "secondary")
    assert first.by == "Astrid Lund, Physician"
    assert {one.code for one in await here(door, astrid)} == {"I10.9", "J10.1"}


async def test_the_same_active_diagnosis_is_told_and_not_written_twice(door: Door, astrid: Session) -> None:
    first = await put(door, astrid, I10)
    again = await put(door, astrid, I10)
    assert (again.is_met, again.problem.id) == (True, first.problem.id)
    assert len(await here(door, astrid)) == 1
    meant = await put(door, astrid, I10 | {"again": "yes"})
    assert not meant.is_met
    assert [one.times for one in await here(door, astrid)] == [2]


async def test_the_other_side_is_another_diagnosis(door: Door, astrid: Session) -> None:
    await put(door, astrid, {"code": "M17.9", "side": "left"})
    assert (await put(door, astrid, {"code": "M17.9", "side": "left"})).is_met
    assert (await put(door, astrid, {"code": "M17.9"})).is_met
    assert not (await put(door, astrid, {"code": "M17.9", "side": "right"})).is_met
    assert sorted(one.side for one in await here(door, astrid)) == ["left", "right"]


async def test_a_diagnosis_that_has_ended_is_offered_again_and_never_written_twice_unseen(
    door: Door, astrid: Session
) -> None:
    first = (await put(door, astrid, I10)).problem
    async with door.opened(astrid, "care") as record:
        assert await problems.end(record, "vera", first.id, first.version, "2026-02") == 1
    again = await put(door, astrid, I10)
    assert (again.is_met, again.problem.is_active, again.problem.ended) == (True, False, moment("2026-02"))
    async with door.opened(astrid, "care") as record:
        reopened = await problems.reopen(record, "vera", first.id, again.problem.version)
    assert (reopened.is_active, reopened.ended) == (True, None)
    async with door.opened(astrid, "care") as record:
        versions = await problems.history(record, "vera", first.id)
    assert [one.is_active for one in versions] == [True, False, True]


async def test_ending_ends_all_that_the_unit_has_of_it(door: Door, astrid: Session) -> None:
    first = (await put(door, astrid, I10)).problem
    await put(door, astrid, I10 | {"again": "yes"})
    async with door.opened(astrid, "care") as record:
        assert await problems.end(record, "vera", first.id, first.version, "") == 2
    assert [(one.is_active, one.ended) for one in await here(door, astrid)] == [(False, moment("2026-03-01"))]
    with pytest.raises(Conflict, match="over already"):
        async with door.opened(astrid, "care") as record:
            await problems.end(record, "vera", first.id, first.version + 1, "")


async def test_what_is_changed_is_a_new_version_and_a_contact_has_one_main_diagnosis(
    door: Door, astrid: Session, clock: SetClock
) -> None:
    first, second = (await put(door, astrid, I10)).problem, (await put(door, astrid, FLU)).problem
    form = {"rank": "main", "certainty": "provisional", "onset": "2026-02", "contact": "vera-stay"}
    async with door.opened(astrid, "care") as record:
        changed = await problems.change(record, "vera", second.id, second.version, form)
    assert (changed.rank, changed.is_sure, changed.since) == ("main", False, moment("2026-02"))
    assert {one.code: one.rank for one in await here(door, astrid)} == {"I10.9": "secondary", "J10.1": "main"}
    with pytest.raises(Stale):
        async with door.opened(astrid, "care") as record:
            await problems.change(record, "vera", second.id, second.version, form)
    async with door.opened(astrid, "care") as record:
        bare = await problems.change(record, "vera", second.id, changed.version, {"certainty": "confirmed"})
    assert (bare.rank, bare.side, bare.contact, bare.is_sure) == ("", "", "", True)
    assert first.id != second.id


async def test_what_is_struck_is_gone_from_the_list_and_kept_with_its_reason(door: Door, astrid: Session) -> None:
    first = (await put(door, astrid, I10)).problem
    with pytest.raises(Unprocessable, match="Say why"):
        async with door.opened(astrid, "care") as record:
            await problems.strike(record, "vera", first.id, first.version, " ")
    async with door.opened(astrid, "care") as record:
        await problems.strike(record, "vera", first.id, first.version, "Fel patient")
    assert await here(door, astrid) == []
    async with door.opened(astrid, "care") as record:
        found = await record.compartment("vera", {"Condition": 9})
        (struck,) = problems.struck(one.resource for one in found["Condition"])
        versions = await problems.history(record, "vera", first.id)
    assert (struck.reason, struck.code) == ("Fel patient", "I10.9")
    assert [one.is_struck for one in versions] == [True, False]
    assert not (await put(door, astrid, I10)).is_met, "what was struck was never true"
    with pytest.raises(Conflict, match="struck"):
        async with door.opened(astrid, "care") as record:
            await problems.end(record, "vera", first.id, struck.version, "")


@pytest.mark.parametrize(
    ("form", "path"),
    [
        ({"code": "hypertoni"}, "code"), ({"code": ""}, "code"), ({}, "code"), (I10 | {"side": "up"}, "side"),
        (I10 | {"onset": "2026-03-02"}, "onset"), (I10 | {"onset": "1949-12-31"}, "onset"),
        (I10 | {"onset": "i går"}, "onset"), (I10 | {"contact": "asa-stay"}, "contact"), (I10 | {"rank": "1"}, "rank"),
        (I10 | {"certainty": "confirmed!"}, "certainty"),
    ],
)  # fmt: skip
async def test_what_cannot_be_right_is_said_at_its_field_and_nothing_is_stored(
    door: Door, astrid: Session, form: dict[str, str], path: str
) -> None:
    with pytest.raises(Unprocessable) as wrong:
        await put(door, astrid, form)
    assert [one.path for one in wrong.value.problems] == [path]
    assert await here(door, astrid) == []


@pytest.mark.parametrize(
    ("typed", "since", "expected"),
    [
        ("", None, "2026-03-01"), ("2026", None, "2026"), ("2026-02-28", "2026-02-28", "2026-02-28"),
        ("2026-03-02", None, None), ("2026-02-27", "2026-02-28", None), ("igår", None, None),
        ("2026-03-01T12:00:00Z", None, None),
    ],
)  # fmt: skip
def test_a_diagnosis_ends_on_a_day_that_has_come_and_after_it_began(
    typed: str, since: str | None, expected: str | None
) -> None:
    if expected is None:
        with pytest.raises(Unprocessable):
            rules.day_of_end(typed, TODAY, moment(since))
    else:
        assert rules.day_of_end(typed, TODAY, moment(since)) == expected


async def test_out_of_reach_is_absent_and_another_units_is_not_changed(
    door: Door, astrid: Session, bo: Session, cia: Session
) -> None:
    """A1, A13: no relation, no patient. A3: another unit's diagnosis is that unit's to change."""
    with pytest.raises(Absent):
        await put(door, cia, I10)
    first = (await put(door, astrid, I10)).problem
    with pytest.raises(Absent):
        async with door.opened(bo, "care") as record:
            await problems.end(record, "vera", first.id, first.version, "")
    async with door.opened(bo, "care") as record:
        await record.choose("vera", reason="Konsult", all_units=True)
    with pytest.raises(Refused, match="only that unit changes it"):
        async with door.opened(bo, "care") as record:
            await problems.end(record, "vera", first.id, first.version, "")
    assert (await put(door, bo, I10)).is_met, "a diagnosis of another unit that is seen is told"


async def test_what_the_unit_chooses_is_offered_first(door: Door, astrid: Session, bo: Session) -> None:
    for _ in range(2):
        await put(door, astrid, FLU | {"again": "yes"})
    await put(door, astrid, {"code": "N30.0"})
    async with door.opened(astrid, "care") as record:
        await problems.favour(record, "I10.9", is_on=True)
    async with door.opened(astrid, "care") as record:
        offered = (await problems.find(record, "")).offered
        assert [(one.code, one.why) for one in offered] == [
            ("I10.9", "favourite"), ("J10.1", "unit"), ("N30.0", "mine")
        ]  # fmt: skip
        assert (await problems.find(record, "akut")).offered[0].code == "N30.0"
        assert await problems.is_favourite(record, "I10.9")
    async with door.opened(bo, "care") as record:
        assert (await problems.find(record, "")).offered == [], "another unit has habits of its own"
    async with door.opened(astrid, "care") as record:
        await problems.favour(record, "I10.9", is_on=False)
        with pytest.raises(Unprocessable):
            await problems.favour(record, "nonsens", is_on=True)


def test_favourites_come_before_what_is_often_used_and_that_before_ones_own() -> None:
    used = [Habit(f"A{n:02}", is_favourite=False, times=n, mine=None) for n in range(1, 12)]
    mine = Habit("Z00", is_favourite=False, times=1, mine=date(2026, 2, 1))
    found = rules.first([*used, mine, Habit("B00", is_favourite=True, times=0, mine=None)])
    assert list(found)[:3] == ["B00", "A11", "A10"]
    assert len([why for why in found.values() if why == "unit"]) == rules.MOST_USED
    assert found["Z00"] == "mine"


async def test_a_new_edition_of_the_list_is_in_force_within_a_minute(
    door: Door, astrid: Session, clock: SetClock
) -> None:
    async with door.opened(astrid, "care") as record:
        assert (await problems.find(record, "hypertoni")).offered
    before = next(iter(lists()))
    rows = [one | {"display": "Högt tryck"} if one["code"] == "I10.9" else one for one in before["concept"]]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.update(before | {"concept": rows})
    clock.instant = clock.instant.replace(minute=2)
    async with door.opened(astrid, "care") as record:
        assert [one.text for one in (await problems.find(record, "I10")).offered] == ["Högt tryck"]


async def test_a_county_without_a_list_is_told_so(database_without_list: Door, astrid: Session) -> None:
    async with database_without_list.opened(astrid, "care") as record:
        found = await problems.find(record, "hypertoni")
    assert (found.offered, found.is_loaded) == ([], False)


@pytest.fixture
async def database_without_list(door: Door) -> Door:
    async with door.opened(world.SYSTEM, "administration") as record:
        (one,) = (await record.search("CodeSystem", [("url", problems.ICD)])).matches
        await record.delete("CodeSystem", one.id)
    return door


async def test_a_refuted_diagnosis_is_not_active_and_stays_refuted_when_it_is_changed(
    door: Door, astrid: Session
) -> None:
    first = (await put(door, astrid, I10)).problem
    async with door.opened(astrid, "care") as record:
        stored = (await problems.held(record, "vera", first.id)).resource
        status = {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "refuted"}]
        }
        site = [{"coding": [{"system": "http://snomed.info/sct", "code": "80891009"}], "text": "hjärta"}]
        more = {"verificationStatus": status, "bodySite": site, "onsetDateTime": "2026-02-01T08:30:00Z"}
        await record.update(stored | more, expected=1)
    assert [one.is_active for one in await here(door, astrid)] == [False]
    form = {"certainty": "refuted", "rank": "main", "onset": "2026-02-01", "contact": "vera-stay"}
    async with door.opened(astrid, "care") as record:
        await problems.change(record, "vera", first.id, 2, form)
    async with door.opened(astrid, "care") as record:
        kept = (await problems.held(record, "vera", first.id)).resource
    assert {name: kept[name] for name in more} == more, "what the form cannot say is as it was"
    assert kept["encounter"]["reference"] == "Encounter/vera-stay"
    assert not (await put(door, astrid, I10)).is_met


async def test_the_end_is_after_all_that_it_ends_began(door: Door, astrid: Session) -> None:
    first = (await put(door, astrid, I10 | {"onset": "2020-01-01"})).problem
    await put(door, astrid, I10 | {"again": "yes", "onset": "2026-02-01"})
    with pytest.raises(Unprocessable):
        async with door.opened(astrid, "care") as record:
            await problems.end(record, "vera", first.id, first.version, "2021-01-01")
    assert all(one.is_active for one in await here(door, astrid))
