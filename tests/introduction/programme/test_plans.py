"""The overall plan changes by decision and every version is kept; the detailed one follows mandates (F214, F217)."""

from dataclasses import replace
from datetime import date, timedelta

import asyncpg
import pytest

from tests.introduction.programme.conftest import NOW, OLGA, somebody, to
from tests.record.world import BORAS, CARDIOLOGY, HOME_CARE, REGION
from varda.introduction.programme import Mandates
from varda.introduction.programme.differences import between
from varda.introduction.programme.items import Item, Link, Progress, problems, read, written
from varda.introduction.programme.network import Circular
from varda.introduction.programme.participants import Participant, Participants
from varda.introduction.programme.pictures import Picture, frozen
from varda.introduction.programme.plans import Plans
from varda.introduction.programme.template import local, overall
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Lacking, Refused, Stale, Unprocessable

TODAY = NOW.date()
STINA, KIM = somebody("stina"), somebody("kim")
SOUTH = "south-delivery"


def south(pattern: str = "pilots", opens: date = TODAY) -> list[Item]:
    return overall({"south": opens}, TODAY, pattern)  # type: ignore[arg-type] # a word of the test


@pytest.fixture
async def plans(mandates: Mandates, county: Database) -> Plans:
    """With Stina in the steering group, Kim at the municipality's project, and no plan yet."""
    await mandates.give(to("stina", "steering-group"), OLGA, NOW)
    await mandates.give(to("kim", "project-lead", BORAS), OLGA, NOW)
    return Plans(county)


async def decided(plans: Plans, items: list[Item], reason: str = "as agreed", **more: bool) -> int:
    number = await plans.propose(items, reason, OLGA, NOW, **more)
    await plans.decide(number, STINA, "§ 12", NOW, approved=True)
    return number


def changed(items: list[Item], code: str, **values: object) -> list[Item]:
    return [replace(one, **values) if one.code == code else one for one in items]  # type: ignore[arg-type] # by name


def test_a_pattern_is_a_whole_plan_with_four_phases_and_six_gateways() -> None:
    for pattern in ("pilots", "together"):
        items = south(pattern)
        assert list(problems(items)) == []
        assert [one.title for one in items if one.kind == "phase"] == ["Samordna", "Engagera", "Aktivera", "Mäta"]
        assert len([one for one in items if one.kind == "gateway"]) == 6
        assert [one.code for one in items if one.kind == "go-live"] == [f"{SOUTH}.go-live"]
    assert f"{SOUTH}.pilot" in {one.code for one in south()}
    assert f"{SOUTH}.pilot" not in {one.code for one in south("together")}
    due = {
        pattern: next(one.due for one in south(pattern) if one.kind == "go-live") for pattern in ("pilots", "together")
    }
    assert due["pilots"] > due["together"], "pilots first takes longer to the go-live of all"


def test_what_is_written_is_read_back() -> None:
    for one in [*south(), *local("K", SOUTH, south())]:
        assert read(written(one)) == one


async def test_it_changes_by_the_decision_of_the_steering_group_and_every_version_is_kept(plans: Plans) -> None:
    assert await plans.in_force() is None
    with pytest.raises(Lacking, match="Programme office"):
        await plans.propose(south(), "as agreed", KIM, NOW)
    number = await plans.propose(south(), "as agreed", OLGA, NOW)
    assert await plans.in_force() is None, "nothing follows from a proposal"
    with pytest.raises(Lacking, match="Steering group"):
        await plans.decide(number, OLGA, "§ 12", NOW, approved=True)
    with pytest.raises(Unprocessable, match="minuted"):
        await plans.decide(number, STINA, " ", NOW, approved=True)
    await plans.decide(number, STINA, "§ 12", NOW, approved=True)
    with pytest.raises(Conflict):
        await plans.decide(number, STINA, "§ 13", NOW, approved=False)
    second = await decided(plans, changed(south(), f"{SOUTH}.training", days=80), "more to train")
    current = await plans.in_force()
    assert current is not None
    assert (current.number, current.based_on, current.reason, current.minutes) == (
        second,
        number,
        "more to train",
        "§ 12",
    )
    first = await plans.version(number)
    assert next(one.days for one in first.items if one.code == f"{SOUTH}.training") == 60
    assert [one.number for one in await plans.versions()] == [second, number]
    with pytest.raises(Absent):
        await plans.version(10**6)


