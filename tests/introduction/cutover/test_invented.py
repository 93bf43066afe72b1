"""The demo has a cut-over on its way, a rehearsal behind it, and a register of what was tested."""

from datetime import timedelta

import pytest

from tests.introduction.programme.conftest import NOW
from tests.introduction.readiness.test_gathering import SEAL, Ward
from varda.introduction.cutover import Books
from varda.introduction.cutover.invented import fill
from varda.introduction.readiness import Register
from varda.introduction.testruns import TestRuns
from varda.kernel.db import Database

pytestmark = pytest.mark.anyio


async def test_it_is_filled_once_by_the_verbs_that_people_use(books: Books, county: Database) -> None:
    now = NOW + timedelta(days=30)
    ward = Ward(county, now=now)
    await ward.gather()
    known = (await Register(county).all()).now
    assert known is not None
    candidate = (known.build, known.configuration)
    assert await fill(county, SEAL, candidate, now) == 2
    assert await fill(county, SEAL, candidate, now) == 0
    start, rehearsal = await books.all()
    assert (start.kind, start.is_open, rehearsal.kind, rehearsal.is_done) == ("start", True, "rehearsal", True)
    course = await books.course(start.number, now)
    assert course.steps["move"].state == "running"
    assert course.late
    runs = {one.kind: one for one in reversed(await TestRuns(county, SEAL).all())}
    assert all(one.counts for one in runs.values())
    assert set(runs) == {"regression", "load", "stability", "rehearsal"}
    await ward.gather("rehearsed")
    assert await ward.how("rehearsed", "") == ("met", "")
