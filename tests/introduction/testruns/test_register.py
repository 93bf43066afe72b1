"""Test runs come into the register as they were, once, and by nobody's hand (F229)."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from varda.introduction.readiness import Seal
from varda.introduction.testruns import Result, TestRuns, Told, newest, read
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Unprocessable

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SEAL = Seal(b"s" * 32)
BUILD = "0.1.0+test"


def junit(cases: str = "", tests: int = 3, failures: int = 1, at: str = "2026-03-01T22:00:00+00:00") -> bytes:
    held = cases or (
        '<testcase classname="a" name="one"/><testcase classname="a" name="two"><failure>no</failure></testcase>'
        '<testcase classname="a" name="three"><skipped/></testcase>'
    )
    return (
        f'<?xml version="1.0"?><testsuites><testsuite name="pytest" errors="0" failures="{failures}" tests="{tests}" '
        f'skipped="1" time="90.5" timestamp="{at}">{held}</testsuite></testsuites>'
    ).encode()


def bench(**changed: object) -> bytes:
    whole = {
        "build": BUILD,
        "at": "2026-03-01T22:00:00Z",
        "concurrency": 225,
        "chart": [{"name": "chart", "errors": 0, "seconds": 60.0}, {"name": "list", "errors": 0, "seconds": 60.0}],
    }
    return json.dumps(whole | changed).encode()


def test_a_result_says_what_it_holds() -> None:
    found = read(junit())
    assert (found.total, found.failed, found.skipped, found.passed) == (3, 1, 1, False)
    assert found.summary == "a::two"
    assert found.ended_at - found.begun_at == timedelta(seconds=90.5)
    load = read(bench())
    assert (load.total, load.passed, load.build) == (2, True, BUILD)
    assert load.ended_at - load.begun_at == timedelta(minutes=2)
    assert read(bench(law=[{"name": "x", "errors": 3, "seconds": 1}])).summary == "x: 3 errors"


def test_what_pytest_writes_itself_is_read(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text("def test_a(): pass\ndef test_b(): assert 0\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "--junitxml=found.xml", "test_x.py"]
    subprocess.run(command, cwd=tmp_path, check=False, capture_output=True)
    found = read((tmp_path / "found.xml").read_bytes())
    assert (found.total, found.failed, found.skipped, found.summary) == (2, 1, 0, "test_x::test_b")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "could not be read"),
        (b"<html/>", "could not be read"),
        (b"{}", "could not be read"),
        (b"[1]", "could not be read"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><testsuite/>', "could not be read"),
        (junit(at="yesterday"), "could not be read"),
        (junit(tests=4), "does not agree"),
        (junit(failures=0), "does not agree"),
        (junit(cases="<testcase/>", tests=1), "does not agree"),
        (junit(cases=" ", tests=0, failures=0), "no test at all"),
        (bench(chart=[]), "no test at all"),
        (bench(chart=[{"name": "x", "errors": -1, "seconds": 1}]), "could not be read"),
    ],
)
def test_a_result_that_does_not_agree_with_itself_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(Unprocessable, match=says):
        read(content)


def told(kind: str = "regression", build: str = BUILD, content: bytes = b"", log: bytes = b"3 tests") -> Told:
    return Told(kind, build, "", read(content or junit()), ("log.txt", log))  # type: ignore[arg-type] # it is one


async def test_a_run_is_registered_once_with_its_log(database: Database) -> None:
    runs = TestRuns(database, SEAL)
    number = await runs.add(told(), "ci", NOW)
    with pytest.raises(Conflict, match="already"):
        await runs.add(told("stability"), "ci", NOW)
    [run] = await runs.all(BUILD)
    assert (run.kind, run.passed, run.failed, run.is_ours, run.log_size) == ("regression", False, 1, True, 7)
    assert not run.counts
    assert await runs.log(number) == ("log.txt", b"3 tests")
    with pytest.raises(Absent):
        await runs.log(number + 1)
    assert await runs.all("another") == []


async def test_a_run_of_another_build_or_of_a_time_to_come_is_refused(database: Database) -> None:
    runs = TestRuns(database, SEAL)
    for wrong, says in (
        (told("load", "0.1.0+forged", bench()), "of the build 0.1.0"),
        (told(content=junit(at="2027-01-01T00:00:00+00:00")), "clock is wrong"),
        (told(build=""), "which build"),
    ):
        with pytest.raises(Unprocessable, match=says):
            await runs.add(wrong, "ci", NOW)
    assert await runs.all() == []


async def test_a_row_that_somebody_wrote_past_the_register_does_not_count(database: Database) -> None:
    runs = TestRuns(database, SEAL)
    await runs.add(told(), "ci", NOW)
    await database.run(
        "insert into testruns.run (kind, build, configuration, passed, total, failed, skipped, summary, begun_at,"
        " ended_at, digest, log_name, log, mark, registered_name, registered_at)"
        " select kind, build, configuration, true, total, 0, skipped, '', begun_at, ended_at, 'other', log_name, log,"
        " mark, registered_name, registered_at from testruns.run"
    )
    forged, real = await runs.all()
    assert (forged.passed, forged.is_ours, forged.counts) == (True, False, False)
    assert newest([forged, real], "regression") == real
    assert (await TestRuns(database, Seal(b"t" * 32)).all())[1].is_ours is False
    assert isinstance(read(junit()), Result)
