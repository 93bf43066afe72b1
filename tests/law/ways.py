"""Every way of reading, asked for many sessions and items at once, each answer held against the oracle's.

A way is a function that asks and says for each pair (session, item) whether the item was shown. It may look from
further than the item itself: an included item needs its source too. `shown` is compared by `Round.told`.
"""

import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx

from tests.law.oracle import CITIZEN, IN_DANGER, READS, Item, Reader, Verdict
from tests.law.worlds import World, resource
from tests.support.server import application
from varda import web
from varda.access.identity import Identities
from varda.access.once import Once
from varda.access.people import People
from varda.access.tickets import Holder, Tickets
from varda.care.patients import INVENTED_BLOCK
from varda.kernel.errors import Fault

SYSTEM = quote("https://varda.example/law")
T = TypeVar("T")
SAMPLE = 32
"""Pairs that a way asks in one round where each is a request of its own."""

YES = Verdict(True, "everybody may")


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

    def __init__(self, world: World, dice: Random, *, most: int = 99, reader: str = "", case: str = "") -> None:
        self.world, self.dice = world, dice
        self.facts, self.now = world.facts, world.now
        readers = [r for r in self.facts.readers.values() if reader in ("", r.id)]
        self.readers = dice.sample(readers, min(most, len(readers)))
        self.staff = [one for one in self.readers if one.role != CITIZEN]
        self.only = case
        self.pairs: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.wrong: list[Wrong] = []
        self._told: set[tuple[str, str, str]] = set()
        self._known: dict[tuple[str, str], Verdict] = {}
        self._stack = AsyncExitStack()
        self._api: dict[str, httpx.AsyncClient] = {}
        self._screens: dict[str, httpx.AsyncClient] = {}

    async def __aenter__(self) -> Self:
        world, tickets = self.world, Tickets(self.world.door.database)
        parts = web.Parts(
            door=world.door, people=People(world.door.database), tickets=tickets, clock=world.clock, build="test",
            once=Once(world.door.database), identities=Identities(world.door.database), seal=b"s" * 32,
            environment="test", may_choose=True, reserve_block=INVENTED_BLOCK, draw=Random(1).randrange,
        )  # fmt: skip
        api, screens = application(world.door), web.application(parts)
        for reader in self.readers:
            session, hour = world.sessions[reader.id], timedelta(hours=1)
            bearer = await tickets.made(session, kind="bearer", now=self.now, lasts=hour)
            holder = Holder(subject=session.actor, name=session.name, people=(session.actor,))
            cookie = await tickets.made(session, kind="browser", now=self.now, lasts=hour, holder=holder)
            self._api[reader.id] = await self._stack.enter_async_context(
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(api),
                    base_url="http://varda.test/fhir/",
                    headers={"authorization": f"Bearer {bearer}", "content-type": "application/fhir+json"},
                )
            )
            self._screens[reader.id] = await self._stack.enter_async_context(
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
        known = self._known.get((reader.id, item.name))
        if known is None:
            known = self._known[reader.id, item.name] = self.facts.sees(reader, item, self.now)
        return known

    def told(self, way: str, reader: Reader, case: str, shown: bool, verdict: Verdict) -> None:
        """One pair, compared."""
        if self.only and case != self.only:
            return
        if (way, reader.id, case) not in self._told:
            self._told.add((way, reader.id, case))
            self.pairs[way] += 1
            self.seen[way] += bool(verdict.seen)
        if verdict.seen is not None and shown != verdict.seen:
            self.wrong.append(Wrong(way, reader.id, case, shown, verdict.why))

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
        seen = [pair for pair in pairs if self.sees(*pair).seen][: SAMPLE // 2]
        hidden = [pair for pair in pairs if not self.sees(*pair).seen][: SAMPLE - len(seen)]
        yield from seen
        yield from hidden

    def some(self, most: int, of: list[T]) -> list[T]:
        """A few of many, or all when one failure is repeated."""
        return of if self.only else self.dice.sample(of, min(most, len(of)))

    async def get(self, reader: Reader, url: str, **headers: str) -> httpx.Response:
        """An answer of the API."""
        answer = await self._api[reader.id].get(url, headers=headers)
        assert answer.status_code < 500, (url, answer.text)
        return answer

    async def post(self, reader: Reader, url: str, body: Any, **headers: str) -> httpx.Response:
        """An answer of the API to what is sent."""
        content = body if isinstance(body, str) else json.dumps(body)
        answer = await self._api[reader.id].post(url, content=content, headers=headers)
        assert answer.status_code < 400, (url, answer.text)
        return answer

    async def put(self, reader: Reader, url: str, body: Any, **headers: str) -> httpx.Response:
        """The answer to a write that must come to nothing."""
        return await self._api[reader.id].put(url, content=json.dumps(body), headers=headers)

    async def page(self, reader: Reader, url: str) -> httpx.Response:
        """A screen."""
        answer = await self._screens[reader.id].get(url)
        assert answer.status_code in (200, 404), (url, answer.status_code, answer.text[:2000])
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
    """Type and id of everything in a Bundle."""
    assert answer.status_code == 200, answer.text
    found = answer.json().get("entry", [])
    return {
        f"{one['resource']['resourceType']}/{one['resource']['id']}"
        for one in found
        if "resource" in one and (not modes or one["search"]["mode"] in modes)
    }


WAYS: dict[str, Callable[[Round], Awaitable[None]]] = {}


def way(name: str) -> Callable[[Callable[[Round], Awaitable[None]]], Callable[[Round], Awaitable[None]]]:
    """A way of reading, by the name in the table."""

    def known(function: Callable[[Round], Awaitable[None]]) -> Callable[[Round], Awaitable[None]]:
        WAYS[name] = function
        return function

    return known


# The API: one item --------------------------------------------------------------------------------------------------


@way("read")
async def _(asking: Round) -> None:
    for reader, item in asking.sample():
        answer = await asking.get(reader, item.name)
        asking.told("read", reader, item.name, answer.status_code == 200, asking.sees(reader, item))


@way("conditional read")
async def _(asking: Round) -> None:
    for reader, item in asking.sample():
        tag = {"if-none-match": f'W/"{item.versions}"'}
        answer = await asking.get(reader, item.name, **tag)
        assert answer.status_code in (304, 404), answer.text
        asking.told("conditional read", reader, item.name, answer.status_code == 304, asking.sees(reader, item))


@way("vread")
async def _(asking: Round) -> None:
    for reader, item in asking.sample():
        number = item.versions if reader.role == CITIZEN else asking.dice.randint(1, item.versions)
        answer = await asking.get(reader, f"{item.name}/_history/{number}")
        asking.told("vread", reader, item.name, answer.status_code == 200, asking.sees(reader, item))


@way("history")
async def _(asking: Round) -> None:
    for reader, item in asking.sample():
        answer = await asking.get(reader, f"{item.name}/_history")
        shown = answer.status_code == 200 and answer.json().get("total") != 0
        asking.told("history", reader, item.name, shown, asking.sees(reader, item))
        if shown and reader.role != CITIZEN and asking.sees(reader, item).seen:
            assert len(answer.json()["entry"]) == item.versions, answer.text


@way("error")
async def _(asking: Round) -> None:
    """What is hidden and what is not there are answered alike (A13), by reads and by writes that come to nothing."""
    for reader, item in asking.sample():
        said = []
        for id_ in (item.id, "zq000y"):
            made = (
                resource(item)
                if item.type not in ("Patient", "Consent", "RelatedPerson")
                else {"resourceType": item.type}
            )
            stale = {"if-match": 'W/"99"'}
            answers = [
                await asking.get(reader, f"{item.type}/{id_}"),
                await asking.get(reader, f"{item.type}/{id_}/_history"),
                await asking.get(reader, f"{item.type}/{id_}/_history/1"),
            ]
            if item.type != "Patient":  # anybody may be found, so that a Patient is no secret (A1)
                answers.append(await asking.put(reader, f"{item.type}/{id_}", made | {"id": id_}, **stale))
            said.append([re.sub(r"[0-9a-f]{6}-\d+", "", one.text).replace(id_, "it") for one in answers])
        verdict = asking.sees(reader, item)
        if verdict.seen is False:
            asking.told("error", reader, item.name, said[0] != said[1], verdict)
        else:
            asking.told("error", reader, item.name, said[0][0] != said[1][0], verdict)


@way("batch")
async def _(asking: Round) -> None:
    by_reader: dict[str, list[Item]] = {}
    for reader, item in asking.sample():
        by_reader.setdefault(reader.id, []).append(item)
    for id_, items in by_reader.items():
        reader = asking.facts.readers[id_]
        requests = [{"request": {"method": "GET", "url": one.name}} for one in items]
        answer = await asking.post(reader, "", {"resourceType": "Bundle", "type": "batch", "entry": requests})
        for item, entry in zip(items, answer.json()["entry"], strict=True):
            shown = entry["response"]["status"].startswith("200")
            asking.told("batch", reader, item.name, shown, asking.sees(reader, item))


# The API: searches --------------------------------------------------------------------------------------------------


@way("transaction")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        items = asking.items()
        types = sorted({one.type for one in items})
        requests = [{"request": {"method": "GET", "url": f"{type_}?_count=1000"}} for type_ in types]
        answer = await asking.post(reader, "", {"resourceType": "Bundle", "type": "transaction", "entry": requests})
        shown = {
            f"{one['resource']['resourceType']}/{one['resource']['id']}"
            for entry in answer.json()["entry"]
            for one in entry["resource"].get("entry", [])
        }
        asking.compare("transaction", reader, items, shown)


@way("search by patient")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in asking.types():
            for patient in asking.some(1, sorted(asking.facts.patients)):
                shown = await asking.found(reader, f"{type_}?patient={patient}&_count=1000")
                own = [one for one in asking.items(type_) if one.patients[0] == patient]
                asking.compare("search by patient", reader, own, shown)


@way("search by _id")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in [*asking.types(), "Patient"]:
            items = asking.items(type_)
            ids = ",".join(one.id for one in items)
            shown = await asking.found(reader, f"{type_}?_id={ids}&_count=1000")
            asking.compare("search by _id", reader, items, shown)


@way("search of everybody")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in [*asking.types(), "Patient"]:
            shown = await asking.found(reader, f"{type_}?_count=1000")
            asking.compare("search of everybody", reader, asking.items(type_), shown)


@way("search by code")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in ("Observation", "Condition"):
            shown = await asking.found(reader, f"{type_}?code={SYSTEM}|common&_count=1000")
            asking.compare("search by code", reader, asking.items(type_), shown)


@way("search, sorted")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in [one for one in asking.types() if one != "RelatedPerson"]:
            date = {"Condition": "recorded-date", "ServiceRequest": "authored"}.get(type_, "date")
            order = asking.dice.choice([date, f"-{date}", "-_lastUpdated"])
            shown = await asking.found(reader, f"{type_}?_sort={order}&_count=1000")
            asking.compare("search, sorted", reader, asking.items(type_), shown)


@way("search, paged")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in ("Observation", "CarePlan", "Consent", "Patient"):
            order = asking.dice.choice(["", "&_sort=-_lastUpdated"])
            url, shown = f"{type_}?_count={asking.dice.randint(1, 5)}{order}", set()
            while url:
                answer = await asking.get(reader, url)
                shown |= entries(answer)
                url = next((one["url"] for one in answer.json()["link"] if one["relation"] == "next"), "")
            asking.compare("search, paged", reader, asking.items(type_), shown)


@way("search, posted")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in asking.types():
            form = {"content-type": "application/x-www-form-urlencoded"}
            shown = entries(await asking.post(reader, f"{type_}/_search", "_count=1000", **form))
            asking.compare("search, posted", reader, asking.items(type_), shown)


@way("count")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in asking.types():
            await _counted(asking, "count", reader, type_, "_summary=count", asking.items(type_))
            patient = asking.dice.choice(sorted(asking.facts.patients))
            own = [one for one in asking.items(type_) if one.patients[0] == patient]
            await _counted(asking, "count", reader, type_, f"patient={patient}&_summary=count", own)


@way("total")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in asking.types():
            await _counted(asking, "total", reader, type_, "_total=accurate&_count=1", asking.items(type_))


async def _counted(asking: Round, name: str, reader: Reader, type_: str, question: str, items: list[Item]) -> None:
    """A number is right or wrong for all that it counts: too many is a leak, too few a needless refusal."""
    number = (await asking.get(reader, f"{type_}?{question}")).json()["total"]
    verdicts = [asking.sees(reader, one) for one in items]
    least, most = sum(v.seen is True for v in verdicts), sum(v.seen is not False for v in verdicts)
    for item, verdict in zip(items, verdicts, strict=True):
        is_wrong = (number > most and verdict.seen is False) or (number < least and verdict.seen is True)
        asking.told(name, reader, item.name, (verdict.seen is True) != is_wrong, verdict)


@way("_include")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        url = "Observation?_include=Observation:encounter&_include=Observation:patient&_count=1000"
        shown = entries(await asking.get(reader, url), "include")
        sources = asking.items("Observation")
        for item in asking.items("Encounter", "Patient"):
            from_ = [s for s in sources if item.id in (s.at_encounter, s.patients[0])]
            verdict = both(asking.sees(reader, item), either(asking.sees(reader, s) for s in from_))
            asking.told("_include", reader, item.name, item.name in shown, verdict)


@way("_revinclude")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        types = ("Observation", "Condition", "CarePlan", "Composition")
        more = "".join(f"&_revinclude={type_}:patient" for type_ in types)
        ids = ",".join(asking.facts.patients)
        shown = entries(await asking.get(reader, f"Patient?_id={ids}{more}"), "include")
        for item in asking.items(*types):
            verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))
            asking.told("_revinclude", reader, item.name, item.name in shown, verdict)


