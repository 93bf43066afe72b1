"""WORKFLOWS 11: a certificate from a note in two actions, with what the record knows in it, safe before it is shown."""

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("is_keyboard", [False, True])
def test_a_certificate_is_drafted_from_a_note_in_two_actions(astrid: Person, is_keyboard: bool) -> None:
    name = astrid.opens_a_chart(3)
    astrid.page.locator(".note-line a").first.click()
    expect(astrid.page.locator("article.note")).to_be_visible()
    if is_keyboard:
        astrid.presses("i")
        expect(astrid.button("Läkarintyg för sjukpenning")).to_be_focused()
        astrid.presses("Enter")
    else:
        astrid.clicks(astrid.page.locator("summary[data-does=certificate]"))
        astrid.clicks(astrid.button("Läkarintyg för sjukpenning"))
    astrid.is_told("saved")
    assert astrid.actions <= 2
    panel = astrid.page.locator("#writing")
    expect(panel.locator(".whom")).to_contain_text(name)
    expect(panel.locator("#text-fran")).not_to_have_value("")
    expect(panel.get_by_text("Skrivet från")).to_be_visible()
    assert astrid.barriers() == []
    # Closed here, it is where one's drafts are.
    astrid.goes_to("/unsigned")
    astrid.sees("Läkarintyg för sjukpenning")
