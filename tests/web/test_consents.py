"""Pages of the patient's decisions and of opening what lies behind the walls (A3–A12 in docs/law.md)."""

import re
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from tests.record import world
from tests.record.world import decision
from tests.support.signing_in import signed_in
from varda.record import Door, Owner, Wish

OTHERS = "/chart/vera/openings/others"
EMERGENCY = "/chart/vera/openings/emergency"


@pytest.fixture
async def cia(visitor_of: Callable[..., httpx.AsyncClient]) -> AsyncIterator[httpx.AsyncClient]:
    """Nurse in the municipality's home care, who has opened Vera's record."""
    async with visitor_of() as visitor:
        await signed_in(visitor, "SE9999999999-cia", "SE9999999999-cia-homecare")
        await visitor.post("/chart/vera/choose", data={"reason": "Hembesök"})
        yield visitor


@pytest.fixture
async def dan(visitor_of: Callable[..., httpx.AsyncClient], door: Door) -> AsyncIterator[httpx.AsyncClient]:
    """Physician of the municipality, whose role answers requests."""
    known = [world.person("dan", "Dan", "Ask"), world.assignment("dan", "homecare", "physician")]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one) for one in known])
    async with visitor_of() as visitor:
        await signed_in(visitor, "SE9999999999-dan", "SE9999999999-dan-homecare")
        yield visitor


@pytest.fixture
async def bo(visitor_of: Callable[..., httpx.AsyncClient]) -> AsyncIterator[httpx.AsyncClient]:
    """Nurse at surgery, who has opened Vera's record and other units' data."""
    async with visitor_of() as visitor:
        await signed_in(visitor, "SE9999999999-bo", "SE9999999999-bo-surgery")
        await visitor.post("/chart/vera/choose", data={"reason": "Jour", "width": "units"})
        yield visitor


async def results(visitor: httpx.AsyncClient) -> str:
    return (await visitor.get("/chart/vera/results")).text


async def test_consent_and_opening_are_one_form_and_the_banner_says_what_is_open(astrid: httpx.AsyncClient) -> None:
    assert "70 g/L" not in await results(astrid)
    panel = (await astrid.get(OTHERS)).text
    assert "Vera Maria Åkesson" in panel
    done = await astrid.post(OTHERS, data={"ground": "consent", "how": "present", "reason": "Hjärtsvikt"})
    assert done.status_code == 303
    page = await results(astrid)
    assert "70 g/L" in page
    assert "samtycke" in page
    assert "till i morgon 01:00" in page  # twelve hours on, Swedish time
    decisions = (await astrid.get("/chart/vera/decisions")).text
    assert "Samtycke till att läsa andra vårdgivares uppgifter" in decisions
    assert "Samtycke finns sedan" in (await astrid.get(OTHERS)).text
    assert (await astrid.post("/chart/vera/openings/close")).status_code == 303
    page = await results(astrid)
    assert "70 g/L" not in page
    assert "Stäng nu" not in page


async def test_only_what_is_relevant_is_opened(astrid: httpx.AsyncClient) -> None:
    given = {"ground": "consent", "how": "phone", "reason": "Hjärtsvikt", "area": ["diagnoses"]}
    assert (await astrid.post(OTHERS, data=given)).status_code == 303
    page = await results(astrid)
    assert "70 g/L" not in page
    assert "delvis" in page


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"ground": "consent", "how": "present"}, 422),
        ({"ground": "consent", "how": "present", "reason": "  "}, 422),
        ({"ground": "consent", "how": "winking", "reason": "Hjärtsvikt"}, 422),
        ({"ground": "consent", "how": "", "reason": "Hjärtsvikt"}, 403),
        ({"ground": "emergency", "reason": "Hjärtsvikt"}, 422),
        ({"ground": "made up", "reason": "Hjärtsvikt"}, 422),
        ({"ground": "child", "reason": "Hjärtsvikt"}, 403),
        ({"ground": "consent", "how": "present", "reason": "x", "provider": "SE9999999999-NOBODY"}, 400),
    ],
)
async def test_what_the_law_does_not_open_stays_closed_and_no_consent_is_left(
    astrid: httpx.AsyncClient, given: dict[str, str], status: int
) -> None:
    assert (await astrid.post(OTHERS, data=given)).status_code == status
    assert "70 g/L" not in await results(astrid)
    assert "Patienten har inte gjort något val här." in (await astrid.get("/chart/vera/decisions")).text


async def test_for_somebody_who_cannot_decide_the_list_comes_first(astrid: httpx.AsyncClient) -> None:
    given = {"ground": "incapable", "reason": "Make och god man tillfrågade"}
    listed = await astrid.post(OTHERS, data=given)
    assert listed.status_code == 200
    assert f'value="{world.BORAS}"' in listed.text
    assert "70 g/L" not in await results(astrid)
    assert (await astrid.post(OTHERS, data=given | {"provider": world.BORAS})).status_code == 303
    assert "70 g/L" in await results(astrid)