@way("chain")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        shown = await asking.found(reader, "Observation?encounter:Encounter.class=AMB&_count=1000")
        for item in asking.items("Observation"):
            at = f"Encounter/{item.at_encounter}"
            verdict = Verdict(False, "it names no contact")
            if item.at_encounter:
                verdict = both(asking.sees(reader, item), asking.sees(reader, at))
            asking.told("chain", reader, item.name, item.name in shown, verdict)
        for type_ in ("Condition", "CarePlan"):
            shown = await asking.found(reader, f"{type_}?patient.gender=female&_count=1000")
            for item in asking.items(type_):
                verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))
                asking.told("chain", reader, item.name, item.name in shown, verdict)


@way("_has")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        asked = f"_has:Observation:encounter:code={SYSTEM}|common"
        shown = await asking.found(reader, f"Encounter?{asked}&_count=1000")
        for item in asking.items("Encounter"):
            at = [one for one in asking.items("Observation") if one.at_encounter == item.id]
            verdict = both(asking.sees(reader, item), either(asking.sees(reader, one) for one in at))
            asking.told("_has", reader, item.name, item.name in shown, verdict)
        for type_ in ("Observation", "Condition"):
            shown = await asking.found(reader, f"Patient?_has:{type_}:patient:code={SYSTEM}|common&_count=1000")
            for item in asking.items("Patient"):
                of = [one for one in asking.items(type_) if one.patients[0] == item.id]
                verdict = both(asking.sees(reader, item), either(asking.sees(reader, one) for one in of))
                asking.told("_has", reader, item.name, item.name in shown, verdict)


