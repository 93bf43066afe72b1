"""Take the README's pictures of a demo that runs: `python -m tools.pictures http://127.0.0.1:8000`."""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.journeys.person import Person
from tests.support.browser import launched

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
PATIENTS_LOOKED_AT = 30
_FULLNESS = """() => document.querySelectorAll("[data-panel=results] tr, [data-panel=medication] li").length
    + 2 * document.querySelectorAll(".mark").length"""


def main(address: str) -> None:
    """Sign in at the demo, look for a full chart, and write each picture over the last one."""
    with launched() as browser:
        page = _signed_in(browser, address, "Astrid Lund")
        chart = _fullest(page)
        page.goto(chart)
        _take(page, "overview")
        page.keyboard.press("n")
        page.locator("textarea[data-first]").wait_for()
        page.keyboard.type("Kommer för årskontroll. Mår bra, inga bröstsmärtor, ingen andfåddhet. BT 138/82, puls 68.")
        page.locator("[data-save-state=saved]").wait_for()
        _take(page, "writing")
        with page.expect_navigation():
            page.get_by_role("button", name="Kasta").click()
        page.goto(f"{chart}/values")
        for name in ("P-Kreatinin", "HbA1c"):
            page.locator(".cumulative tr", has_text=name).locator("input").first.check()
        page.get_by_role("button", name="Visa kurvor").click()
        page.locator("figure canvas").nth(1).wait_for()
        _take(page, "curves")
        page.goto(f"{address}/answers/unit")
        _take(page, "answers")
        ward = _signed_in(browser, address, "Fatima Hassan")
        ward.goto(f"{address}/patients?show=admitted")
        ward.goto(f"{_charts(ward)[0]}/vitals")
        ward.locator(".ews").wait_for()
        _take(ward, "vitals")


def _signed_in(browser: Browser, address: str, name: str) -> Page:
    window = browser.new_context(viewport={"width": 1440, "height": 900}, locale="sv-SE")
    return Person(window.new_page(), address).signs_in_as(name).page


def _charts(page: Page) -> list[str]:
    return [str(one.evaluate("link => link.href")) for one in page.locator("[data-row-link]").all()]


def _fullest(page: Page) -> str:
    """The chart with most to see among the first of the list."""
    found: dict[str, int] = {}
    for chart in _charts(page)[:PATIENTS_LOOKED_AT]:
        page.goto(chart)
        found[chart] = page.evaluate(_FULLNESS)
    return max(found, key=lambda chart: found[chart])


def _take(page: Page, name: str) -> None:
    page.wait_for_timeout(600)  # what opens by itself, and curves, are drawn by then
    page.screenshot(path=PICTURES / f"{name}.png")
    sys.stdout.write(f"docs/pictures/{name}.png\n")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