async def test_an_emergency_shows_who_has_data_and_then_opens_what_is_chosen(astrid: httpx.AsyncClient) -> None:
    assert "fara för livet" in (await astrid.get(EMERGENCY)).text
    listed = (await astrid.post(EMERGENCY, data={"reason": "Hjärtstopp"})).text
    assert "Boras" in listed
    assert "Öppna till 17:00" in listed
    done = await astrid.post(EMERGENCY, data={"reason": "Hjärtstopp", "provider": world.BORAS})
    assert done.status_code == 303
    page = await results(astrid)
    assert "70 g/L" in page
    assert "nödöppning" in page


async def test_a_block_is_obeyed_by_the_next_read_and_opened_in_two_steps(
    astrid: httpx.AsyncClient, bo: httpx.AsyncClient
) -> None:
    await astrid.post("/chart/vera/choose", data={"reason": "Jour", "width": "units"})
    assert "71,0" in await results(astrid)
    page = (await bo.get("/chart/vera/decisions")).text
    own = re.search(r'name="unit"\s+value="([^"]+)"', page)
    assert own
    assert own[1] == "surgery|Surgery"
    assert (await bo.post("/chart/vera/decisions/block", data={"wall": "inner", "unit": own[1]})).status_code == 303
    assert "71,0" not in await results(astrid)
    assert "Patienten har spärrat uppgifter på andra enheter" in (await astrid.get("/chart/vera")).text
    panel = (await astrid.get("/chart/vera/openings/blocked")).text
    assert f'value="{world.SURGERY}"' in panel
    wrong = await astrid.post("/chart/vera/openings/blocked", data={"ground": "vital", "reason": "Medvetslös"})
    assert wrong.status_code == 400
    given = {"ground": "vital", "reason": "Medvetslös", "unit": world.SURGERY}
    assert (await astrid.post("/chart/vera/openings/blocked", data=given)).status_code == 303
    page = await results(astrid)
    assert "71,0" in page
    assert "oundgänglig" in page


async def test_decisions_are_lifted_ended_and_told_in_words(bo: httpx.AsyncClient) -> None:
    block = {"wall": "outer", "unit": "surgery|Surgery", "since": "2026-01-01", "to": "2026-01-31"}
    assert (await bo.post("/chart/vera/decisions/block", data=block)).status_code == 303
    page = (await bo.get("/chart/vera/decisions")).text
    assert "Yttre spärr: dolt för andra vårdgivare" in page
    assert "2026-01-01–2026-01-31" in page
    (at,) = set(re.findall(r"/chart/vera/decisions/([^/\"]+)/lift", page))
    assert (await bo.post(f"/chart/vera/decisions/{at}/lift", data={"hours": "0"})).status_code == 422
    assert (await bo.post(f"/chart/vera/decisions/{at}/lift", data={"hours": "4"})).status_code == 303
    assert "hävd till 17:00" in (await bo.get("/chart/vera/decisions")).text
    assert (await bo.post(f"/chart/vera/decisions/{at}/end")).status_code == 303
    assert "Yttre spärr" not in (await bo.get("/chart/vera/decisions")).text.split('class="deciding"')[0]
    assert (await bo.post(f"/chart/vera/decisions/{at}/end")).status_code == 404


@pytest.mark.parametrize(
    "block",
    [
        {"wall": "inner"},
        {"wall": "outer"},
        {"wall": "inner", "unit": "homecare|Homecare"},
        {"wall": "inner", "unit": "nowhere|Nowhere"},
        {"wall": "inner", "unit": "surgery|Surgery", "since": "i går"},
        {"wall": "inner", "unit": "surgery|Surgery", "since": "2026-02-01", "to": "2026-01-01"},
    ],
)
async def test_a_block_that_cannot_be_is_refused_in_words(bo: httpx.AsyncClient, block: dict[str, str]) -> None:
    assert (await bo.post("/chart/vera/decisions/block", data=block)).status_code in (403, 422)
    assert "Inre spärr" not in (await bo.get("/chart/vera/decisions")).text.split('class="deciding"')[0]


async def test_an_outer_block_is_only_asked_about_and_its_owner_lifts_it(
    astrid: httpx.AsyncClient, cia: httpx.AsyncClient, dan: httpx.AsyncClient
) -> None:
    assert (await cia.post("/chart/vera/decisions/block", data={"wall": "provider"})).status_code == 303
    page = (await astrid.get("/chart/vera")).text
    assert "Patienten har spärrat uppgifter hos andra vårdgivare" in page
    assert "Boras" not in page
    outer = "/chart/vera/openings/outer"
    assert "Boras" not in (await astrid.get(outer)).text
    assert "Boras" in (await astrid.post(outer, data={"reason": "Hjärtstopp"})).text
    asked = await astrid.post("/chart/vera/openings/ask", data={"reason": "Hjärtstopp", "provider": world.BORAS})
    assert "väntar på svar" in asked.text
    waiting = (await dan.get("/requests")).text
    assert "Hjärtstopp" in waiting
    at = re.search(r'action="(/requests/[^"]+)"', waiting)
    assert at
    assert (await dan.post(at[1], data={"answer": "", "hours": ""})).status_code == 422
    assert (await dan.post(at[1], data={"answer": "Patienten tillfrågad", "hours": "4"})).status_code == 303
    assert "Ingen väntar på svar." in (await dan.get("/requests")).text
    assert "Patienten tillfrågad" in (await astrid.get(outer)).text
    assert (await astrid.post(at[1], data={"answer": "x"})).status_code == 404


