"""Tasks (F87): asked for, taken on, done, declined and handed on; nobody's task is lost, and nobody else sees it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.record import world
from varda.access import Session
from varda.access.people import People
from varda.care import overview, tasks
from varda.care.tasks import Wanted, is_overdue, task, turn
from varda.care.tasks.rules import WHEN, due, priority
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Malformed, Refused, Stale, Unprocessable
from varda.record import Door, Owner, Wish

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
async def dan(door: Door, database: Database) -> Session:
    """Nurse at cardiology, beside Astrid."""
    known = [world.person("dan", "Dan", "Alm", "sjuksköterska"), world.assignment("dan", "cardiology", "nurse")]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in known])
    return await People(database).session("SE9999999999-dan", "SE9999999999-dan-cardiology", NOW)


async def asked(door: Door, who: Session, what: str = "Ring dottern", **more: str) -> str:
    async with door.opened(who, "care") as record:
        return await tasks.make(record, "vera", Wanted(what, **more))


async def queue(door: Door, who: Session, *, is_whole: bool = False) -> tasks.Queue:
    async with door.opened(who, "care") as record:
        return await tasks.queue(record, is_whole=is_whole)


async def count(door: Door, who: Session) -> int:
    async with door.opened(who, "care") as record:
        return await tasks.waiting(record)


def names(some: list[tasks.Waiting]) -> list[str]:
    return [one.task.what for one in some]


async def test_a_task_goes_from_the_unit_to_who_takes_it_on_and_is_done(
    door: Door, astrid: Session, dan: Session
) -> None:
    id_ = await asked(door, astrid, why="Hon har frågat", when="hour")
    (waiting,) = (await queue(door, dan)).unclaimed
    assert (waiting.person.name, waiting.task.why, waiting.task.priority) == (
        "Vera Maria Åkesson",
        "Hon har frågat",
        "urgent",
    )
    assert waiting.task.due is not None
    assert waiting.task.due.at == NOW + timedelta(hours=1)
    assert (await count(door, dan), await count(door, astrid)) == (1, 1)
    async with door.opened(dan, "care") as record:
        await tasks.take_on(record, id_, 1)
    assert names((await queue(door, dan)).mine) == ["Ring dottern"]
    assert names((await queue(door, astrid, is_whole=True)).others) == ["Ring dottern"]
    assert (await count(door, dan), await count(door, astrid)) == (1, 0)
    async with door.opened(dan, "care") as record:
        done = await tasks.finish(record, id_, 2, "Dottern kommer kl 15.\nHon tar med kläder.")
    assert (done.phase, done.outcome) == ("done", "Dottern kommer kl 15.\nHon tar med kläder.")
    found = await queue(door, dan)
    assert not [*found.mine, *found.unclaimed, *found.others, *found.declined]
    async with door.opened(astrid, "care") as record:
        versions = await record.history("Task", id_)
    assert [one.resource["status"] for one in versions] == ["completed", "accepted", "requested"]


async def test_what_is_declined_goes_back_to_who_asked_and_can_be_asked_again(
    door: Door, astrid: Session, dan: Session
) -> None:
    id_ = await asked(door, astrid)
    with pytest.raises(Unprocessable) as wrong:
        async with door.opened(dan, "care") as record:
            await tasks.decline(record, id_, 1, " ")
    assert [one.path for one in wrong.value.problems] == ["text"]
    async with door.opened(dan, "care") as record:
        await tasks.decline(record, id_, 1, "Hinner inte före ronden")
    (back,) = (await queue(door, astrid)).declined
    assert back.task.remark == "Hinner inte före ronden"
    assert names((await queue(door, dan, is_whole=True)).others) == ["Ring dottern"], (
        "the unit sees that it is not done"
    )
    assert (await count(door, astrid), await count(door, dan)) == (1, 0)
    async with door.opened(astrid, "care") as record:
        await tasks.ask_again(record, id_, 2)
    assert names((await queue(door, dan)).unclaimed) == ["Ring dottern"]


async def test_what_is_asked_again_has_its_time_anew_and_no_old_remark(
    door: Door, clock: SetClock, astrid: Session, dan: Session
) -> None:
    id_ = await asked(door, astrid, when="hour")
    async with door.opened(dan, "care") as record:
        await tasks.decline(record, id_, 1, "Hinner inte")
    clock.instant += timedelta(minutes=20)
    async with door.opened(astrid, "care") as record:
        early = await tasks.ask_again(record, id_, 2)
    assert early.due is not None
    assert (early.due.at, early.remark) == (NOW + timedelta(hours=1), ""), "a time ahead stands"
    async with door.opened(dan, "care") as record:
        await tasks.decline(record, id_, 3, "Hinner inte nu heller")
    clock.instant += timedelta(hours=3)
    async with door.opened(astrid, "care") as record:
        late = await tasks.ask_again(record, id_, 4)
    assert late.due is not None
    assert late.due.at == clock.instant + timedelta(hours=1)
    assert not is_overdue(late, clock.instant)
    assert late.remark == ""


async def test_a_post_without_a_person_takes_no_form_down(door: Door, astrid: Session) -> None:
    """PractitionerRole.practitioner is 0..1, and may name somebody without a reference."""
    empty, named = (world.assignment(name, "cardiology", "nurse") for name in ("empty", "named"))
    del empty["practitioner"]
    named["practitioner"] = {"display": "Vikarie"}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in (empty, named)])
    async with door.opened(astrid, "care") as record:
        assert [one.shown for one in await tasks.colleagues(record)] == ["Astrid Lund, Physician"]


async def test_it_is_handed_to_a_colleague_or_back_to_the_unit_and_to_nobody_elsewhere(
    door: Door, astrid: Session, dan: Session
) -> None:
    id_ = await asked(door, astrid, owner=astrid.practitioner)
    async with door.opened(astrid, "care") as record:
        assert [one.shown for one in await tasks.colleagues(record)] == ["Dan Alm, Nurse", "Astrid Lund, Physician"]
        await tasks.forward(record, id_, 1, to=dan.practitioner, remark="Du känner henne")
    (waiting,) = (await queue(door, dan)).mine
    assert waiting.task.remark == "Du känner henne"
    with pytest.raises(Unprocessable):
        async with door.opened(dan, "care") as record:
            await tasks.forward(record, id_, 2, to="Practitioner/bo")
    async with door.opened(dan, "care") as record:
        await tasks.forward(record, id_, 2)
    assert names((await queue(door, astrid)).unclaimed) == ["Ring dottern"]


async def test_two_who_take_the_same_task_do_not_both_have_it(door: Door, astrid: Session, dan: Session) -> None:
    id_ = await asked(door, astrid)
    async with door.opened(dan, "care") as record:
        await tasks.take_on(record, id_, 1)
    with pytest.raises(Stale):
        async with door.opened(astrid, "care") as record:
            await tasks.take_on(record, id_, 1)
    async with door.opened(dan, "care") as record:
        await tasks.finish(record, id_, 2)
    with pytest.raises(Conflict):
        async with door.opened(astrid, "care") as record:
            await tasks.finish(record, id_, 3)


async def test_only_who_asked_withdraws(door: Door, astrid: Session, dan: Session) -> None:
    id_ = await asked(door, astrid)
    with pytest.raises(Refused):
        async with door.opened(dan, "care") as record:
            await tasks.end(record, id_, 1)
    async with door.opened(astrid, "care") as record:
        assert (await tasks.end(record, id_, 1)).phase == "over"
    with pytest.raises(Conflict):
        async with door.opened(astrid, "care") as record:
            await tasks.ask_again(record, id_, 2)


async def test_other_units_neither_see_nor_touch_it(door: Door, astrid: Session, bo: Session, cia: Session) -> None:
    """A1, A3 (PDL 4:1): nothing in lists, counts or errors."""
    id_ = await asked(door, astrid)
    for who in (bo, cia):
        found = await queue(door, who, is_whole=True)
        assert not [*found.mine, *found.unclaimed, *found.others, *found.declined]
        assert await count(door, who) == 0
        with pytest.raises(Absent):
            async with door.opened(who, "care") as record:
                await tasks.take_on(record, id_, 1)
        with pytest.raises(Refused):
            await asked(door, who)


async def test_a_role_without_the_right_makes_and_ends_none(door: Door, astrid: Session) -> None:
    """A2: paramedics have no tasks in the catalogue."""
    id_ = await asked(door, astrid)
    paramedic = replace(astrid, role="paramedic")
    with pytest.raises(Refused):
        await asked(door, paramedic)
    with pytest.raises(Absent):
        async with door.opened(paramedic, "care") as record:
            await tasks.finish(record, id_, 1)


@pytest.mark.parametrize(
    ("what", "more", "field"),
    [(" ", {}, "what"), ("x" * 2001, {}, "what"), ("Ring", {"why": "x" * 2001}, "why"),
     ("Ring", {"when": "then"}, "when"), ("Ring", {"owner": "Practitioner/nobody"}, "owner")],
)  # fmt: skip
async def test_what_cannot_be_right_is_said_at_its_field(
    door: Door, astrid: Session, what: str, more: dict[str, str], field: str
) -> None:
    with pytest.raises(Unprocessable) as wrong:
        await asked(door, astrid, what, **more)
    assert [one.path for one in wrong.value.problems] == [field]


def test_days_end_at_midnight_in_sweden_and_urgency_follows_the_time() -> None:
    assert due("now", NOW) == NOW + timedelta(minutes=15)
    assert due("today", NOW) == datetime(2026, 3, 1, 22, 59, tzinfo=UTC)
    assert due("today", datetime(2026, 3, 1, 23, 30, tzinfo=UTC)) == datetime(2026, 3, 2, 22, 59, tzinfo=UTC)
    assert due("", NOW) is None
    assert [priority(one) for one in WHEN] == ["stat", "urgent", "routine", "routine", "routine", "routine"]


def test_the_queue_goes_by_time_then_urgency_then_as_it_was_asked() -> None:
    def made(what: str, end: str = "", **more: object) -> tasks.Task:
        period = {"restriction": {"period": {"end": end}}} if end else {}
        return task({"resourceType": "Task", "status": "requested", "description": what} | period | more)

    later, soon = made("later", "2026-03-01T14:00:00Z"), made("soon", "2026-03-01T12:15:00Z")
    urgent, old, new = (
        made("urgent", priority="urgent"),
        made("old", authoredOn="2026-02-01"),
        made("new", authoredOn="2026-02-02"),
    )
    ordered = sorted([new, old, later, urgent, soon], key=turn)
    assert [one.what for one in ordered] == ["soon", "later", "urgent", "old", "new"]
    assert not is_overdue(soon, NOW)
    assert is_overdue(soon, NOW + timedelta(minutes=15))
    assert not is_overdue(old, NOW)


async def test_the_task_that_a_high_score_is_stands_in_the_queue_of_the_unit(
    door: Door, astrid: Session, dan: Session
) -> None:
    from varda.care.vitals import keep

    said = {"breathing": "26", "saturation": "91", "systolic": "88", "diastolic": "50", "pulse": "132",
            "temperature": "39,2", "level": "V"}  # fmt: skip
    async with door.opened(dan, "care") as record:
        await keep(record, "vera", said)
    (waiting,) = (await queue(door, astrid)).unclaimed
    assert waiting.task.priority == "stat"
    assert waiting.task.what.startswith("NEWS2")
    assert waiting.task.focus.startswith("Observation/")
    assert is_overdue(waiting.task, NOW + timedelta(minutes=16))


async def test_the_oldest_and_the_urgent_stay_where_there_are_more_than_a_list_holds(
    door: Door, clock: SetClock, astrid: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is cut without a word."""
    monkeypatch.setattr("varda.care.tasks.queries.MOST", 2)
    for what, when in [("Äldst", ""), ("Näst äldst", ""), ("Ny", ""), ("Ny och bråttom", "now")]:
        await asked(door, astrid, what, when=when)
        clock.instant += timedelta(minutes=1)
    found = await queue(door, astrid)
    assert names(found.unclaimed) == ["Ny och bråttom", "Äldst", "Näst äldst"]
    assert found.is_cut
    monkeypatch.setattr("varda.care.tasks.queries.MOST", 4)
    found = await queue(door, astrid)
    assert (len(found.unclaimed), found.is_cut) == (4, False)


