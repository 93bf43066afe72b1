"""Copied units: everybody practises on their own patients, on a Monday at 08.00, and begins anew in seconds."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.introduction.training.solutions import SOLUTIONS, TEAMS
from tests.support.door import BUILD, opened_door
from varda.access.people import People
from varda.access.session import Session
from varda.introduction import training
from varda.introduction.practice import OWN_TEAM, Ground, Post, Seat, Word
from varda.introduction.practice.ground import JOB
from varda.introduction.practice.lives import SEED, Kind, monday
from varda.introduction.training import Exercise, Judgement
from varda.kernel.clock import STOCKHOLM, SetClock, WallClock
from varda.kernel.errors import Absent, Conflict, Malformed, Refused
from varda.record import Door, Owner, Wish
from varda.region import DEMO_PEOPLE, fill
from varda.region.terms import lists

pytestmark = pytest.mark.anyio

COURSE = training.shipped()["base-nurse"]
NURSE = Word(
    kind="come", build=BUILD, person="SE9999999999-N1", name="Nora Ny", role="nurse", title="sjuksköterska",
    unit_kind="ward",
    licences=("sjuksköterska",), course="base-nurse",
)  # fmt: skip
OTHER = Word(
    kind="come", build=BUILD, person="SE9999999999-N2", name="Olle Ovan", role="physician", unit_kind="ward",
    course="base-physician",
)  # fmt: skip


@pytest.fixture
async def door(database_url: str) -> AsyncIterator[Door]:
    """A door whose sessions may live at another time, on a county with units and known people."""
    async with opened_door(database_url) as plain:
        moved = Door(plain.database, plain.journal, WallClock(moves=True))
        await fill.fill_known(moved, fill.Shared(SEED, monday(plain.clock.now())), {})
        yield moved


@pytest.fixture
async def ground(door: Door, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """A ground where a ward has two patients: the least that tells them apart."""
    told = monday(door.clock.now())
    monkeypatch.setattr("varda.introduction.practice.lives.kinds", lambda _: [Kind("ward", (35, 131), told)])
    ground = Ground(door)
    assert await ground.prepare(door.clock.now())
    assert not await ground.prepare(door.clock.now())
    return ground


async def signed_in(door: Door, seat: Seat) -> Session:
    return await People(door.database).session(seat.person, seat.assignment, door.clock.now())


async def reads(door: Door, session: Session, patient: str) -> str:
    async with door.opened(session, "care") as record:
        return str((await record.read("Patient", patient)).id)


async def test_each_learner_has_patients_of_their_own_and_reaches_nobody_elses(door: Door, ground: Ground) -> None:
    mine, theirs = await ground.come(NURSE, COURSE), await ground.come(OTHER, COURSE)
    assert mine.unit != theirs.unit
    assert set(mine.patients) == {"p1", "p2", "maj", "majbritt"}
    nora, olle = await signed_in(door, mine), await signed_in(door, theirs)
    for patient in mine.patients.values():
        assert await reads(door, nora, patient) == patient
        with pytest.raises(Absent):
            await reads(door, olle, patient)
    async with door.opened(nora, "care") as record:
        found = await record.search("Patient", [])
        assert {one.id for one in found.matches} == set(mine.patients.values())


async def test_the_ward_says_monday_eight_whenever_somebody_comes(door: Door, ground: Ground) -> None:
    nora = await signed_in(door, await ground.come(NURSE, COURSE))
    async with door.opened(nora, "care") as record:
        here = record.now.astimezone(STOCKHOLM)
        assert (here.weekday(), here.hour) == (0, 8)
        at_work = await record.search("Encounter", [("status", "in-progress")])
        assert at_work.matches
    assert abs(door.clock.now() + nora.ahead - monday(door.clock.now())) < timedelta(minutes=5)


async def test_monday_is_at_eight_also_after_the_clocks_were_put_back(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened in summer time (23 October 2026), come to after its end (26 October), and gone on with over the change."""
    summer, winter = datetime(2026, 10, 23, 10, tzinfo=UTC), datetime(2026, 10, 26, 15, tzinfo=UTC)
    told = monday(summer)
    monkeypatch.setattr("varda.introduction.practice.lives.kinds", lambda _: [Kind("ward", (35, 131), told)])
    clock = SetClock(summer)
    ground = Ground(there := Door(door.database, door.journal, clock))
    assert await ground.prepare(summer)
    before = await signed_in(there, await ground.come(OTHER, COURSE))
    clock.instant = winter
    for session, hours in ((before, 77), (await signed_in(there, await ground.come(NURSE, COURSE)), 0)):
        async with there.opened(session, "care") as record:
            here = record.now.astimezone(STOCKHOLM)
            assert here - told.astimezone(STOCKHOLM) == timedelta(hours=hours), "an hour is an hour where one goes on"


