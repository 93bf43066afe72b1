"""A disk that is really full: a clear message, nothing acknowledged that is not stored, recovery by itself."""

import json

from tests.cli.commanding import Served
from tests.cli.disk import Short, data_short_of_room, database_short_of_room
from tests.cli.test_killed import Writers, require_whole

Answers = list[tuple[int, bytes]]


def test_tables_that_cannot_grow(served: Served) -> None:
    with data_short_of_room(served) as short:
        writers = written_until_full(served, short)
        # Each read is logged first: reading goes on for as long as the log finds room in its own last page.
        assert [status for status, _ in reads(served, short, 5)] == [200] * 5
        later = [answer for answer in reads(served, short, 60) if answer[0] != 200]
        require_said(later, "The access log cannot be written, so nothing is shown")
        require_recovery(served, short, writers)


def test_a_database_that_cannot_write_its_own_log(served: Served) -> None:
    with database_short_of_room(served) as short:
        writers = written_until_full(served, short)
        others = [answer for answer in reads(served, short, 10) if answer[0] != 200]
        require_said(others, "has no room", "The access log cannot be written")
        own = (served.home / "postgres" / "varda.conf").read_text()
        assert "Traceback" not in served.run("db", "status").stderr
        assert (served.home / "postgres" / "varda.conf").read_text() == own
        require_recovery(served, short, writers)


def written_until_full(served: Served, short: Short) -> Writers:
    """Write until ten transactions were refused; nobody writes any more when this returns."""
    writers = Writers(served, short.token, 0, weight=200_000)
    try:
        writers.wait_for(10)
        short.make_tight()
        writers.wait_until(lambda: len(writers.refusals) >= 10)
        assert served.ask("GET", "/health/live")[0] == 200
    finally:
        writers.stop()
    require_said(writers.refusals, "has no room. Nothing was stored", "not known whether your work is stored")
    return writers


def reads(served: Served, short: Short, times: int) -> Answers:
    return [served.ask("GET", "/fhir/Patient/k0", token=short.token) for _ in range(times)]


def require_said(refusals: Answers, *sentences: str) -> None:
    """Every refusal says, in FHIR's words and in a sentence, what is the matter and what became of the work."""
    for status, body in refusals:
        assert status == 503, body
        (issue, *_) = json.loads(body)["issue"]
        assert issue["code"] == "transient"
        assert any(sentence in issue["diagnostics"] for sentence in sentences), issue


def require_recovery(served: Served, short: Short, before: Writers) -> None:
    """With room again it goes on by itself, and everything acknowledged is there, before and after."""
    short.make_room()
    after = Writers(served, short.token, 100_000, weight=200_000)
    try:
        after.wait_for(20)
    finally:
        after.stop()
    for writers in (before, after):
        require_whole(served, short.token, writers)
    assert served.stop() == 0
    said = served.run("audit", "verify")
    assert said.returncode == 0, said.stdout
