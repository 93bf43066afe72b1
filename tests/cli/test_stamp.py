"""A database is for one environment, and no process of another kind touches it."""

import pytest

from tests.cli.commanding import Command
from varda.kernel.clock import WallClock
from varda.kernel.db import Database
from varda.kernel.errors import Refused
from varda.record import stamp

COMMANDS = [("serve",), ("region", "fill"), ("import", "."), ("audit", "verify"), ("token", "--client", "bench")]


async def test_a_database_is_stamped_once(database: Database) -> None:
    now = WallClock().now()
    with pytest.raises(Refused, match="varda db init"):
        await stamp.require(database, "demo")
    await stamp.stamp(database, "demo", now)
    await stamp.stamp(database, "demo", now)
    await stamp.require(database, "demo")
    with pytest.raises(Refused, match="for demo and Varda was started for training"):
        await stamp.stamp(database, "training", now)
    assert await stamp.stamped(database) == "demo"


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_process_of_another_kind_refuses_it(varda: Command, words: tuple[str, ...]) -> None:
    (varda.home / "patient.json").write_text('{"resourceType": "Patient"}')
    varda.set(VARDA_ENVIRONMENT="demo")
    said = varda(*words)
    assert said.code == 1
    assert "for test and Varda was started for demo" in said.err


def test_serving_is_strict_where_nothing_was_said(varda: Command) -> None:
    varda.set(VARDA_ENVIRONMENT=None)
    said = varda("serve")
    assert said.code == 1
    assert "for test and Varda was started for production" in said.err


def test_a_tool_goes_by_the_stamp_where_nothing_was_said(varda: Command) -> None:
    varda.set(VARDA_ENVIRONMENT=None)
    assert varda("token", "--client", "bench").code == 0


@pytest.mark.parametrize("words", COMMANDS[:3], ids=" ".join)
def test_pending_migrations_are_named(bare: Command, words: tuple[str, ...]) -> None:
    (bare.home / "patient.json").write_text('{"resourceType": "Patient"}')
    said = bare(*words)
    assert said.code == 1
    assert "varda db migrate" in said.err


def test_production_gives_no_token_and_takes_no_invented_people(bare: Command) -> None:
    bare.set(VARDA_ENVIRONMENT=None)
    assert "ready for production" in bare("db", "init").out
    for words in (
        ("token", "--client", "bench"),
        ("token", "--as", "x"),
        ("region", "fill", "--patients", "1"),
        ("demo",),
    ):
        said = bare(*words)
        assert said.code == 1
        assert "production" in said.err
        assert said.out == ""
