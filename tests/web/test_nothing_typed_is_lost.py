"""The editor's proof over HTTP: whatever goes wrong on the way, what a writer was told is saved can be read again.

Seeded faults at every step: requests and answers lost, late, doubled and broken off, the database cut and gone, a crash
in the middle of the work, the session ended, two windows on one draft, a tab killed. WORKFLOWS 8; PDL 3:6 (R1).
"""

import asyncio
import os
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import httpx
import pytest

from tests.record import world
from tests.support import signing_in
from tests.support.database import TestServer, cut, lost
from tests.support.serving import asking, door, staff, wired
from tests.support.writing import Wire, Writer, clean, marks
from varda.care import notes
from varda.cli.serve import Application
from varda.record import drafts

HOME = "/chart/vera"
WHO = ("SE9999999999-astrid", "SE9999999999-astrid-cardiology")
ENOUGH = 60  # faults of one seed
SEED = int(os.environ.get("VARDA_SEED", "4"))


@pytest.fixture
async def application(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    async with wired(database_url, tmp_path, limit_guesses=0, limit_sign_in=0, limit_searches=0) as application:
        await world.fill(door(application))
        yield application


@dataclass
class Desk:
    """Astrid's workstation: one browser, its wire, and how she signs in again."""

    browser: httpx.AsyncClient
    wire: Wire

    async def signs_in(self) -> None:
        odds, self.wire.odds = self.wire.odds, 0.0
        for tries in range(20):
            self.browser.cookies.clear()
            self.browser.headers.pop("X-CSRF-Token", None)
            try:
                await signing_in.signed_in(self.browser, *WHO)
                break
            except AssertionError:  # the database is not back yet
                await asyncio.sleep(0.05 * tries)
        self.wire.odds = odds

    async def saves(self, writer: Writer) -> None:
        if await writer.saves() in (401, 403):
            await self.signs_in()


def desk(application: Application, server: TestServer, url: str, seed: int, crash: pytest.MonkeyPatch) -> Desk:
    """With faults that are drawn by the seed; `crash` lets the keeping of a draft fail after it was done."""
    dice = Random(seed)
    browser = asking(application)
    kept = drafts.keep

    async def connections_cut() -> None:
        await asyncio.to_thread(cut, server, url)

    async def database_gone() -> None:
        def gone() -> None:
            with lost(server, url):
                time.sleep(0.03)

        await asyncio.to_thread(gone)

    async def crashed() -> None:
        async def keep(*given: object) -> object:
            crash.setattr(drafts, "keep", kept)
            await kept(*given)  # type: ignore[arg-type] # as it was called
            raise RuntimeError("in the middle of the work")

        crash.setattr(drafts, "keep", keep)

    async def signed_out() -> None:
        async with asking(application) as other:
            other.cookies.update(browser.cookies)
            other.headers.update({"X-CSRF-Token": browser.headers.get("X-CSRF-Token", "")})
            await other.post("/sign-out")

    ways = {"cut": connections_cut, "database gone": database_gone, "crash": crashed, "signed out": signed_out}
    wire = Wire(browser._transport, dice, ways)
    browser._transport = wire
    return Desk(browser, wire)


async def episode(at: Desk, dice: Random, number: int) -> list[Writer]:
    """One note in one window or two: written, disturbed, killed, opened again, and every second one signed."""
    writers = [Writer(at.browser, HOME, dice, f"{letter}{number}") for letter in "ab"[: dice.choice([1, 1, 2])]]
    for other in writers[1:]:
        other.draft = writers[0].draft
    for _ in range(dice.randrange(6, 14)):
        writer = dice.choice(writers)
        writer.types()
        await at.saves(writer)
        if dice.random() < 0.1 and await writer.reopens():
            at.wire.met["tab killed"] += 1
    for _ in range(8 if dice.random() < 0.5 else 0):
        if await writers[0].signs():
            writers[0].is_done = True
            break
        await at.saves(writers[0])
    return writers


async def kept(application: Application) -> tuple[dict[str, dict[str, str]], list[dict[str, str]]]:
    """What can be read again: the texts of each draft, and of each note."""
    async with door(application).opened(await staff(application, "astrid", "cardiology"), "care") as record:
        held = {one.id: one.content["texts"] for one in await notes.my_drafts(record, "vera")}
        wanted, found = [("patient", "Patient/vera"), ("_count", "200")], []
        page = await record.search("Composition", wanted)
        found += page.matches
        while page.next:
            page = await record.search("Composition", [*wanted, ("_page", page.next)])
            found += page.matches
    written = [notes.note(one.resource) for one in found]
    return held, [{part.code: part.text for part in one.parts} for one in written]


async def proven(application: Application, at: Desk, seed: int, enough: int) -> Counter[str]:
    """Episodes until so many faults have been met; then everything that was ever shown as saved is looked for."""
    dice, writers = Random(seed), list[Writer]()
    async with at.browser:
        await at.signs_in()
        at.wire.odds = 0.3
        while at.wire.met.total() < enough:
            writers += await episode(at, dice, len(writers))
        await at.wire.quiet()
        await at.signs_in()
        for writer in writers:
            if not writer.is_done:
                # A crash that was meant for an earlier save may still wait for one.
                assert 200 in (await writer.saves(), await writer.saves())
    held, signed = await kept(application)
    there = {mark for texts in (*held.values(), *signed) for mark in marks(texts)}
    shown = {mark for writer in writers for mark in writer.shown}
    assert len(shown) > enough
    assert shown - there == set(), f"seed {seed}"
    for writer in writers:
        if not writer.is_done and sum(other.draft == writer.draft for other in writers) == 1:
            assert held[writer.draft] == {word: clean(text) for word, text in writer.texts.items()}, f"seed {seed}"
    twice = Counter(mark for texts in signed for mark in marks(texts))
    assert [mark for mark, times in twice.items() if times > 1] == [], f"seed {seed}"
    return at.wire.met


async def test_a_sample_of_faults(
    application: Application, server: TestServer, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """60 faults of one seed; VARDA_SEED chooses another."""
    met = await proven(application, desk(application, server, database_url, SEED, monkeypatch), SEED, ENOUGH)
    assert met.total() >= ENOUGH


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(20))
async def test_1200_faults(
    application: Application, server: TestServer, database_url: str, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    met = await proven(application, desk(application, server, database_url, seed, monkeypatch), seed, ENOUGH)
    assert met.total() >= ENOUGH


async def test_two_megabytes_of_text_are_kept_letter_by_letter_and_what_is_too_much_to_sign_is_said(
    application: Application,
) -> None:
    text = "Rödblommig, ömmar över höger fossa. 😀 \u202eשלום\u202c\n" * 40_000
    async with asking(application) as browser:
        await signing_in.signed_in(browser, *WHO)
        writer = Writer(browser, HOME, Random(1), "a1", texts={"status": text})
        assert await writer.saves() == 200
        assert await writer.reopens()
        assert writer.texts == {"status": text}
        url, data = f"{HOME}/drafts/{writer.draft}/finish", {"template": "visit", "act": "sign", "revision": "1"}
        refused = await browser.post(url, data=data | {"text-status": text}, headers={"HX-Request": "true"})
        assert refused.status_code == 413
        assert "mer än som kan tas emot" in refused.text
        assert await writer.saves() == 200
        writer.texts = {"status": text[: len(text) // 2]}
        assert await writer.signs()


async def test_what_one_wrote_is_never_sent_in_the_name_of_the_next_who_signs_in(application: Application) -> None:
    """The page asks whether it is still its writer who is signed in before it takes a new token (static/vault.js)."""
    async with asking(application) as browser:
        await signing_in.signed_in(browser, *WHO)
        page = (await browser.get(HOME)).text
        mine = re.search(r'name="varda-who" content="(\w+)"', page)
        assert mine is not None
        assert (await browser.get("/session/key")).json()["who"] == mine[1]
        browser.cookies.clear()
        await signing_in.signed_in(browser, "SE9999999999-bo")
        assert (await browser.get("/session/key")).json()["who"] != mine[1]
