"""A form of six answers is filled in and signed in two actions, by mouse and by keyboard alone (F26)."""

import pytest
from playwright.sync_api import expect

from tests.journeys.person import WIDTHS, Person

pytestmark = pytest.mark.journey

QUESTIONS = ("fallit", "yrsel", "steg", "somnmedel", "syn", "orolig")


@pytest.fixture
def chart(somebody: Person) -> Person:
    """Fatima, nurse on a ward, with a chart open."""
    somebody.signs_in_as("Fatima Hassan")
    somebody.opens_a_chart()
    return somebody


def test_six_answers_by_mouse_are_signed_in_two_actions(chart: Person) -> None:
    """The panel opens with the form that comes first for the role."""
    chart.clicks(chart.button("Fyll i formulär"))
    expect(chart.page.locator("#text-viktigt")).to_be_focused()
    chart.fills("Att få komma hem")
    chart.page.locator("#text-ring").focus()
    chart.fills("Dottern, 070-174 06 05")
    for name, value in (("kost", "vanlig"), ("gang", "sjalv"), ("somn", "true")):
        chart.clicks(chart.page.locator(f'input[name="text-{name}"][value="{value}"]'))
    chart.page.locator("#text-vikt").fill("")
    chart.page.locator("#text-vikt").focus()
    chart.fills("72,5")
    chart.is_told("saved")
    chart.clicks(chart.button("Signera"))
    chart.has_done("Signerad")
    chart.sees("72,5 kg")
    assert chart.actions - 6 <= 2


def test_the_same_by_keyboard_alone(chart: Person) -> None:
    chart.presses("f")
    expect(chart.page.locator("#text-viktigt")).to_be_focused()
    chart.fills("Att få komma hem")
    chart.page.keyboard.press("Tab")
    chart.fills("Dottern, 070-174 06 05")
    for _ in range(3):  # food, walking, sleep
        chart.page.keyboard.press("Tab")
        chart.presses("Space")
    chart.page.keyboard.press("Tab")
    chart.presses("Space")
    chart.presses("Control+Enter")
    chart.has_done("Signerad")
    assert chart.actions - 6 <= 2


def test_a_score_is_told_at_once_and_what_is_missing_at_its_field(chart: Person) -> None:
    chart.presses("f")
    chart.page.locator("#writing").get_by_role("link", name="Fallrisk").click()
    for question in QUESTIONS[:-1]:
        answer = "flera" if question == "fallit" else "jamt" if question == "steg" else "nej"
        chart.page.locator(f'input[name="text-{question}"][value="{answer}"]').click()
    chart.presses("Control+Enter")
    expect(chart.page.locator("#orolig-wrong")).to_contain_text("måste besvaras")
    expect(chart.page.locator('input[name="text-orolig"]').first).to_be_focused()
    expect(chart.page.locator('input[name="text-fallit"][value="flera"]')).to_be_checked()
    chart.presses("Space")
    expect(chart.page.locator("[data-reckoned=summa]")).to_have_text("4")
    expect(chart.page.get_by_text("planera åtgärder mot fall")).to_be_visible()


def test_a_question_opens_and_closes_at_once(chart: Person) -> None:
    chart.presses("f")
    other = chart.page.locator("#text-kost-vad")
    expect(chart.page.locator("#text-viktigt")).to_be_focused()
    expect(other).to_be_hidden()
    chart.page.get_by_label("Särskild", exact=True).check()
    expect(other).to_be_visible()
    chart.page.get_by_label("Vanlig", exact=True).check()
    expect(other).to_be_hidden()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_form_has_no_barriers(chart: Person, width: int) -> None:
    chart.page.set_viewport_size({"width": width, "height": 900})
    chart.page.locator("[data-does=form]").click()
    expect(chart.page.locator("#text-viktigt")).to_be_visible()
    assert chart.barriers() == []
    assert chart.page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
