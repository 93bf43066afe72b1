"""A nurse is stuck, presses one key, and sees who comes; the coach meets the call where they are (F204)."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.person import Person

pytestmark = pytest.mark.journey


def test_a_coach_is_called_from_a_chart_and_comes(somebody: Person, window: BrowserContext, varda_server: str) -> None:
    fatima = somebody.signs_in_as("Fatima Hassan")
    fatima.page.locator("[data-row-link]").first.click()
    fatima.page.wait_for_url("**/chart/*")
    patient = fatima.page.url.rpartition("/")[2]
    asked: list[str] = []
    fatima.page.on("request", lambda one: asked.append(one.url + (one.post_data or "")))
    before = fatima.actions
    fatima.presses("h")
    fatima.sees("Gäller: Översikt")
    fatima.sees("Det når 1 av enhetens coacher direkt")
    assert fatima.barriers() == []
    fatima.page.keyboard.press("Escape")
    expect(fatima.page.locator("#coach")).to_be_hidden()
    expect(fatima.page.locator(".coach")).to_be_focused()
    fatima.presses("h")
    fatima.clicks(fatima.page.locator("#coach-panel").get_by_role("button", name="Kalla på en coach"))
    fatima.sees("Ditt anrop väntar.")
    assert fatima.actions - before == 3, "a key, and another after having looked; one click"
    assert not [one for one in asked if "/coaching/" in one and patient in one], "no patient is told to anybody"

    browser = window.browser
    assert browser is not None
    other = browser.new_context(viewport={"width": 1440, "height": 900}, locale="sv-SE")
    johan = Person(other.new_page(), varda_server).signs_in_as("Johan Ekman", "medicinavdelning 1")
    expect(johan.page.locator("[data-calls]")).to_have_text("1")
    johan.clicks(johan.page.locator(".coach"))
    johan.clicks(johan.page.get_by_role("link", name="Till anropen"))
    johan.sees("Fatima Hassan")
    johan.clicks(johan.page.get_by_role("button", name="Jag kommer"))
    fatima.sees("Johan Ekman kommer.")  # told by the server, without a touch
    johan.chooses(johan.page.get_by_label("Vad det gällde"), "Hur man gör")
    assert johan.barriers() == []
    johan.clicks(johan.page.get_by_role("button", name="Besvarat"))
    johan.sees("Ingen väntar på en coach nu.")
    other.close()
