"""One person, one assignment, one browser – and nothing without them."""

from collections.abc import Callable

import httpx
import pytest

PERSON, WARD = "SE9999999999-astrid", "SE9999999999-astrid-cardiology"


async def test_nobody_sees_a_page_without_signing_in(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/chart/vera/results?x=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/chart/vera/results%3Fx%3D1"


async def test_people_are_found_by_any_part_of_name_or_unit(visitor: httpx.AsyncClient) -> None:
    assert "Astrid Lund" in (await visitor.get("/sign-in", params={"q": "lund card"})).text
    assert "Astrid Lund" not in (await visitor.get("/sign-in", params={"q": "homecare"})).text


async def test_whoever_has_two_assignments_is_asked_which(visitor: httpx.AsyncClient) -> None:
    asked = await visitor.post("/sign-in", data={"person": PERSON})
    assert asked.status_code == 200
    assert "Cardiology" in asked.text
    assert "Surgery" in asked.text
    assert "set-cookie" not in asked.headers


async def test_whoever_has_one_is_not(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/sign-in", data={"person": "SE9999999999-bo"})
    assert answer.headers["location"] == "/patients"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_an_assignment_of_somebody_else_is_refused(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/sign-in", data={"person": "SE9999999999-bo", "assignment": WARD})
    assert answer.status_code == 403


async def test_where_people_may_not_be_chosen_none_is_shown_and_none_gets_in(
    visitor_of: Callable[..., httpx.AsyncClient],
) -> None:
    async with visitor_of(environment="production", may_choose=False) as visitor:
        assert "Lund" not in (await visitor.get("/sign-in")).text
        answer = await visitor.post("/sign-in", data={"person": PERSON, "assignment": WARD})
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
async def test_sign_in_never_leads_to_another_site(visitor: httpx.AsyncClient, elsewhere: str) -> None:
    answer = await visitor.post("/sign-in", data={"person": PERSON, "assignment": WARD, "next": elsewhere})
    assert answer.headers["location"] == "/patients"


async def test_after_signing_out_the_cookie_opens_nothing(astrid: httpx.AsyncClient) -> None:
    kept = astrid.cookies["varda_session"]
    assert (await astrid.get("/patients")).status_code == 200
    await astrid.post("/sign-out")
    astrid.cookies.set("varda_session", kept)
    assert (await astrid.get("/patients")).status_code == 303


async def test_a_form_without_its_token_or_from_another_site_does_nothing(astrid: httpx.AsyncClient) -> None:
    for headers in ({"X-CSRF-Token": "guess"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = await astrid.post("/patients/unknown", headers=headers)
        assert answer.status_code == 403
    assert "Okänd person" not in (await astrid.get("/patients")).text


async def test_every_answer_forbids_what_is_inline_and_what_keeps_copies(visitor: httpx.AsyncClient) -> None:
    for path in ("/sign-in", "/nowhere", "/static/varda.js"):
        headers = (await visitor.get(path)).headers
        assert "'unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")