@way("$everything")
async def _(asking: Round) -> None:
    """The whole of a patient, which is also what is exported."""
    for reader in asking.readers:
        for patient in asking.facts.patients:
            whole = f"Patient/{patient}"
            answer = await asking.get(reader, f"{whole}/$everything?_count=1000")
            shown = entries(answer) if answer.status_code == 200 else set()
            for item in [one for one in asking.items() if patient in one.patients]:
                verdict = both(asking.sees(reader, item), asking.sees(reader, whole))
                asking.told("$everything", reader, item.name, item.name in shown, verdict)


# Screens ------------------------------------------------------------------------------------------------------------

_SECTIONS = {
    "notes": ("Composition",),
    "problems": ("Condition",),
    "results": ("Observation",),
    "attention": ("AllergyIntolerance", "Flag"),
    "contacts": ("Encounter",),
    "plan": ("CarePlan",),
}


@way("chart sections")
async def _(asking: Round) -> None:
    for reader in asking.some(3, asking.staff):
        for patient in asking.some(3, list(asking.facts.patients)):
            for section, types in _SECTIONS.items():
                text = (await asking.page(reader, f"/chart/{patient}/{section}")).text
                _on_chart(asking, "chart sections", reader, patient, text, types)


@way("chart overview")
async def _(asking: Round) -> None:
    """Everything that is new, so that in a small world all that is seen of some types."""
    for reader in asking.some(4, asking.staff):
        for patient in asking.some(3, list(asking.facts.patients)):
            text = (await asking.page(reader, f"/chart/{patient}")).text
            _on_chart(asking, "chart overview", reader, patient, text, ("AllergyIntolerance",))


