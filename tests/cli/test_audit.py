"""`varda audit verify` and the notes that a serving process keeps beside the database."""

import asyncio
from dataclasses import replace

import psycopg

from tests.cli.commanding import Command
from tests.support.door import client
from varda.cli.place import settings
from varda.cli.serve import Application, anchor


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
