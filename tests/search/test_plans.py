"""The indexes that answer: a patient's own by the compartment, everybody's by tokens, by unit or by creation."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tests.search.kept import NOW, rows
from tests.support.database import TestServer
from varda.fhir.definitions import TYPES
from varda.fhir.keys import key
from varda.kernel.db import Database
from varda.search.compile import Statement, compiled, counted
from varda.search.index import indexed
from varda.search.narrowing import Narrowing
from varda.search.packed import packed
from varda.search.question import asked

WARD, REGION, NURSE = 11, 1, key("nurse")
STAFF = Narrowing(everything=False, unit=WARD, provider=REGION, grantees=(NURSE,), now=NOW)
CLIENT = Narrowing(everything=False, unit=0, provider=0, grantees=(), now=NOW, owned=(WARD, 14, 17))
SYSTEM = Narrowing(everything=True, unit=0, provider=0, grantees=(), now=NOW)
PATIENTS, EACH = 200, 40


def _observation(n: int) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": str(n),
        "status": "final",
        "subject": {"reference": f"Patient/{n % PATIENTS}"},
        "code": {"coding": [{"system": "s", "code": "common" if n % 3 else f"rare{n % 600}"}]},
        "effectiveDateTime": (NOW - timedelta(hours=n)).isoformat(),
        "valueQuantity": {"value": n % 50},
        "encounter": {"reference": f"Encounter/{n % 1000}"},
    }


def _rows() -> Iterator[tuple[Any, ...]]:
    number = TYPES.index("Observation") + 1
    for n in range(PATIENTS * EACH):
        index = indexed(_observation(n))
        home, item = key(f"Patient/{n % PATIENTS}"), key(f"Observation/{n}")
        unit = 10 + n % PATIENTS % 20
        updated = NOW + timedelta(minutes=n - PATIENTS * EACH)
        times = updated, index.low, index.high
        yield home, item, home, number, 1, n, REGION, unit, False, *times, None, index.tokens, str(n), None


async def _fill(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.copy_records_to_table("current", schema_name="store", records=list(_rows()))
    reach = [
        (key(f"Patient/{n}"), NURSE, 1, 1, 0, NOW - timedelta(1), NOW + timedelta(1)) for n in range(0, PATIENTS, 20)
    ]
    columns = ["compartment", "grantee", "source", "home", "width", "opens", "closes"]
    await connection.copy_records_to_table("reach", schema_name="access", records=reach, columns=columns)
    await connection.execute("analyze store.current")
    await connection.execute("analyze access.reach")
    await connection.close()


@pytest.fixture(scope="module")
def volume(server: TestServer) -> Iterator[str]:
    with server.clone() as url:
        asyncio.run(_fill(url))
        yield url


async def plan(url: str, statement: Statement) -> list[dict[str, Any]]:
    """Every node of the plan that reads store.current."""
    connection = await asyncpg.connect(url)
    (row,) = await connection.fetch(f"explain (format json) {statement.text}", *statement.values)
    await connection.close()
    found, left = [], [json.loads(row[0])[0]["Plan"]]
    while left:
        node = left.pop()
        left += node.get("Plans", [])
        if node.get("Relation Name") == "current" or node.get("Index Name", "").startswith("current"):
            found.append(node)
    return found


@pytest.mark.anyio
@pytest.mark.parametrize("narrowing", [STAFF, SYSTEM], ids=["staff", "system"])
@pytest.mark.parametrize(
    "pairs",
    [
        [("patient", "40")],
        [("subject", "Patient/40")],
        [("patient", "40"), ("code", "common")],
        [("patient", "40"), ("_sort", "-date")],
        [("patient", "40"), ("value-quantity", "gt5")],
        [("patient", "40"), ("date", "ge2024-06-01")],
        [("patient", "40"), ("code:not", "common")],
        [("patient", "40,60")],
        [("patient", "40"), ("_id", "40,240")],
    ],
)
async def test_a_patients_own_are_found_by_the_compartment(
    volume: str, pairs: list[tuple[str, str]], narrowing: Narrowing
) -> None:
    question = asked("Observation", pairs)
    for statement in (compiled(question, narrowing), counted(question, narrowing)):
        nodes = await plan(volume, statement)
        conditions = [node["Index Cond"] for node in nodes if "Index Cond" in node]
        assert nodes
        assert not [node for node in nodes if node["Node Type"] == "Seq Scan"]
        assert any("compartment =" in condition for condition in conditions), conditions


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("pairs", "narrowing", "index"),
    [
        ([("code", "rare9")], SYSTEM, "current_tokens"),
        ([("encounter", "Encounter/7")], SYSTEM, "current_tokens"),
        ([("code", "common")], SYSTEM, "current_newest"),
        ([], SYSTEM, "current_newest"),
        ([("_sort", "-date")], SYSTEM, "current_dated"),
        ([("_id", "7,8")], SYSTEM, "current_pkey"),
        ([("code", "common")], STAFF, "current_unit"),
        ([], STAFF, "current_unit"),
        ([("_sort", "-date")], STAFF, "current_unit_dated"),
        ([("code", "common"), ("_sort", "-date")], STAFF, "current_unit_dated"),
        ([("code", "common")], CLIENT, "current_unit"),
        ([("code", "rare9")], CLIENT, "current_tokens"),
        ([("_sort", "date")], CLIENT, "current_unit_dated"),
        ([("_lastUpdated", "gt2024-07-01T13:50:00")], SYSTEM, "current_updated"),
        ([("_lastUpdated", "gt2024-07-01T13:50:00")], STAFF, "current_updated"),
        ([("_sort", "-_lastUpdated")], SYSTEM, "current_updated"),
        ([("_sort", "_lastUpdated")], SYSTEM, "current_updated"),
        ([("_lastUpdated", "ge2024-06-30"), ("_sort", "_lastUpdated")], SYSTEM, "current_updated"),
        ([("_sort", "-_lastUpdated")], CLIENT, "current_updated"),
    ],
)
async def test_everybodys_are_found_by_an_index_that_fits(
    volume: str, pairs: list[tuple[str, str]], narrowing: Narrowing, index: str
) -> None:
    nodes = await plan(volume, compiled(asked("Observation", [*pairs, ("_count", "5")]), narrowing))
    assert index in {node.get("Index Name") for node in nodes}
    assert not [node for node in nodes if node["Node Type"] == "Seq Scan"]


@pytest.mark.anyio
async def test_a_question_to_the_whole_population_is_planned_by_its_values_each_time(volume: str) -> None:
    database = await Database.connect(volume, size=1, plans="force_custom_plan")
    statement = compiled(asked("Observation", [("code", "rare9")]), STAFF)
    for _ in range(9):
        await rows(database, statement)
    planned = await database.one(
        "select generic_plans, custom_plans from pg_prepared_statements where statement = $1",
        packed(statement.text, statement.columns),
    )
    await database.close()
    assert (planned["generic_plans"], planned["custom_plans"]) == (0, 9)


@pytest.mark.anyio
async def test_what_a_ward_changed_last_is_not_looked_for_in_the_whole_county(volume: str) -> None:
    nodes = await plan(volume, compiled(asked("Observation", [("_sort", "-_lastUpdated")]), STAFF))
    assert "current_updated" not in {node.get("Index Name") for node in nodes}
    assert any("unit =" in node.get("Index Cond", "") for node in nodes)
