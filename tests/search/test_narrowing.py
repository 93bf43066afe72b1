"""The access rule holds for every row that a search touches: matches, counts, chains, `_has` and what comes along."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from tests.search.kept import NOW, along, ids, keep, pages
from varda.fhir.keys import key
from varda.kernel.db import Database
from varda.search.narrowing import Names, Narrowing, owned, visible

REGION, WARD, OTHER, TOWN, HOME = (key(name) for name in ("region", "ward", "other", "town", "home"))
NURSE = key("nurse")


def nurse(**more: Any) -> Narrowing:
    rule = {"everything": False, "unit": WARD, "provider": REGION, "grantees": (NURSE,), "now": NOW}
    return Narrowing(**(rule | more))


def patient(n: int, family: str) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": f"{n}",
        "name": [{"family": family}],
        "generalPractitioner": [{"reference": "Practitioner/p"}],
    }


def observation(id_: str, n: int, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "code": {"coding": [{"code": "hb"}]},
        "subject": {"reference": f"Patient/{n}"},
        **more,
    }


def encounter(id_: str) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": id_,
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": "Patient/1"},
    }


RESOURCES = [
    patient(1, "Alm"),
    patient(2, "Alm"),
    patient(3, "Alm"),
    {"resourceType": "Practitioner", "id": "p", "name": [{"family": "Ek"}]},
    observation("own", 1),
    observation("others", 1),
    observation("towns", 1),
    observation("countys", 1),
    observation("foreign", 2),
    observation("both", 1, performer=[{"reference": "Patient/2"}]),
    encounter("own-e"),
    encounter("towns-e"),
    observation("via-own", 1, encounter={"reference": "Encounter/own-e"}),
    observation("via-towns", 1, encounter={"reference": "Encounter/towns-e"}),
    observation("nobody", 1) | {"subject": {"reference": "Location/l"}},
]
OWNERS = {
    "Observation/own": (REGION, WARD),
    "Observation/others": (REGION, OTHER),
    "Observation/towns": (TOWN, HOME),
    "Observation/countys": (0, 0),
    "Observation/foreign": (REGION, WARD),
    "Observation/both": (REGION, WARD),
    "Encounter/own-e": (REGION, WARD),
    "Encounter/towns-e": (TOWN, HOME),
    "Observation/via-own": (REGION, WARD),
    "Observation/via-towns": (REGION, WARD),
    "Observation/nobody": (REGION, WARD),
}
SEEN = {"own", "countys", "via-own", "via-towns"}


async def reach(database: Database, n: int, *, width: int = 0, opens: int = -1, closes: int = 1) -> None:
    compartment = key(f"Patient/{n}") if n else 0
    first, last = (NOW + timedelta(hours=hours) for hours in (opens, closes))
    await database.run(
        "insert into access.reach (compartment, grantee, source, home, width, opens, closes) "
        "values ($1, $2, $3, $1, $4, $5, $6)",
        *(compartment, NURSE, key(f"{n}{width}{opens}"), width, first, last),
    )


@pytest.fixture
async def ward(database: Database) -> Database:
    await keep(database, RESOURCES, OWNERS)
    return database


async def found(database: Database, type_: str, *pairs: tuple[str, str]) -> set[str]:
    return set(await ids(database, type_, pairs, nurse()))


@pytest.mark.anyio
async def test_nothing_is_found_without_a_relation(ward: Database) -> None:
    for pairs in ([], [("patient", "1")], [("_id", "own")], [("code", "hb")], [("patient.name", "alm")]):
        assert await found(ward, "Observation", *pairs) == set()
    assert await found(ward, "Patient") == set()


@pytest.mark.anyio
async def test_a_relation_shows_the_own_units_and_the_countys(ward: Database) -> None:
    await reach(ward, 1)
    for pairs in (
        [],
        [("patient", "1")],
        [("code", "hb")],
        [("patient", "1,2")],
        [("patient.name", "alm")],
        [("_sort", "-date")],
    ):
        assert await found(ward, "Observation", *pairs) == SEEN, pairs
    assert await found(ward, "Observation", ("_id", "own,others,towns,foreign")) == {"own"}
    assert await found(ward, "Patient") == {"1"}
    assert set(await pages(ward, "Observation", [], 1, nurse())) == SEEN


@pytest.mark.anyio
async def test_a_wide_relation_shows_the_providers_other_units_but_no_other_provider(ward: Database) -> None:
    await reach(ward, 1, width=1)
    assert await found(ward, "Observation") == SEEN | {"others"}


@pytest.mark.anyio
async def test_a_relation_that_is_over_or_not_yet_shows_nothing(ward: Database) -> None:
    await reach(ward, 1, opens=-3, closes=0)
    await reach(ward, 1, opens=1, closes=2)
    assert await found(ward, "Observation") == set()


@pytest.mark.anyio
async def test_what_names_two_patients_needs_a_relation_to_both(ward: Database) -> None:
    await reach(ward, 1)
    assert "both" not in await found(ward, "Observation", ("patient", "1"))
    await reach(ward, 2)
    for pairs in ([], [("patient", "1")], [("performer", "Patient/2")], [("patient", "1"), ("performer", "Patient/2")]):
        assert "both" in await found(ward, "Observation", *pairs)


@pytest.mark.anyio
async def test_what_belongs_to_nobody_needs_the_relation_to_nobody(ward: Database) -> None:
    assert await found(ward, "Observation", ("subject", "Location/l")) == set()
    await reach(ward, 0)
    assert await found(ward, "Observation", ("subject", "Location/l")) == {"nobody"}
    assert await found(ward, "Practitioner") == {"p"}


@pytest.mark.anyio
async def test_a_chain_does_not_tell_of_a_target_that_is_hidden(ward: Database) -> None:
    await reach(ward, 1)
    assert await found(ward, "Observation", ("encounter.status", "finished")) == {"via-own"}
    assert await found(ward, "Observation", ("encounter:Encounter.class", "AMB")) == {"via-own"}


@pytest.mark.anyio
async def test_has_does_not_tell_of_a_source_that_is_hidden(ward: Database) -> None:
    await reach(ward, 1)
    await reach(ward, 3)
    assert await found(ward, "Patient", ("_has:Observation:patient:code", "hb")) == {"1"}
    assert await found(ward, "Patient", ("_has:Observation:patient:_id", "towns")) == set()
    assert await found(ward, "Encounter", ("_has:Observation:encounter:code", "hb")) == {"own-e"}


@pytest.mark.anyio
async def test_nothing_hidden_comes_along(ward: Database) -> None:
    await reach(ward, 1)
    rule = nurse()
    include = [("patient", "1"), ("_include", "Observation:encounter"), ("_include", "Observation:subject")]
    assert await along(ward, "Observation", include, rule) == {"Encounter/own-e", "Patient/1"}
    reverse = await along(ward, "Patient", [("_revinclude", "Observation:patient")], rule)
    assert reverse == {f"Observation/{id_}" for id_ in SEEN}
    assert await along(ward, "Patient", [("_include", "Patient:general-practitioner")], rule) == set()
    await reach(ward, 0)
    assert await along(ward, "Patient", [("_include", "Patient:general-practitioner")], rule) == {"Practitioner/p"}


@pytest.mark.anyio
async def test_the_walks_of_a_search_together_are_the_rule(database: Database) -> None:
    chance = Random(3)
    units, providers = (0, WARD, OTHER, HOME), {0: 0, WARD: REGION, OTHER: REGION, HOME: TOWN}
    made, owners = [patient(n, "Alm") for n in range(1, 9)], {}
    for n in range(120):
        who = chance.randrange(1, 9)
        more = {"performer": [{"reference": f"Patient/{chance.randrange(1, 9)}"}]} if n % 5 == 0 else {}
        made.append(observation(str(n), who, **more))
        unit = chance.choice(units)
        owners[f"Observation/{n}"] = (providers[unit], unit)
    await keep(database, made, owners)
    for n in range(1, 7):
        await reach(database, n, width=n % 2)
    for rule in (
        nurse(),
        nurse(unit=0),
        nurse(unit=HOME, provider=TOWN),
        nurse(owned=(WARD, HOME)),
        nurse(owned=(OTHER,)),
    ):
        names = Names.bound(1)
        clause = owned("c", names) if rule.owned else visible("c", names)
        rows = await database.all(
            "select c.id from store.current c cross join (select $1::boolean, $2::bigint, $3::bigint, $4::bigint[], "
            "$5::timestamptz, $6::bigint[], $7::smallint[], $8::bigint[]) used "
            f"where c.home = c.compartment and c.tokens @> array[$9::bigint] and {clause}",
            *rule.values,
            key("Observation.code=hb"),
        )
        for order in ("-_lastUpdated,_id", "_id"):
            got = await pages(database, "Observation", [("code", "hb"), ("_sort", order)], 7, rule)
            assert sorted(got) == sorted(row["id"] for row in rows)
        assert set(await ids(database, "Observation", [], rule)) == {row["id"] for row in rows}
    assert await ids(database, "Observation", [], nurse(owned=(WARD, HOME)))