async def test_nobody_decides_on_their_own_proposal_and_the_table_says_so_too(
    plans: Plans, mandates: Mandates, database: Database
) -> None:
    await mandates.give(to("stina", "programme-office"), OLGA, NOW)
    number = await plans.propose(south(), "as agreed", STINA, NOW)
    with pytest.raises(Refused, match="does not decide"):
        await plans.decide(number, STINA, "§ 12", NOW, approved=True)
    statement = (
        "insert into programme.plan_decision (plan, proposed_by, based_on, approved, minutes, decided_by, decided_name,"
        " decided_at) values ($1, 'stina', 0, true, 'x', 'stina', 'S', $2)"
    )
    with pytest.raises(asyncpg.CheckViolationError):
        await database.run(statement, number, NOW)


async def test_of_two_proposals_the_second_is_made_anew(plans: Plans) -> None:
    one = await plans.propose(south(), "one", OLGA, NOW)
    other = await plans.propose(south("together"), "other", OLGA, NOW)
    await plans.decide(one, STINA, "§ 1", NOW, approved=True)
    with pytest.raises(Stale):
        await plans.decide(other, STINA, "§ 1", NOW, approved=True)
    await plans.decide(other, STINA, "§ 1", NOW, approved=False)
    with pytest.raises(Unprocessable, match="Nothing in it differs"):
        await plans.propose(south(), "again", OLGA, NOW)


async def test_a_circle_in_the_overall_plan_or_with_local_work_is_refused_by_name(plans: Plans) -> None:
    round_ = changed(south(), f"{SOUTH}.mobilise", after=(Link(f"{SOUTH}.go-live"),))
    with pytest.raises(Circular, match="Mobilisering"):
        await plans.propose(round_, "wrong", OLGA, NOW)
    await decided(plans, south())
    wrong = Item(
        "b.x",
        "activity",
        "Vårt",
        days=3,
        after=(Link(f"{SOUTH}.g5"),),
        before=(Link(f"{SOUTH}.g4"),),
        organisation=BORAS,
    )
    with pytest.raises(Circular, match="Vårt"):
        await plans.keep([wrong], KIM, "", NOW)
    assert await plans.work() == []


async def test_a_local_plan_hangs_on_central_milestones_and_is_its_organisations_to_write(plans: Plans) -> None:
    """F219."""
    await decided(plans, south())
    mine = local(BORAS, SOUTH, south())
    assert {link.code for one in mine for link in one.before if link.code.startswith("south")} >= {f"{SOUTH}.g4"}
    with pytest.raises(Lacking):
        await plans.keep(mine, STINA, "", NOW)
    await plans.keep(mine, KIM, "from the pattern", NOW)
    with pytest.raises(Lacking):
        await plans.keep([Item("r.x", "activity", "Deras", days=1, organisation=REGION)], KIM, "", NOW)
    with pytest.raises(Lacking):
        await plans.keep([replace(mine[0], organisation=CARDIOLOGY)], KIM, "", NOW)
    await plans.keep([Item("h.x", "activity", "Hemsjukvårdens", days=1, organisation=HOME_CARE)], KIM, "", NOW)
    picture = await plans.picture(NOW)
    go_live = picture.times[f"{SOUTH}.go-live"].finish
    late = replace(mine[4], days=300)
    await plans.keep([late], KIM, "the printers are late", NOW)
    moved = await plans.picture(NOW)
    assert moved.times[f"{SOUTH}.go-live"].finish > go_live
    assert moved.times[late.code].is_critical


