"""Asking everything of a world at one instant, each answer held against the oracle's.

A way is a function that asks and says for each pair (session, item) whether the item was shown. It may look from
further than the item itself: an included item needs its source too. `shown` is compared by `Round.told`. What was asked
is remembered by interaction and by route, so that none can be forgotten.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
from starlette.routing import Match, Route

from tests.law.oracle import CITIZEN, FIRST, OFFICER, READS, REVIEWERS, SYSTEM, App, Item, Reader, Scope, Verdict
from tests.law.worlds import World
from tests.support.server import application
from varda import web
from varda.access import scopes
from varda.access.identity import Identities
from varda.access.once import Once
from varda.access.people import People
from varda.access.session import Session
from varda.access.tickets import Holder, Tickets
from varda.api import routes
from varda.care.patients import INVENTED_BLOCK

CODES = quote("https://varda.example/law")
T = TypeVar("T")
SAMPLE, FEW = 32, 9
"""Pairs that a way asks in one round where each is a request of its own: of everybody, and of a few readers."""
EVERYBODY = 99

YES = Verdict(True, "everybody may")


def anybodys(reader: Reader) -> Verdict:
    """For everybody who meets patients at all (A1, A2)."""
    return YES if READS[reader.role] != set() else Verdict(False, f"A1, A2: a {reader.role} meets no patients")


_APPS = (
    "user/*.rs",
    "user/Observation.rs user/Encounter.rs user/Patient.rs",
    "user/Observation.rs?date=ge2025-06-01 user/CarePlan.rs user/Patient.rs",
    "patient/*.rs",
    "patient/Observation.rs patient/Condition.rs patient/Patient.rs user/CarePlan.rs",
)
"""What apps are given: all that the user may, some types, items from a day on, the patient whom they are opened for."""


@dataclass(frozen=True)
class Wrong:
    """A leak or a needless refusal."""

    way: str
    reader: str
    case: str
    shown: bool
    why: str

    def __str__(self) -> str:
        what = "LEAK" if self.shown else "NEEDLESS REFUSAL"
        return f"{what} by {self.way}: {self.reader} and {self.case}; the law says: {self.why}"


def both(*verdicts: Verdict) -> Verdict:
    """Seen only if all are."""
    for one in verdicts:
        if one.seen is False:
            return one
    return next((one for one in verdicts if one.seen is None), verdicts[0])


def either(verdicts: Iterable[Verdict]) -> Verdict:
    """Seen if one is."""
    found = Verdict(False, "nothing that leads to it is seen")
    for one in verdicts:
        if one.seen:
            return one
        found = one if one.seen is None else found
    return found


class Round:
    """Everything asked at one instant of one world, for at most so many readers.

    `reader` and `case` narrow it to one pair, to repeat a failure.
    """

    def __init__(self, world: World, dice: Random, *, most: int = EVERYBODY, reader: str = "", case: str = "") -> None:
        self.world, self.dice = world, dice
        self.facts, self.now = world.facts, world.now
        readers = [r for r in self.facts.readers.values() if reader in ("", r.name)]
        apps = [r for r in _through_apps(world) if reader in ("", r.name)]
        self.readers = dice.sample(readers, min(most, len(readers)))
        self.sampled = SAMPLE if most == EVERYBODY else FEW
        self.apps = self._some_apps(apps, 12 if most == EVERYBODY else 3)
        self.staff = [one for one in self.readers if one.role not in (CITIZEN, SYSTEM)]
        citizens = [one for one in readers if one.role == CITIZEN]
        self.citizens = dice.sample(citizens, min(most // 2, len(citizens)))
        by_role = {role: [one for one in readers if one.role == role] for role in sorted({*REVIEWERS, OFFICER})}
        each = 2 if most == EVERYBODY else 1
        self.officers = [one for some in by_role.values() for one in dice.sample(some, min(each, len(some)))]
        self.only, self.prefix = case, ""
        self.visited: set[str] = set()
        self.pairs: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.wrong: list[Wrong] = []
        self._told: set[tuple[str, str, str]] = set()
        self._known: dict[tuple[str, str], Verdict] = {}
        self._stack = AsyncExitStack()
        self._api: dict[str, httpx.AsyncClient] = {}
        self._screens: dict[str, httpx.AsyncClient] = {}

    def _some_apps(self, apps: list[Reader], most: int) -> list[Reader]:
        """Half of them such as show something."""
        items = [one for one in self.facts.items.values() if one.type != "Patient"]
        showing = [one for one in apps if any(self.facts.sees(one, item, self.now).seen for item in items)]
        chosen = self.dice.sample(showing, min(most // 2 + 1, len(showing)))
        rest = [one for one in apps if one not in chosen]
        return chosen + self.dice.sample(rest, min(most - len(chosen), len(rest)))

    async def __aenter__(self) -> Self:
        world, tickets = self.world, Tickets(self.world.door.database)
        parts = web.Parts(
            door=world.door, people=People(world.door.database), tickets=tickets, clock=world.clock, build="test",
            once=Once(world.door.database), identities=Identities(world.door.database), seal=b"s" * 32,
            environment="test", may_choose=True, reserve_block=INVENTED_BLOCK, draw=Random(1).randrange,
        )  # fmt: skip
        api, screens = application(world.door), web.application(parts)
        self._routes = [route for route in screens.routes if isinstance(route, Route)]
        for reader in {one.name: one for one in (*self.readers, *self.apps, *self.citizens, *self.officers)}.values():
            session, hour = session_of(world, reader), timedelta(hours=1)
            bearer = await tickets.made(session, kind="bearer", now=self.now, lasts=hour)
            self._api[reader.name] = await self._stack.enter_async_context(
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(api),
                    base_url="http://varda.test/fhir/",
                    headers={"authorization": f"Bearer {bearer}", "content-type": "application/fhir+json"},
                )
            )
            if reader.app or reader.role == SYSTEM:
                continue
            holder = Holder(subject=session.actor, name=session.name, people=(session.actor,))
            cookie = await tickets.made(session, kind="browser", now=self.now, lasts=hour, holder=holder)
            self._screens[reader.name] = await self._stack.enter_async_context(
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(screens),
                    base_url="http://varda.test",
                    cookies={"varda_session": cookie},
                )
            )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def sees(self, reader: Reader, item: Item | str) -> Verdict:
        """The oracle's word, remembered."""
        item = self.facts.items[item] if isinstance(item, str) else item
        known = self._known.get((reader.name, item.name))
        if known is None:
            known = self._known[reader.name, item.name] = self.facts.sees(reader, item, self.now)
        return known

    def told(self, way: str, reader: Reader, case: str, shown: bool, verdict: Verdict) -> None:
        """One pair, compared."""
        way = self.prefix + way
        if self.only and case != self.only:
            return
        if (way, reader.name, case) not in self._told:
            self._told.add((way, reader.name, case))
            self.pairs[way] += 1
            self.seen[way] += bool(verdict.seen)
        if verdict.seen is not None and shown != verdict.seen:
            self.wrong.append(Wrong(way, reader.name, case, shown, verdict.why))

    def items(self, *types: str) -> list[Item]:
        """All items, of some types if they are named."""
        return [one for one in self.facts.items.values() if not types or one.type in types]

    def types(self) -> list[str]:
        """Types of care in this world."""
        return sorted({one.type for one in self.facts.items.values()} - {"Patient"})

    def sample(self, *types: str, staff: bool = False) -> Iterator[tuple[Reader, Item]]:
        """Some pairs, half of them seen where there are; of staff only where citizens have no way."""
        readers = self.staff if staff else self.readers
        pairs = [(r, i) for r in readers for i in self.items(*types) if self.only in ("", i.name)]
        self.dice.shuffle(pairs)
        seen = [pair for pair in pairs if self.sees(*pair).seen][: self.sampled // 2]
        hidden = [pair for pair in pairs if not self.sees(*pair).seen][: self.sampled - len(seen)]
        yield from seen
        yield from hidden

    def through_apps(self) -> "Round":
        """The same round for those who come through apps."""
        other = copy(self)
        other.readers, other.staff, other.prefix = self.apps, [], "app: "
        return other

    def sees_older(self, reader: Reader) -> bool:
        """Whether versions that are not the newest are shown as well: not to citizens, and not by every scope."""
        return reader.role != CITIZEN and (reader.app is None or all(one == Scope() for one in reader.app.scopes))

    def some(self, most: int, of: list[T]) -> list[T]:
        """A few of many, or all when one failure is repeated."""
        return of if self.only else self.dice.sample(of, min(most, len(of)))

    async def asks(self, reader: Reader, method: str, url: str, body: Any = None, **headers: str) -> httpx.Response:
        """An answer of the API."""
        parts = tuple(part for part in url.removeprefix("http://varda.test/fhir/").partition("?")[0].split("/") if part)
        self.visited.add(named(routes.found(method, parts)))
        content = body if isinstance(body, str | None) else json.dumps(body)
        answer = await self._api[reader.name].request(method, url, content=content, headers=headers)
        assert answer.status_code < 500, (method, url, answer.text)
        return answer

    async def get(self, reader: Reader, url: str, **headers: str) -> httpx.Response:
        """What is answered to a GET."""
        return await self.asks(reader, "GET", url, **headers)

    async def post(self, reader: Reader, url: str, body: Any, **headers: str) -> httpx.Response:
        """What is answered to a question that is posted."""
        answer = await self.asks(reader, "POST", url, body, **headers)
        assert answer.status_code < 400 or lacks_scope(answer), (url, answer.text)
        return answer

    async def page(self, reader: Reader, url: str) -> httpx.Response:
        """A screen; refused as a whole, it shows nothing."""
        return await self._screen(reader, "GET", url, (200, 403, 404))

    async def page_if_any(self, reader: Reader, url: str) -> str:
        """The text of a screen that not everybody has; empty for who has none."""
        answer = await self._screen(reader, "GET", url, (200, 303, 403, 404))
        return answer.text if answer.status_code == 200 else ""

    async def form(self, reader: Reader, url: str, **fields: str) -> httpx.Response:
        """What is answered to a form."""
        token = (await self._screen(reader, "GET", "/session/key", (200,))).json()["token"]
        fine = (200, 303, 403, 404, 409, 412, 422, 400)
        return await self._screen(reader, "POST", url, fine, data=fields | {"csrf": token})

    async def _screen(
        self, reader: Reader, method: str, url: str, fine: tuple[int, ...], **sent: Any
    ) -> httpx.Response:
        scope = {"type": "http", "method": method, "path": url.partition("?")[0]}
        route = next(one for one in self._routes if one.matches(scope)[0] is Match.FULL)
        self.visited.add(f"{method} {route.path}")
        answer = await self._screens[reader.name].request(method, url, **sent)
        assert answer.status_code in fine, (url, answer.status_code, answer.text[:2000])
        return answer

    async def found(self, reader: Reader, url: str) -> set[str]:
        """What a search gives, as type/id."""
        return entries(await self.get(reader, url))

    def compare(self, way: str, reader: Reader, items: Iterable[Item], shown: set[str]) -> None:
        """Each item by itself, for ways that show what may be seen and nothing else; nothing else may be there."""
        items = list(items)
        for item in items:
            self.told(way, reader, item.name, item.name in shown, self.sees(reader, item))
        for name in shown - {one.name for one in items}:
            self.told(way, reader, name, True, Verdict(False, "it was not asked for"))


def entries(answer: httpx.Response, *modes: str) -> set[str]:
    """Type and id of everything in a Bundle; nothing where an app may not ask at all."""
    if lacks_scope(answer):
        return set()
    assert answer.status_code == 200, answer.text
    found = answer.json().get("entry", [])
    return {
        f"{one['resource']['resourceType']}/{one['resource']['id']}"
        for one in found
        if "resource" in one and (not modes or one["search"]["mode"] in modes)
    }


def lacks_scope(answer: httpx.Response) -> bool:
    """Whether an app was told that it may not ask this."""
    return answer.status_code == 403 and "it lacks the scope" in answer.text


def named(interaction: Callable[..., Any]) -> str:
    """An interaction as the list of all has it: module and name."""
    return f"{interaction.__module__.removeprefix('varda.api.')}.{interaction.__qualname__.partition('.')[0]}"


def _through_apps(world: World) -> Iterator[Reader]:
    """Everybody who works or is a system, through every app."""
    for reader in list(world.facts.readers.values()):
        for text in _APPS if reader.role not in (CITIZEN, OFFICER, *REVIEWERS) else ():
            if reader.role == SYSTEM and "patient/" in text:
                continue
            for patient in ("vera", "asa", "kid") if "patient/" in text else ("",):
                words = text.replace("user/", "system/") if reader.role == SYSTEM else text
                given = tuple(_scope(word, patient) for word in words.split())
                yield replace(reader, app=App(f"{words} {patient}".strip(), given))


def _scope(word: str, patient: str) -> Scope:
    """A scope as the law's second telling has it."""
    level, _, rest = word.partition("/")
    type_, _, since = rest.partition(".rs")
    day = date.fromisoformat(since.removeprefix("?date=ge")) if since else FIRST
    return Scope("" if type_ == "*" else type_, patient if level == "patient" else "", day)


def session_of(world: World, reader: Reader) -> Session:
    """What somebody comes as."""
    session = world.sessions[reader.id]
    if reader.app is None:
        return session
    words = [word for word in reader.app.id.split() if "/" in word]
    patient = next((one.patient for one in reader.app.scopes if one.patient), "")
    return replace(session, app="an-app", grants=scopes.grants(" ".join(words)), launch=patient)


WAYS: dict[str, Callable[[Round], Awaitable[None]]] = {}


def way(name: str) -> Callable[[Callable[[Round], Awaitable[None]]], Callable[[Round], Awaitable[None]]]:
    """A way of reading, by the name in the table."""

    def known(function: Callable[[Round], Awaitable[None]]) -> Callable[[Round], Awaitable[None]]:
        WAYS[name] = function
        return function

    return known
