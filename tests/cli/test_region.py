"""The invented county: filled by several processes, resumable, growing, and the same every time."""

import os
import signal
import subprocess
import sys
import time

import psycopg

from tests.cli.commanding import Command


def test_a_county_grows_and_is_filled_once(varda: Command) -> None:
    first = varda("region", "fill", "--patients", "3", "--now", "2026-03-01", "--json")
    assert first.code == 0
    assert first.json["patients"] == 3
    again = varda("region", "fill", "--patients", "3", "--json").json
    assert again == {"patients": 3, "items": 0}
    more = varda("region", "fill", "--patients", "8", "--json").json
    assert 0 < more["items"] < first.json["items"]
    with psycopg.connect(varda.url) as connection:
        assert connection.execute("select max(version) from store.version").fetchone() == (1,)
        row = connection.execute("select count(*) from store.current where id ~ '^p[0-9]+$'").fetchone()
        assert row == (8,)
    assert not varda("measures", "reckon").out.startswith("0 ")
    assert varda("measures", "reckon").out.startswith("0 "), "once a month"
    with psycopg.connect(varda.url) as connection:
        connection.execute("update record.measure set as_of = '2020-01-01'")
        connection.execute(
            "update record.measure set cells = '{\"2024\": 1}'"
            " where unit = (select min(unit) from record.measure where measure = 'coded-diagnoses')"
        )
    lost = varda("measures", "reckon")
    assert not lost.out.startswith("0 "), "the others are reckoned"
    assert "units that failed: 1" in lost.out
    assert varda("audit", "verify").code == 0


def test_a_county_told_as_of_another_day_is_another_county(varda: Command) -> None:
    assert varda("region", "fill", "--patients", "1", "--now", "2026-03-01").code == 0
    said = varda("region", "fill", "--patients", "2", "--now", "2026-04-01")
    assert said.code == 1
    assert "as of 2026-03-01" in said.err


def test_ctrl_c_stops_cleanly_and_keeps_what_was_done(varda: Command) -> None:
    words = [sys.executable, "-m", "varda.cli", "region", "fill", "--patients", "3000"]
    with psycopg.connect(varda.url, autocommit=True) as connection:
        with subprocess.Popen(
            words,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # Whoever runs the tests in the background hands on a Ctrl+C that is ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        ) as process:
            for _ in range(600):
                row = connection.execute("select count(*) from record.import where source like 'patients %'").fetchone()
                if row and row[0]:
                    break
                time.sleep(0.1)
            os.killpg(process.pid, signal.SIGINT)
            assert process.stderr is not None
            said = process.stderr.read()
        assert process.returncode == 130
        assert said.splitlines()[-1] == "varda: Stopped."
        assert "Traceback" not in said
        noted = connection.execute("select sum((outcome->>'items')::int) from record.import").fetchone()
        stored = connection.execute("select count(*) from store.place").fetchone()
    assert noted == stored
    assert varda("audit", "verify").code == 0


def test_log_review_has_something_to_judge_from_the_beginning(varda: Command) -> None:
    for _ in range(2):
        said = varda("region", "fill", "--patients", "57")
        assert said.code == 0, said.err
    with psycopg.connect(varda.url) as connection:
        found = connection.execute("select actor, array_agg(rule order by rule) from audit.matter group by actor")
        rules = {actor.rpartition("-")[2]: set(rules) for actor, rules in found.fetchall()}
    assert rules["D002"] >= {"own-record"}
    assert rules["D003"] >= {"colleague"}
    assert rules["D006"] >= {"same-surname", "same-address"}
    assert rules["D008"] >= {"protected"}
    assert varda("audit", "verify").code == 0
