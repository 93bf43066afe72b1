"""Decisions with what was weighed and how it stood; forums and what was taken on; reminders of reports."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests.introduction.programme.conftest import NOW, OLGA, somebody, to
from tests.record.world import BORAS, REGION
from varda.introduction.office import Decisions, Forums, Reminders, Risks, Wanted, decisions, forums
from varda.introduction.programme import Mandates, Participant, Participants, Plans
from varda.introduction.programme.reports import RHYTHM, Reports, period
from varda.introduction.programme.template import overall
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Lacking, Unprocessable

STINA, KIM, MONA, DAN = somebody("stina"), somebody("kim"), somebody("mona"), somebody("dan")
TODAY = NOW.date()
PILOTS = decisions.Wanted(
    "Pionjärer först", "steering-group", TODAY, "Två enheter startar först", "§ 7",
    (decisions.Alternative("Alla", "Fort", "Farligt", 3), decisions.Alternative("Pionjärer", "Tryggt", "", 8)),
    (decisions.Dissent("Bo Ek", "Det tar för lång tid"),), gateway="south-delivery.g5",
)  # fmt: skip
NOTE = forums.Wanted(
    "municipalities", TODAY, ("programme-office", "training-lead"), "Salarna räcker inte.",
    (forums.Taken("Inventera salar", "kim", TODAY + timedelta(days=7)),),
)  # fmt: skip


@pytest.fixture
async def office(mandates: Mandates, county: Database) -> Database:
    for who, role, where in (
        ("stina", "steering-group", ""),
        ("kim", "project-lead", BORAS),
        ("mona", "municipal-project", ""),
    ):
        await mandates.give(to(who, role, where), OLGA, NOW)
    await Participants(county).keep([Participant(BORAS, "south", "municipality", ("option-1",))], OLGA, NOW)
    plans = Plans(county)
    number = await plans.propose(overall({"south": TODAY}, TODAY), "första", OLGA, NOW)
    await plans.decide(number, STINA, "§ 1", NOW, approved=True)
    await plans.set_state("south-delivery", "running", STINA, "Nu börjar vi", "§ 2", NOW)
    return county


async def test_a_decision_keeps_what_was_weighed_and_the_state_as_it_was_measured(office: Database) -> None:
    """F232: alternatives with what speaks for and against them, and points."""
    risk = Wanted("risk", "Korten", 5, 5, "kim", "", TODAY + timedelta(days=30))
    await Risks(office).raised(BORAS, risk, KIM, NOW)
    kept = Decisions(office)
    number = await kept.write(PILOTS, STINA, NOW)
    await Risks(office).raised(BORAS, risk, KIM, NOW)
    found = await kept.one(number)
    assert (found.alternatives, found.dissent) == (PILOTS.alternatives, PILOTS.dissent)
    state = found.measured
    assert (state.risks, state.grave, state.reports_missing, state.reports_of) == (1, 1, 1, 1), "as it was then"
    assert list(state.gateways.values()) == [[]]
    ((title, days),) = state.go_lives.items()
    assert title.endswith("Driftstart")
    assert date.fromisoformat(days[0]) == date.fromisoformat(days[1])
    follower = await kept.write(replace(PILOTS, follows=number, risk=1, plan=1, gateway=""), OLGA, NOW)
    assert ((await kept.one(follower)).follows, (await kept.one(follower)).risk) == (number, 1)


async def test_everything_that_was_decided_stands_in_one_list_and_once(office: Database) -> None:
    kept = Decisions(office)
    await kept.write(PILOTS, STINA, NOW)
    assert sorted((one.kind, one.minutes) for one in await kept.all()) == [
        ("decision", "§ 7"), ("plan", "§ 1"), ("state", "§ 2"),
    ]  # fmt: skip
    assert len(await office.all("select 1 from office.decision")) == 1, "the others stand where they stood"


async def test_a_decision_is_written_by_its_body_and_is_about_something_that_is_there(office: Database) -> None:
    kept = Decisions(office)
    for by, body in ((KIM, "steering-group"), (MONA, "steering-group"), (STINA, "municipal-project")):
        with pytest.raises(Lacking):
            await kept.write(replace(PILOTS, body=body), by, NOW)
    for wanted, where in (
        (replace(PILOTS, title=""), "title"), (replace(PILOTS, decided=" "), "decided"),
        (replace(PILOTS, minutes=""), "minutes"), (replace(PILOTS, taken_on=TODAY + timedelta(days=1)), "taken_on"),
        (replace(PILOTS, taken_on=None), "taken_on"), (replace(PILOTS, body="nobody"), "body"),
        (replace(PILOTS, alternatives=(decisions.Alternative(""),)), "alternatives"),
        (replace(PILOTS, alternatives=(decisions.Alternative("x", points=11),)), "alternatives"),
        (replace(PILOTS, dissent=(decisions.Dissent("Bo", ""),)), "dissent"), (replace(PILOTS, plan=9), "plan"),
        (replace(PILOTS, follows=9), "follows"), (replace(PILOTS, risk=9), "risk"),
        (replace(PILOTS, gateway="south-delivery.g9"), "gateway"),
    ):  # fmt: skip
        with pytest.raises(Unprocessable) as wrong:
            await kept.write(wanted, OLGA, NOW)
        assert set(wrong.value.by_path) == {where}
    with pytest.raises(Absent):
        await kept.one(1)


async def test_a_forum_s_note_names_roles_and_its_actions_wait_until_they_are_ended(office: Database) -> None:
    """F225."""
    kept = Forums(office)
    number = await kept.write(NOTE, MONA, NOW)
    (action,) = await kept.actions()
    assert (action.owner_name, action.forum, action.is_done) == ("Kim", "municipalities", None)
    with pytest.raises(Lacking):
        await kept.end(action.action, "Klart", DAN, NOW, is_done=True)
    with pytest.raises(Unprocessable):
        await kept.end(action.action, "", KIM, NOW, is_done=False)
    await kept.end(action.action, "", KIM, NOW, is_done=True)
    with pytest.raises(Conflict):
        await kept.end(action.action, "Igen", MONA, NOW, is_done=True)
    assert await kept.actions() == []
    assert [one.is_done for one in await kept.actions([number])] == [True]
    assert [one.roles for one in await kept.notes("municipalities")] == [NOTE.roles]
    assert await kept.notes("technology") == []
    with pytest.raises(Absent):
        await kept.end(99, "x", OLGA, NOW, is_done=True)


async def test_every_action_of_a_note_in_sight_is_there_and_older_notes_follow(office: Database) -> None:
    """F225: a thousand actions push none of the newest away."""
    kept, (taken,) = Forums(office), NOTE.actions
    five = [replace(taken, words=f"Åtgärd {nth}", due=TODAY + timedelta(days=nth)) for nth in range(5)]
    numbers = [await kept.write(replace(NOTE, actions=five), MONA, NOW) for _ in range(62)]
    notes = await kept.notes()
    assert [one.note for one in notes] == numbers[::-1][: forums.PAGE + 1], "one more tells that there are older ones"
    assert len(await kept.actions([*numbers])) == 62 * 5
    assert [one.words for one in await kept.actions([numbers[-1]])] == [one.words for one in five]
    older = await kept.notes(before=notes[forums.PAGE - 1].note)
    assert older[0].note == notes[forums.PAGE].note
    assert [one.note for one in await kept.notes("municipalities", numbers[3])] == numbers[2::-1]
    assert len(await kept.actions()) == forums.MOST + 1, "one more tells that the list is cut"


async def test_a_note_is_kept_whole_or_not_at_all(office: Database) -> None:
    kept, (taken,) = Forums(office), NOTE.actions
    with pytest.raises(Lacking):
        await kept.write(NOTE, KIM, NOW)
    for wanted, where in (
        (replace(NOTE, forum="pub"), "forum"), (replace(NOTE, held_on=TODAY + timedelta(days=1)), "held_on"),
        (replace(NOTE, roles=()), "roles"), (replace(NOTE, roles=("king",)), "roles"),
        (replace(NOTE, points=" "), "points"),
        (replace(NOTE, actions=(taken, replace(taken, owner="dan"))), "actions"),
        (replace(NOTE, actions=(replace(taken, due=None),)), "actions"),
    ):  # fmt: skip
        with pytest.raises(Unprocessable) as wrong:
            await kept.write(wanted, OLGA, NOW)
        assert set(wrong.value.by_path) == {where}
    assert await kept.notes() == []


async def test_whoever_sends_the_report_is_told_and_the_office_sees_whom(office: Database) -> None:
    """F254."""
    reminders, reports, start = Reminders(office), Reports(office), period(TODAY)
    early, late = NOW, NOW + timedelta(days=10)
    assert [(TODAY - start).days, RHYTHM.days] == [0, 14]
    assert await reminders.of("kim", "Kim", early) == [], "there is time"
    (due,) = await reminders.of("kim", "Kim", late)
    assert (due.organisation, due.days, due.is_overdue) == (BORAS, 3, False)
    assert await reminders.of("kim", "Kim", late + timedelta(hours=1)), "as long as it is due"
    assert [(one.name, one.told_at) for one in await reminders.told(start)] == [("Kim", late)], (
        "when it first stood there"
    )
    for other in ("dan", "stina", "olga"):
        assert await reminders.of(other, other, late) == []
    await reports.send(BORAS, {"training": "going"}, {}, KIM, late)
    assert await reminders.due(late) == []
    missed = NOW + 2 * RHYTHM + timedelta(days=2)
    (overdue,) = await reminders.of("kim", "Kim", missed)
    assert (overdue.period, overdue.days, overdue.is_overdue) == (start + RHYTHM, -3, True)
    assert [one.is_overdue for one in await reminders.told(start + RHYTHM)] == [True]
    await reports.send(BORAS, {"training": "done"}, {}, KIM, missed)
    assert await reminders.due(missed) == [], "whoever reports now is done with what is past"


async def test_nothing_is_overdue_from_before_anybody_reported(office: Database) -> None:
    assert await Reminders(office).due(NOW + 3 * RHYTHM) == []
    assert REGION not in {one.organisation for one in await Reminders(office).due(NOW + timedelta(days=13))}


async def test_who_has_begun_to_take_part_owes_nothing_of_the_time_before(office: Database) -> None:
    """F254: nor does one that left and came back."""
    reports, part = Reports(office), Participant(REGION, "south", "administration")
    await reports.send(BORAS, {"training": "going"}, {}, KIM, NOW)

    async def overdue(now: datetime) -> set[str]:
        return {one.organisation for one in await Reminders(office).due(now) if one.is_overdue}

    joined = NOW + 2 * RHYTHM
    await Participants(office).keep([part], OLGA, joined)
    assert await overdue(joined) == {BORAS}
    assert await overdue(joined + RHYTHM) == {BORAS, REGION}, "it has been there for a period"
    await Participants(office).keep([replace(part, active=False)], OLGA, joined + RHYTHM)
    back = joined + 3 * RHYTHM - timedelta(days=3)
    await Participants(office).keep([part], OLGA, back)
    assert await overdue(back + timedelta(days=4)) == {BORAS}, "it came too late to be reminded in time"
    assert await overdue(back + RHYTHM + timedelta(days=4)) == {BORAS, REGION}
