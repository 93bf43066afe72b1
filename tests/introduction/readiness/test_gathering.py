"""Status only from evidence: what each check finds, when it counts, and what makes it missing (F216; decision 45)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from tests.introduction.programme.conftest import NOW, somebody
from tests.record import world
from tests.support.switching import wanted
from varda.access.people import People
from varda.catalogue import Catalogue, Declaration, Proposal
from varda.introduction import training
from varda.introduction.programme import Mandates
from varda.introduction.readiness import (
    SOURCES,
    Attestations,
    Board,
    Concerns,
    Found,
    Gathering,
    Kept,
    Matrices,
    Register,
    Seal,
    Source,
    Tile,
    Trials,
    World,
    in_effect,
)
from varda.introduction.readiness import gathering as module
from varda.introduction.training import Learning
from varda.kernel.db import Database
from varda.kernel.errors import Conflict, Lacking, Refused, Unprocessable

pytestmark = pytest.mark.anyio

BUILD, NEXT = "0.1.0+one", "0.1.0+two"
SEAL = Seal(b"s" * 32)
RITA, SVEN = somebody("rita", "change-rights", "switch-functions"), somebody("sven", "change-rights")


@dataclass
class Ward:
    """The county's readiness, gathered by hand at a time of one's own."""

    database: Database
    build: str = BUILD
    now: datetime = NOW
    catalogue: Catalogue = field(init=False)

    def __post_init__(self) -> None:
        self.catalogue = Catalogue(self.database)

    async def gather(self, *codes: str, sources: Mapping[str, Source] = SOURCES) -> Mapping[str, int]:
        found = await self.gathering.gather(
            codes or [one for one in SOURCES if one not in ("synthetic", "text")], self.now, sources
        )
        assert not found.failed or sources is not SOURCES, found.failed
        return found.changed

    @property
    def gathering(self) -> Gathering:
        return Gathering(self.database, self.catalogue, SEAL, self.build)

    async def tile(self, check: str, place: str = world.CARDIOLOGY) -> Tile:
        board = Board(self.database)
        found = (await board.units(self.now))[place] if place else await board.county(self.now)
        return next(one for one in found if one.check.code == check)

    async def how(self, check: str, place: str = world.CARDIOLOGY) -> tuple[str, str]:
        found = await self.tile(check, place)
        return found.state, found.why

    async def who(self, check: str, place: str = world.CARDIOLOGY) -> list[tuple[str, str]]:
        newest = await Kept(self.database, SEAL).newest(place)
        return [(one.why, one.who) for row in newest if row.check == check for one in row.detail]

    def later(self, **much: float) -> None:
        self.now += timedelta(**much)
        self.catalogue.forget()


@pytest.fixture
async def ward(county: Database) -> Ward:
    return Ward(county)


async def test_everything_is_missing_until_it_is_gathered_and_then_said_by_evidence(ward: Ward) -> None:
    assert await Board(ward.database).units(ward.now) == {}
    assert {one.state for one in await Board(ward.database).county(ward.now)} == {"missing"}
    await ward.gather()
    assert await ward.how("rights") == ("met", "")
    assert await ward.how("functions") == ("met", "")
    assert await ward.how("concerns") == ("met", "")
    assert await ward.how("evidence", "") == ("met", "")
    assert await ward.how("training") == ("unmet", "")
    assert await ward.how("coaches") == ("unmet", "")
    assert await ward.how("smoke") == ("unmet", "")
    assert await ward.how("paper") == ("missing", "never")
    assert await ward.who("training") == [("course", "SE9999999999-astrid")]


async def test_what_is_the_same_is_not_written_again_and_does_not_grow_old(ward: Ward) -> None:
    assert (await ward.gather("rights"))["rights"] == 3
    since = (await ward.tile("rights")).since
    ward.later(minutes=4)
    assert (await ward.gather("rights"))["rights"] == 0
    ward.later(minutes=4)
    found = await ward.tile("rights")
    assert (found.state, found.since, found.at) == ("met", since, ward.now - timedelta(minutes=4))
    assert len(await Kept(ward.database, SEAL).history("rights", world.CARDIOLOGY)) == 1


async def test_evidence_grows_old_and_is_missing(ward: Ward) -> None:
    await ward.gather("rights")
    ward.later(minutes=5, seconds=1)
    assert await ward.how("rights") == ("missing", "old")


async def test_a_clock_that_jumps_back_makes_evidence_missing_and_due(ward: Ward) -> None:
    await ward.gather()
    assert "rights" not in await ward.gathering.due(ward.now + timedelta(seconds=5))
    ward.later(hours=-2)
    assert await ward.how("rights") == ("missing", "clock")
    assert "rights" in await ward.gathering.due(ward.now)


async def test_a_right_that_is_taken_away_is_noticed_and_an_agreed_matrix_settles_it(ward: Ward) -> None:
    """F274: the matrix is agreed by two persons, and what differs from it is told by role and person."""
    await ward.gather("rights")
    wanted = Proposal("physician", ("F19", "sign"), False, "mistaken", ward.now)
    number = await ward.catalogue.propose(wanted, RITA, ward.now)
    await ward.catalogue.decide(number, SVEN, ward.now, approved=True)
    ward.later(seconds=30)
    assert "rights" in await ward.gathering.due(ward.now)
    await ward.gather("rights")
    assert await ward.how("rights") == ("unmet", "")
    assert await ward.who("rights") == [("matrix", "SE9999999999-astrid")]
    assert await ward.how("rights", world.HOME_CARE) == ("met", "")
    matrices = Matrices(ward.database)
    effective = in_effect((await ward.catalogue.in_force(ward.now)).changes, ward.now)
    await matrices.propose(effective, "that is how it shall be", RITA, ward.now)
    [proposed] = await matrices.all()
    with pytest.raises(Refused):
        await matrices.confirm(proposed.number, RITA, ward.now)
    await ward.gather("rights")
    assert await ward.how("rights") == ("unmet", "")
    await matrices.confirm(proposed.number, SVEN, ward.now)
    await ward.gather("rights")
    assert await ward.how("rights") == ("met", "")


async def test_who_has_no_role_or_no_licence_is_named(ward: Ward) -> None:
    await ward.database.run("delete from access.licence where practitioner = 'bo'")
    await ward.database.run("update access.assignment set role = 'astrologer' where practitioner = 'cia'")
    await ward.gather("rights")
    assert await ward.who("rights", world.SURGERY) == [("licence", "SE9999999999-bo")]
    assert await ward.who("rights", world.HOME_CARE) == [("no-role", "SE9999999999-cia")]
    assert await ward.how("rights", world.CARDIOLOGY) == ("met", "")


async def test_a_stopped_function_is_noticed_where_its_roles_work(ward: Ward) -> None:
    """F245: a unit whose roles work with what is stopped is not ready."""
    await ward.gather("rights", "functions")
    await ward.catalogue.switch(wanted("F45", "", "stopped", ward.now), RITA, ward.now)
    ward.later(seconds=15)
    await ward.gather("functions")
    assert await ward.how("functions") == ("unmet", "")
    assert await ward.who("functions") == [("function-stopped", "F45")]


async def test_training_is_met_by_finished_courses_alone(ward: Ward) -> None:
    learning = Learning(ward.database, ward.catalogue, BUILD)
    for code in ("introduction", "base-physician"):
        course = training.shipped()[code]
        for step in course.steps:
            await learning.step_done("SE9999999999-astrid", course, step, ward.now)
    await ward.gather("rights", "training")
    assert await ward.how("training") == ("met", "")
    assert await ward.how("training", world.HOME_CARE) == ("unmet", "")


async def test_a_trial_is_ones_own_of_each_assignment_and_of_the_candidate(ward: Ward) -> None:
    """Each assignment is tried by its person on the build that is judged; a row put in beside the program is none."""
    await ward.gather()
    candidates = await Register(ward.database).all()
    assert candidates.now is not None
    trials = Trials(ward.database, SEAL)
    for one in await People(ward.database).sessions("SE9999999999-astrid", ward.now):
        if one.unit == world.CARDIOLOGY:
            await trials.keep(one, candidates.now.number, {"list": True, "F19 sign": True}, ward.now)
        else:
            await trials.keep(one, candidates.now.number, {"list": True, "F19 sign": False}, ward.now)
    await ward.gather("smoke")
    assert await ward.how("smoke") == ("met", "")
    assert ("trial", "SE9999999999-astrid") in await ward.who("smoke", world.SURGERY)
    await ward.database.run(
        "insert into readiness.trial (person, assignment, unit, role, candidate, steps, passed, at, mark)"
        " select 'SE9999999999-cia', 'cia-homecare', $1, 'nurse', candidate, steps, true, at, mark"
        " from readiness.trial where passed",
        world.HOME_CARE,
    )
    await ward.gather("smoke")
    assert await ward.how("smoke", world.HOME_CARE) == ("unmet", "")
    ward.build = NEXT
    await ward.gather("smoke")
    assert await ward.how("smoke") == ("unmet", ""), "another build, and nobody said what it touches"


async def test_a_concern_stops_its_organisation_until_somebody_who_may_has_answered(
    ward: Ward, mandates: Mandates
) -> None:
    concerns = Concerns(ward.database)
    number = await concerns.raise_(world.REGION, "The training was too thin.", ("SE-1", "Union"), ward.now)
    await ward.gather("rights", "concerns")
    assert await ward.how("concerns", world.SURGERY) == ("unmet", "")
    assert await ward.how("concerns", world.HOME_CARE) == ("met", "")
    with pytest.raises(Lacking):
        await concerns.answer(number, "No.", ("somebody", "Somebody"), ward.now)
    with pytest.raises(Unprocessable):
        await concerns.answer(number, "  ", ("olga", "Olga"), ward.now)
    await concerns.answer(number, "Two more days, planned in week 12.", ("olga", "Olga"), ward.now)
    with pytest.raises(Conflict):
        await concerns.answer(number, "Again.", ("olga", "Olga"), ward.now)
    await ward.gather("concerns")
    assert await ward.how("concerns", world.SURGERY) == ("met", "")


async def test_evidence_that_is_put_in_beside_the_program_counts_for_nothing(ward: Ward) -> None:
    """Evidence of a forged build: whoever writes to the database has not the installation's key."""
    await ward.gather()
    await ward.database.run(
        'insert into readiness.evidence ("check", place, candidate, is_met, lacking, of, detail, at, mark)'
        " select \"check\", place, candidate, true, 0, of, '[]', at, mark from readiness.evidence"
        " where \"check\" = 'training' and place = $1",
        world.CARDIOLOGY,
    )
    await ward.database.run(
        "update readiness.standing set is_met = true, lacking = 0, evidence = (select max(evidence) from"
        " readiness.evidence) where \"check\" = 'training' and place = $1",
        world.CARDIOLOGY,
    )
    assert await ward.how("training") == ("met", ""), "until the next gathering looks"
    ward.later(seconds=30)
    await ward.gather("evidence")
    assert await ward.how("training") == ("missing", "forged")
    assert await ward.how("evidence", "") == ("unmet", "")
    await ward.gather("training")
    assert await ward.how("training") == ("unmet", "")
    await ward.gather("evidence")
    assert await ward.how("evidence", "") == ("met", "")


