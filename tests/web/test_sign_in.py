"""One person, one assignment, one browser – and nothing without them. By our own provider, in real OpenID Connect."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.record import world
from tests.support.signing_in import asked, chosen, said, signed_in, token
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door, Owner, Wish
from varda.web.visit import inside

PERSON, WARD, OTHER = "SE9999999999-astrid", "SE9999999999-astrid-cardiology", "SE9999999999-astrid-surgery"
BO = "SE9999999999-bo"
Visitors = Callable[..., httpx.AsyncClient]


async def logged(database: Database) -> list[tuple[str, str, str, str]]:
    rows = await database.all("select outcome, actor, assignment, what from audit.event where action = 'sign-in'")
    return [tuple(row) for row in rows]


async def written(door: Door, *resources: dict[str, object]) -> None:
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in resources])


async def test_nobody_sees_a_page_without_signing_in(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/chart/vera/results?x=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/chart/vera/results%3Fx%3D1"


async def test_people_are_found_by_any_part_of_name_or_unit(visitor: httpx.AsyncClient) -> None:
    there = (await visitor.get("/sign-in")).headers["location"]
    assert "Astrid Lund" in (await visitor.get(f"{there}&q=lund+card")).text
    assert "Astrid Lund" not in (await visitor.get(f"{there}&q=homecare")).text


async def test_the_question_to_the_provider_cannot_be_guessed_and_is_new_each_time(visitor: httpx.AsyncClient) -> None:
    one, other = [parse_qs(urlsplit((await visitor.get("/sign-in")).headers["location"]).query) for _ in range(2)]
    assert one["response_type"] == ["code"]
    assert one["code_challenge_method"] == ["S256"]
    assert one["redirect_uri"] == ["http://varda.test/sign-in/callback"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(one[name][0]) >= 32
        assert one[name] != other[name]


async def test_whoever_has_two_assignments_is_asked_which(visitor: httpx.AsyncClient) -> None:
    answer = await said(visitor, await asked(visitor), person=PERSON)
    assert answer.headers["location"] == "/sign-in/assignment"
    page = (await visitor.get("/sign-in/assignment")).text
    assert "Cardiology" in page
    assert "Surgery" in page
    assert (await visitor.get("/patients")).headers["location"].startswith("/sign-in/assignment")
    assert (await visitor.get("/session/key")).status_code in (303, 401)


async def test_whoever_has_one_is_not(visitor: httpx.AsyncClient) -> None:
    answer = await said(visitor, await asked(visitor), person=BO)
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_cookies_are_secure_and_https_is_demanded_where_the_address_says_https(visitor_of: Visitors) -> None:
    async with visitor_of(address="https://varda.test") as visitor:
        there = await visitor.get("/sign-in")
        assert "secure" in there.headers["set-cookie"].lower()
        assert there.headers["strict-transport-security"].startswith("max-age=31536000")
        assert parse_qs(urlsplit(there.headers["location"]).query)["redirect_uri"] == [
            "https://varda.test/sign-in/callback"
        ]
    async with visitor_of() as visitor:
        assert "strict-transport-security" not in (await visitor.get("/sign-in")).headers


async def test_an_assignment_of_somebody_else_is_refused_and_logged(
    visitor: httpx.AsyncClient, database: Database
) -> None:
    await signed_in(visitor, BO)
    answer = await chosen(visitor, WARD)
    assert answer.status_code == 403
    assert ("refused", BO, "", f"{WARD}: not offered") in await logged(database)


async def test_every_sign_in_is_logged(visitor: httpx.AsyncClient, database: Database) -> None:
    await signed_in(visitor, BO)
    assert [(o, a, s) for o, a, s, _ in await logged(database)] == [("given", BO, f"{BO}-surgery")]


async def test_where_people_are_real_nobody_can_be_chosen_and_the_provider_has_no_route(visitor_of: Visitors) -> None:
    async with visitor_of(environment="production", may_choose=False) as visitor:
        answer = await visitor.get("/sign-in")
        assert answer.status_code == 503
        assert "Lund" not in answer.text
        for path in ("authorize", "token", "keys", "userinfo", ".well-known/openid-configuration"):
            for method in ("GET", "POST"):
                assert (await visitor.request(method, f"/provider/{path}")).status_code == 404


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "/\t/evil.example", "/a\\..\\b", ""],
)
async def test_sign_in_never_leads_to_another_site(visitor: httpx.AsyncClient, elsewhere: str) -> None:
    answer = await said(visitor, await asked(visitor, next=elsewhere), person=BO)
    assert answer.headers["location"] == "/"
    assert inside(elsewhere) == "/"
    assert inside("/chart/vera/notes?draft=1#x") == "/chart/vera/notes?draft=1#x"


async def test_an_answer_is_used_once_by_the_browser_that_asked(
    visitor: httpx.AsyncClient, visitor_of: Visitors
) -> None:
    page = await asked(visitor)
    request = re.search(r'name="request" value="([^"]*)"', page.text)
    data = {"request": request[1].replace("&amp;", "&"), "person": BO}
    back = (await visitor.post("/provider/authorize", data=data)).headers["location"]
    async with visitor_of() as thief:
        assert (await thief.get(back)).status_code == 403
    again = (await visitor.post("/provider/authorize", data=data)).headers["location"]
    assert (await visitor.get(again)).status_code == 403, "the state was spent by the thief's attempt"
    fresh = await said(visitor, await asked(visitor), person=BO)
    assert fresh.status_code == 303
    assert (await visitor.get(str(fresh.url))).status_code == 403


@pytest.mark.parametrize("change", [{"state": "guess"}, {"iss": "https://evil.example"}, {"code": ""}, {"code": "x"}])
async def test_a_changed_answer_is_refused(visitor: httpx.AsyncClient, change: dict[str, str]) -> None:
    page = await asked(visitor)
    request = re.search(r'name="request" value="([^"]*)"', page.text)[1].replace("&amp;", "&")
    back = await visitor.post("/provider/authorize", data={"request": request, "person": BO})
    answer = parse_qs(urlsplit(back.headers["location"]).query)
    params = {name: values[0] for name, values in answer.items()} | change
    assert (await visitor.get("/sign-in/callback", params=params)).status_code == 403
    assert "varda_session" not in visitor.cookies


async def test_the_provider_sends_nobody_elsewhere_and_gives_no_token_to_others(visitor: httpx.AsyncClient) -> None:
    there = (await visitor.get("/sign-in")).headers["location"]
    other = there.replace("varda.test%2Fsign-in", "evil.example%2Fsign-in")
    assert other != there
    assert (await visitor.get(other)).status_code == 400
    assert (await visitor.post("/provider/token", data={"grant_type": "authorization_code"})).status_code == 401


async def test_a_planted_session_is_not_taken_over(visitor: httpx.AsyncClient, visitor_of: Visitors) -> None:
    async with visitor_of() as planter:
        await signed_in(planter, BO)
        planted = planter.cookies["varda_session"]
        visitor.cookies.set("varda_session", planted, domain="varda.test", path="/")
        await signed_in(visitor, PERSON, WARD)
        assert visitor.cookies.get("varda_session", domain="varda.test", path="/") != planted
        assert (await planter.get("/patients")).status_code == 303, "the planted session has ended"


async def test_after_signing_out_the_cookie_opens_nothing(astrid: httpx.AsyncClient) -> None:
    kept = astrid.cookies["varda_session"]
    assert (await astrid.get("/patients")).status_code == 200
    await astrid.post("/sign-out")
    astrid.cookies.set("varda_session", kept)
    assert (await astrid.get("/patients")).status_code == 303


async def test_signing_out_everywhere_ends_every_browser_of_the_person_and_nobody_elses(
    astrid: httpx.AsyncClient, visitor_of: Visitors
) -> None:
    async with visitor_of() as second, visitor_of() as bo:
        await signed_in(second, PERSON, OTHER)
        await signed_in(bo, BO)
        await astrid.post("/sign-out", data={"everywhere": "yes"})
        assert (await second.get("/patients")).headers["location"].startswith("/sign-in?")
        assert (await bo.get("/patients")).status_code == 200


async def test_another_assignment_is_another_session_without_a_new_sign_in(astrid: httpx.AsyncClient) -> None:
    before, form = astrid.cookies["varda_session"], astrid.headers["X-CSRF-Token"]
    assert "Cardiology" in (await astrid.get("/patients")).text
    answer = await chosen(astrid, OTHER)
    assert answer.headers["location"] == "/"
    assert astrid.cookies["varda_session"] != before
    page = (await astrid.get("/patients")).text
    assert "Surgery" in page
    assert "Cardiology" not in page
    # A form of the session before does nothing in the new one.
    assert (await astrid.post("/patients/unknown", headers={"X-CSRF-Token": form})).status_code == 403


async def test_whoever_is_moved_to_another_unit_chooses_anew_at_the_next_request(
    visitor: httpx.AsyncClient, door: Door
) -> None:
    await signed_in(visitor, BO)
    assert (await visitor.get("/patients")).status_code == 200
    moved = world.assignment("bo", "surgery", "nurse") | {"organization": {"reference": "Organization/cardiology"}}
    await written(door, moved)
    answer = await visitor.get("/chart/asa")
    assert answer.headers["location"] == "/sign-in/assignment?next=/chart/asa"
    assert (await visitor.get("/chart/asa", headers={"HX-Request": "true"})).status_code == 401
    assert "Cardiology" in (await visitor.get("/sign-in/assignment")).text
    await chosen(visitor, f"{BO}-surgery")
    assert "Cardiology" in (await visitor.get("/patients")).text


@pytest.mark.parametrize(
    "changed",
    [world.assignment("bo", "surgery", "nurse", "quality"), world.person("bo", "Bo", "Ek")],
    ids=["another purpose", "the licence is gone"],
)
async def test_what_the_rights_rest_on_has_changed_so_that_one_chooses_anew_at_the_next_request(
    visitor: httpx.AsyncClient, door: Door, changed: dict[str, Any]
) -> None:
    """A2."""
    await signed_in(visitor, BO)
    assert "Funktion" in (await visitor.get("/rights")).text
    before = (await visitor.get("/rights")).text.count('data-held="yes"')
    await written(door, changed)
    assert (await visitor.get("/rights")).headers["location"].startswith("/sign-in/assignment")
    await chosen(visitor, f"{BO}-surgery")
    assert 0 < (await visitor.get("/rights")).text.count('data-held="yes"') < before


async def test_when_the_assignment_ends_the_session_ends(
    astrid: httpx.AsyncClient, door: Door, clock: SetClock
) -> None:
    ends = (clock.now() + timedelta(minutes=5)).isoformat()
    await written(door, world.assignment("astrid", "cardiology", "physician") | {"period": {"end": ends}})
    assert (await astrid.get("/patients")).status_code == 200
    clock.instant += timedelta(minutes=6)
    assert (await astrid.get("/patients")).headers["location"].startswith("/sign-in/assignment")
    page = (await astrid.get("/sign-in/assignment")).text
    assert "Surgery" in page
    assert "Cardiology" not in page
    await written(door, world.assignment("astrid", "surgery", "physician") | {"active": False})
    assert (await astrid.get("/sign-in/assignment")).status_code == 403
    assert (await astrid.get("/patients")).headers["location"].startswith("/sign-in?")


async def test_an_unused_browser_is_locked_and_the_same_person_goes_on_with_the_same_form(
    visitor: httpx.AsyncClient, clock: SetClock
) -> None:
    await signed_in(visitor, BO)
    form = visitor.headers["X-CSRF-Token"]
    clock.instant += timedelta(minutes=14)
    assert (await visitor.get("/session/awake")).status_code == 204
    clock.instant += timedelta(minutes=14)
    assert (await visitor.get("/patients")).status_code == 200
    clock.instant += timedelta(minutes=15)
    page = await visitor.get("/patients")
    assert page.status_code == 423
    assert "Åsa" not in page.text
    refused = await visitor.get("/patients", headers={"HX-Request": "true"})
    assert refused.status_code == 423
    assert refused.headers["HX-Trigger"] == "varda:locked"
    asking = await asked(visitor, "/sign-in/unlock", next="/chart/asa")
    assert re.findall(r'name="person"\s+value="([^"]+)"', asking.text) == [BO]
    answer = await said(visitor, asking, person=BO)
    assert answer.headers["location"] == "/chart/asa"
    assert (await visitor.get("/patients")).status_code == 200
    assert (await visitor.get("/session/key")).json()["token"] == form


async def test_nobody_else_unlocks(visitor: httpx.AsyncClient, clock: SetClock, database: Database) -> None:
    await signed_in(visitor, BO)
    await visitor.post("/session/lock")
    assert (await visitor.get("/patients")).status_code == 423
    answer = await said(visitor, await asked(visitor, "/sign-in/unlock"), person=PERSON)
    assert answer.status_code == 403
    assert (await visitor.get("/patients")).status_code == 423
    assert ("refused", PERSON, "", "unlocking somebody else's session") in await logged(database)
    await visitor.post("/sign-out")
    assert (await visitor.get("/patients")).status_code == 303


async def test_an_inhabitant_signs_in_as_the_subject_of_the_own_record(
    visitor: httpx.AsyncClient, database: Database
) -> None:
    answer = await said(visitor, await asked(visitor), number="19500214-XA07")
    assert (await visitor.get(answer.headers["location"])).headers["location"] == "/own"
    page = (await visitor.get("/own")).text
    assert page.count("Vera Maria Åkesson") > 2, "the own name in the menu as well, where no provider told it"
    assert "<strong>19500214-XA07</strong>" not in page
    actor = f"{world.RESERVE}|19500214XA07"
    session = await database.one("select session from access.ticket")
    assert '"patient": "Patient/vera"' in session["session"]
    assert ("given", actor, "") in [row[:3] for row in await logged(database)]
    for path in ("/patients", "/chart/vera", "/unsigned"):
        assert (await visitor.get(path)).headers["location"] == "/own"
    visitor.headers["X-CSRF-Token"] = token(await visitor.get("/own"))
    assert (await visitor.post("/patients/unknown")).headers["location"] == "/own"


async def test_an_inhabitant_without_a_record_is_told_and_staff_have_no_such_page(
    visitor: httpx.AsyncClient, astrid: httpx.AsyncClient
) -> None:
    assert (await astrid.get("/own")).headers["location"] == "/inbox"
    await said(visitor, await asked(visitor), number="19800101-XZ99")
    assert "Det finns ingen journal" in (await visitor.get("/own")).text


@pytest.mark.parametrize("number", ["19800101-ZA01", "nobody", ""])
async def test_only_an_invented_number_is_taken(visitor: httpx.AsyncClient, number: str) -> None:
    page = await asked(visitor)
    request = re.search(r'name="request" value="([^"]*)"', page.text)[1].replace("&amp;", "&")
    answer = await visitor.post("/provider/authorize", data={"request": request, "number": number})
    assert answer.status_code == 403


async def test_a_form_without_its_token_or_from_another_site_does_nothing(astrid: httpx.AsyncClient) -> None:
    foreign = ({"X-CSRF-Token": "guess"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"})
    for headers in foreign:
        for path in ("/patients/unknown", "/sign-out", "/session/lock", "/sign-in/assignment"):
            answer = await astrid.post(path, headers=headers)
            assert answer.status_code == 403
    assert "Okänd person" not in (await astrid.get("/patients")).text


async def test_every_form_that_is_open_to_all_is_closed_to_other_sites(visitor: httpx.AsyncClient) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        for path in ("/language", "/provider/authorize"):
            assert (await visitor.post(path, headers=headers)).status_code == 403


async def test_every_answer_forbids_what_is_inline_what_frames_it_and_what_keeps_copies(
    visitor: httpx.AsyncClient,
) -> None:
    for path in ("/sign-in", "/nowhere", "/static/varda.js"):
        headers = (await visitor.get(path)).headers
        assert "'unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")
