"""F24: a physician speaks, a secretary writes, the physician signs; by a microphone that hums, and real recordings."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.person import Person
from tests.support.browser import launched

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium with a microphone of its own."""
    with launched("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream") as browser:
        yield browser


def test_a_recording_stops_by_itself_and_is_kept_before_it_is_too_large(astrid: Person) -> None:
    page = astrid.page
    astrid.opens_a_chart(5)
    astrid.presses("n")
    expect(page.locator("textarea[data-first]")).to_be_focused()
    page.locator("[data-files]").evaluate("one => { one.dataset.largest = 60000; }")
    astrid.button("Diktera").click()
    expect(page.locator("[data-file] audio")).to_be_visible(timeout=20000)
    astrid.sees("Inspelningen är stoppad och sparad")
    expect(page.locator("[data-records]")).to_have_text("Diktera")


def test_spoken_written_signed(astrid: Person, browser: Browser) -> None:
    page = astrid.page
    name = astrid.opens_a_chart(5)
    astrid.presses("n")
    expect(page.locator("textarea[data-first]")).to_be_focused()
    astrid.clicks(astrid.button("Diktera"))
    expect(page.locator("[data-records]")).to_contain_text("Stoppa inspelningen 0:02", timeout=8000)
    for key in "tmvf":
        page.keyboard.press(key)
    expect(page.locator("[data-records]")).to_contain_text("Stoppa inspelningen")  # no letter takes it away
    page.locator(".rail a").nth(1).click()
    astrid.sees("En inspelning pågår")
    assert page.url.partition("/chart/")[2].count("/") == 0, "nothing leads away from what is being said"
    astrid.clicks(page.locator("[data-records]"))
    expect(page.locator("[data-file] audio")).to_be_visible()
    expect(page.locator("[data-file] input")).to_have_value("Diktat")
    astrid.is_told("saved")
    assert astrid.barriers() == []
    astrid.clicks(astrid.button("Skicka för utskrift"))
    astrid.has_done("Diktatet väntar på utskrift")
    assert astrid.actions == 4

    eva = Person(browser.new_context(viewport={"width": 1440, "height": 900}, locale="sv-SE").new_page(), astrid.at)
    eva.signs_in_as("Eva Sandell", "Närhälsan")
    eva.goes_to("/dictations")
    assert eva.barriers() == []
    eva.clicks(eva.page.locator(".waiting a").first)
    eva.has_open(name)
    expect(eva.page.locator(".spoken audio")).to_be_visible()
    seconds = eva.page.locator(".spoken audio").evaluate(
        "async one => { await one.play(); await new Promise(go => setTimeout(go, 700)); return one.currentTime; }"
    )
    assert seconds > 0
    eva.page.locator("textarea[data-first]").focus()
    eva.writes("Hosta sedan tre dagar.")
    eva.is_told("saved")
    eva.clicks(eva.button("Spara osignerad"))
    eva.has_done("Sparad osignerad")
    note = eva.page.url.partition("?")[0]
    eva.page.context.close()

    astrid.goes_to("/inbox")
    page.goto(note)
    astrid.button("Fortsätt skriva eller signera").click()
    expect(page.locator("textarea[data-first]")).to_have_value("Hosta sedan tre dagar.")
    page.keyboard.press("Control+Enter")
    astrid.has_done("Signerad")
    astrid.sees("anteckningen har ersatt inspelningen")