async def test_no_clock_moves_where_the_wall_s_does_not(door: Door, ground: Ground) -> None:
    nora = await signed_in(door, await ground.come(NURSE, COURSE))
    assert nora.ahead
    there = Door(door.database, door.journal, WallClock())
    async with there.opened(nora, "care") as record:
        assert abs(record.now - there.clock.now()) < timedelta(seconds=5)


async def test_whoever_comes_back_goes_on_and_whoever_begins_anew_has_a_fresh_unit(door: Door, ground: Ground) -> None:
    first = await ground.come(NURSE, COURSE)
    assert (await ground.come(NURSE, COURSE)).copy == first.copy
    fresh = await ground.anew(first, await signed_in(door, first), COURSE)
    assert fresh.copy != first.copy
    assert set(fresh.patients.values()).isdisjoint(first.patients.values())
    with pytest.raises(Absent):
        await signed_in(door, first)
    assert (await signed_in(door, fresh)).unit == fresh.unit
    assert [one.copy for one in await ground.seats(fresh.person)] == [fresh.copy]


async def test_a_class_begins_anew_together_and_nobody_else_does(door: Door, ground: Ground) -> None:
    for _ in range(2):
        await ground.make("ward", unit_class="A")
    mine = [await ground.come(_in_class(word, "A"), COURSE) for word in (NURSE, OTHER)]
    apart = await ground.come(replace(NURSE, person="SE9999999999-N3"), COURSE)
    assert await ground.reset("A") == 2
    for seat in mine:
        with pytest.raises(Absent):
            await signed_in(door, seat)
    assert (await signed_in(door, apart)).unit == apart.unit
    assert await ground.reset(None) == 1


async def test_a_team_shares_one_unit_and_one_member_does_not_begin_it_anew(door: Door, ground: Ground) -> None:
    await ground.make("ward", unit_class="Team", is_shared=True)
    nora, olle = _in_class(NURSE, "Team"), _in_class(OTHER, "Team")
    first, second = await ground.come(nora, COURSE), await ground.come(olle, COURSE)
    assert first.unit == second.unit
    patient = first.patients["p1"]
    assert await reads(door, await signed_in(door, second), patient) == patient
    with pytest.raises(Conflict, match="leads the class"):
        await ground.anew(first, await signed_in(door, first), COURSE)
    assert await ground.reset("Team") == 1
    again = [await ground.come(word, COURSE) for word in (nora, olle)]
    assert again[0].unit == again[1].unit != first.unit


async def test_a_spare_unit_is_taken_first(ground: Ground) -> None:
    number = await ground.make("ward")
    assert [(one.kind, one.spare, one.all) for one in await ground.stock()] == [("ward", 1, 1)]
    assert (await ground.come(NURSE, COURSE)).copy == number
    assert [(one.kind, one.spare, one.all) for one in await ground.stock()] == [("ward", 0, 1)]


async def test_what_is_no_kind_and_no_role_is_said(ground: Ground) -> None:
    assert await ground.seats(DEMO_PEOPLE[0].hsa) == []
    with pytest.raises(Malformed, match="no kind of unit 'ship'"):
        await ground.come(replace(NURSE, unit_kind="ship"), COURSE)
    with pytest.raises(Malformed, match="no role"):
        await ground.come(replace(NURSE, role="pirate"), COURSE)


def _in_class(word: Word, unit_class: str) -> Word:
    return replace(word, unit_class=unit_class)


async def test_an_exercise_is_begun_done_and_right_and_the_wrong_patient_fails_it(door: Door, ground: Ground) -> None:
    seat = await ground.come(NURSE, COURSE)
    exercise = next(one for one in COURSE.exercises if one.code == "vitals-exercise")
    nora = await signed_in(door, seat)
    _, solving = SOLUTIONS["base-nurse", "vitals-exercise"]
    with pytest.raises(Refused, match="Begin the exercise first"):
        await judged(ground, seat, exercise)
    async with door.opened(nora, "care") as record:
        await solving(record, seat.patients)
    await ground.begin(seat, exercise.code, door.clock.now(nora.ahead))
    assert not (await judged(ground, seat, exercise)).is_passed  # what was done before does not count
    async with door.opened(nora, "care") as record:
        await solving(record, {"maj": seat.patients["p1"]})
    assert (await judged(ground, seat, exercise)).wrong == "p1"
    await ground.begin(seat, exercise.code, door.clock.now(nora.ahead))
    async with door.opened(nora, "care") as record:
        await solving(record, seat.patients)
    assert (await judged(ground, seat, exercise, actions=9, seconds=70)).is_passed
    kept = (await ground.attempts(seat))[exercise.code]
    assert (kept.passed is not None, kept.actions, kept.seconds) == (True, 9, 70)