async def test_what_is_wrong_is_said_of_each_and_nothing_is_half_stored(plans: Plans) -> None:
    await decided(plans, south())
    good = Item("b.good", "activity", "Bra", days=3, organisation=BORAS)
    for wrong in (
        Item("b.w", "activity", " ", days=3, organisation=BORAS),
        Item("b.w", "activity", "Dagar", days=-1, organisation=BORAS),
        Item("b.w", "activity", "Länk", days=1, after=(Link("nowhere"),), organisation=BORAS),
        Item("b.w", "activity", "Del", days=1, part_of="nowhere", organisation=BORAS),
        Item("b.w", "go-live", "Vår start", organisation=BORAS),
        Item("b.w", "milestone", "Dagar", days=3, organisation=BORAS),
        Item(f"{SOUTH}.g1", "activity", "Upptagen", days=3, organisation=BORAS),
    ):
        with pytest.raises(Unprocessable) as found:
            await plans.keep([good, wrong], KIM, "", NOW)
        assert set(found.value.by_path) == {wrong.code}, wrong
    assert await plans.work() == []


async def test_what_was_said_of_progress_moves_the_days(plans: Plans) -> None:
    await decided(plans, south())
    await plans.keep([Item("b.x", "activity", "Vårt", days=3, organisation=BORAS)], KIM, "", NOW)
    with pytest.raises(Lacking):
        await plans.say("b.x", Progress(begun=TODAY), STINA, NOW)
    with pytest.raises(Unprocessable) as wrong:
        await plans.say("b.x", Progress(begun=TODAY, finished=TODAY + timedelta(days=3)), KIM, NOW)
    assert set(wrong.value.by_path) == {"finished"}
    await plans.say("b.x", Progress(begun=TODAY), KIM, NOW)
    later = await plans.picture(NOW + timedelta(days=9))
    assert later.times["b.x"].finish == TODAY + timedelta(days=9), "not finished: today at the earliest"
    await plans.say("b.x", Progress(TODAY, TODAY + timedelta(days=4)), KIM, NOW + timedelta(days=9))
    assert (await plans.picture(NOW + timedelta(days=9))).times["b.x"].finish == TODAY + timedelta(days=4)
    with pytest.raises(Lacking):
        await plans.say(f"{SOUTH}.freeze", Progress(finished=TODAY), KIM, NOW)
    with pytest.raises(Conflict, match="by its decision"):
        await plans.say(f"{SOUTH}.g1", Progress(finished=TODAY), OLGA, NOW)
    with pytest.raises(Absent):
        await plans.say("nowhere", Progress(), KIM, NOW)


async def test_from_the_freeze_on_a_change_is_refused_or_reopens_its_gateway(plans: Plans) -> None:
    """F230: the freeze guards the build that will go live."""
    await decided(plans, changed(south(), f"{SOUTH}.freeze", due=TODAY), "frozen already")
    assert frozen((await plans.picture(NOW)).items.values(), TODAY) == {SOUTH}
    mine = Item("b.x", "activity", "Vårt", days=3, before=(Link(f"{SOUTH}.g5"),), organisation=BORAS)
    with pytest.raises(Conflict, match="frozen"):
        await plans.keep([mine], KIM, "", NOW)
    await plans.keep([replace(mine, before=())], KIM, "hangs on nothing that is frozen", NOW)
    more = changed(changed(south(), f"{SOUTH}.freeze", due=TODAY), f"{SOUTH}.training", days=70)
    with pytest.raises(Conflict, match="frozen") as wrong:
        await plans.propose(more, "more", OLGA, NOW)
    assert wrong.value.by_path.keys() == {f"{SOUTH}.training"}
    await decided(plans, more, "more", reopens=True)
    current = await plans.in_force()
    assert current is not None
    assert current.reopens


async def test_a_delivery_is_started_paused_taken_up_and_stopped_by_decision(plans: Plans) -> None:
    """F233."""
    await decided(plans, south())
    with pytest.raises(Lacking):
        await plans.set_state(SOUTH, "running", OLGA, "begins", "§ 1", NOW)
    with pytest.raises(Conflict):
        await plans.set_state(SOUTH, "paused", STINA, "why", "§ 1", NOW)
    for said in ("running", "paused", "running"):
        await plans.set_state(SOUTH, said, STINA, "why", "§ 1", NOW)  # type: ignore[arg-type] # a word of the test
    assert (await plans.picture(NOW)).state(SOUTH) == "running"
    await plans.set_state("", "running", STINA, "all", "§ 2", NOW)
    await plans.set_state("", "paused", STINA, "all rest", "§ 2", NOW)
    assert (await plans.picture(NOW)).state(SOUTH) == "paused", "with the whole programme"
    with pytest.raises(Absent):
        await plans.set_state("west-delivery", "running", STINA, "why", "§ 1", NOW)
    with pytest.raises(Unprocessable) as wrong:
        await plans.set_state(SOUTH, "paused", STINA, "", "", NOW)
    assert set(wrong.value.by_path) == {"reason", "minutes"}


