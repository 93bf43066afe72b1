"""The synthetic user of each unit: signed in on schedule at the running system, it opens the list and a chart.

It is a kind of session of its own, no person, with no way to anybody but the practice patient; the door logs what it
reads as it logs everything. What it finds is kept in the process that gathers: after a start nothing is known
(decision 58).
"""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx2

from varda.access import Session
from varda.access.people import Unit
from varda.introduction.readiness.evidence import Found, Lack
from varda.introduction.readiness.practised import NAME, PATIENT
from varda.introduction.seal import Seal
from varda.kernel.errors import Refused

BAR = 1.0
"""Seconds from a tap to a usable chart (architecture: p95 with 150 active users)."""
AT_ONCE = 4
"""How many units are tried at the same moment: what users feel of it is four more users."""
PATIENCE, LONGEST = 5.0, 20.0
"""Seconds for one try, and for a round: what hangs is cut off and told."""
_SHARE, _SOME = 0.05, 20
_OLD = timedelta(minutes=30)
_STRAY = timedelta(seconds=30)
_WRONG = "This is no sign-in of the synthetic user of this installation, or a clock is wrong."


@dataclass(frozen=True, slots=True)
class Try:
    """One sign-in with list and chart. `why` is empty where all went, else the step that did not."""

    at: datetime
    seconds: float
    why: str = ""

    @property
    def went(self) -> bool:
        """Whether it went, and within the bar."""
        return not self.why and self.seconds <= BAR


class Tries:
    """Of one running server. `browser` makes what asks it; `clock` is the wall's; a round tries `many` units."""

    def __init__(
        self, browser: Callable[[], httpx2.AsyncClient], seal: Seal, clock: Callable[[], datetime], many: int = 100
    ) -> None:
        self._browser, self._seal, self._clock, self._many = browser, seal, clock, many
        self._newest: dict[str, Try] = {}
        self._round: dict[str, Try] = {}
        self._login = ""

    async def round(self, units: Collection[str]) -> None:
        """Try the units whose turn it is: first those that failed, then those that were tried longest ago."""
        wanted = sorted(units, key=self._turn)[: self._many]
        self._round, gate = {}, asyncio.Semaphore(AT_ONCE)
        try:
            async with asyncio.timeout(LONGEST), self._browser() as browser:
                self._login = await _signing_in(browser)
                async with asyncio.TaskGroup() as group:
                    for unit in wanted:
                        group.create_task(self._one(browser, gate, unit))
        except TimeoutError:
            pass  # who was not reached keeps its turn; those that hung are told
        self._newest |= self._round

    @property
    def newest(self) -> Sequence[Try]:
        """What the newest round met."""
        return list(self._round.values())

    def found(self, units: Collection[str], now: datetime) -> list[Found]:
        """What is known of each unit."""
        everywhere = self._everywhere()
        return [self._of(unit, everywhere, now) for unit in units]

    def _turn(self, unit: str) -> tuple[bool, float]:
        last = self._newest.get(unit)
        return (last is None or last.went, last.at.timestamp() if last else 0.0)

    def _everywhere(self) -> Lack | None:
        """What the newest round says of units that were not in it: p95 over the bar is over it for everybody."""
        wrong = [one for one in self._round.values() if not one.went]
        if self._login:
            return Lack("login", values={"step": self._login})
        if not self._round or len(wrong) == len(self._round):
            return Lack("try-none")
        is_many = len(self._round) >= _SOME and len(wrong) > _SHARE * len(self._round)
        return Lack("try-many", values={"share": f"{100 * len(wrong) / len(self._round):.0f}"}) if is_many else None

    def _of(self, unit: str, everywhere: Lack | None, now: datetime) -> Found:
        last = self._newest.get(unit)
        if last is None or not now - _OLD <= last.at <= now + _STRAY:
            return Found.told(unit, 1, [Lack("untried", unit)])
        if everywhere and self._login:
            return Found.told(unit, 1, [everywhere])
        if last.why:
            return Found.told(unit, 1, [Lack("try-failed", unit, values={"step": last.why})])
        if not last.went:
            return Found.told(unit, 1, [Lack("slow", unit, values=_told(last))])
        if everywhere and unit not in self._round:
            return Found.told(unit, 1, [everywhere])
        return Found(unit, 0, 1, (Lack("took", unit, values=_told(last)),))

    async def _one(self, browser: httpx2.AsyncClient, gate: asyncio.Semaphore, unit: str) -> None:
        async with gate:
            at = self._clock()
            try:
                async with asyncio.timeout(PATIENCE):
                    self._round[unit] = await self._tried(browser, unit, at)
            except TimeoutError:
                self._round[unit] = Try(at, PATIENCE, "hung")
            except httpx2.HTTPError:
                self._round[unit] = Try(at, 0.0, "no answer")

    async def _tried(self, browser: httpx2.AsyncClient, unit: str, at: datetime) -> Try:
        signed = await browser.post("/sign-in/synthetic", data=word(self._seal, unit, at))
        browser.cookies.clear()  # the next one is somebody else
        ticket = signed.headers.get("set-cookie", "").partition(";")[0]
        if signed.status_code != 204 or not ticket:
            return Try(at, 0.0, "sign-in")
        listed = await browser.get("/patients", headers={"cookie": ticket})
        if listed.status_code != 200 or NAME not in listed.text:
            return Try(at, 0.0, "list")
        before = time.perf_counter()
        chart = await browser.get(f"/chart/{PATIENT}", headers={"cookie": ticket})
        took = time.perf_counter() - before
        is_whole = chart.status_code == 200 and NAME in chart.text and chart.text.rstrip().endswith("</html>")
        return Try(at, took, "" if is_whole else "chart")


def word(seal: Seal, unit: str, at: datetime) -> dict[str, str]:
    """What signs in the synthetic user of a unit, within half a minute."""
    said = at.isoformat()
    return {"unit": unit, "at": said, "mark": seal.mark("synthetic", unit, said).hex()}


def understood(seal: Seal, unit: str, at: str, mark: str, now: datetime) -> str:
    """The unit that a word is for. Raises `Refused`."""
    try:
        is_ours = (
            seal.holds(bytes.fromhex(mark), "synthetic", unit, at) and abs(now - datetime.fromisoformat(at)) <= _STRAY
        )
    except (ValueError, TypeError):
        is_ours = False
    if not is_ours:
        raise Refused(_WRONG)
    return unit


def session_of(unit: Unit, language: str) -> Session:
    """The synthetic user at a unit: reads, and nothing else."""
    return Session(
        kind="synthetic", actor=f"synthetic:{unit.hsa}", name="Syntetisk användare", unit=unit.hsa, unit_name=unit.name,
        provider=unit.provider, provider_name=unit.provider_name, organization=unit.organization, scopes=("read",),
        language=language,
    )  # fmt: skip


async def _signing_in(browser: httpx2.AsyncClient) -> str:
    """Whether people can sign in: the page leads on to the provider of identities. What is wrong; empty for nothing."""
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await browser.get("/sign-in")
    except TimeoutError:
        return "hung"
    except httpx2.HTTPError:
        return "no answer"
    return "" if answer.status_code < 400 else str(answer.status_code)


def _told(one: Try) -> dict[str, str]:
    """The time to the next tenth of a second: what is the same as before is not written again."""
    return {"ms": str(100 * (int(one.seconds * 10) + 1))}