async def test_the_log_names_nobody_of_another_units_list(door: Door, database: Database, astrid: Session) -> None:
    """A task of another unit that is read in the chart is no line of the inbox, and nobody is logged for it."""
    theirs = {"resourceType": "Task", "id": "theirs", "status": "requested", "intent": "order", "description": "Där",
              "for": {"reference": "Patient/vera"}, "owner": {"reference": "Organization/cardiology"}}  # fmt: skip
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", theirs, owner=Owner(world.SURGERY, world.REGION))])
    async with door.opened(astrid, "care") as record:
        await record.choose("vera", reason="Remiss", all_units=True)
    async with door.opened(astrid, "care") as record:
        assert (await record.read("Task", "theirs")).id == "theirs"
        found = await tasks.queue(record, is_whole=True)
    assert not [*found.mine, *found.unclaimed, *found.others, *found.declined]
    assert await count(door, astrid) == 0
    rows = await database.all("select patients from audit.event where action = 'search' order by at, place")
    assert rows
    assert not any(row["patients"] for row in rows)


async def test_an_open_task_does_not_disappear_from_the_chart_behind_those_that_are_done(
    door: Door, clock: SetClock, astrid: Session
) -> None:
    old = await asked(door, astrid, "Gammal men öppen")
    for _ in range(3):
        clock.instant += timedelta(minutes=1)
        done = await asked(door, astrid, "Gjord")
        async with door.opened(astrid, "care") as record:
            await tasks.finish(record, done, 1)
    async with door.opened(astrid, "care") as record:
        found = await overview.chart(record, "vera", {"Task": 2})
        whole = await overview.chart(record, "vera", {"Task": 20})
    assert [one.id for one in found.tasks if one.is_open] == [old]
    assert found.has_more_tasks
    assert (len(whole.tasks), whole.has_more_tasks) == (4, False)


async def test_a_number_about_a_patient_is_no_number_about_nobody(door: Door, astrid: Session) -> None:
    """What is not logged never names a patient (PDL 4:3)."""
    await asked(door, astrid)
    with pytest.raises(Malformed):
        async with door.opened(astrid, "care") as record:
            await record.count("Task", [("patient", "vera")])
