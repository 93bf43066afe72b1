"""WORKFLOWS 8: a diagnosis in two actions, by mouse and by keyboard; what is here already is told."""

import pytest
from playwright.sync_api import expect

from tests.journeys.person import WIDTHS, Person

pytestmark = pytest.mark.journey


@pytest.fixture
def chart(astrid: Person) -> Person:
    """Astrid with a chart open."""
    astrid.opens_a_chart(2)
    return astrid


def test_a_diagnosis_is_set_where_diagnoses_are_read_in_two_actions(chart: Person) -> None:
    field = chart.page.locator("#diagnosis-overview")
    field.click()  # to a filled field belongs going there
    chart.fills("borrelia")
    chart.clicks(chart.page.get_by_role("option", name="Borreliainfektion"))
    expect(chart.page.locator("[data-panel=problems] .done")).to_contain_text("Satt: Borreliainfektion A69.2")
    expect(chart.page.locator("[data-panel=problems] li").filter(has_text="Borreliainfektion")).to_be_visible()
    assert chart.actions == 2


def test_by_keyboard_alone_in_two_actions_what_was_chosen_before(chart: Person) -> None:
    """The field is found by D; a digit takes what is offered before anything is typed."""
    chart.presses("d")
    expect(chart.page.locator("#diagnosis-overview")).to_be_focused()
    chart.fills("myalgi")
    expect(chart.page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    chart.presses("Enter")
    expect(chart.page.locator("[data-panel=problems] .became p").first).to_contain_text("Myalgi")
    expect(chart.page.locator("#diagnosis-overview")).to_be_focused()
    chart.goes_to("/patients").opens_a_chart(3)
    chart.actions = 0
    chart.presses("d")
    first = chart.page.get_by_role("option").first
    expect(first).to_be_visible()
    offered = first.locator(".name").inner_text()
    chart.presses("1")
    expect(chart.page.locator("[data-panel=problems] .became")).to_contain_text(offered)
    assert chart.actions == 2


def test_in_the_writing_panel_by_words_and_what_is_here_already_is_told(chart: Person) -> None:
    chart.presses("4")
    chart.page.wait_for_url("**/medication")
    chart.presses("d")
    field = chart.page.locator("#diagnosis-writing")
    expect(field).to_be_focused()
    chart.actions = 0
    chart.fills("högt blodtryck")
    expect(chart.page.get_by_role("option").first).to_contain_text("I10.9")
    expect(chart.page.get_by_role("option", selected=True)).to_have_count(0)  # an everyday word only guesses
    chart.presses("ArrowDown")
    chart.presses("Enter")
    expect(chart.page.locator(".became, .ds-table").filter(has_text="Essentiell hypertoni").first).to_be_visible()
    assert chart.actions == 3
    chart.goes_to(
        "/" + chart.page.url.split("/", 3)[3].partition("/medication")[0].removesuffix("/problems") + "/problems"
    )
    chart.page.keyboard.press("d")
    chart.page.keyboard.type("I10")
    chart.page.get_by_role("option").first.click()
    expect(chart.page.locator(".met")).to_contain_text("Essentiell hypertoni I10.9")


def test_beside_the_text_that_is_being_written_in_two_actions_and_the_text_stays(chart: Person) -> None:
    """WORKFLOWS 8: by mouse, and from the middle of a sentence by keyboard; the note is neither sent nor lost."""
    chart.presses("n")
    first = chart.page.locator("textarea[data-first]")
    expect(first).to_be_focused()
    chart.writes("Ont i halsen, ")
    chart.actions = 0
    chart.page.locator("#diagnosis-note").click()  # to a filled field belongs going there
    chart.fills("tonsillit")
    chart.clicks(chart.page.locator("#diagnoses-note [role=option]").filter(has_text="onsillit").first)
    expect(chart.page.locator("#writing .became p").first).to_contain_text("onsillit")
    assert chart.actions == 2
    expect(first).to_have_value("Ont i halsen, ")
    first.focus()
    chart.page.keyboard.press("End")
    chart.writes("ingen feber.")
    chart.actions = 0
    chart.page.keyboard.press("Alt+d")  # going there
    expect(chart.page.locator("#diagnosis-note")).to_be_focused()
    chart.fills("myalgi")
    expect(chart.page.locator("#diagnoses-note [role=option]").first).to_have_attribute("aria-selected", "true")
    chart.presses("Enter")
    expect(chart.page.locator("#writing .became p").first).to_contain_text("Myalgi")
    assert chart.actions == 2
    expect(first).to_have_value("Ont i halsen, ingen feber.")
    chart.is_told("saved")
    chart.page.keyboard.press("Alt+d")
    chart.page.keyboard.press("Control+Enter")
    chart.has_done("Signerad")
    chart.sees("Ont i halsen, ingen feber.")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_field_and_the_panel_have_no_barriers(chart: Person, width: int) -> None:
    chart.page.set_viewport_size({"width": width, "height": 900})
    chart.page.locator("#diagnosis-overview").click()
    chart.page.keyboard.type("hjärt")
    expect(chart.page.get_by_role("option").first).to_be_visible()
    assert chart.barriers() == []
    chart.page.get_by_role("option").first.click()  # set, or told that it is here already
    expect(chart.page.locator(".became p").first).to_be_visible()
    assert chart.barriers() == []
    chart.button("Ändra…").click()
    expect(chart.page.locator("#writing .versions")).to_be_visible()
    assert chart.barriers() == []
    assert chart.page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
