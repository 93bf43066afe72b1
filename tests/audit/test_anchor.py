"""What the database's owner could still do unseen is seen by notes that lie outside the database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.audit.test_log import event, tamper
from varda.audit import Anchor, Finding, Journal, verify
from varda.audit.event import bound, genesis, sealed
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Unavailable

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def kept(folder: Path, secret: bytes = b"outside", name: str = "local-varda") -> Anchor:
    return Anchor(folder / "audit-seals" / name, lambda: secret)


async def findings(database: Database, anchor: Anchor) -> list[Finding]:
    noted = list(anchor.noted())
    async with database.connection() as work:
        return [finding async for finding in verify(work, noted=noted)]


async def written(database: Database, anchor: Anchor, seals: int = 3) -> None:
    """A read, a seal and a note a minute."""
    clock = SetClock(NOW)
    journal = Journal(database, clock, "0.1.0+test", anchor)
    await journal.start()
    for n in range(seals):
        await journal.note(event(f"Observation/{n}"))
        await journal.seal()
        await journal._note_newest()
        clock.instant += timedelta(minutes=1)
    await journal.stop()


async def test_a_whole_log_agrees_with_its_notes(database: Database, tmp_path: Path) -> None:
    await written(database, kept(tmp_path))
    assert await findings(database, kept(tmp_path)) == []
    # The last one is noted again at the end, by the process that stops.
    assert [one.place for one in kept(tmp_path).noted()] == [1, 2, 3, 3]


async def test_the_newest_end_cut_off_with_its_seals_is_found(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    await written(database, kept(tmp_path))
    tamper(database_url, "delete from audit.event where place = 3")
    tamper(database_url, "delete from audit.head where seal = 3")
    tamper(database_url, "delete from audit.seal where place = 3")
    assert await findings(database, kept(tmp_path, name="nothing-noted")) == []  # this is why
    (found,) = await findings(database, kept(tmp_path))
    assert found.place == 3
    assert "ends at seal 2, but seal 3 was noted" in found.meaning


async def test_a_log_computed_anew_from_end_to_end_is_found(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    await written(database, kept(tmp_path), seals=1)
    chain = (await database.one("select chain from audit.chain"))["chain"]
    other = bound(genesis(chain), 1, "0.1.0+test", event("Observation/0", actor="somebody else"))
    seal = sealed(b"", 1, [(chain, 1, other.hex())])
    tamper(database_url, f"update audit.event set actor = 'somebody else', hash = '\\x{other.hex()}'")
    tamper(database_url, f"update audit.head set hash = '\\x{other.hex()}'")
    tamper(database_url, f"update audit.seal set hash = '\\x{seal.hex()}'")
    assert await findings(database, kept(tmp_path, name="nothing-noted")) == []  # every hash is right
    (found,) = await findings(database, kept(tmp_path))
    assert "not the one that was noted" in found.meaning


async def test_a_note_that_somebody_else_wrote_is_found(database: Database, tmp_path: Path) -> None:
    await written(database, kept(tmp_path))
    file = kept(tmp_path).file
    file.write_text(file.read_text().replace(" 3 ", " 2 "))
    assert any("2 note(s)" in one.meaning for one in await findings(database, kept(tmp_path)))
    assert any("4 note(s)" in one.meaning for one in await findings(database, kept(tmp_path, b"another")))


def test_all_processes_of_a_machine_note_once_a_minute(tmp_path: Path) -> None:
    one, other = kept(tmp_path), kept(tmp_path)
    for seconds in range(0, 181, 10):
        for anchor in (one, other):
            anchor.note(NOW + timedelta(seconds=seconds), seconds + 1, bytes(32))
    assert [noted.place for noted in one.noted()] == [1, 61, 121, 181]
    other.note(NOW + timedelta(seconds=182), 183, bytes(32), at_once=True)
    assert [noted.place for noted in one.noted()][-1] == 183
    assert one.file.stat().st_mode & 0o777 == 0o600


def test_a_note_torn_by_a_full_disk_spoils_no_other(tmp_path: Path) -> None:
    anchor = kept(tmp_path)
    for minute in range(3):
        if minute == 1:
            whole = anchor.file.read_text()
            anchor.file.write_text(whole + whole[: len(whole) // 2])
        anchor.note(NOW + timedelta(minutes=minute), minute + 1, bytes(32), at_once=True)
    assert [(noted.place, noted.genuine) for noted in anchor.noted()] == [(1, True), (2, True), (3, True)]


def test_a_place_that_cannot_be_written_stops_nothing_and_one_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "audit-seals").write_text("in the way")
    kept(tmp_path).note(NOW, 1, bytes(32))
    with pytest.raises(Unavailable, match="cannot be read"):
        list(kept(tmp_path).noted())