def _on_chart(asking: Round, name: str, reader: Reader, patient: str, text: str, whole: tuple[str, ...]) -> None:
    """On a page of the chart nothing is hidden of the types that it is for; of no type may anything leak."""
    one_person = asking.facts.same(patient)
    for item in asking.items():
        if item.type in ("Patient", "RelatedPerson"):
            continue
        verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{patient}"))
        if not one_person & set(item.patients):
            verdict = Verdict(False, "it is about somebody else")
        is_over = item.type == "CarePlan" and asking.world.resources[item.id][0]["status"] == "completed"
        shown = item.id in text
        if shown or verdict.seen is False or (item.type in whole and not is_over):
            asking.told(name, reader, item.name, shown, verdict)


@way("note page")
async def _(asking: Round) -> None:
    await _notes(asking, "note page", "")


@way("note history page")
async def _(asking: Round) -> None:
    await _notes(asking, "note history page", "/history")


async def _notes(asking: Round, name: str, more: str) -> None:
    for reader, item in asking.sample("Composition", staff=True):
        text = (await asking.page(reader, f"/chart/{item.patients[0]}/notes/{item.id}{more}")).text
        verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))
        asking.told(name, reader, item.name, item.id in text.replace(f"/notes/{item.id}", ""), verdict)