async def test_the_forecast_waits_while_a_delivery_is_paused(plans: Plans) -> None:
    """F233: what was begun stands still for as long, and no longer; a pause of the whole programme counts once."""
    await decided(plans, south())
    await plans.set_state(SOUTH, "running", STINA, "begins", "§ 1", NOW)
    begun, goal = f"{SOUTH}.mobilise", f"{SOUTH}.go-live"
    await plans.say(begun, Progress(TODAY), OLGA, NOW)
    promised = (await plans.picture(NOW)).times[goal].finish

    async def late(days: int) -> tuple[int, int]:
        picture = await plans.picture(NOW + timedelta(days=days))
        return (picture.times[goal].finish - promised).days, picture.waited.get(begun, 0)

    assert await late(10) == (0, 0)
    await plans.set_state(SOUTH, "paused", STINA, "tests fail", "§ 2", NOW + timedelta(days=10))
    assert [await late(days) for days in (10, 17, 24)] == [(0, 0), (7, 7), (14, 14)]
    await plans.set_state("", "running", STINA, "all", "§ 3", NOW + timedelta(days=20))
    await plans.set_state("", "paused", STINA, "all rest", "§ 4", NOW + timedelta(days=20))
    assert await late(24) == (14, 14), "paused twice over, it stands still once"
    await plans.set_state("", "running", STINA, "all go on", "§ 5", NOW + timedelta(days=24))
    await plans.set_state(SOUTH, "running", STINA, "tests pass", "§ 5", NOW + timedelta(days=24))
    assert await late(30) == (14, 14), "the pause is over, and what it took is not forgotten"
    await plans.say(begun, Progress(TODAY, TODAY + timedelta(days=30)), OLGA, NOW + timedelta(days=30))
    assert await late(30) == (0, 0), "what is finished waited for nothing"


async def test_what_was_reckoned_is_kept_until_something_is_added(plans: Plans, county: Database) -> None:
    await decided(plans, south())
    first = await plans.picture(NOW)
    assert await Plans(county).picture(NOW) is first
    assert await plans.picture(NOW + timedelta(days=1)) is not first, "another day"
    await plans.keep([Item("b.x", "activity", "Vårt", "", 3, organisation=BORAS)], KIM, "", NOW)
    assert "b.x" in (await plans.picture(NOW)).times
    await plans.say("b.x", Progress(TODAY), KIM, NOW)
    assert (await plans.picture(NOW)).progress["b.x"].begun == TODAY
    await plans.set_state(SOUTH, "running", STINA, "begins", "§ 1", NOW)
    assert (await plans.picture(NOW)).state(SOUTH) == "running"
    number = await decided(plans, changed(south(), f"{SOUTH}.design", days=74))
    assert (await plans.picture(NOW)).version == await plans.version(number)
    told = await plans.differences(await plans.version(number), NOW)
    assert await plans.differences(await plans.version(number), NOW) is told
    await plans.take_away("b.x", KIM, "gone", NOW)
    assert "b.x" not in (await plans.picture(NOW)).times


async def test_what_is_taken_away_is_kept_in_the_history(plans: Plans, database: Database) -> None:
    await decided(plans, south())
    await plans.keep([Item("b.p", "package", "Paket", organisation=BORAS),
                      Item("b.x", "activity", "Vårt", "b.p", 3, organisation=BORAS)], KIM, "", NOW)  # fmt: skip
    with pytest.raises(Conflict, match="has parts"):
        await plans.take_away("b.p", KIM, "gone", NOW)
    with pytest.raises(Lacking):
        await plans.take_away("b.x", STINA, "gone", NOW)
    await plans.take_away("b.x", KIM, "gone", NOW)
    assert [one.code for one in await plans.work()] == ["b.p"]
    assert len(await database.all("select 1 from programme.work where code = 'b.x'")) == 2
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.run("update programme.work set active = true")
    with pytest.raises(Absent):
        await plans.take_away("b.x", KIM, "gone", NOW)


