"""Messages between staff (F27): written, read and answered by keyboard alone, told of by themselves, and never lost."""

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.person import Person

pytestmark = pytest.mark.journey


@pytest.fixture
def maria(astrid: Person) -> Person:
    """Nurse at Astrid's health centre, at another workstation."""
    other = Person(astrid.page.context.browser.new_context(locale="sv-SE").new_page(), astrid.at)
    yield other.signs_in_as("Maria Lindqvist")
    other.page.context.close()


def test_a_message_is_written_told_read_and_answered_by_keyboard_alone(astrid: Person, maria: Person) -> None:
    """Half a telephone call: three actions and the text to ask, three and the text to answer."""
    astrid.goes_to("/inbox")
    name = maria.opens_a_chart()
    maria.presses("m")
    expect(maria.page.locator("#text")).to_be_focused()
    maria.writes("Kan hon få recept på mer salva?")
    maria.presses("Control+Enter")
    maria.has_done("Skickat")
    assert maria.actions <= 3
    row = astrid.page.locator("[data-row]").filter(has_text="Kan hon få recept på mer salva?")
    expect(row).to_be_visible(timeout=10_000)
    expect(row).to_contain_text(name)
    row.locator("[data-row-link]").focus()
    astrid.presses("Enter")
    astrid.has_open(name)
    astrid.presses("d")
    astrid.writes("Ja, jag skriver det nu.")
    astrid.presses("Control+Enter")
    astrid.has_done("Besvarat")
    assert astrid.actions <= 3
    assert astrid.barriers() == []
    maria.goes_to("/inbox")
    answer = maria.page.locator("[data-row]").filter(has_text="Ja, jag skriver det nu.")
    answer.locator("[data-row-link]").focus()
    maria.page.keyboard.press("d")
    expect(answer).to_have_count(0)


def test_what_is_typed_is_there_again_after_the_tab_was_closed(astrid: Person) -> None:
    astrid.opens_a_chart(1)
    chart = astrid.page.url
    astrid.page.keyboard.press("m")
    expect(astrid.page.locator("#text")).to_be_focused()
    astrid.page.keyboard.type("Halvt skrivet")
    astrid.page.wait_for_timeout(500)
    again = astrid.page.context.new_page()
    astrid.page.close()
    astrid.page = again
    again.goto(chart)
    again.keyboard.press("m")
    expect(again.locator("#text")).to_have_value("Halvt skrivet")
    astrid.sees("Skrivet tidigare och inte skickat än.")


def test_what_is_typed_after_a_key_is_in_the_field_that_it_opens_however_early(astrid: Person, maria: Person) -> None:
    """Neither lost nor taken for orders: not where the page cannot listen yet, nor where the panel is on its way."""
    held: list[Route] = []
    maria.opens_a_chart()
    maria.page.route("**/messages/write", lambda route: held.append(route))
    maria.page.keyboard.press("m")
    maria.page.keyboard.type("Sticker i foten, ")
    maria.page.wait_for_function("document.querySelector('#text') === null")
    held[0].continue_()
    expect(maria.page.locator("#text")).to_be_focused()
    maria.page.unroute("**/messages/write")
    maria.page.keyboard.type("se bild.")
    maria.page.keyboard.press("Control+Enter")
    maria.has_done("Skickat")
    astrid.goes_to("/inbox")
    row = astrid.page.locator("[data-row]").filter(has_text="Sticker i foten, se bild.")
    where = row.locator("[data-row-link]").get_attribute("href")
    late: list[Route] = []
    astrid.page.route("**/htmx.min.js", lambda route: late.append(route))
    astrid.page.goto(f"{astrid.at}{where}", wait_until="commit")
    expect(astrid.page.locator("[data-does=done]")).to_be_visible()
    astrid.page.keyboard.press("d")
    astrid.page.keyboard.type("Ja, den blev kall")
    late[0].continue_()
    expect(astrid.page.locator("[data-does=done]")).to_be_focused()
    astrid.page.keyboard.type(" i dag.")
    expect(astrid.page.locator("[data-does=done]")).to_have_value("Ja, den blev kall i dag.")
