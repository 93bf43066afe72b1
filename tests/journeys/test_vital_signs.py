"""WORKFLOWS 6: the bedside round in one action and its values, by mouse and by keyboard; the score at once.

Counted from the section of vital signs, where the form stands ready: what is done beside filling in a field is to keep
the values. Each field is one action, and Tab belongs to it.
"""

import pytest
from playwright.sync_api import expect

from tests.journeys.person import WIDTHS, Person

pytestmark = pytest.mark.journey

VALUES = ("26", "93", "2", "128", "76", "112", "38,4")


@pytest.fixture
def chart(astrid: Person) -> Person:
    """Astrid with a chart open."""
    astrid.opens_a_chart()
    return astrid


@pytest.fixture
def bedside(chart: Person) -> Person:
    """Astrid where vital signs are read: the form is there."""
    chart.goes_to("/" + chart.page.url.split("/", 3)[3] + "/vitals")
    expect(chart.page.locator("#breathing")).to_be_focused()
    return chart


def test_values_are_kept_with_their_score_in_one_action_and_the_values(bedside: Person) -> None:
    for value in VALUES:
        bedside.fills(value)
        bedside.page.keyboard.press("Tab")
    bedside.clicks(bedside.page.get_by_label("Alert"))
    expect(bedside.page.locator("#score")).to_contain_text("NEWS2 10")
    bedside.clicks(bedside.button("Spara värdena"))
    bedside.sees("Värdena är sparade.")
    bedside.sees("NEWS2 10")
    bedside.sees("128/76")
    assert bedside.actions == 1 + len(VALUES) + 1, "one, the values, and the level"
    expect(bedside.page.locator("#breathing")).to_have_value("")
    name = bedside.page.get_by_role("link", name="Kroppstemperatur").bounding_box()
    assert name is not None
    assert name["height"] < 36, "the longest name stands on one line"


def test_the_same_by_keyboard_alone(bedside: Person) -> None:
    for value in ("14", "98", "", "122", "70", "64", "36,6"):
        if value:
            bedside.fills(value)
        bedside.page.keyboard.press("Tab")
    bedside.presses("a")
    expect(bedside.page.locator("#score")).to_contain_text("NEWS2 0")
    bedside.presses("Enter")
    bedside.sees("Värdena är sparade.")
    bedside.sees("122/70")
    assert bedside.actions == 1 + 6 + 1


def test_what_is_typed_survives_a_failed_save_a_lost_sign_in_and_a_closed_tab(bedside: Person) -> None:
    bedside.page.locator("#breathing").fill("22")
    bedside.page.locator("[name=level][value=C]").click()
    bedside.page.route("**/vitals/write", lambda route: route.abort())
    bedside.button("Spara värdena").click()
    expect(bedside.page.locator(".toast[data-status=failed]")).to_be_visible()
    expect(bedside.page.locator("#breathing")).to_have_value("22")
    bedside.page.unroute("**/vitals/write")
    bedside.page.locator("#pulse").fill("118")
    bedside.page.wait_for_timeout(300)  # the browser writes it down
    address = "/" + bedside.page.url.split("/", 3)[3]
    bedside.page.context.clear_cookies()
    bedside.page.locator("#pulse").press("Enter")  # the message of the failure lies over the button
    expect(bedside.page.locator("#pulse")).to_have_value("118")
    again = bedside.page.context.new_page()
    bedside.page.close()
    bedside.page = again
    bedside.signs_in_as("Astrid Lund").goes_to(address)
    expect(again.locator("[data-restored]")).to_be_visible()
    expect(again.locator("#breathing")).to_have_value("22")
    expect(again.locator("#pulse")).to_have_value("118")
    expect(again.locator("[name=level][value=C]")).to_be_checked()
    again.locator("#breathing").press("Enter")
    bedside.sees("Värdena är sparade.")
    expect(again.locator("#breathing")).to_have_value("")
    again.reload()
    expect(again.locator("#breathing")).to_be_focused()
    expect(again.locator("#breathing")).to_have_value("")


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
    chart.page.wait_for_url("**/vitals?kept=yes")
    chart.sees("37,5")


def test_a_double_click_keeps_the_values_once(chart: Person) -> None:
    chart.presses("v")
    sent: list[str] = []
    chart.page.on(
        "request", lambda one: sent.append(one.url) if (one.method, one.url[-5:]) == ("POST", "write") else None
    )
    chart.page.locator("#breathing").fill("18")
    chart.page.evaluate(
        "() => { const it = document.querySelector('#vitals button'); it.click(); it.click();"
        " document.querySelector('#vitals').requestSubmit(); }"
    )
    chart.page.wait_for_url("**/vitals?kept=yes")
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


@pytest.mark.parametrize("width", WIDTHS)
def test_the_form_has_no_barriers(chart: Person, width: int) -> None:
    chart.page.set_viewport_size({"width": width, "height": 900})
    chart.page.locator("[data-does=vitals]").click()
    expect(chart.page.locator("#breathing")).to_be_visible()
    assert chart.barriers() == []
    overflow = chart.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
