"""Work left behind (decision 35): told to the unit without a word of it, and opened by a choice, in two actions."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person
from tests.journeys.test_registering import new_number

pytestmark = pytest.mark.journey


@pytest.fixture
def maria(astrid: Person) -> Person:
    """Nurse at the same health centre, at another workstation."""
    other = Person(astrid.page.context.browser.new_context(locale="sv-SE").new_page(), astrid.at)
    yield other.signs_in_as("Maria Lindqvist")
    other.page.context.close()


def test_a_task_about_a_stranger_is_told_to_colleagues_and_opened_by_one_of_them(astrid: Person, maria: Person) -> None:
    """Astrid has chosen to open somebody's record, and asks her unit for something; it is nobody's patient there."""
    name = asks_about_a_stranger(astrid, "Skicka kopian till avdelningen")
    maria.goes_to("/inbox/unit")
    maria.clicks(maria.page.locator("[data-left] a"))
    row = maria.page.locator("main li").filter(has_text=name)
    expect(row).to_be_visible()
    expect(maria.page.locator("main")).not_to_contain_text("Skicka kopian")
    assert maria.barriers() == []
    maria.clicks(row.get_by_role("button"))
    maria.has_open(name)
    maria.sees("Skicka kopian till avdelningen")
    maria.sees("öppnad genom aktivt val")
    assert maria.actions <= 2
    maria.goes_to("/inbox/left/unit")
    expect(row).to_have_count(0)


def asks_about_a_stranger(astrid: Person, what: str) -> str:
    """Not counted: somebody whom only the ward knows, being registered there, is opened by a choice; gives the name."""
    ward, name = Person(astrid.page.context.browser.new_context(locale="sv-SE").new_page(), astrid.at), "Siv Främling"
    ward.signs_in_as("Johan Ekman", "medicinavdelning")
    ward.goes_to("/patients/register")
    ward.page.locator("#identity").fill(new_number())
    ward.page.locator("#name").fill(name)
    ward.button("Registrera och öppna").click()
    ward.has_open(name)
    astrid.goes_to(urlsplit(ward.page.url).path)
    ward.page.context.close()
    astrid.button("patienten är här").click()
    astrid.has_open(name)
    astrid.page.keyboard.press("t")
    expect(astrid.page.locator("#what")).to_be_focused()
    astrid.page.keyboard.type(what)
    astrid.page.keyboard.press("Enter")
    astrid.sees("Uppgiften finns.")
    return name
