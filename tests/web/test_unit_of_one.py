"""A unit of one, who leads it as well: every page of training that others have is hers too (F198, F204)."""

import re
from html import unescape

import pytest

from tests.record import world
from tests.support import signing_in
from tests.web.conftest import Visitor
from varda.record import Door, Owner, Wish

SOLO = "SE9999999999-L"


@pytest.fixture
async def works_alone(door: Door) -> None:
    """Eva is the nurse of a unit of her own, and its manager."""
    leads = world.assignment("eva", "solo", "unit-manager", "administration")
    leads |= {"id": "eva-leads", "identifier": [{"system": world.HSA, "value": "SE9999999999-eva-leads"}]}
    county = [
        world.organization("solo", SOLO, "care-unit", "health-centre", part_of="region"),
        world.person("eva", "Eva", "Solberg", "sjuksköterska"),
        world.assignment("eva", "solo", "nurse"),
        leads,
    ]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in county])


async def words(visitor: Visitor, path: str) -> str:
    answer = await visitor.get(path)
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.mark.usefixtures("works_alone")
@pytest.mark.parametrize("path", ["/learning", "/learning/competence", "/learning/classes", "/readiness/trial"])
async def test_she_learns_as_others_do(visitor: Visitor, path: str) -> None:
    await signing_in.signed_in(visitor, "SE9999999999-eva", "SE9999999999-eva-solo")
    assert await words(visitor, path)


@pytest.mark.usefixtures("works_alone")
async def test_she_leads_herself_and_is_counted_once(visitor: Visitor) -> None:
    await signing_in.signed_in(visitor, "SE9999999999-eva", "SE9999999999-eva-leads")
    page = await visitor.get("/learning/unit")
    assert "Eva Solberg" in page.text
    assert "Eva Solberg" in await words(visitor, "/learning/competence/unit")
    of_hers = set(re.findall(r'href="(/(?:learning|coaching|readiness)[^"#]*)"', page.text))
    assert {"/coaching/unit", "/learning/competence/unit"} <= of_hers
    for path in sorted(of_hers):
        assert await words(visitor, path)
