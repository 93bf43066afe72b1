"""Being counted is everybody's own choice, in one browser, and nobody is named (F264)."""

import httpx

from tests.web.conftest import SignIn
from varda.introduction.experience import FEWEST
from varda.kernel.db import Database

DONE = {"task": "note-signed", "actions": 3, "fields": 1, "seconds": 42}


async def test_only_who_has_asked_is_counted_and_the_unit_sees_no_names(
    astrid: httpx.AsyncClient, database: Database
) -> None:
    page = (await astrid.get("/experience")).text
    assert "Du räknas inte." in page
    assert "data-counted" not in page
    for _ in range(FEWEST):
        assert (await astrid.post("/experience/done", json=DONE)).status_code == 204
    assert await database.all("select * from introduction.effort") == []

    await astrid.post("/experience", data={"counted": "yes"})
    for _ in range(FEWEST):
        assert (await astrid.post("/experience/done", json=DONE)).status_code == 204
    page = (await astrid.get("/experience")).text
    assert "data-counted" in page
    assert "3 handgrepp</strong>, nio gånger av tio högst 3" in page
    assert "45 sekunder" in page
    assert "Mätt färre än 10 gånger" in page, "the other tasks"

    await astrid.post("/experience", data={"counted": "no"})
    await astrid.post("/experience/done", json=DONE)
    (row,) = await database.all("select * from introduction.effort")
    assert row["times"] == FEWEST
    (spent,) = await database.all("select people, days, seconds from introduction.effort_quarter")
    assert tuple(spent) == (1, 1, FEWEST * 45), "one person on one day, who is not named"
    assert set(row.keys()) == {"unit", "task", "week", "actions", "fields", "seconds", "times"}


async def test_the_next_user_of_the_browser_is_not_counted(astrid: httpx.AsyncClient, signed_in: SignIn) -> None:
    await astrid.post("/experience", data={"counted": "yes"})
    kept = astrid.cookies["varda_counted"]
    other = await signed_in("bo", "nurse")
    other.cookies.set("varda_counted", kept)
    assert "Du räknas inte." in (await other.get("/experience")).text


async def test_what_is_no_count_is_refused(astrid: httpx.AsyncClient) -> None:
    for wrong in ({"task": "sleep"}, [], DONE | {"actions": "many"}):
        answer = await astrid.post("/experience/done", json=wrong)
        assert answer.status_code == 400
    assert (await astrid.post("/experience/done", content=b"[" * 100_000)).status_code == 400