def test_the_differences_say_whom_a_change_hits() -> None:
    """F217: by whose own work moves."""
    before = south()
    after = [one for one in changed(before, f"{SOUTH}.design", days=74) if one.code != f"{SOUTH}.local-plans"]
    after = changed(after, f"{SOUTH}.g3", after=(Link(f"{SOUTH}.configure"),))
    work = [
        Item("late", "activity", "Efter", days=5, after=(Link(f"{SOUTH}.g2"),), organisation=BORAS),
        Item("early", "activity", "Före", days=5, before=(Link(f"{SOUTH}.g1"),), organisation=CARDIOLOGY),
        Item("loose", "activity", "Hänger", days=5, before=(Link(f"{SOUTH}.local-plans"),), organisation=HOME_CARE),
    ]
    found = between(before, after, Picture(None, tuple(work), {}, {}, TODAY, {}))
    assert [(one.organisation, one.moved, one.days, one.loose) for one in found.hits] == [
        (BORAS, 1, 14, 0),
        (HOME_CARE, 0, 0, 1),
    ]
    assert [(code, (now - then).days) for code, then, now in found.go_lives] == [(f"{SOUTH}.go-live", 14)]  # type: ignore[operator] # both are there
    by_code = {one.item.code: one for one in found.changes}
    assert by_code[f"{SOUTH}.design"].fields == ("days",)
    assert by_code[f"{SOUTH}.local-plans"].after is None
    assert by_code[f"{SOUTH}.g2"].fields == ()
    assert by_code[f"{SOUTH}.g2"].moves == 14
    assert f"{SOUTH}.inventory" not in by_code
    assert found.deliveries == {SOUTH}


async def test_who_takes_part_is_the_offices_to_write(mandates: Mandates, county: Database) -> None:
    """F4, F225: municipalities with what they have called off."""
    parts = Participants(county)
    with pytest.raises(Lacking):
        await parts.keep([Participant(BORAS, "south", "municipality")], KIM, NOW)
    await parts.keep(
        [Participant(BORAS, "south", "municipality", ("option-1",)), Participant(REGION, "south", "administration")],
        OLGA,
        NOW,
    )
    await parts.keep([Participant(BORAS, "west", "municipality", ("option-1", "option-2"))], OLGA, NOW)
    assert (await parts.all())[BORAS] == Participant(BORAS, "west", "municipality", ("option-1", "option-2"))
    with pytest.raises(Unprocessable) as wrong:
        await parts.keep([Participant("nobody", "moon", "club", ("option-9",))], OLGA, NOW)  # type: ignore[arg-type] # wrong on purpose
    assert set(wrong.value.by_path) == {"organisation", "area", "kind", "options"}
    await parts.keep([Participant(REGION, "south", "administration", active=False)], OLGA, NOW)
    assert set(await parts.all()) == {BORAS}


async def test_pioneers_are_units_of_the_organisation_that_the_office_chooses(
    mandates: Mandates, county: Database
) -> None:
    """F231: they start before the rest of their area."""
    parts = Participants(county)
    await parts.keep([Participant(BORAS, "south", "municipality", pioneers=(HOME_CARE,))], OLGA, NOW)
    assert (await parts.all())[BORAS].pioneers == (HOME_CARE,)
    assert await parts.pioneers() == {HOME_CARE: "south"}
    with pytest.raises(Unprocessable) as wrong:
        await parts.keep([Participant(BORAS, "south", "municipality", pioneers=(CARDIOLOGY,))], OLGA, NOW)
    assert set(wrong.value.by_path) == {"pioneers"}
    await parts.keep([Participant(BORAS, "west", "municipality")], OLGA, NOW)
    assert await parts.pioneers() == {}
