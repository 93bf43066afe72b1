"""What an import lost is noticed, and made good by nothing but an import that brought it (F216)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.introduction.programme.conftest import NOW
from tests.introduction.readiness.test_gathering import Ward
from varda.introduction.readiness import Board
from varda.kernel.db import Database
from varda.record import imports

pytestmark = pytest.mark.anyio


@pytest.fixture
async def ward(county: Database) -> Ward:
    return Ward(county)


async def run(
    ward: Ward, name: str, minutes: int, *, lost: int = 0, rejected: int = 0, files: str = "a.ndjson"
) -> None:
    """An import that was over at that minute: two patients, the first of whom lacks something."""
    found: dict[str, Any] = {
        "files": [files], "rejected": rejected, "patients": {"p1": {}, "p2": {}},
        "differences": {"p1": -lost} if lost else {},
    }  # fmt: skip
    await imports.note(ward.database, name, imports.RECKONING, NOW + timedelta(minutes=minutes), found)


async def how(ward: Ward) -> tuple[str, list[str], list[tuple[str, str]]]:
    """The county's tile, why, and how many patients and items are told."""
    await ward.gather("migration")
    found = await ward.tile("migration", "")
    newest = await ward.gathering._kept.newest("")
    details = [one for row in newest if row.check == "migration" for one in row.detail]
    return found.state, [one.why for one in details], [(one.values["patients"], one.values["items"]) for one in details]


async def test_without_an_import_nothing_is_said(ward: Ward) -> None:
    """F216: nothing brought is not the same as all brought."""
    await ward.gather("migration")
    assert "migration" not in [one.check.code for one in await Board(ward.database).county(ward.now)]


async def test_what_was_lost_is_noticed_until_a_later_import_brings_it(ward: Ward) -> None:
    """F216: by patient, though not told of whom."""
    await run(ward, "one", 0)
    assert await how(ward) == ("met", [], [])
    await run(ward, "two", 1, lost=3, rejected=2)
    assert await how(ward) == ("unmet", ["import-differs"], [("1", "2")])
    await run(ward, "three", 2, files="b.ndjson")
    assert await how(ward) == ("unmet", ["import-differs"], [("0", "2")]), "the rejected ones were of other files"
    await run(ward, "four", 3)
    assert await how(ward) == ("met", [], [])
    await run(ward, "five", 4, lost=1)
    assert (await how(ward))[0] == "unmet", "what was whole once may be lost by another import"


async def test_an_import_that_was_broken_off_is_not_over(ward: Ward) -> None:
    """F216: half a migration is none."""
    await imports.note(ward.database, "one", "a.ndjson:100", NOW, {"source": {"p1": 3}, "stored": {"p1": 3}})
    assert (await how(ward))[:2] == ("unmet", ["import-open"])
    await run(ward, "one", 1)
    assert (await how(ward))[0] == "met"