async def judged(ground: Ground, seat: Seat, exercise: Exercise, actions: int = 0, seconds: int = 0) -> Judgement:
    return await ground.judge(seat, exercise, actions=actions, seconds=seconds)


async def test_a_team_of_a_real_unit_is_seated_together_in_one_moment_and_judged_together(
    door: Door, ground: Ground
) -> None:
    course = training.shipped()["team-admission"]
    exercise, solving = course.exercises[0], TEAMS["team-admission", "admission-exercise"]
    words = [
        replace(
            NURSE, person=f"SE9999999999-T{nth}", name=f"Lag {nth}", role=role, licences=(), course=course.code,
            unit_class=f"{OWN_TEAM}SE9999999999-ward",
        )
        for nth, role in enumerate(solving)
    ]  # fmt: skip
    words[2] = replace(words[2], licences=("läkare",))
    words[1] = replace(words[1], licences=("sjuksköterska",))
    async with door.opened(JOB, "import") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in lists()])
    coming = zip((ground, Ground(door), Ground(door), ground), [*words, words[0]], strict=True)
    seats = await asyncio.gather(*(where.come(word, course) for where, word in coming))
    assert len({seat.copy for seat in seats}) == 1
    assert {one.role for one in await ground.team(seats[0], exercise.code)} == set(solving)
    for seat, (role, deed) in zip(seats[:3], solving.items(), strict=True):
        session = await signed_in(door, seat)
        await ground.begin(seat, exercise.code, door.clock.now(session.ahead))
        assert not (await judged(ground, seat, exercise)).is_passed, role
        async with door.opened(session, "care") as record:
            await deed(record, seat.patients)
    for seat in seats[:3]:
        assert (await judged(ground, seat, exercise)).is_passed
    late = [replace(words[0], person=f"SE9999999999-T{nth}", role=role) for nth, role in ((8, "nurse"), (9, "midwife"))]
    for word in late:
        seat = await ground.come(word, course)
        await ground.begin(seat, exercise.code, door.clock.now((await signed_in(door, seat)).ahead))
        told = await judged(ground, seat, exercise)
        assert (told.lacks_own, told.is_passed) == (True, False)
        assert (await ground.attempts(seat))[exercise.code].passed is None
    fresh = await ground.anew(seats[0], await signed_in(door, seats[0]), course)
    assert (await ground.come(words[1], course)).copy == fresh.copy != seats[0].copy


async def test_who_presses_twice_is_seated_once_in_whichever_process(door: Door, ground: Ground) -> None:
    first, second = await asyncio.gather(*(one.come(NURSE, COURSE) for one in (ground, Ground(door))))
    assert first.copy == second.copy
    assert [(one.spare, one.all) for one in await ground.stock()] == [(0, 1)]


async def test_a_county_s_own_course_is_practised_as_its_files_were_laid_out(ground: Ground, tmp_path: Path) -> None:
    """What is laid out is known by its fingerprint, and is believed for no other (F208)."""
    home = Post(tmp_path, "home", BUILD)
    there = replace(home, side="training")
    files = training.files_of("base-nurse") | {"sv.md": training.files_of("base-nurse")["sv.md"] + "\nVårt eget.\n"}
    own = training.read("base-nurse", files)
    assert there.laid_out(own.version) == {}
    assert await ground.read("base-nurse", own.version, {}) is None
    home.lay_out(own.version, files)
    assert await ground.read("base-nurse", "0123456789ab", there.laid_out(own.version)) is None
    assert await ground.read("base-nurse", own.version, there.laid_out(own.version)) == own
    assert await ground.read("base-nurse", own.version, {}) == own
    assert await ground.read("base-nurse", COURSE.version, {}) == COURSE
    assert there.laid_out("../home") == {}
    seat = await ground.come(replace(NURSE, material=own.version), own)
    assert seat.material == own.version
    assert (await ground.come(NURSE, COURSE)).copy != seat.copy
