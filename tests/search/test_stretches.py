"""One patient's items are walked unit by unit: the same as the rule finds, and past what a block hides (A4)."""

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import asyncpg
import pytest

from tests.search.kept import NOW, ids, keep, pages
from tests.support.database import TestServer
from varda.access.relations import ALWAYS, FOREVER
from varda.fhir.definitions import TYPES
from varda.fhir.keys import key
from varda.kernel.db import Database
from varda.search.compile import compiled
from varda.search.index import indexed
from varda.search.narrowing import Names, Narrowing, visible
from varda.search.question import asked

REGION, WARD, OTHER, THIRD, TOWN, HOME = (key(name) for name in ("region", "ward", "other", "third", "town", "home"))
PROVIDERS = {0: 0, WARD: REGION, OTHER: REGION, THIRD: REGION, HOME: TOWN}
NURSE, SELF = key("nurse"), key("self")
INFORMED, INNER, OUTER = 1, 3, 4
PATIENT = key("Patient/1")
OBSERVATION = TYPES.index("Observation") + 1
ORDERS = ("", "-date", "date", "_id", "-_lastUpdated", "code")


def nurse(**more: Any) -> Narrowing:
    rule = {"everything": False, "unit": WARD, "provider": REGION, "grantees": (NURSE, SELF), "now": NOW}
    return Narrowing(**(rule | more))


def observation(n: int, date: datetime | None, until: datetime | None = None, also: int = 0) -> dict[str, Any]:
    made = {
        "resourceType": "Observation",
        "id": str(n),
        "status": "final",
        "code": {"coding": [{"code": "hb" if n % 3 else "crp"}]},
        "subject": {"reference": "Patient/1"},
    }
    if also:
        made["performer"] = [{"reference": f"Patient/{also}"}]
    if until:
        start = {"start": date.isoformat()} if date else {}
        return made | {"effectivePeriod": {**start, "end": until.isoformat()}}
    return made | ({"effectiveDateTime": date.isoformat()} if date else {})


def day(n: int) -> datetime:
    return NOW - timedelta(days=n)


async def reach(database: Database, grantee: int, width: int, **more: Any) -> None:
    told = {"provider": 0, "unit": 0, "types": None, "compartment": PATIENT} | more
    source = key(json.dumps([grantee, width, str(told)]))
    await database.run(
        "insert into access.reach (compartment, grantee, source, home, width, provider, unit, types, opens, closes) "
        "values ($1, $2, $3, $1, $4, $5, $6, $7::smallint[], $8, $9) on conflict do nothing",
        *(told["compartment"], grantee, source, width, told["provider"], told["unit"], told["types"]),
        *(day(1), day(-1)),
    )


async def decision(database: Database, number: int, kind: int, provider: int, unit: int = 0, **more: datetime) -> None:
    told = {"opens": ALWAYS, "closes": FOREVER, "since": ALWAYS, "until": FOREVER, "lift_opens": ALWAYS} | more
    await database.run(
        "insert into access.decision (compartment, kind, provider, unit, source, home, opens, closes, since, until, "
        "lift_opens, lift_closes) values ($1, $2, $3, $4, $5, $1, $6, $7, $8, $9, $10, $11)",
        *(PATIENT, kind, provider, unit, number, told["opens"], told["closes"], told["since"], told["until"]),
        *(told["lift_opens"], told.get("lift_closes", ALWAYS)),
    )


async def _decided(database: Database, chance: Random) -> None:
    """What the patient has decided and who reaches what, drawn anew."""
    await database.run("delete from access.decision")
    await database.run("delete from access.reach")
    for who in (1, 2):
        if chance.random() < 0.8:
            await reach(database, NURSE, 0, compartment=key(f"Patient/{who}"))
        if chance.random() < 0.6:
            await reach(database, SELF, 1, compartment=key(f"Patient/{who}"))
    for width in (2, 3):
        if chance.random() < 0.5:
            types = chance.choice([None, [OBSERVATION], [1]])
            await reach(database, SELF, width, provider=chance.choice([0, TOWN]), types=types)
    if chance.random() < 0.3:
        await reach(database, SELF, 4, provider=REGION, unit=chance.choice([OTHER, THIRD]))
    if chance.random() < 0.8:
        await decision(database, 0, INFORMED, TOWN)
    for number in range(1, chance.choice([1, 2, 4, 16, 40])):
        provider = chance.choice([REGION, TOWN])
        units = [0, OTHER, THIRD] if provider == REGION else [0, HOME]
        since, until = sorted([day(chance.randrange(-5, 60)), day(chance.randrange(-5, 60))])
        more = chance.choice([{}, {"since": since}, {"until": until}, {"since": since, "until": until}])
        if chance.random() < 0.2:
            more = more | {"closes": day(1)}
        if chance.random() < 0.2:
            more = more | {"lift_opens": day(1), "lift_closes": day(-1)}
        await decision(database, number, INNER if provider == REGION else OUTER, provider, chance.choice(units), **more)


