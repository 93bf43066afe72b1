"""What the patient decides holds at once, and opening on consent is one piece of work (A4, A6, A8, A12)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.record import world
from varda.access.session import Session
from varda.care import consents
from varda.care.consents import Place, types_of
from varda.care.facts import Moment
from varda.care.patients import person
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Refused, Unprocessable
from varda.record import Door, Wish

pytestmark = pytest.mark.anyio

SURGERY, CARDIOLOGY = Place("surgery", "Surgery"), Place("cardiology", "Cardiology")


async def opened_all(door: Door, session: Session) -> None:
    async with door.opened(session, "care") as record:
        await record.choose("vera", reason="Jour", all_units=True)


async def sees(door: Door, session: Session, id_: str) -> bool:
    async with door.opened(session, "care") as record:
        return bool((await record.search("Observation", [("_id", id_)])).matches)


async def test_consent_is_noted_and_the_data_opened_in_one_piece_of_work(
    door: Door, astrid: Session, database: Database
) -> None:
    async with door.opened(astrid, "care") as record:
        await consents.consent_and_open(record, "vera", how="present", reason="Hjärtsvikt", types=("Observation",))
    assert await sees(door, astrid, "hb-homecare")
    async with door.opened(astrid, "care") as record:
        (given,) = [one for one in await consents.in_force(record, "vera") if one.kind == "access"]
        assert (given.way, given.places) == ("present", (Place("region", given.places[0].name),))
        (opening,) = await record.openings("vera")
        assert (opening.ground, opening.types) == ("consent", ("Observation",))


async def test_a_consent_whose_opening_is_refused_is_not_noted_either(door: Door, bo: Session) -> None:
    async with door.opened(bo, "care") as record:
        await record.choose("vera", reason="Jour")
    with pytest.raises(Refused, match="relation"):
        async with door.opened(bo, "care") as record:
            await consents.consent_and_open(record, "vera", how="phone", reason="Hjärtsvikt")
    async with door.opened(bo, "care") as record:
        assert await consents.in_force(record, "vera") == []


async def test_a_consent_is_registered_once_and_ends_with_what_was_opened_on_it(door: Door, astrid: Session) -> None:
    for _ in range(2):
        async with door.opened(astrid, "care") as record:
            await consents.consent_and_open(record, "vera", how="phone", reason="Hjärtsvikt")
    async with door.opened(astrid, "care") as record:
        (given,) = await consents.in_force(record, "vera")
        await consents.end(record, "vera", given.id)
    assert not await sees(door, astrid, "hb-homecare")
    async with door.opened(astrid, "care") as record:
        assert await record.openings("vera") == []
        with pytest.raises(Absent):
            await consents.end(record, "vera", given.id)


async def test_a_consent_for_a_time_ends_by_itself(door: Door, astrid: Session, clock: SetClock) -> None:
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Unprocessable):
            await consents.consent(record, "vera", how="present", until=date(2026, 2, 28))
        await consents.consent(record, "vera", how="present", until=date(2026, 3, 2))
        (given,) = await consents.in_force(record, "vera")
        assert given.end is not None
        assert given.end.precision == "day"
    clock.instant += timedelta(days=2)
    async with door.opened(astrid, "care") as record:
        assert await consents.in_force(record, "vera") == []


async def test_being_informed_is_noted_once(door: Door, astrid: Session) -> None:
    async with door.opened(astrid, "care") as record:
        first = await consents.inform(record, "vera")
        assert await consents.inform(record, "vera") == first
        (told,) = await consents.in_force(record, "vera")
        assert told.kind == "information"


async def test_an_inner_block_holds_at_the_next_read_and_is_lifted_for_a_time_and_for_good(
    door: Door, astrid: Session, bo: Session, clock: SetClock
) -> None:
    await opened_all(door, astrid)
    await opened_all(door, bo)
    assert await sees(door, astrid, "hb-surgery")
    async with door.opened(bo, "care") as record:
        (block,) = await consents.block_inside(record, "vera", [SURGERY])
    assert not await sees(door, astrid, "hb-surgery")
    # The patient says it to whoever is there: another unit of the provider lifts it as well.
    async with door.opened(astrid, "care") as record:
        (told,) = await consents.in_force(record, "vera")
        assert (told.kind, told.places[0].id) == ("inner-block", "surgery")
        await consents.lift(record, "vera", block, hours=2)
    assert await sees(door, astrid, "hb-surgery")
    async with door.opened(astrid, "care") as record:
        (told,) = await consents.in_force(record, "vera")
        assert told.lifted is not None
        assert told.lifted.at == clock.instant + timedelta(hours=2)
    clock.instant += timedelta(hours=3)
    assert not await sees(door, astrid, "hb-surgery")
    async with door.opened(astrid, "care") as record:
        await consents.end(record, "vera", block)
    assert await sees(door, astrid, "hb-surgery")


async def test_a_block_of_a_period_hides_what_is_dated_in_it(door: Door, astrid: Session, bo: Session) -> None:
    await opened_all(door, astrid)
    await opened_all(door, bo)
    async with door.opened(bo, "care") as record:
        await consents.block_inside(record, "vera", [SURGERY], until=date(2025, 12, 31))
    assert await sees(door, astrid, "hb-surgery")
    async with door.opened(bo, "care") as record:
        await consents.block_inside(record, "vera", [SURGERY], since=date(2026, 1, 1))
        with pytest.raises(Unprocessable):
            await consents.block_inside(record, "vera", [SURGERY], since=date(2026, 2, 1), until=date(2026, 1, 1))
        with pytest.raises(Unprocessable):
            await consents.block_inside(record, "vera", [])
    assert not await sees(door, astrid, "hb-surgery")


async def test_another_provider_asks_and_the_owner_lifts_for_some_hours_in_the_answer(
    door: Door, astrid: Session, cia: Session, clock: SetClock
) -> None:
    async with door.opened(cia, "care") as record:
        await record.choose("vera", reason="Hembesök")
        await consents.block_outside(record, "vera")
    async with door.opened(astrid, "care") as record:
        await consents.consent_and_open(record, "vera", how="present", reason="Hjärtstopp")
        await record.ask_to_lift("vera", provider=world.BORAS, reason="Hjärtstopp")
        (waits,) = await record.asked("vera")
        assert (waits.provider, waits.answered) == (world.BORAS, None)
    assert not await sees(door, astrid, "hb-homecare")
    clock.instant += timedelta(days=1)  # Cia's own choice has ended; answering is a new one
    physician = replace(cia, role="physician")  # whose role answers requests
    async with door.opened(physician, "care") as record:
        (request,) = await record.requests()
        with pytest.raises(Unprocessable):
            await consents.answer(record, request, " ")
        (lifted,) = await consents.answer(record, request, "Efter samtal med patienten", hours=4)
        assert lifted.kind == "outer-block"
    async with door.opened(astrid, "care") as record:
        (done,) = await record.asked("vera")
        assert done.answer == "Efter samtal med patienten"
        await consents.consent_and_open(record, "vera", how="", reason="Hjärtstopp")
    assert await sees(door, astrid, "hb-homecare")
    clock.instant += timedelta(hours=5)
    assert not await sees(door, astrid, "hb-homecare")


async def test_what_was_opened_is_closed_before_its_time_and_the_log_says_so(
    door: Door, astrid: Session, database: Database
) -> None:
    async with door.opened(astrid, "care") as record:
        await consents.consent_and_open(record, "vera", how="present", reason="Hjärtsvikt")
        await record.close_openings("vera")
    assert not await sees(door, astrid, "hb-homecare")
    assert await sees(door, astrid, "hb-cardiology")
    async with door.opened(astrid, "care") as record:
        assert await record.openings("vera") == []
    rows = await database.all("select what from audit.event where action = 'choice'")
    assert any("closed before its time" in row["what"] for row in rows)


async def test_own_units_are_found_by_name_and_others_are_not(door: Door, astrid: Session) -> None:
    async with door.opened(world.SYSTEM, "administration") as record:
        deep = [
            world.organization("clinics", "SE9999999999-K", "administration", part_of="region"),
            world.organization("surgery2", "SE9999999999-S2", "care-unit", part_of="clinics"),
            world.organization("surgery3", "SE9999999999-S3", "care-unit", part_of="boras"),
        ]
        await record.write([Wish("update", one) for one in deep])
    async with door.opened(astrid, "care") as record:
        assert [one.id for one in await consents.own_units(record)] == ["cardiology"]
        assert [one.id for one in await consents.own_units(record, "surg")] == ["cardiology", "surgery", "surgery2"]


async def test_whom_to_call_about_blocks_is_the_contact_for_it_else_the_telephone(door: Door, astrid: Session) -> None:
    boras = world.organization("boras", world.BORAS, "municipality", "care-provider")
    boras["telecom"] = [{"system": "phone", "value": "033-1"}]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.update(boras)
    async with door.opened(astrid, "care") as record:
        assert await consents.duty(record, world.BORAS) == "033-1"
        assert await consents.duty(record, "SE9999999999-NOBODY") == ""
    call = {"purpose": {"text": "Jour för spärrar"}, "telecom": [{"system": "phone", "value": "033-2"}]}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.update(boras | {"contact": [call]})
    async with door.opened(astrid, "care") as record:
        assert await consents.duty(record, world.BORAS) == "Jour för spärrar 033-2"


def test_all_areas_or_none_narrow_nothing() -> None:
    assert types_of([]) == types_of(consents.AREAS) == ()
    assert types_of(["results", "made up"]) == ("Observation", "DiagnosticReport")


@pytest.mark.parametrize(
    ("born", "is_child"), [("2010-06-01", True), ("2008-03-02", True), ("2008-03-01", False), ("", False)]
)
def test_the_grounds_offered_go_by_age_and_hat(born: str, is_child: bool) -> None:
    known = person({"resourceType": "Patient", "id": "x", **({"birthDate": born} if born else {})})
    staff, social = (Session(kind="staff", actor="x", name="x", is_social=hat) for hat in (False, True))
    by_age = "child" if is_child else "incapable"
    assert consents.grounds(staff, known, date(2026, 3, 1)) == ("consent", by_age, "certificate")
    assert consents.grounds(social, known, date(2026, 3, 1)) == ("consent", by_age)


def test_only_the_last_lifting_counts() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    lifts = [
        {"type": "permit", "period": {"start": "2026-03-01T11:00:00Z", "end": "2026-03-01T18:00:00Z"}},
        {"type": "permit", "period": {"start": "2026-03-01T11:30:00Z", "end": "2026-03-01T13:00:00Z"}},
    ]
    block = world.decision("inner-block", "vera", id_="b", provider="region", actors=("surgery",), provision=lifts)
    assert consents.decision(block, 1, now).lifted == Moment(datetime(2026, 3, 1, 13, tzinfo=UTC))
