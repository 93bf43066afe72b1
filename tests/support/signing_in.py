"""Signing in as a browser does: through the provider of identities and back, by every redirect."""

import re
from html import unescape

import httpx

Browser = httpx.AsyncClient


async def asked(browser: Browser, path: str = "/sign-in", **params: str) -> httpx.Response:
    """The provider's page, where one says who one is."""
    there = await browser.get(path, params=params)
    assert there.status_code == 303, there.text
    return await browser.get(there.headers["location"])


async def said(browser: Browser, page: httpx.Response, **who: str) -> httpx.Response:
    """Whom one says one is; what Varda answers when the provider has sent one back."""
    request = re.search(r'name="request" value="([^"]*)"', page.text)
    assert request, page.text
    back = await browser.post("/provider/authorize", data={"request": unescape(request[1]), **who})
    assert back.status_code == 303, back.text
    return await browser.get(back.headers["location"])


async def signed_in(browser: Browser, person: str, assignment: str = "", goes_to: str = "") -> httpx.Response:
    """Somebody signed in, in one assignment; what Varda answered to the last step."""
    answer = await said(browser, await asked(browser, next=goes_to or "/patients"), person=person)
    if answer.headers.get("location", "").startswith("/sign-in/assignment") and assignment:
        answer = await chosen(browser, assignment)
    key = await browser.get("/session/key", headers={"Accept": "application/json"})
    if key.status_code == 200:
        browser.headers["X-CSRF-Token"] = key.json()["token"]
    return answer


async def chosen(browser: Browser, assignment: str) -> httpx.Response:
    """Another of the assignments, from the page that lists them."""
    page = await browser.get("/sign-in/assignment")
    data = {"csrf": token(page), "assignment": assignment}
    browser.headers.pop("X-CSRF-Token", None)
    return await browser.post("/sign-in/assignment", data=data)


def token(page: httpx.Response) -> str:
    """The token of a page's forms."""
    found = re.search(r'name="varda-token" content="([0-9a-f]+)"', page.text)
    assert found, page.text
    return found[1]