@way("trend page")
async def _(asking: Round) -> None:
    for reader, item in asking.sample("Observation", staff=True):
        text = (await asking.page(reader, f"/chart/{item.patients[0]}/results/{item.id}")).text
        verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))
        asking.told("trend page", reader, item.name, item.id in text.replace(f"/results/{item.id}", ""), verdict)


@way("patient list")
async def _(asking: Round) -> None:
    for reader in asking.staff:
        text = (await asking.page(reader, "/patients")).text
        for item in asking.items("Patient"):
            asking.told("patient list", reader, item.name, f"/chart/{item.id}" in text, asking.sees(reader, item))
        for show in ("admitted", "today", "open"):
            text += (await asking.page(reader, f"/patients?show={show}")).text
        for item in asking.items("Encounter", "Appointment"):
            verdict = asking.sees(reader, item)
            if item.id in text or verdict.seen is False:
                asking.told("patient list", reader, item.name, item.id in text, verdict)


@way("find by name")
async def _(asking: Round) -> None:
    for reader in asking.staff:
        for item in asking.items("Patient"):
            text = (await asking.page(reader, f"/palette?q=Zq{item.id}")).text
            asking.told("find by name", reader, item.name, f"/chart/{item.id}" in text, asking.sees(reader, item))


@way("find by number")
async def _(asking: Round) -> None:
    """A full identity number finds anybody, with name and age and nothing of what is written (A1)."""
    for reader in asking.staff:
        for patient in asking.facts.patients.values():
            text = (await asking.page(reader, f"/palette?q={patient.number}")).text
            asking.told("find by number", reader, f"Patient/{patient.id}", f"/chart/{patient.id}" in text, YES)
            assert not re.search(r"zq\d{3}x", text)


@way("drafts")
async def _(asking: Round) -> None:
    """A draft is its writer's alone."""
    for reader in asking.staff:
        text = (await asking.page(reader, "/unsigned")).text
        for id_, (person, _) in asking.world.drafts.items():
            verdict = Verdict(person == reader.person, "a draft is seen by its writer alone")
            asking.told("drafts", reader, f"draft/{id_}", id_ in text, verdict)


