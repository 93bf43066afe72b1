"""`varda rehearse-load`: so many users at once through sign-in, list, chart and note at a running server, into the test
register. Where everybody is invented: it signs in by the provider of the demo and writes drafts that it throws away.
"""

import asyncio
import getpass
import math
import re
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Annotated, Any
from uuid import uuid4

import httpx2
import msgspec
from cyclopts import Parameter

from varda.access import Session
from varda.access.people import Posts
from varda.cli import build, telling
from varda.cli.bench.figures import Measured, table
from varda.cli.edge import Misused
from varda.cli.place import placed
from varda.cli.serve import Wires, seal, wired
from varda.introduction.readiness import MARGIN, Seal, expected
from varda.introduction.testruns import TestRuns, Told, read
from varda.kernel.errors import Unavailable

Browser = Callable[[], httpx2.AsyncClient]
BAR = 1000.0
"""Milliseconds that 95 of 100 charts may take (architecture, with 150 active users)."""
BETWEEN, WRITES = 10.0, 6
"""Seconds between two views of one user, and how many views there are to a note."""
_ROLES = ("physician", "nurse")
_PATIENCE = 30.0


@dataclass
class Crowd:
    """Users at work for some seconds. `pause` is between two views of each."""

    browser: Browser
    seconds: float
    pause: float = BETWEEN
    rows: dict[str, Measured] = field(
        default_factory=lambda: {one: Measured(one, unit="pages") for one in ("sign-in", "list", "chart", "note")}
    )

    async def at_work(self, people: Sequence[Session]) -> list[Measured]:
        """All of them at once; what was measured, with one row more for the bar."""
        began = time.perf_counter()
        await asyncio.gather(*(self._user(one, number / len(people)) for number, one in enumerate(people)))
        took = time.perf_counter() - began
        chart, over = self.rows["chart"], Measured("chart: p95 within 1 s", unit="pages")
        if not chart.times or chart.below(0.95) > BAR:
            over.failed(f"{chart.below(0.95):.0f} ms")
        for row in (*self.rows.values(), over):
            row.seconds = took if row is chart else 0.0  # they ran beside each other, and are told as long as one
        return [*self.rows.values(), over]

    async def _user(self, who: Session, turn: float) -> None:
        until = time.perf_counter() + self.seconds
        await asyncio.sleep(turn * min(self.pause, self.seconds / 2))
        async with self.browser() as browser:
            if not await self._timed("sign-in", _signed_in(browser, who)):
                return
            views = 0
            while views == 0 or time.perf_counter() < until:
                patients = await self._timed("list", _listed(browser))
                if patients:
                    patient = patients[(views + int(turn * len(patients))) % len(patients)]
                    await self._timed("chart", _opened(browser, patient))
                    if views % WRITES == 0:
                        await self._timed("note", _noted(browser, patient))
                views += 1
                await asyncio.sleep(self.pause)

    async def _timed(self, name: str, work: Any) -> Any:
        row, before = self.rows[name], time.perf_counter()
        try:
            async with asyncio.timeout(_PATIENCE):
                found = await work
        except (httpx2.HTTPError, TimeoutError, Unavailable) as wrong:
            row.failed(str(wrong) or type(wrong).__name__)
            return None
        row.times.append(time.perf_counter() - before)
        return found


def rehearse_load(
    *,
    at: Annotated[str, Parameter(help="Address of the running server.")] = "http://127.0.0.1:8000",
    users: Annotated[int, Parameter(help="Users at once; 0: half as many again as the largest wave expects.")] = 0,
    seconds: Annotated[float, Parameter(help="How long they work.")] = 60,
    register: Annotated[bool, Parameter(help="Put the run into the test register.")] = True,
) -> int:
    """Rehearse the load of a start: each user signs in, opens the list and a chart every ten seconds, and writes a note
    a minute. Registered as a load run of the server's build, with figures and log. Not where people are real.
    """
    if users < 0 or seconds <= 0:
        raise Misused("--users and --seconds must be above zero.")
    with placed() as place:
        if place.settings.environment == "production":
            raise Misused("Where people are real nobody rehearses: use an environment with invented people.")
        secret = seal(place.settings.home)

        async def work() -> list[Measured]:
            async with wired(place.url, build.name(), size=2) as wires:
                limits = httpx2.Limits(max_connections=2)
                crowd = Crowd(lambda: httpx2.AsyncClient(base_url=at, limits=limits, timeout=_PATIENCE), seconds)
                rows, told = await rehearsed(wires, crowd, users, await _build(crowd.browser))
                if register:
                    await TestRuns(wires.database, Seal(secret)).add(told, getpass.getuser(), wires.clock.now())
                return rows

        rows = asyncio.run(work())
    telling.out.print(table("The load of a start", rows))
    for row in rows:
        if row.first_error:
            telling.say(f"{row.name}: {row.first_error}")
    return int(any(row.errors for row in rows))


