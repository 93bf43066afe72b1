"""`varda testruns`: what a run came to is registered as its file says, and a file that is wrong is told so (F229)."""

from pathlib import Path

from tests.cli.commanding import Command

RESULT = (
    '<testsuite name="pytest" tests="{tests}" failures="0" errors="0" time="2" timestamp="2026-03-01T22:00:00+00:00">'
    '<testcase classname="a" name="one"/></testsuite>'
)


def test_a_run_is_registered_and_listed(varda: Command, tmp_path: Path) -> None:
    found = tmp_path / "found.xml"
    found.write_text(RESULT.format(tests=1), encoding="utf-8")
    add = ("testruns", "add", "--kind", "regression", "--result", str(found))
    told = varda(*add, "--log", str(found), "--of", "0.1.0+one")
    assert (told.code, told.out.strip()) == (0, "1: regression of 0.1.0+one passed, 0 of 1 failed")
    assert "registered already" in varda(*add).err
    [run] = varda("testruns", "list", "--of", "0.1.0+one", "--json").json
    assert (run["kind"], run["passed"], run["is_ours"]) == ("regression", True, True)
    assert "1: regression of 0.1.0+one passed" in varda("testruns", "list").out


def test_a_result_that_is_wrong_is_refused_in_a_sentence(varda: Command, tmp_path: Path) -> None:
    found = tmp_path / "found.xml"
    for text, says in (
        (RESULT.format(tests=9), "does not agree with itself"),
        ("<html></html>", "could not be read"),
        (
            '{"build": "0.1.0+two", "at": "2026-03-01T22:00:00Z", "chart": [{"name": "x", "errors": 0}]}',
            "not of 0.1.0+one",
        ),
    ):
        found.write_text(text, encoding="utf-8")
        told = varda("testruns", "add", "--kind", "load", "--result", str(found), "--of", "0.1.0+one")
        assert told.code != 0
        assert says in told.err
    assert varda("testruns", "add", "--kind", "load", "--result", str(tmp_path / "nothing")).code != 0
    assert varda("testruns", "list", "--json").json == []
