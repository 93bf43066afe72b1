"""A month of the log is a table, no row waits for one, and what is past its time goes whole and stays accounted for."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from tests.audit.test_log import NOW, event, findings, tamper
from tests.support.database import TestServer
from varda.audit import Journal, months, retention
from varda.audit.retention import Decision
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Malformed, Refused

pytestmark = pytest.mark.anyio

THEN = datetime(2021, 1, 31, 22, 59, 59, tzinfo=UTC)
DECISION = Decision(before=date(2021, 2, 1), by="SE9999999999-a", second="SE9999999999-b", reason="dnr 17/2026")


@pytest.fixture
def database_url(server: TestServer) -> Iterator[str]:
    """A database in which nobody has begun a month yet."""
    with server.clone() as url:
        yield url


async def tables(database: Database) -> list[str]:
    rows = await database.all(
        "select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid "
        "where i.inhparent = 'audit.event'::regclass order by 1"
    )
    return [row["name"] for row in rows]


async def where(database: Database) -> list[tuple[str, str]]:
    rows = await database.all("select what, tableoid::regclass::text as there from audit.event order by what")
    return [(row["what"], row["there"]) for row in rows]


def test_the_months_ahead_begin_with_this_one_whatever_its_last_day() -> None:
    assert list(months.ahead(datetime(2024, 12, 31, 23, tzinfo=UTC))) == [
        date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1),
    ]  # fmt: skip


async def test_whoever_writes_makes_the_months_ahead_once(database: Database) -> None:
    for _ in range(2):
        journal = Journal(database, SetClock(NOW), "0.1.0+test")
        await journal.start()
        await journal.stop()
    assert await tables(database) == [f"event_2026_0{n}" for n in (3, 4, 5, 6)] + ["event_default"]


async def test_a_row_without_a_month_is_kept_and_moves_into_its_month_when_that_is_made(database: Database) -> None:
    journal = Journal(database, SetClock(NOW), "0.1.0+test")
    await journal.start()
    await journal.note(event("far", at=NOW + timedelta(days=400)), event("near"), event("long ago", at=THEN))
    await journal.stop()
    assert dict(await where(database))["far"] == "audit.event_default"
    assert await findings(database) == []
    assert await months.make(database, NOW) == [date(2021, 1, 1), date(2027, 4, 1)]
    assert await where(database) == [
        ("far", "audit.event_2027_04"), ("long ago", "audit.event_2021_01"), ("near", "audit.event_2026_03"),
    ]  # fmt: skip
    assert await findings(database) == []


async def test_the_application_makes_months_and_nothing_else(database: Database) -> None:
    with pytest.raises(asyncpg.RaiseError, match="begins on its first day"):
        await database.one("select audit.month_made($1::date)", date(2026, 3, 2))
    for statement in ("create table audit.mine (x int)", "drop table audit.event_default"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await database.run(statement)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.one("select audit.months_retired($1::date)", date(2020, 1, 1))


async def years_old(database: Database, clock: SetClock) -> Journal:
    """Rows of January and February 2021 that lie crosswise in one chain, and today's."""
    journal = Journal(database, clock, "0.1.0+test")
    clock.instant = THEN
    await journal.start()
    february = THEN + timedelta(hours=2)
    await journal.note(event("j1", at=THEN), event("f1", at=february), event("j2", at=THEN), event("f2", at=february))
    await journal.seal()
    clock.instant = NOW
    await months.make(database, NOW)
    await journal.note(event("now"))
    await journal.seal()
    return journal


@pytest.fixture
async def keeper(database_url: str) -> Database:
    return await Database.connect(database_url, size=2, role="varda_keeper")


async def test_what_is_past_its_time_goes_in_whole_months_and_the_rest_verifies(
    database: Database, keeper: Database
) -> None:
    journal = await years_old(database, SetClock(NOW))
    gone = await retention.retire(keeper, journal, DECISION, NOW)
    assert gone.rows == 2
    rows = await database.all("select what, actor from audit.event order by at, place")
    assert [row["what"] for row in rows][:3] == ["f1", "f2", "now"]
    assert (rows[3]["what"].split()[0], rows[3]["actor"]) == (gone.digest, DECISION.by)
    assert "SE9999999999-b; dnr 17/2026" in rows[3]["what"]
    await journal.seal()
    assert await findings(database) == []
    with pytest.raises(Absent):
        await retention.retire(keeper, journal, DECISION, NOW)
    await journal.stop()
    await keeper.close()


async def test_a_note_of_a_retirement_may_itself_go_in_time(
    database: Database, keeper: Database, database_url: str
) -> None:
    clock = SetClock(NOW)
    journal = await years_old(database, clock)
    await retention.retire(keeper, journal, DECISION, NOW)
    clock.instant = NOW.replace(year=2032)
    await months.make(database, clock.now())
    await journal.note(event("later", at=clock.now()))
    await journal.seal()
    later = Decision(before=date(2026, 4, 1), by="SE9999999999-c", second="SE9999999999-d", reason="dnr 3/2032")
    await retention.retire(keeper, journal, later, clock.now())
    await journal.stop()
    await keeper.close()
    assert {row["what"] for row in await database.all("select what from audit.event where action <> 'retire'")} == {
        "later"
    }
    assert await findings(database) == []


@pytest.mark.parametrize(
    ("statement", "meaning"),
    [
        ("delete from audit.event where what = 'f1'", "missing"),
        ("delete from audit.event where action = 'retire'", "which the log does not say"),
        ("update audit.retired set last = last + 1 where first = 1", "which the log does not say"),
        ("insert into audit.retired select chain, 5, 9, hash, 'x' from audit.retired where first = 1", "not say"),
        ("delete from audit.retired where first = 1", "missing"),
    ],
)
async def test_a_retirement_hides_no_tampering(
    database: Database, keeper: Database, database_url: str, statement: str, meaning: str
) -> None:
    journal = await years_old(database, SetClock(NOW))
    await retention.retire(keeper, journal, DECISION, NOW)
    await journal.stop()
    await keeper.close()
    tamper(database_url, statement)
    found = await findings(database)
    assert any(meaning in finding.meaning for finding in found), found


@pytest.mark.parametrize(
    ("changed", "error", "told"),
    [
        ({"before": date(2021, 2, 2)}, Malformed, "first day"),
        ({"before": date(2021, 4, 1)}, Refused, "kept for 5 years"),
        ({"second": DECISION.by}, Refused, "Two different persons"),
        ({"second": ""}, Refused, "Two different persons"),
        ({"reason": "  "}, Malformed, "why"),
    ],
)
def test_a_decision_that_may_not_be_carried_out_is_refused(
    changed: dict[str, object], error: type[Exception], told: str
) -> None:
    import dataclasses

    with pytest.raises(error, match=told):
        retention.require_due(dataclasses.replace(DECISION, **changed), NOW.date())  # type: ignore[arg-type] # by name


async def test_the_database_itself_keeps_five_years_whoever_asks(database: Database, keeper: Database) -> None:
    await (await years_old(database, SetClock(NOW))).stop()
    with pytest.raises(asyncpg.RaiseError, match="at least five years"):
        await keeper.one("select audit.months_retired($1::date)", date(2021, 4, 1))
    with pytest.raises(asyncpg.RaiseError, match="not listed as retired"):
        await keeper.one("select audit.months_retired($1::date)", date(2021, 2, 1))
    await keeper.close()
