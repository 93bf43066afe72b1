"""Tokens from the command line: for invented people and clients only."""

import asyncio

import pytest

from tests.cli.commanding import Command, Said
from tests.cli.test_db import fill_some
from varda.access.session import Session
from varda.access.tickets import Tickets
from varda.kernel.clock import WallClock
from varda.kernel.db import Database
from varda.kernel.errors import SignedOut
from varda.region import DEMO_CENTRE, DEMO_PEOPLE


def session_of(url: str, said: Said) -> Session:
    async def asked() -> Session:
        database = await Database.connect(url, size=1)
        try:
            return await Tickets(database).session(said.out.strip(), kind="bearer", now=WallClock().now())
        finally:
            await database.close()

    assert (said.code, said.err) == (0, "")
    assert said.out.count("\n") == 1
    return asyncio.run(asked())


def test_the_bench_client_reaches_the_whole_county(varda: Command) -> None:
    session = session_of(varda.url, varda("token", "--client", "bench"))
    assert (session.kind, session.reach, session.scopes) == ("client", "county", ("read", "write", "delete"))
    assert session.unit == ""  # nothing has been filled
    fill_some(varda.url)
    session = session_of(varda.url, varda("token", "--client", "bench"))
    assert session.unit == DEMO_CENTRE
    assert session.provider != ""


def test_a_person_is_known_by_key_name_or_number(varda: Command) -> None:
    fill_some(varda.url)
    known = DEMO_PEOPLE[0]
    for said in (known.key, known.name, known.hsa):
        session = session_of(varda.url, varda("token", "--as", said))
        assert (session.kind, session.actor, session.assignment) == ("staff", known.hsa, known.assignments[0])
    two = next(person for person in DEMO_PEOPLE if len(person.assignments) > 1)
    second = varda("token", "--as", two.key, "--assignment", two.assignments[1])
    assert session_of(varda.url, second).assignment == two.assignments[1]
    unknown = varda("token", "--as", "Nobody Atall")
    assert unknown.code == 1
    assert "Nobody called" in unknown.err


def test_a_token_is_good_for_as_long_as_was_said(varda: Command) -> None:
    said = varda("token", "--client", "bench", "--days", "2")

    async def asked() -> None:
        from datetime import timedelta

        database = await Database.connect(varda.url, size=1)
        now = WallClock().now()
        try:
            tickets = Tickets(database)
            await tickets.session(said.out.strip(), kind="bearer", now=now + timedelta(days=1, hours=23))
            with pytest.raises(SignedOut):
                await tickets.session(said.out.strip(), kind="bearer", now=now + timedelta(days=2, hours=1))
        finally:
            await database.close()

    asyncio.run(asked())
