"""`varda audit verify` and the notes that a serving process keeps beside the database."""

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import psycopg
import pytest

from tests.cli.commanding import Command
from tests.support.door import client
from varda.cli import nightly
from varda.cli.place import settings
from varda.cli.serve import Application, anchor, wired
from varda.fhir import validate
from varda.kernel.clock import STOCKHOLM, SetClock
from varda.record import review


def serve_a_little(varda: Command) -> None:
    """A serving process that somebody asks something of, and that is stopped in order."""

    async def asked() -> None:
        found = replace(settings()[0], database_url=varda.url)
        async with Application(found).running() as application:
            assert application.wires is not None
            async with application.wires.door.opened(client(), "test") as record:
                await record.search("Observation", [])

    asyncio.run(asked())


def test_a_machine_without_notes_says_what_it_cannot_tell(varda: Command) -> None:
    said = varda("audit", "verify")
    assert said.code == 0
    assert "nothing is noted in" in said.out
    assert "cannot be found here" in said.out
    assert varda("audit", "verify", "--json").json["noted"] == 0
    assert not (varda.home / "seal").exists()


def test_what_a_serving_process_noted_is_missed_when_the_owner_cuts_it_off(varda: Command) -> None:
    serve_a_little(varda)
    said = varda("audit", "verify")
    assert said.code == 0
    assert f"compared with what was noted in {anchor(varda.home, varda.url).file} (lines: 1)" in said.out
    with psycopg.connect(varda.url, autocommit=True) as owner:
        owner.execute("truncate audit.event, audit.head, audit.seal")
    said = varda("audit", "verify", "--json")
    assert (said.code, said.json["whole"], said.json["noted"]) == (1, False, 1)
    assert "cut off" in said.json["findings"][0]["meaning"]


def test_each_server_and_database_has_notes_of_its_own(varda: Command) -> None:
    def name(url: str) -> str:
        return anchor(varda.home, url).file.name

    assert name("postgresql://postgres:@/varda?host=/somewhere") == "local-varda"
    assert name("postgresql://login:word@db.example.se:5432/varda?sslmode=verify-full") == "db.example.se-5432-varda"


def test_verifying_goes_on_from_where_the_log_was_last_whole(varda: Command) -> None:
    serve_a_little(varda)
    assert varda("audit", "verify", "--json").json["rows"] == 1
    serve_a_little(varda)
    assert varda("audit", "verify", "--resume", "--json").json == {"whole": True, "rows": 1, "noted": 2, "findings": []}
    assert varda("audit", "verify", "--json").json["rows"] == 2
    with psycopg.connect(varda.url, autocommit=True) as owner:
        owner.execute("update audit.event set what = 'something else' where place = 1")
    assert varda("audit", "verify").code == 1
    kept = anchor(varda.home, varda.url).file
    kept = varda.home / "audit-checked" / kept.name
    kept.write_bytes(kept.read_bytes().replace(b'"seal":', b'"seal": '))
    assert varda("audit", "verify", "--resume").code == 0, "what was verified before is not verified again"
    kept.write_bytes(kept.read_bytes().replace(b'"chains":{', b'"chains":{"99":[1,""],'))
    assert varda("audit", "verify", "--resume").code == 1, "somebody else's word is not taken"


def test_the_log_is_not_taken_away_before_its_time_or_by_one_person(varda: Command) -> None:
    who = ("--by", "SE9999999999-a", "--second", "SE9999999999-b", "--reason", "dnr 1")
    young = varda("audit", "retire", "--before", "2026-01-01", *who)
    assert (young.code, "kept for 5 years" in young.err) == (1, True)
    strangers = varda("audit", "retire", "--before", "2020-01-01", *who)
    assert (strangers.code, "no assignment" in strangers.err) == (1, True)


