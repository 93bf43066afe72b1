"""WORKFLOWS 1: the right patient and the situation in at most two actions; one more to a note, the drugs or a trend.

The one-page overview is F10 in docs/functions.md.
"""

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.person import Person

pytestmark = pytest.mark.journey


def test_a_patient_is_opened_by_typing_a_name_on_the_start_page(astrid: Person) -> None:
    name = astrid.first_patient()
    astrid.fills(" ".join(reversed(name.split())))
    astrid.presses("Enter")
    astrid.has_open(name)
    assert astrid.actions <= 2


def test_from_any_page_a_whole_number_opens_its_patient_in_two_actions(astrid: Person) -> None:
    name, number = astrid.first_patient(), astrid.page.locator("[data-row] .number").first.inner_text()
    astrid.opens_a_chart(1)
    for written in (number, number.replace("-", "")):
        astrid.actions = 0
        astrid.presses("Control+k")
        astrid.fills(written)
        astrid.has_open(name)
        assert astrid.actions <= 2
        astrid.goes_to("/unsigned")


def test_from_any_page_a_name_takes_the_palette_the_name_and_enter(astrid: Person) -> None:
    """Three by the strict count: the two of the budget start at the own unit, whose page has the focus in the field."""
    name = astrid.first_patient()
    astrid.goes_to("/unsigned")
    astrid.presses("Control+k")
    astrid.fills(name)
    astrid.presses("Enter")
    astrid.has_open(name)
    assert astrid.actions == 3


def test_a_number_that_may_still_grow_opens_nobody(astrid: Person) -> None:
    number = astrid.page.locator("[data-row] .number").first.inner_text()
    astrid.page.keyboard.type(number[2:])
    expect(astrid.page.locator("#start-found [role=option]").filter(has_text=number)).to_be_visible()
    astrid.page.wait_for_timeout(500)
    assert astrid.page.url.endswith("/patients?show=all")


def test_a_patient_is_opened_from_the_list(astrid: Person) -> None:
    name = astrid.first_patient()
    astrid.clicks(astrid.page.locator("[data-row]").first)
    astrid.has_open(name)
    assert astrid.actions <= 1


@pytest.mark.parametrize("key", ["Enter", " "])
def test_a_row_works_with_enter_and_space(astrid: Person, key: str) -> None:
    name = astrid.first_patient()
    astrid.page.locator("[data-row-link]").first.focus()
    astrid.page.keyboard.press(key)
    astrid.has_open(name)


def test_letters_without_dots_and_numbers_without_century_and_dash_find_too(astrid: Person) -> None:
    row = astrid.page.locator("[data-row]").first
    name, number = astrid.first_patient(), row.locator("td").first.inner_text()
    plain = name.translate(str.maketrans("åäöÅÄÖé", "aaoAAOe"))
    for text in (
        plain.lower(),
        number[2:],
        number[2:].replace("-", ""),
        f"{number[:4]}-{number[4:6]}-{number[6:8]}",
    ):
        astrid.goes_to("/patients?show=all")
        astrid.page.keyboard.press("Control+k")
        astrid.page.keyboard.type(text)
        expect(astrid.page.locator("#palette-found [role=option]").filter(has_text=number)).to_be_visible()


@pytest.mark.parametrize("way", ["pointer", "key"])
def test_what_is_typed_after_the_search_is_asked_for_is_searched_for_however_early(astrid: Person, way: str) -> None:
    """Whoever is quicker than the page types into the search, not half into a field beside it."""
    number = astrid.page.locator("[data-row] .number").first.inner_text()
    held: list[Route] = []
    astrid.page.route("**/htmx.min.js", lambda route: held.append(route))
    astrid.page.goto(astrid.page.url, wait_until="commit")
    opener = astrid.page.locator("[data-opens=palette]").first
    expect(opener).to_be_visible()
    if way == "pointer":
        opener.click()
    else:
        astrid.page.keyboard.press("Control+k")
    astrid.page.keyboard.type(number[:4])
    held[0].continue_()
    expect(astrid.page.locator("#palette-text")).to_be_focused()
    astrid.page.keyboard.type(number[4:8])
    expect(astrid.page.locator("#palette-text")).to_have_value(number[:8])
    expect(astrid.page.locator("#palette-found [role=option]").filter(has_text=number)).to_be_visible()


def test_one_more_action_reaches_the_notes_the_drugs_and_a_trend(astrid: Person) -> None:
    astrid.opens_a_chart()
    for key, section in (("2", "notes"), ("4", "medication"), ("5", "results")):
        before = astrid.actions
        astrid.presses(key)
        astrid.page.wait_for_url(f"**/{section}")
        assert astrid.actions - before == 1


def test_the_banner_never_scrolls_away_and_never_leaves_allergies_blank(astrid: Person) -> None:
    astrid.opens_a_chart()
    banner = astrid.page.locator(".banner")
    for width in (390, 820, 1440):
        astrid.page.set_viewport_size({"width": width, "height": 844})
        astrid.page.mouse.move(width / 2, 500)
        astrid.page.mouse.wheel(0, 3000)
        box = banner.bounding_box()
        assert box is not None
        assert box["height"] <= 96
        assert box["y"] >= 0
        assert len(astrid.page.locator(".allergies").inner_text().split(":", 1)[1].strip()) > 2
        assert astrid.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_stranger_is_opened_only_by_a_reason(somebody: Person) -> None:
    somebody.signs_in_as("Johan Ekman", "medicinavdelning")
    name = somebody.opens_a_chart()
    path = "/" + somebody.page.url.split("/", 3)[3]
    somebody.page.locator(".me summary").click()
    somebody.button("Logga ut").click()
    somebody.signs_in_as("Elin Nordgren").goes_to(path)
    somebody.sees("ingen vårdrelation")
    assert somebody.page.locator(".panel").count() == 0
    somebody.button("patienten är här").click()
    somebody.has_open(name)
    somebody.sees("öppnad genom aktivt val")