async def test_who_may_answer_is_told_that_somebody_waits_and_who_asked_when_it_was_answered(
    astrid: httpx.AsyncClient, cia: httpx.AsyncClient, dan: httpx.AsyncClient, door: Door
) -> None:
    await cia.post("/chart/vera/decisions/block", data={"wall": "provider"})
    assert "väntar på svar" not in (await dan.get("/patients")).text
    await astrid.post("/chart/vera/openings/ask", data={"provider": world.BORAS, "reason": "Hjärtstopp"})
    told = (await dan.get("/patients")).text
    assert "1 begäran om att häva en spärr väntar på svar." in told
    assert "Vera" not in told
    assert "väntar på svar" not in (await astrid.get("/patients")).text  # another provider's
    assert "väntar på svar" in (await astrid.get("/chart/vera")).text
    at = re.search(r'action="(/requests/[^"]+)"', (await dan.get("/requests")).text)
    assert at
    assert (await dan.post(at[1], data={"hours": "4", "answer": "Hävd efter samtal"})).status_code == 303
    chart = (await astrid.get("/chart/vera")).text
    assert "besvarad" in chart
    assert "Hävd efter samtal" in chart
    assert "begäran om att häva" not in (await dan.get("/patients")).text


async def test_an_emergency_begins_where_there_is_no_relation_and_opens_the_chart(
    visitor_of: Callable[..., httpx.AsyncClient],
) -> None:
    async with visitor_of() as bo:
        await signed_in(bo, "SE9999999999-bo", "SE9999999999-bo-surgery")
        closed = (await bo.get("/chart/vera")).text
        assert f'hx-get="{EMERGENCY}"' in closed
        assert "Vera Maria Åkesson" in (await bo.get(EMERGENCY)).text
        listed = (await bo.post(EMERGENCY, data={"reason": "Fara för livet, patienten kan inte samtycka"})).text
        assert "Boras" in listed
        given = {"reason": "Fara för livet", "provider": [world.BORAS], "area": ["results"]}
        assert (await bo.post(EMERGENCY, data=given)).headers["location"] == "/chart/vera"
        chart = (await bo.get("/chart/vera/results")).text
        assert "70 g/L" in chart
        assert "nödöppning" in chart


async def test_a_quality_register_is_declined_on_the_patients_behalf_and_let_in_again(
    astrid: httpx.AsyncClient, door: Door
) -> None:
    page = "/chart/vera/decisions"
    assert "Kvalitetsregister" not in (await astrid.get(page)).text
    register = world.organization("hip", "", "quality-register") | {"name": "Höftregistret"}
    del register["identifier"]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", register)])
    assert "Höftregistret" in (await astrid.get(page)).text
    assert (await astrid.post(f"{page}/decline", data={"register": "Organization/none"})).status_code == 422
    assert (await astrid.post(f"{page}/decline", data={"register": "Organization/hip"})).status_code == 303
    told = (await astrid.get(page)).text
    assert "Avböjda kvalitetsregister" in told
    assert "Patienten avböjer" not in told
    assert (await astrid.post(f"{page}/take-back", data={"register": "Organization/hip"})).status_code == 303
    assert "Avböjda kvalitetsregister" not in (await astrid.get(page)).text


async def test_a_guardian_is_told_not_to_block_and_a_child_has_the_ground_of_a_child(
    astrid: httpx.AsyncClient, door: Door
) -> None:
    child = world.patient("lill", "Lill", "Åkesson", "20200214-XA09")
    theirs = [world.haemoglobin("lill", "99", id_="hb-lill"), decision("information", "lill", provider="boras")]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.update(child)
        here, there = Owner(world.CARDIOLOGY, world.REGION), Owner(world.HOME_CARE, world.BORAS)
        await record.write([Wish("update", world.contact("lill-stay", "lill", "cardiology"), owner=here)])
        await record.write([Wish("create", one, owner=there) for one in theirs])
    assert "vårdnadshavare" in (await astrid.get("/chart/lill/decisions")).text
    panel = (await astrid.get("/chart/lill/openings/others")).text
    assert 'value="child"' in panel
    assert 'value="incapable"' not in panel
    given = {"ground": "child", "reason": "Astma"}
    assert (await astrid.post("/chart/lill/openings/others", data=given)).status_code == 303
    assert "99 g/L" in (await astrid.get("/chart/lill/results")).text


@pytest.mark.parametrize(
    "at", ["decisions", "openings/others", "openings/emergency", "openings/blocked", "openings/outer"]
)
async def test_nobody_without_a_way_to_the_patient_learns_anything(astrid: httpx.AsyncClient, at: str) -> None:
    answer = await astrid.get(f"/chart/asa/{at}")
    assert answer.status_code in (200, 403, 404)
    assert "71,0" not in answer.text
    assert 'name="ground"' not in answer.text
    assert (await astrid.get(f"/chart/nobody/{at}")).status_code == 404
