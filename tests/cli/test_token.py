"""Tokens from the command line: for invented people and clients only."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from tests.cli.commanding import Command, Said
from tests.cli.test_db import fill_some
from tests.record import world
from tests.support.door import opened_door
from varda.access.session import Session
from varda.access.tickets import Tickets
from varda.cli.place import settings
from varda.cli.serve import Application
from varda.kernel.clock import WallClock
from varda.kernel.db import Database
from varda.kernel.errors import SignedOut
from varda.region import DEMO_CENTRE, DEMO_PEOPLE


def session_of(url: str, said: Said) -> Session:
    async def asked() -> Session:
        database = await Database.connect(url, size=1)
        try:
            return await Tickets(database).session(said.out.strip(), kind="bearer", now=WallClock().now())
        finally:
            await database.close()

    assert (said.code, said.err) == (0, "")
    assert said.out.count("\n") == 1
    return asyncio.run(asked())


def test_the_bench_client_reaches_the_whole_county(varda: Command) -> None:
    session = session_of(varda.url, varda("token", "--client", "bench"))
    assert (session.kind, session.reach, session.scopes) == ("client", "county", ("read", "write", "delete", "import"))
    assert session.unit == ""  # nothing has been filled
    fill_some(varda.url)
    session = session_of(varda.url, varda("token", "--client", "bench"))
    assert session.unit == DEMO_CENTRE
    assert session.provider != ""


def test_a_person_is_known_by_key_name_or_number(varda: Command) -> None:
    fill_some(varda.url)
    known = DEMO_PEOPLE[0]
    for said in (known.key, known.name, known.hsa):
        session = session_of(varda.url, varda("token", "--as", said))
        assert (session.kind, session.actor, session.assignment) == ("staff", known.hsa, known.assignments[0])
    two = next(person for person in DEMO_PEOPLE if len(person.assignments) > 1)
    second = varda("token", "--as", two.key, "--assignment", two.assignments[1])
    assert session_of(varda.url, second).assignment == two.assignments[1]
    unknown = varda("token", "--as", "Nobody Atall")
    assert unknown.code == 1
    assert "Nobody called" in unknown.err


def test_a_token_is_good_for_as_long_as_was_said(varda: Command) -> None:
    said = varda("token", "--client", "bench", "--days", "2")

    async def asked() -> None:
        from datetime import timedelta

        database = await Database.connect(varda.url, size=1)
        now = WallClock().now()
        try:
            tickets = Tickets(database)
            await tickets.session(said.out.strip(), kind="bearer", now=now + timedelta(days=1, hours=23))
            with pytest.raises(SignedOut):
                await tickets.session(said.out.strip(), kind="bearer", now=now + timedelta(days=2, hours=1))
        finally:
            await database.close()

    asyncio.run(asked())


HAEMOGLOBIN = "/fhir/Observation?code=http://loinc.org|718-7"


def fill_the_small_world(url: str) -> None:
    async def filled() -> None:
        async with opened_door(url, size=2) as door:
            await world.fill(door)

    asyncio.run(filled())


def answers(varda: Command, token: Said, *asked: tuple[str, str, object]) -> list[httpx.Response]:
    """What a served Varda answers to each (method, path, body)."""
    assert (token.code, token.err) == (0, "")

    async def given() -> list[httpx.Response]:
        found = replace(settings()[0], database_url=varda.url)
        headers = {"authorization": f"Bearer {token.out.strip()}", "content-type": "application/fhir+json"}
        async with (
            Application(found).running() as application,
            httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://varda.test") as http,
        ):
            return [await http.request(m, path, json=body, headers=headers) for m, path, body in asked]

    return asyncio.run(given())


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return sorted(entry["resource"]["id"] for entry in answer.json().get("entry", []))


def test_a_client_of_units_sees_what_they_own_and_their_patients_and_nothing_else(varda: Command) -> None:
    fill_the_small_world(varda.url)
    units = ("--unit", world.CARDIOLOGY, "--unit", world.HOME_CARE)
    seen = answers(
        varda,
        varda("token", "--client", "board", *units),
        ("GET", HAEMOGLOBIN, None),
        ("GET", f"{HAEMOGLOBIN}&_summary=count", None),
        ("GET", "/fhir/Patient", None),
        ("GET", "/fhir/Encounter", None),
        ("GET", "/fhir/Patient/vera/$everything", None),
    )
    assert ids(seen[0]) == ["hb-cardiology", "hb-homecare"]
    assert seen[1].json()["total"] == 2
    assert ids(seen[2]) == ["vera"]
    assert ids(seen[3]) == ["vera-stay"]
    assert ids(seen[4]) == ["hb-cardiology", "hb-homecare", "told-boras", "vera", "vera-stay"]
    found = answers(
        varda,
        varda("token", "--client", "board", *units),
        ("GET", "/fhir/Observation/hb-homecare", None),
        ("GET", "/fhir/Observation/hb-surgery", None),
        ("GET", "/fhir/Patient/asa", None),
        ("GET", "/fhir/Encounter/asa-stay", None),
        ("GET", "/fhir/Observation/hb-surgery/_history", None),
        ("GET", "/fhir/Patient/asa/$everything", None),
    )
    assert [answer.status_code for answer in found] == [200, 404, 404, 404, 404, 404]
    other = answers(varda, varda("token", "--client", "lab", "--unit", world.SURGERY), ("GET", HAEMOGLOBIN, None))
    assert ids(other[0]) == ["hb-surgery"]


def test_a_client_of_units_does_what_its_scopes_say(varda: Command) -> None:
    fill_the_small_world(varda.url)
    one, mine = world.haemoglobin("vera", "71"), ("--client", "lab", "--unit", world.CARDIOLOGY)
    one["valueQuantity"] = {"value": 71}
    only_reads = answers(varda, varda("token", *mine), ("POST", "/fhir/Observation", one))
    assert only_reads[0].status_code == 403
    writes = varda("token", *mine, "--scope", "read", "--scope", "write")
    of_nobody_here = one | {"subject": {"reference": "Patient/asa"}}
    made, strange, erased, listed = answers(
        varda,
        writes,
        ("POST", "/fhir/Observation", one),
        ("POST", "/fhir/Observation", of_nobody_here),
        ("DELETE", "/fhir/Observation/hb-cardiology", None),
        ("GET", HAEMOGLOBIN, None),
    )
    assert (made.status_code, strange.status_code, erased.status_code) == (201, 403, 403)
    assert ids(listed) == sorted(["hb-cardiology", made.json()["id"]])
    session = session_of(varda.url, writes)
    assert (session.reach, session.unit, session.provider) == ("units", world.CARDIOLOGY, world.REGION)


def test_a_client_cannot_be_made_for_what_is_no_unit(varda: Command) -> None:
    fill_the_small_world(varda.url)
    for wrong in ("SE9999999999-none", "cardiology"):
        said = varda("token", "--client", "board", "--unit", world.CARDIOLOGY, "--unit", wrong)
        assert (said.code, said.out) == (1, "")
        assert f"{wrong} is not a care unit" in said.err
    assert varda("token", "--as", "somebody", "--unit", world.CARDIOLOGY).code == 2
    assert varda("token", "--client", "board", "--scope", "everything").code == 2
