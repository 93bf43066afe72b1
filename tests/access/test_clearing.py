"""What is good for nothing any more goes away by itself, and nothing else does."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.support.serving import door, wired
from varda.access.apps import App, Approval, Apps, Launch
from varda.access.clearing import cleared
from varda.access.guesses import Guesses
from varda.access.once import Once
from varda.access.session import Session
from varda.access.tickets import Tickets
from varda.cli import nightly, tidying
from varda.kernel.clock import SetClock
from varda.kernel.db import Database

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TABLES = ("ticket", "once", "launch", "assertion", "guess", "approval", "refresh")
WHO = Session(kind="staff", actor="P", name="Bo", assignment="A")


async def counts(database: Database) -> dict[str, int]:
    found = {table: (await database.one(f"select count(*) as n from access.{table}"))["n"] for table in TABLES}
    return {table: count for table, count in found.items() if count}


@pytest.fixture
async def apps(database: Database) -> Apps:
    apps = Apps(database)
    wish: dict[str, Any] = {"name": "a", "owner": "o", "purpose": "care", "scopes": "user/*.rs", "auth": "none"}
    await apps.registered(App(client="a", redirects=("https://a.example/",), **wish), NOW)
    return apps


async def asked(apps: Apps) -> str:
    wish = Approval(client="a", redirect="https://a.example/", scope="s", state="", challenge="c", nonce="")
    return await apps.asked(wish, NOW)


async def used(apps: Apps, browser: str) -> str:
    """An approval whose code has been used; its name."""
    code = await apps.approved(await asked(apps), WHO, patient="", encounter="", browser=browser, now=NOW)
    approval = await apps.of_code(code)
    assert approval is not None
    assert await apps.code_used(approval.approval, NOW)
    return approval.approval


async def test_what_was_never_taken_up_goes_when_it_is_too_late(database: Database, apps: Apps) -> None:
    await Tickets(database).made(WHO, kind="browser", now=NOW, lasts=HOUR)
    await Once(database).kept("code", {}, now=NOW, lasts=HOUR)
    await apps.launched("a", Launch("P", "vera", ""), NOW)
    await apps.assertion_used("a", "one", NOW + HOUR)
    await Guesses(database, SetClock(NOW), 30).count("sign-in", "10.0.0.1")
    await asked(apps)
    await apps.approved(await asked(apps), WHO, patient="", encounter="", browser="", now=NOW)
    everything = {"ticket": 1, "once": 1, "launch": 1, "assertion": 1, "guess": 1, "approval": 2}
    await cleared(database, NOW)
    assert await counts(database) == everything
    await cleared(database, NOW + 12 * MINUTE)  # the code that nobody came with, the launch, the guess
    assert await counts(database) == {"ticket": 1, "once": 1, "assertion": 1, "approval": 1}
    await cleared(database, NOW + HOUR)
    assert await counts(database) == {}


async def test_an_approval_stays_for_as_long_as_a_token_works_or_can_be_had(database: Database, apps: Apps) -> None:
    tickets = Tickets(database)
    browser = await tickets.made(WHO, kind="browser", now=NOW, lasts=12 * HOUR)
    without, online, offline = await used(apps, browser), await used(apps, browser), await used(apps, "")
    for approval in (without, online, offline):
        session = Session(kind="staff", actor="P", name="Bo", app="a", approval=approval)
        await tickets.made(session, kind="bearer", now=NOW, lasts=30 * MINUTE)
    await apps.refresh_made(online, NOW, NOW + 12 * HOUR)
    first = await apps.refresh_made(offline, NOW, NOW + 90 * DAY)
    await apps.refresh_used(first)
    await apps.refresh_made(offline, NOW, NOW + 90 * DAY)
    await cleared(database, NOW + 29 * MINUTE)
    assert await counts(database) == {"ticket": 4, "approval": 3, "refresh": 3}
    await cleared(database, NOW + 31 * MINUTE)
    assert await counts(database) == {"ticket": 1, "approval": 2, "refresh": 3}
    await tickets.ended(browser, kind="browser", now=NOW + HOUR)
    await cleared(database, NOW + HOUR)
    assert await counts(database) == {"approval": 1, "refresh": 2}
    assert await apps.refresh(first, NOW + 89 * DAY) is not None  # a second use is still seen for what it is
    await cleared(database, NOW + 90 * DAY)
    assert await counts(database) == {}


async def test_an_approval_that_was_revoked_goes_with_its_refresh_tokens(database: Database, apps: Apps) -> None:
    approval = await used(apps, "")
    await apps.refresh_made(approval, NOW, NOW + 90 * DAY)
    await apps.end(approval, NOW)
    await cleared(database, NOW + HOUR)
    assert await counts(database) == {}


async def test_the_running_server_does_it_by_itself(
    database_url: str, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "EVERY", 0.05)
    async with wired(database_url, tmp_path):
        for _ in range(2):
            await Once(database).kept("code", {}, now=NOW, lasts=HOUR)
            for _ in range(200):
                await asyncio.sleep(0.05)
                if not await counts(database):
                    break
            assert await counts(database) == {}


async def test_no_failure_ends_what_the_server_does_by_itself(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "EVERY", 0.02)
    owner = await asyncpg.connect(database_url)
    await owner.execute("alter table access.guess rename to gone; alter table audit.run rename to gone")
    await owner.close()
    async with wired(database_url, tmp_path) as application:
        found = door(application)
        working = [
            asyncio.create_task(tidying.tidying(found.database, found.clock)),
            asyncio.create_task(nightly.reviewing(found, found.clock, look_every=0.02)),
        ]
        done, _ = await asyncio.wait(working, timeout=1, return_when=asyncio.FIRST_COMPLETED)
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
    assert not done
