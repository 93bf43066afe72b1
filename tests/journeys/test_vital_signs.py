"""WORKFLOWS 6: the bedside round in two actions and its values, by mouse and by keyboard; the score at once."""

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person

pytestmark = pytest.mark.journey

VALUES = ("26", "93", "2", "128", "76", "112", "38,4")


@pytest.fixture
def chart(astrid: Person) -> Person:
    """Astrid with a chart open."""
    astrid.opens_a_chart()
    return astrid


def test_values_are_kept_with_their_score_in_two_actions_and_the_values(chart: Person) -> None:
    chart.clicks(chart.button("Mätvärden"))
    expect(chart.page.locator("#breathing")).to_be_focused()
    for value in VALUES:
        chart.fills(value)
        chart.page.keyboard.press("Tab")
    chart.clicks(chart.page.get_by_label("Alert"))
    expect(chart.page.locator("#score")).to_contain_text("NEWS2 10")
    chart.clicks(chart.button("Spara värdena"))
    chart.page.wait_for_url("**/vitals")
    chart.sees("NEWS2 10")
    chart.sees("128/76 mmHg")
    assert chart.actions - len(VALUES) - 1 <= 2
    name = chart.page.get_by_role("link", name="Kroppstemperatur").bounding_box()
    assert name is not None
    assert name["height"] < 36, "the longest name stands on one line"


def test_the_same_by_keyboard_alone(chart: Person) -> None:
    chart.presses("v")
    expect(chart.page.locator("#breathing")).to_be_focused()
    for value in ("14", "98", "", "122", "70", "64", "36,6"):
        if value:
            chart.fills(value)
        chart.page.keyboard.press("Tab")
    chart.page.keyboard.press("Space")
    expect(chart.page.locator("#score")).to_contain_text("NEWS2 0")
    chart.presses("Enter")
    chart.page.wait_for_url("**/vitals")
    chart.sees("122/70 mmHg")
    assert chart.actions - 6 <= 2


def test_a_comma_in_the_wrong_place_is_told_and_nothing_typed_is_lost(chart: Person) -> None:
    chart.presses("v")
    expect(chart.page.locator("#breathing")).to_be_focused()
    chart.fills("18")
    chart.page.locator("#temperature").fill("375")
    chart.presses("Enter")
    expect(chart.page.locator("#temperature-wrong")).to_contain_text("Sitter decimaltecknet rätt?")
    expect(chart.page.locator("#temperature")).to_be_focused()
    expect(chart.page.locator("#breathing")).to_have_value("18")
    chart.page.locator("#temperature").fill("37,5")
    chart.presses("Enter")
    chart.page.wait_for_url("**/vitals")
    chart.sees("37,5 °C")


def test_a_double_click_keeps_the_values_once(chart: Person) -> None:
    chart.presses("v")
    sent: list[str] = []
    chart.page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/vitals/write") else None)
    chart.page.locator("#breathing").fill("18")
    chart.page.evaluate(
        "() => { const it = document.querySelector('#vitals button'); it.click(); it.click();"
        " document.querySelector('#vitals').requestSubmit(); }"
    )
    chart.page.wait_for_url("**/vitals")
    assert len(sent) == 1


def test_a_score_that_cannot_be_had_anew_is_taken_away(chart: Person) -> None:
    """The score on the screen belongs to the values on the screen, also when the network is gone."""
    chart.presses("v")
    values = {"breathing": "14", "saturation": "98", "systolic": "122", "pulse": "64", "temperature": "37"}
    for key, value in values.items():
        chart.page.locator(f"#{key}").fill(value)
    chart.page.get_by_label("Alert").click()
    expect(chart.page.locator("#score")).to_contain_text("NEWS2 0")
    chart.page.route("**/vitals/score", lambda route: route.abort())
    chart.page.locator("#breathing").fill("30")
    expect(chart.page.locator("#score")).to_be_empty()


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_the_form_has_no_barriers(chart: Person, width: int) -> None:
    chart.page.set_viewport_size({"width": width, "height": 900})
    chart.page.locator("[data-does=vitals]").click()
    expect(chart.page.locator("#breathing")).to_be_visible()
    assert chart.barriers() == []
    overflow = chart.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
