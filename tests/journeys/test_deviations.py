"""A deviation beside the patient, by keyboard alone (F244)."""

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person

pytestmark = pytest.mark.journey


def test_a_deviation_is_reported_from_a_patient_s_screen_in_four_actions(astrid: Person) -> None:
    """A key, what happened, how grave, sent: four actions from any section of the chart, and the chart stays."""
    name = astrid.opens_a_chart()
    astrid.page.keyboard.press("5")
    astrid.actions = 0
    astrid.presses("r")
    expect(astrid.page.locator("#what")).to_be_focused()
    astrid.fills("Fick dubbel dos: upptäckt i tid.")
    grave = astrid.page.locator("input[name=severity][value=minor]")
    astrid.clicks(grave)
    assert astrid.barriers() == []
    astrid.presses("Control+Enter")
    expect(astrid.page.locator("#writing [role=status]")).to_contain_text("Avvikelsen är rapporterad")
    assert astrid.actions <= 4
    astrid.has_open(name)
    astrid.page.locator("#writing a").focus()
    astrid.page.keyboard.press("Enter")
    astrid.page.wait_for_url("**/deviations/*")
    astrid.sees("Fick dubbel dos: upptäckt i tid.")
    assert astrid.barriers() == []


def test_it_is_reported_by_keyboard_alone(astrid: Person) -> None:
    astrid.opens_a_chart(1)
    astrid.presses("r")
    expect(astrid.page.locator("#what")).to_be_focused()
    astrid.writes("Provet märktes fel.")
    for key in ("Tab", "ArrowDown"):
        astrid.page.keyboard.press(key)
    expect(astrid.page.locator("input[name=severity][value=minor]")).to_be_checked()
    astrid.page.keyboard.press("Control+Enter")
    expect(astrid.page.locator("#writing [role=status]")).to_contain_text("Avvikelsen är rapporterad")
