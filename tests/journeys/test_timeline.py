"""The timeline of a life by keyboard alone: a key shows it from any page of the chart, and another opens an entry."""

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person

pytestmark = pytest.mark.journey


def test_the_whole_life_is_one_key_away_and_an_entry_of_it_two_more(astrid: Person) -> None:
    astrid.opens_a_chart(3)
    expect(astrid.page.locator("[data-does=timeline]")).to_have_attribute("aria-keyshortcuts", "L")
    astrid.presses("l")
    expect(astrid.page.locator("section.year").first).to_be_visible()
    assert astrid.page.url.endswith("/timeline")
    assert astrid.barriers() == []
    astrid.presses("j")
    opened = astrid.page.locator("[data-row-link]:focus")
    expect(opened).to_be_visible()
    where = opened.get_attribute("href") or ""
    astrid.presses("Enter")
    astrid.page.wait_for_url(f"**{where}")
    assert astrid.actions <= 3
