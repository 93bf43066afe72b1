"""However it is written through the API, nobody stores as signed what nobody signed (R1, R2)."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.conftest import asking
from tests.api.resources import body, entry, issues, post, put, send
from tests.record import world
from tests.record.test_signing import ASTRID, BO, SIGNED, TWICE, UNSIGNED, composed, mark
from tests.support.door import client
from varda.access.people import People
from varda.access.session import Session
from varda.kernel.clock import WallClock
from varda.record import Door, Owner, Wish
from varda.record.signing import CATEGORY, FORMS

pytestmark = pytest.mark.anyio


@pytest.fixture
async def physician(door: Door) -> AsyncIterator[httpx.AsyncClient]:
    """Astrid at cardiology, where Vera lies."""
    async with asking(door, await session(door, "astrid", "cardiology")) as http:
        yield http


async def session(door: Door, person: str, unit: str) -> Session:
    if not await People(door.database).sessions(f"SE9999999999-{person}", WallClock().now()):
        await world.fill(door)
        nurse = world.assignment("bo", "cardiology", "nurse")
        async with door.opened(world.SYSTEM, "administration") as record:
            await record.write([Wish("update", nurse, owner=Owner("", ""))])
    hsa = f"SE9999999999-{person}"
    return await People(door.database).session(hsa, f"{hsa}-{unit}", WallClock().now())


async def history(http: httpx.AsyncClient, id_: str) -> list[str]:
    return [e["resource"]["status"] for e in body(await http.get(f"Composition/{id_}/_history"))["entry"]]


async def test_nobody_stores_a_note_as_signed_that_nobody_signed(physician: httpx.AsyncClient) -> None:
    false = composed("final")
    once = {"if-none-exist": "identifier=urn:x|1"}
    for answer in (
        await post(physician, false),
        await post(physician, false, **once),
        await put(physician, false | {"id": "n1"}),
        await send(physician, entry(false)),
        await send(physician, entry(false | {"id": "n1"}, "PUT", "Composition/n1")),
    ):
        assert answer.status_code == 403, answer.text
        assert any("Sign the note yourself" in issue["diagnostics"] for issue in issues(answer))
    (inner,) = body(await send(physician, entry(false), kind="batch"))["entry"]
    assert inner["response"]["status"].startswith("403")
    assert body(await physician.get("Composition?patient=vera&_summary=count"))["total"] == 0


async def test_a_refused_entry_of_a_bundle_is_named(physician: httpx.AsyncClient) -> None:
    answer = await send(physician, entry(composed("preliminary")), entry(composed("final")))
    assert any("Bundle.entry[1]" in path for issue in issues(answer) for path in issue["expression"])


async def test_a_note_is_drafted_signed_amended_and_struck_and_every_text_is_kept(physician: httpx.AsyncClient) -> None:
    steps = [UNSIGNED, SIGNED, TWICE, TWICE | {"status": "entered-in-error"}]
    for number, step in enumerate(steps, 1):
        answer = await put(physician, step | {"id": "n2"})
        assert answer.status_code == (201 if number == 1 else 200), answer.text
    assert await history(physician, "n2") == ["entered-in-error", "amended", "final", "preliminary"]
    for step in steps:
        assert (await put(physician, step | {"id": "n2"})).status_code == 403


async def test_a_colleague_does_not_change_what_another_has_signed(door: Door, physician: httpx.AsyncClient) -> None:
    assert (await put(physician, SIGNED | {"id": "n3"})).status_code == 201
    changed = composed("amended", mark(ASTRID), mark(BO), title="Annan") | {"id": "n3"}
    async with asking(door, await session(door, "bo", "cardiology")) as colleague:
        answer = await put(colleague, changed)
    assert answer.status_code == 403
    assert "Write a note of your own" in answer.text
    assert await history(physician, "n3") == ["final"]


async def test_a_system_takes_over_what_was_signed_elsewhere_only_with_the_right_to_import(
    door: Door, physician: httpx.AsyncClient
) -> None:
    async with asking(door, client()) as importing:
        assert (await post(importing, composed("final"))).status_code == 201
    async with asking(door, client(scopes=("read", "write"))) as plain:
        assert (await post(plain, composed("final"))).status_code == 403
        assert (await post(plain, composed("preliminary"))).status_code == 201


async def test_a_form_of_another_category_is_refused_with_what_to_do(physician: httpx.AsyncClient) -> None:
    """A2: who signs activity on prescription, or notes, signs no sick leave by naming its form."""
    form = f"{FORMS}certificate/sick-leave|1"
    answers = {"resourceType": "QuestionnaireResponse", "id": "answers", "status": "completed", "questionnaire": form}
    category = [{"coding": [{"system": CATEGORY, "code": "physical-activity"}]}]
    wrong = composed("preliminary") | {"category": category, "contained": [answers]}
    for answer in (await post(physician, wrong), await put(physician, wrong | {"id": "n1"})):
        assert answer.status_code == 403, answer.text
        (issue,) = issues(answer)
        assert issue["expression"] == ["Composition.contained"]
        assert "Give the Composition that category" in issue["diagnostics"]
    alone = {**answers, "subject": {"reference": "Patient/vera"}, "id": "r1", "status": "in-progress"}
    (issue,) = issues(await put(physician, alone))
    assert "inside the Composition" in issue["diagnostics"]
    right = wrong | {"category": [{"coding": [{"system": CATEGORY, "code": "certificate"}]}]}
    assert (await post(physician, right)).status_code == 201