@pytest.mark.anyio
async def test_what_is_found_unit_by_unit_is_what_the_rule_lets_through(database: Database) -> None:
    chance = Random(5)
    made: list[dict[str, Any]] = [{"resourceType": "Patient", "id": str(n)} for n in (1, 2)]
    owners = {}
    for n in range(160):
        first = day(chance.randrange(60))
        date = chance.choice([None, first, first, first])
        until = first + timedelta(days=chance.randrange(9)) if n % 4 == 0 else None
        made.append(observation(n, date, until, also=2 if n % 9 == 0 else 0))
        unit = chance.choice(list(PROVIDERS))
        owners[f"Observation/{n}"] = (chance.choice([REGION, TOWN]) if n % 20 == 0 else PROVIDERS[unit], unit)
    await keep(database, made, owners)
    everything, amounts = nurse(everything=True), set()
    for _ in range(40):
        await _decided(database, chance)
        rule = chance.choice([nurse(), nurse(), nurse(unit=OTHER), nurse(unit=HOME, provider=TOWN)])
        rows = await database.all(
            "select c.id from store.current c cross join (select $1::boolean, $2::bigint, $3::bigint, $4::bigint[], "
            "$5::timestamptz, $6::bigint[], $7::smallint[], $8::bigint[]) used "
            f"where c.compartment = $9 and c.type = $10 and {visible('c', Names.bound(1))}",
            *(*rule.values, PATIENT, OBSERVATION),
        )
        seen = {row["id"] for row in rows}
        amounts.add(len(seen))
        order, more = chance.choice(ORDERS), chance.choice([[], [], [("code", "hb")], [("date", "ge2024-05-20")]])
        pairs = [("patient", "1"), *([("_sort", order)] if order else []), *more]
        meant = [one for one in await ids(database, "Observation", pairs, everything) if one in seen]
        assert await ids(database, "Observation", pairs, rule) == meant
        assert await pages(database, "Observation", pairs, 7, rule) == meant
    assert len(amounts) > 15


HIDDEN, SHOWN, OTHERS = 3_000, 60, 200


def _rows() -> Iterator[tuple[Any, ...]]:
    """A patient with many new items of one unit and some of two others, and other patients."""
    for n in range(HIDDEN + 2 * SHOWN + OTHERS * 40):
        who, unit = 1, OTHER
        if n >= HIDDEN:
            unit = WARD if n % 2 else THIRD
        if n >= HIDDEN + 2 * SHOWN:
            who = 2 + n % OTHERS
        index = indexed(observation(n, NOW - timedelta(hours=n)) | {"subject": {"reference": f"Patient/{who}"}})
        home = key(f"Patient/{who}")
        columns = home, key(f"Observation/{n}"), home, OBSERVATION, 1, n, REGION, unit, False
        yield *columns, NOW, index.low, index.high, None, index.tokens, str(n), None


async def _fill(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.copy_records_to_table("current", schema_name="store", records=list(_rows()))
    await connection.execute("analyze store.current")
    await connection.close()


@pytest.fixture(scope="module")
def volume(server: TestServer) -> Iterator[str]:
    with server.clone() as url:
        asyncio.run(_fill(url))
        yield url


@pytest.mark.anyio
@pytest.mark.parametrize("more", [[], [("code", "hb")], [("date", "ge2020")], [("_sort", "date")]])
@pytest.mark.parametrize("until", [FOREVER, NOW + timedelta(days=1)], ids=["all time", "a period"])
async def test_a_block_is_passed_over_and_not_met_item_by_item(
    volume: str, until: datetime, more: list[tuple[str, str]]
) -> None:
    database = await Database.connect(volume, size=1)
    await database.run("delete from access.decision")
    await reach(database, NURSE, 0)
    await reach(database, SELF, 1)
    since = ALWAYS if until == FOREVER else NOW - timedelta(hours=HIDDEN)
    await decision(database, 1, INNER, REGION, OTHER, since=since, until=until)
    statement = compiled(asked("Observation", [("patient", "1"), *more]), nurse())
    row = await database.one(f"explain (analyze, format json) {statement.text}", *statement.values)
    await database.close()
    met, left = 0, [json.loads(row[0])[0]["Plan"]]
    while left:
        node = left.pop()
        left += node.get("Plans", [])
        if node.get("Relation Name") == "current":
            met += node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
    assert 0 < met < 4 * SHOWN
