"""What the browser counts of a task is what somebody beside would have counted (WORKFLOWS, the counting rule)."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person

pytestmark = pytest.mark.journey


def told(person: Person, doing: Callable[[], None]) -> dict[str, Any]:
    """What the browser tells when a task is done, without its time."""
    person.actions = 0
    with person.page.expect_request("**/experience/done") as request:
        doing()
    said: dict[str, Any] = request.value.post_data_json
    assert 0 <= said.pop("seconds") < 120
    return said


def test_a_chart_and_a_note_are_counted_as_they_were_done(astrid: Person) -> None:
    astrid.goes_to("/experience")
    astrid.clicks(astrid.button("Räkna mina uppgifter i den här webbläsaren"))
    astrid.sees("Dina uppgifter räknas i den här webbläsaren.")
    astrid.goes_to("/patients")
    name = astrid.first_patient()

    def opens() -> None:
        astrid.fills(name)
        astrid.presses("Enter")
        astrid.has_open(name)

    assert told(astrid, opens) == {"task": "chart-opened", "actions": 1, "fields": 1}
    assert astrid.actions == 2

    def by_mouse() -> None:
        astrid.clicks(astrid.button("Skriv anteckning"))
        expect(astrid.page.locator("textarea[data-first]")).to_be_focused()
        astrid.writes("Mår bra.")
        astrid.clicks(astrid.button("Signera"))
        astrid.has_done("Signerad")

    assert told(astrid, by_mouse) == {"task": "note-signed", "actions": 2, "fields": 1}
    assert astrid.actions == 2

    def by_keyboard() -> None:
        astrid.presses("n")
        expect(astrid.page.locator("textarea[data-first]")).to_be_focused()
        astrid.writes("Mår fortsatt bra.")
        astrid.presses("Control+Enter")
        astrid.has_done("Signerad")

    assert told(astrid, by_keyboard) == {"task": "note-signed", "actions": 2, "fields": 1}
    assert astrid.actions == 2