async def test_the_application_can_take_back_or_change_no_evidence(ward: Ward) -> None:
    await ward.gather("rights")
    for statement in ("delete from readiness.evidence", "update readiness.evidence set is_met = true"):
        with pytest.raises(Exception, match="permission denied"):
            await ward.database.run(statement)


async def test_a_check_that_hangs_or_fails_is_told_and_keeps_no_other(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST", timedelta(milliseconds=50))

    async def hangs(_: World) -> Sequence[Found]:
        await asyncio.sleep(30)
        raise AssertionError("never reached")

    await ward.gather()
    found = await ward.gathering.gather(["rights", "functions"], ward.now, {**SOURCES, "rights": hangs})
    assert list(found.failed) == ["rights"]
    assert list(found.changed) == ["functions"]
    assert await ward.how("rights") == ("met", ""), "what was found before counts until it is old"
    ward.later(minutes=6)
    await ward.gather("functions")
    assert await ward.how("rights") == ("missing", "failed")


async def test_another_build_makes_all_missing_and_what_is_declared_is_carried(ward: Ward) -> None:
    """Evidence of another build counts only where the change was declared not to touch it, and says so."""
    said = Attestations(ward.database, Kept(ward.database, SEAL))
    await ward.gather()
    one = (await Register(ward.database).all()).now
    assert one is not None
    await said.say("paper", world.CARDIOLOGY, "In the red binder.", ("a", "A"), ward.now, is_met=True)
    [waiting] = await said.at(world.CARDIOLOGY)
    assert await ward.how("paper") == ("missing", "never")
    with pytest.raises(Refused):
        await said.confirm(waiting.number, one.number, ("a", "A"), ward.now)
    await said.confirm(waiting.number, one.number, ("b", "B"), ward.now)
    assert await ward.how("paper") == ("met", "")

    await Register(ward.database).declare(NEXT, ["F19"], "Two words of the note's page", RITA, ward.now)
    ward.build = NEXT
    await Register(ward.database).settle(NEXT, await ward.catalogue.in_force(ward.now), ward.now)
    assert await ward.how("rights") == ("missing", "build"), "about everything"
    found = await ward.tile("paper")
    assert (found.state, found.is_carried) == ("met", True)
    await ward.gather()
    assert await ward.how("rights") == ("met", "")

    ward.build = "0.1.0+three"  # of which nothing was said
    await ward.gather()
    assert await ward.how("paper") == ("missing", "build")
    ward.build = BUILD  # what was tried on it counts again
    await ward.gather()
    found = await ward.tile("paper")
    assert (found.state, found.is_carried) == ("met", False)
    with pytest.raises(Conflict):
        await Register(ward.database).declare(BUILD, [], "late", RITA, ward.now)


async def test_another_configuration_is_another_candidate_and_touches_what_it_changes(ward: Ward) -> None:
    await ward.gather()
    before = (await Register(ward.database).all()).now
    number = await ward.catalogue.propose(Proposal("nurse", ("F28", "sign"), True, "tried", ward.now), RITA, ward.now)
    await ward.catalogue.decide(number, SVEN, ward.now, approved=True)
    ward.later(seconds=3)
    await ward.gather("rights")
    after = (await Register(ward.database).all()).now
    assert before is not None
    assert after is not None
    assert after.configuration != before.configuration
    assert after.touches == {"F28"}
    wanted = Declaration("gateway-criteria", "g1", {"version": 9, "criteria": []}, ward.now, "own")
    number = await ward.catalogue.declarations.propose(wanted, RITA, ward.now, "change-rights")
    await ward.catalogue.declarations.decide(number, "gateway-criteria", SVEN, ward.now, "change-rights", approved=True)
    ward.later(seconds=3)
    await ward.gather("rights")
    newest = (await Register(ward.database).all()).now
    assert newest is not None
    assert newest.touches == frozenset(), "criteria of a gateway touch no function"
    assert newest.configuration != after.configuration


async def test_a_unit_where_nobody_works_any_more_is_not_asked(ward: Ward) -> None:
    await ward.gather()
    await ward.database.run("update access.assignment set closes = $1 where practitioner = 'cia'", ward.now)
    ward.later(minutes=1)
    await ward.gather()
    assert world.HOME_CARE not in await Board(ward.database).units(ward.now)
    overview = await Board(ward.database).overview("", ward.now)
    assert overview.whole.units == 2
    assert [one.organisation.hsa for one in overview.parts] == [world.REGION]
    assert dict(overview.whole.missing) == {"paper": 2, "migration-reviewed": 2, "synthetic": 2}
    assert overview.whole.blocking[0] == ("coaches", 2)