async def rehearsed(wires: Wires, crowd: Crowd, users: int, tested: str) -> tuple[list[Measured], Told]:
    """The rehearsal of a server of the build `tested` on the database of `wires`, and what the register is told."""
    now, posts = wires.clock.now(), defaultdict[str, list[Posts]](list)
    for one in await wires.people.counted(now):
        posts[one.unit].append(one)
    known = [one for one in await wires.people.everywhere(now) if one.role in _ROLES and one.purpose == "care"]
    if not known:
        raise Misused("No physician or nurse has an assignment here. Fill the county first (varda region fill).")
    users = users or math.ceil(MARGIN * await expected(wires.database, posts))
    rows = await crowd.at_work([known[number % len(known)] for number in range(users)])
    in_force = await wires.door.catalogue.in_force(now)
    whole = {"build": tested, "at": wires.clock.now(), "users": users, "load": [row.told() for row in rows]}
    content = msgspec.json.format(msgspec.json.encode(whole), indent=2)
    return rows, Told("load", tested, in_force.configuration, read(content), ("load.json", content))


async def _build(browser: Browser) -> str:
    async with browser() as asking:
        try:
            return str((await asking.get("/health/live")).json()["build"])
        except (httpx2.HTTPError, ValueError, KeyError) as wrong:
            raise Unavailable("No Varda answers there. Start it (varda serve), or name another by --at.") from wrong


async def _signed_in(browser: httpx2.AsyncClient, who: Session) -> bool:
    page = await browser.get("/sign-in", follow_redirects=True)
    request = re.search(r'name="request" value="([^"]*)"', page.text)
    if request is None:
        raise Unavailable(f"sign-in answered {page.status_code}, and not with the people to choose among")
    said = {"request": unescape(request[1]), "person": who.actor}
    answer = await browser.post("/provider/authorize", data=said, follow_redirects=True)
    if answer.url.path == "/sign-in/assignment":
        token = re.search(r'name="varda-token" content="([0-9a-f]+)"', answer.text)
        said = {"csrf": token[1] if token else "", "assignment": who.assignment}
        answer = await browser.post("/sign-in/assignment", data=said, follow_redirects=True)
    key = await browser.get("/session/key", headers={"Accept": "application/json"})
    if answer.status_code != 200 or key.status_code != 200:
        raise Unavailable(f"sign-in of {who.actor} answered {answer.status_code}")
    browser.headers["X-CSRF-Token"] = key.json()["token"]
    return True


async def _listed(browser: httpx2.AsyncClient) -> list[str]:
    page = _whole(await browser.get("/patients"), "the list")
    return list(dict.fromkeys(re.findall(r'href="/chart/([\w.-]+)"', page.text)))


async def _opened(browser: httpx2.AsyncClient, patient: str) -> bool:
    return bool(_whole(await browser.get(f"/chart/{patient}"), "the chart"))


async def _noted(browser: httpx2.AsyncClient, patient: str) -> bool:
    at = f"/chart/{patient}/drafts/{uuid4().hex}"
    _whole(await browser.post(at, json={"texts": {"text": "Mår bra."}, "revision": 0}), "a note's draft")
    return bool(_whole(await browser.post(f"{at}/discard", follow_redirects=True), "throwing the draft away"))


def _whole(answer: httpx2.Response, what: str) -> httpx2.Response:
    if answer.status_code != 200:
        raise Unavailable(f"{what} answered {answer.status_code}")
    return answer
