"""The demo's programme: whole, the same for a seed, and as large as a county's (F214, F224)."""

from tests.introduction.programme.conftest import NOW
from varda.audit import Journal
from varda.introduction import effects, office
from varda.introduction.effects import invented as followed
from varda.introduction.office import invented as kept
from varda.introduction.programme import AREAS, LOCAL, Mandates, Participants, Plans, critical
from varda.introduction.programme.invented import fill
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door
from varda.region import fill as filling


async def test_the_invented_programme_is_as_large_as_a_county_s_and_filled_once(database: Database) -> None:
    journal = Journal(database, SetClock(NOW), "0.1.0+test")
    await journal.start()
    await filling.fill_known(Door(database, journal, SetClock(NOW)), filling.Shared(1, NOW), {})
    await journal.stop()
    assert await fill(database, NOW) > 1000
    assert await fill(database, NOW) == 0, "it is there"

    taking_part = (await Participants(database).all()).values()
    assert len([one for one in taking_part if one.kind == "municipality"]) == 49
    assert {one.area for one in taking_part} == AREAS.keys()
    assert all("option-1" in one.options for one in taking_part if one.kind == "municipality")

    picture = await Plans(database).picture(NOW)
    assert {one.organisation for one in picture.work} > {one.organisation for one in taking_part}
    assert (picture.state("south-delivery"), picture.state("north-delivery")) == ("running", "planned")
    goals = [one for one in picture.items.values() if one.kind == "go-live"]
    assert len(goals) == 4
    assert critical(picture.items.values(), picture.times)
    assert len([one for one in picture.progress.values() if one.finished]) > 100
    versions = await Plans(database).versions()
    assert [one.approved for one in versions] == [None, True, True]

    held = await Mandates(database).in_force(NOW)
    assert {one.role.code for one in held} >= set(LOCAL)
    assert max(len([1 for other in held if other.person == one.person]) for one in held) > 1, (
        "several roles, one person"
    )

    assert await kept.fill(database, NOW) > 30
    assert await kept.fill(database, NOW) == 0, "it is there"
    risks = await office.Risks(database).all()
    assert {one.level for one in risks} == {"local", "joint", "programme"}
    assert {mark for one in risks for mark in one.marks(NOW.date())} == {"overdue", "old"}

    assert await followed.fill(database, NOW) > 100
    assert await followed.fill(database, NOW) == 0, "it is there"
    outcomes = await effects.Outcomes(database).outcomes()
    assert None in {one.value for one in outcomes}, "fewer than five"
    assert {one.state for one in await effects.Fan(database).milestones()} == {"planned", "reached"}

    documents = await office.Documents(database).all()
    assert [one.in_force(NOW.date()) is None for one in documents].count(True) == 1, "one waits"
    assert {one.kind for one in await office.Decisions(database).all()} == {"decision", "plan", "state", "gateway"}
    assert len(await office.Forums(database).actions()) == 4
