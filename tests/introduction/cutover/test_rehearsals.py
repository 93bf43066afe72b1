"""A dress rehearsal is the run-book itself, and what came of it stands in the register by itself (F229)."""

import pytest

from tests.introduction.cutover.conftest import HOUR, IDA, MINUTE, OVE, PIA, SOUTH, STARTS
from tests.introduction.cutover.test_going import driven
from tests.introduction.programme.conftest import NOW, OLGA
from tests.introduction.readiness.test_gathering import SEAL, Ward
from varda.introduction.cutover import Books, Course, Going, Template, Waves, end
from varda.introduction.testruns import TestRuns
from varda.kernel.db import Database
from varda.kernel.errors import Conflict, Lacking, Unprocessable

pytestmark = pytest.mark.anyio


async def done(books: Books, course: Course, county: Database, late: int = 0) -> Course:
    """A rehearsal that is driven to its end, the start so many minutes late."""
    number, now = course.book.number, STARTS + late * MINUTE
    going = Going(county, course, "first")
    for side, by in (("programme", PIA), ("operations", OVE)):
        await going.turn(side, "vi kör", by, now, passed=True)
    await books.say(number, "switch-first", "begun", IDA, now)
    await books.say(number, "switch-first", "ended", IDA, now + MINUTE)
    return await books.course(number, now + MINUTE)


async def test_it_runs_the_first_wave_and_its_result_lands_in_the_register(
    books: Books, template: Template, county: Database
) -> None:
    course = await driven(books, template, county, "rehearsal")
    assert {one.step.wave for one in course.steps.values()} == {"first"}
    course = await done(books, course, county)
    with pytest.raises(Lacking):
        await end(county, SEAL, course, "", IDA, STARTS + HOUR)
    assert await end(county, SEAL, course, "", OLGA, STARTS + HOUR)
    runs = TestRuns(county, SEAL)
    [run] = await runs.all()
    assert (run.kind, run.build, run.passed, run.total) == ("rehearsal", course.book.build, True, 5)
    assert run.counts
    log = (await runs.log(run.number))[1].decode()
    assert "switch-first (Ida)\n  planerat 2026-03-02 12:00 - 2026-03-02 12:15\n  verkligt 2026-03-02 12:00" in log
    assert await Waves(county).started((await Waves(county).units(course.book.number))[0].unit) is None
    with pytest.raises(Conflict, match="already"):
        await end(county, SEAL, course, "", OLGA, STARTS + HOUR)
    assert len(await runs.all()) == 1


async def test_a_late_start_a_fault_or_a_step_that_is_not_done_is_no_passed_rehearsal(
    books: Books, template: Template, county: Database
) -> None:
    late = await done(books, await driven(books, template, county, "rehearsal"), county, late=16)
    await end(county, SEAL, late, "", OLGA, STARTS + HOUR)
    broken = await driven(books, template, county, "rehearsal")
    await books.say(broken.book.number, "print", "fault", IDA, NOW + HOUR, note="Inget kommer ut")
    broken = await books.course(broken.book.number, NOW + HOUR)
    with pytest.raises(Unprocessable):
        await end(county, SEAL, broken, " ", OLGA, NOW + HOUR)
    assert not await end(county, SEAL, broken, "Skrivarna", OLGA, NOW + HOUR)
    second, first = await TestRuns(county, SEAL).all()
    assert (first.passed, first.summary) == (False, "switch-first")
    assert second.summary == "print; go-first; switch-first"
    assert "Inget kommer ut (Ida)" in (await TestRuns(county, SEAL).log(second.number))[1].decode()


async def test_a_real_run_book_leaves_nothing_in_the_register(
    books: Books, template: Template, county: Database
) -> None:
    number = await books.make(SOUTH, "start", STARTS, template, ("b", "c"), OLGA, NOW)
    await end(county, SEAL, await books.course(number, NOW), "ny plan", OLGA, NOW)
    assert await TestRuns(county, SEAL).all() == []


async def test_the_candidate_is_rehearsed_when_both_runs_are_there(
    books: Books, template: Template, county: Database
) -> None:
    from tests.introduction.testruns.test_register import junit
    from varda.introduction.testruns import Told, read

    ward = Ward(county)
    await ward.gather()
    assert await ward.how("rehearsed", "") == ("unmet", "")
    assert await ward.who("rehearsed", "") == [("no-run", "regression"), ("no-run", "rehearsal")]
    course = await done(books, await driven(books, template, county, "rehearsal"), county)
    await end(county, SEAL, course, "", OLGA, STARTS + HOUR)
    runs, now = TestRuns(county, SEAL), STARTS + HOUR
    await runs.add(Told("regression", ward.build, "", read(junit())), "ci", now)
    await ward.gather()
    assert await ward.who("rehearsed", "") == [("run-failed", "regression")]
    whole = junit('<testcase classname="a" name="one"/>', tests=1, failures=0)
    await runs.add(Told("regression", "0.1.0+other", "", read(whole)), "ci", now)
    await ward.gather()
    assert await ward.how("rehearsed", "") == ("unmet", ""), "another build's is not the candidate's"
    await runs.add(Told("regression", ward.build, "", read(whole + b" ")), "ci", now)
    await ward.gather()
    assert await ward.how("rehearsed", "") == ("met", "")