@way("unsigned list")
async def _(asking: Round) -> None:
    for reader in asking.staff:
        text = (await asking.page(reader, "/unsigned/unit")).text + (await asking.page(reader, "/unsigned")).text
        for item in asking.items("Composition"):
            verdict = asking.sees(reader, item)
            is_waiting = asking.world.resources[item.id][0]["status"] == "preliminary" and item.unit == reader.unit
            if item.id in text or verdict.seen is False or is_waiting:
                asking.told("unsigned list", reader, item.name, item.id in text, verdict)


# What is told of what cannot be read ----------------------------------------------------------------------------------


@way("that there is more")
async def _(asking: Round) -> None:
    """A7: only THAT other units and providers have something, and that something is blocked."""
    for reader in asking.staff:
        for patient in asking.facts.patients:
            async with asking.world.door.opened(asking.world.sessions[reader.id], "care") as record:
                told = await record.elsewhere(patient)
            for name, verdict in _elsewhere(asking, reader, patient).items():
                case = f"{name} of {patient}"
                asking.told("that there is more", reader, case, getattr(told, name), verdict)


def _elsewhere(asking: Round, reader: Reader, patient: str) -> dict[str, Verdict]:
    facts, now = asking.facts, asking.now
    kinds: dict[str, list[Verdict]] = {"units": [], "blocked_units": [], "providers": [], "blocked_providers": []}
    types = READS[reader.role]
    for item in asking.items() if facts.reaches(reader, patient, now) else ():
        is_readable = types is None or item.type in types
        verdict = asking.sees(reader, item)
        if item.type == "Patient" or not is_readable or not facts.same(patient) & set(item.patients) or verdict.seen:
            continue
        own = item.provider == reader.provider
        if own and item.unit == reader.unit:
            continue
        # What names several patients is blocked when the one asked about has blocked it.
        is_blocked = facts.is_blocked("inner" if own else "outer", patient, item, now)
        word = "units" if own else "providers"
        found = Verdict(True if verdict.seen is False else None, f"because of {item.name}")
        if is_blocked:
            kinds[f"blocked_{word}"].append(found)
        elif own or facts.is_informed(patient, item.provider, now):
            kinds[word].append(found)
    said = {name: either(found) for name, found in kinds.items()}
    if reader.is_social:
        said["blocked_providers"] = Verdict(False, "SVOD 2:5: told to care providers only")
    return said


@way("lists before opening")
async def _(asking: Round) -> None:
    """A5, A11, A12: which units and providers, before anything of theirs is opened."""
    facts, now = asking.facts, asking.now
    for reader in asking.staff:
        session = asking.world.sessions[reader.id]
        for patient in asking.facts.patients:
            shown: set[tuple[str, str]] = set()
            async with asking.world.door.opened(session, "care") as record:
                if facts.reaches(reader, patient, now):
                    shown |= {("blocked unit", one.unit) for one in await record.units_blocked(patient)}
                else:
                    await _refused(record.units_blocked(patient))
                if reader.is_social or reader.role not in IN_DANGER:
                    await _refused(record.providers_with(patient, ground="emergency", reason="Jour"))
                    await _refused(record.providers_blocking(patient, reason="Jour"))
                else:
                    found = await record.providers_with(patient, ground="emergency", reason="Jour")
                    shown |= {("provider", one.hsa) for one in found}
                    found = await record.providers_blocking(patient, reason="Jour")
                    shown |= {("blocking", one.hsa) for one in found}
            lawful = {("blocked unit", one) for one in facts.units_blocked(reader, patient, now)}
            if not facts.reaches(reader, patient, now):
                lawful = set()
            if not reader.is_social and reader.role in IN_DANGER:
                lawful |= {("provider", one) for one in facts.available(reader, patient, now)}
                lawful |= {("blocking", one) for one in facts.blocking(reader, patient, now)}
            for place in facts.places.values():
                for kind in ("blocked unit",) if place.id != place.provider else ("provider", "blocking"):
                    verdict = Verdict((kind, place.id) in lawful, f"{kind} {place.id} of {patient}")
                    asking.told("lists before opening", reader, verdict.why, (kind, place.hsa) in shown, verdict)


async def _refused(asked: Awaitable[Any]) -> None:
    try:
        found = await asked
    except Fault:
        return
    raise AssertionError(f"a list was given that the law keeps back: {found}")
