"""Search in the record by keyboard alone: `/`, the words, Enter into what was found, J on, Enter opens, back again."""

import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person

pytestmark = pytest.mark.journey


def a_word(person: Person, where: str) -> str:
    """The longest word of something that the open chart shows."""
    return max(re.findall(r"\w+", person.page.locator(where).first.inner_text()), key=len)


def test_a_word_is_found_and_its_note_opened_in_four_actions(astrid: Person) -> None:
    astrid.opens_a_chart(3)
    word = a_word(astrid, ".note-line p")
    asked: list[str] = []
    astrid.page.on("request", lambda request: asked.append(unquote(request.url)))
    astrid.presses("/")
    expect(astrid.page.locator("#find-text")).to_be_focused()
    astrid.fills(word)
    expect(astrid.page.locator(".hit mark").first).to_be_visible()
    astrid.presses("Enter")
    expect(astrid.page.locator(".hit [data-row-link]").first).to_be_focused()
    astrid.presses("Enter")
    expect(astrid.page.locator("article.note")).to_be_visible()
    assert astrid.actions <= 4
    assert not [one for one in asked if word in one], "what is looked for stands in no address"
    assert re.search(r"/chart/[^/]+/(notes|entry)/", astrid.page.url)
    astrid.page.go_back()
    expect(astrid.page.locator("#find-text")).to_have_value(word)
    expect(astrid.page.locator(".hit mark").first).to_be_visible()


def test_j_and_k_go_through_the_hits(astrid: Person) -> None:
    astrid.opens_a_chart(3)
    word = a_word(astrid, ".note-line strong")
    astrid.presses("/")
    astrid.page.locator("#find-text").fill(word)
    links = astrid.page.locator(".hit [data-row-link]")
    expect(links.nth(1)).to_be_visible()
    astrid.presses("Enter")
    expect(links.first).to_be_focused()
    astrid.presses("j")
    expect(links.nth(1)).to_be_focused()
    astrid.presses("k")
    expect(links.first).to_be_focused()