def test_the_log_is_written_out_as_audit_events_and_says_so_itself(varda: Command) -> None:
    serve_a_little(varda)
    file = varda.home / "log.ndjson"
    said = varda("audit", "export", str(file), "--since", "2020-01-01", "--until", "2999-01-01")
    assert said.code == 0, said.err
    events = [json.loads(line) for line in file.read_text().splitlines()]
    for event in events:
        validate.check(event)
    assert [one["subtype"][0]["code"] for one in events] == ["search-type", "log"]
    again = varda("audit", "export", str(file), "--since", "2020-01-01", "--until", "2999-01-01")
    assert (again.code, "there already" in again.err) == (1, True)
    assert varda("audit", "export", "x", "--since", "2020-01-02", "--until", "2020-01-02").code == 2
    assert [one.name for one in varda.home.iterdir() if "log" in one.name] == ["log.ndjson"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert events[0]["agent"][0]["who"] == {"identifier": {"value": "bench"}}, "a system has no HSA-id"
    nowhere = varda("audit", "export", "none/x", "--since", "2020-01-02", "--until", "2020-01-03")
    assert (nowhere.code, "There is no folder" in nowhere.err) == (2, True)


def test_a_day_is_reviewed_once(varda: Command) -> None:
    first = varda("audit", "review", "--run", "2026-01-31", "--seed", "one")
    assert first.code == 0, first.err
    assert "0 matters opened" in first.out
    assert "seed one" in varda("audit", "review", "--run", "2026-01-31", "--seed", "two").out
    early = varda("audit", "review", "--run", "2999-01-01")
    assert (early.code, "not over" in early.err) == (2, True)
    assert varda("audit", "review", "--run", "2026-01-31", "--share", "2").code == 2


def log_began(varda: Command, days_ago: int) -> list[date]:
    """Make it so; gives the days that are over since then."""
    with psycopg.connect(varda.url, autocommit=True) as owner:
        owner.execute("update audit.chain set opened = opened - make_interval(days => %s)", [days_ago])
    today = datetime.now(STOCKHOLM).date()
    return [today - timedelta(days=n) for n in range(days_ago, 0, -1)]


def test_without_a_day_every_day_that_is_due_is_reviewed(varda: Command) -> None:
    serve_a_little(varda)
    assert "Every day that is over has been looked at." in varda("audit", "review").out
    days = log_began(varda, 3)
    said = varda("audit", "review")
    assert [line[:10] for line in said.out.splitlines()] == [str(day) for day in days]
    assert "Every day" in varda("audit", "review").out


def test_a_serving_process_reviews_what_is_due_by_itself(varda: Command) -> None:
    serve_a_little(varda)
    days = log_began(varda, 3)

    def reviewed() -> list[date]:
        with psycopg.connect(varda.url) as reader:
            return [row[0] for row in reader.execute("select day from audit.run order by day").fetchall()]

    async def served() -> None:
        found = replace(settings()[0], database_url=varda.url)
        async with Application(found).running():
            for _ in range(300):
                if len(await asyncio.to_thread(reviewed)) == len(days):
                    return
                await asyncio.sleep(0.1)

    asyncio.run(served())
    assert reviewed() == days


def test_of_several_serving_processes_one_reviews_and_the_others_leave_it_to_it(
    varda: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others start nothing and warn of nothing; when that one is gone another one goes on."""
    serve_a_little(varda)
    days = log_began(varda, 3)
    begun: list[int] = []
    warned: list[str] = []
    monkeypatch.setattr(nightly.log, "warning", lambda said, **_: warned.append(said))

    async def together() -> None:
        async with AsyncExitStack() as stack:
            doors = [
                (await stack.enter_async_context(wired(varda.url, "test", size=2))).door for _ in range(3)
            ]  # fmt: skip

            async def done() -> None:
                begun.append(1)
                await asyncio.sleep(0.5)  # the others look meanwhile, some ten times each
                for day in await review.due(doors[0], datetime.now(STOCKHOLM) - nightly.AFTER_MIDNIGHT):
                    await review.run(doors[0], day, "seed")

            monkeypatch.setattr(nightly, "_done", done)
            loops = [asyncio.create_task(nightly.reviewing(one, one.clock, look_every=0.05)) for one in doors]
            await asyncio.sleep(2)
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            async with review.claimed(doors[1]) as is_mine, review.claimed(doors[2]) as is_others:
                assert (is_mine, is_others) == (True, False)

    asyncio.run(together())
    assert (begun, warned) == ([1], [])
    with psycopg.connect(varda.url) as reader:
        done = [row[0] for row in reader.execute("select day from audit.run order by day").fetchall()]
    assert set(days[:-1]) <= set(done)


@pytest.mark.parametrize(("minutes", "is_yesterday_due"), [(119, False), (121, True)])
def test_a_day_waits_until_two_at_night(varda: Command, minutes: int, is_yesterday_due: bool) -> None:
    serve_a_little(varda)
    log_began(varda, 3)
    midnight = datetime.combine(datetime.now(STOCKHOLM).date(), time(), STOCKHOLM)
    asked: list[date] = []

    async def looked() -> None:
        async with wired(varda.url, "test", size=2) as wires:
            clock = SetClock(midnight + timedelta(minutes=minutes))
            asked.extend(await review.due(wires.door, clock.now() - nightly.AFTER_MIDNIGHT))

    asyncio.run(looked())
    assert ((midnight - timedelta(days=1)).date() in asked) is is_yesterday_due
