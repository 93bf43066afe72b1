"""`varda training plan` that is stopped, and `varda staff shifts`, as an operator runs them (F202)."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.cli.commanding import Command, Said


@contextmanager
def planning(*words: str) -> Iterator["subprocess.Popen[str]"]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "varda.cli", "training", "plan", "1", "--people", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        # Whoever runs the tests in the background hands on a Ctrl+C that is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:  # fmt: skip
        yield process


def until(process: "subprocess.Popen[str]", word: str) -> str:
    """What it says until a word is in it, then a Ctrl+C."""
    assert process.stderr is not None
    said = next((line for line in process.stderr if word in line), "")
    assert said
    os.killpg(process.pid, signal.SIGINT)
    return said


@pytest.fixture
def county(varda: Command) -> Iterator[psycopg.Connection]:
    """The invented county's staff, with its rooms, those who teach, and a period."""
    assert varda("region", "fill", "--patients", "1").code == 0
    with psycopg.connect(varda.url, autocommit=True) as connection:
        yield connection


def test_ctrl_c_keeps_the_best_so_far_and_says_so(county: psycopg.Connection) -> None:
    """F202: as a draft of its own kind; run again there is another."""
    with planning() as process:
        until(process, "people need classes")
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "the best so far is kept" in err
    assert "Proposal 1:" in out
    assert "(stopped: the best so far)" in out
    assert "Traceback" not in err
    kept = county.execute("select kind, state, content->'is_stopped' from classes.proposal").fetchall()
    assert kept == [("people", "draft", True)]
    with planning("--seconds", "5", "--json") as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert '"proposal": 2' in out


def test_ctrl_c_twice_keeps_nothing_and_says_so(county: psycopg.Connection) -> None:
    with planning() as process:
        until(process, "people need classes")
        until(process, "Stopping")
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert out == ""
    assert "No proposal was kept, and nothing has changed." in err
    assert err.splitlines()[-1] == "varda: Stopped."
    assert "Traceback" not in err
    assert county.execute("select count(*) from classes.proposal").fetchone() == (0,)
    assert county.execute("select count(*) from classes.occasion where proposal is not null").fetchone() == (0,)


HEAD = "person;unit;from;to"
UNIT = "SE9999999999-U"


def shift(nth: int, day: int, begins: str = "07:00", unit: str = UNIT) -> str:
    return f"SE9999999999-P{nth};{unit};2036-10-{day:02} {begins};2036-10-{day:02} 15:30"


@pytest.fixture
def shifts(varda: Command) -> Command:
    """`shifts(line, …)` brings in a file of lines, at one unit."""
    units = (
        f"unit;name;kinds;part_of\nSE9999999999-R;Region;care-provider;\n{UNIT};Avdelning 1;care-unit;SE9999999999-R\n"
    )
    staff = (
        "person;given;family;licences;assignment;unit;profession;purpose;title;from;to\n"
        f"SE9999999999-P1;Anna;Berg;;SE9999999999-A1;{UNIT};nurse;;Sjuksköterska;;\n"
    )
    (varda.home / "units.csv").write_text(units, encoding="utf-8")
    (varda.home / "staff.csv").write_text(staff, encoding="utf-8")
    said = varda("staff", "import", "staff.csv", "--units", "units.csv")
    assert said.code == 0, said.err
    return varda


def bring(varda: Command, *lines: str, options: tuple[str, ...] = ()) -> Said:
    (varda.home / "shifts.csv").write_text("\n".join((HEAD, *lines)) + "\n", encoding="utf-8")
    return varda("staff", "shifts", "shifts.csv", *options)


def test_shifts_are_brought_in_and_the_same_file_writes_nothing(shifts: Command) -> None:
    """F202."""
    month = [shift(nth, day) for nth in range(4) for day in (6, 7, 8)]
    assert bring(shifts, *month, options=("--check",)).out == "12 new, 0 gone, 0 shifts as before (checked only).\n"
    assert bring(shifts, *month).out == "12 new, 0 gone, 0 shifts as before.\n"
    again = bring(shifts, *month, options=("--json",))
    assert again.code == 0
    assert (again.json["new"], again.json["same"]) == (0, 12)
    cut = bring(shifts, month[0], *month[3:])
    assert cut.code == 1
    assert f"{UNIT} would lose 2 of 12 shifts." in cut.err
    assert "--even-so" in cut.err
    checked = bring(shifts, month[0], *month[3:], options=("--check",))
    assert checked.code == 0
    assert f"{UNIT} would lose 2 of 12 shifts." in checked.err
    assert bring(shifts, month[0], *month[3:], options=("--even-so",)).out == "0 new, 2 gone, 10 shifts as before.\n"
    with psycopg.connect(shifts.url) as work:
        row = work.execute("select lower(during) at time zone 'Europe/Stockholm' from classes.shift limit 1").fetchone()
    assert row is not None
    assert row[0].hour == 7


def test_a_bad_line_of_shifts_is_told_by_its_number_and_why(shifts: Command) -> None:
    """F202: the good ones are taken, nothing is taken away, and the rejects file has them all."""
    assert bring(shifts, shift(1, 6), shift(1, 7)).code == 0
    said = bring(
        shifts, shift(1, 6), "Anna;X;soon;2036-10-06 07:00", shift(2, 8, "16:00"), shift(3, 8, unit="SE9999999999-NO"),
        "SE9999999999-P4",
    )  # fmt: skip
    assert said.code == 1
    assert "0 new, 0 gone, 1 shifts as before." in said.out
    assert "4 lines left out, so nothing was taken away: rejects-shifts.ndjson" in said.out
    assert "line 3: person: Anna is no HSA-id. unit: X is not here. from: soon is no time" in said.out
    assert "line 4: The shift ends after it begins, within 36 hours." in said.out
    assert "line 5: unit: SE9999999999-NO is not here." in said.out
    assert "line 6:" in said.out
    assert len((shifts.home / "rejects-shifts.ndjson").read_text().splitlines()) == 4
    many = bring(shifts, *["x;y;z;w"] * 25)
    assert many.out.count("  line ") == 20
    assert "… and 5 more; the file has them all." in many.out
    assert bring(shifts, shift(1, 6)).code == 0
    assert not (shifts.home / "rejects-shifts.ndjson").exists()


def test_what_is_no_table_of_shifts_is_refused_in_a_sentence(shifts: Command) -> None:
    wide = f'{HEAD}\n"{"x" * 200_000}'.encode()
    latin = f"{HEAD}\nå".encode("latin-1")
    for raw, sentence in ((wide, "no table at line 2"), (b"", "header"), (b"a;b\n1;2\n", "header"), (latin, "line 2")):
        (shifts.home / "odd.csv").write_bytes(raw)
        said = shifts("staff", "shifts", "odd.csv")
        assert said.code == 2
        assert sentence in said.err
        assert "Traceback" not in said.err
    for missing in ("nowhere.csv", "."):
        said = shifts("staff", "shifts", missing)
        assert said.code == 2
        assert missing in said.err + said.out
