"""Opening other providers' data on consent, and a block that holds at the next read (A4, A7, A8; WORKFLOWS 12)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.person import WIDTHS, Person

pytestmark = pytest.mark.journey

MOST_TRIED = 40


def opens_somebody_known_elsewhere(person: Person) -> str:
    """Not counted: a patient of the own list about whom other providers have something; gives the chart's address."""
    links = [link.get_attribute("href") for link in person.page.locator("[data-row-link]").all()[:MOST_TRIED]]
    for link in links:
        person.goes_to(str(link))
        if person.page.locator("[data-there=others]").count():
            person.actions = 0
            return str(link)
    raise AssertionError("Nobody in the list is known to another provider.")


def withdraws_everything(person: Person, chart: str) -> None:
    person.goes_to(chart)
    if person.page.get_by_role("button", name="Stäng nu").count():
        person.page.get_by_role("button", name="Stäng nu").click()
        expect(person.page.locator(".openings")).to_have_count(0)
    person.goes_to(f"{chart}/decisions")
    withdraw = person.page.locator("[data-kind=access]").get_by_role("button", name="Återkalla samtycket")
    if withdraw.count():
        withdraw.click()
        expect(person.page.locator("[data-kind=access]")).to_have_count(0)


@pytest.fixture
def chart(astrid: Person) -> Iterator[str]:
    address = opens_somebody_known_elsewhere(astrid)
    withdraws_everything(astrid, address)
    astrid.goes_to(address)
    astrid.actions = 0
    yield address
    withdraws_everything(astrid, address)


def is_open(person: Person) -> None:
    expect(person.page.locator(".openings")).to_contain_text("Öppet")
    expect(person.page.locator(".openings")).to_contain_text("samtycke")
    expect(person.page.locator("[data-there=others]")).to_have_count(0)


def test_consent_is_registered_and_the_data_opened_in_three_actions(astrid: Person, chart: str) -> None:
    astrid.clicks(astrid.page.locator("[data-there=others]").get_by_role("button").first)
    expect(astrid.page.locator("#opening-reason")).to_be_focused()
    astrid.fills("Hjärtsvikt")
    astrid.clicks(astrid.page.get_by_role("button", name="Öppna till"))
    is_open(astrid)
    assert astrid.actions <= 3
    astrid.goes_to(f"{chart}/decisions")
    expect(astrid.page.locator("[data-kind=access]")).to_contain_text("Samtycke")


def test_the_same_by_keyboard_alone(astrid: Person, chart: str) -> None:
    button = astrid.page.locator("[data-there=others]").get_by_role("button").first
    astrid.page.locator("#reading").focus()
    for _ in range(10):
        astrid.page.keyboard.press("Tab")
        if button.evaluate("element => element === document.activeElement"):
            break
    astrid.presses("Enter")
    expect(astrid.page.locator("#opening-reason")).to_be_focused()
    astrid.fills("Hjärtsvikt")
    astrid.presses("Enter")
    is_open(astrid)
    assert astrid.actions <= 3


def test_what_is_open_is_closed_by_one_action(astrid: Person, chart: str) -> None:
    astrid.page.locator("[data-there=others]").get_by_role("button").first.click()
    astrid.page.locator("#opening-reason").fill("Hjärtsvikt")
    astrid.page.get_by_role("button", name="Öppna till").click()
    is_open(astrid)
    astrid.clicks(astrid.page.get_by_role("button", name="Stäng nu"))
    expect(astrid.page.locator(".openings")).to_have_count(0)
    expect(astrid.page.locator("[data-there=others]")).to_be_visible()
    assert astrid.actions == 1


def test_a_refusal_keeps_what_was_written_and_says_why(astrid: Person, chart: str) -> None:
    astrid.page.locator("[data-there=others]").get_by_role("button").first.click()
    astrid.page.locator("#opening-reason").fill("   ")
    astrid.page.get_by_role("button", name="Öppna till").click()
    astrid.sees("Skriv varför")
    expect(astrid.page.locator("#opening-reason")).to_be_visible()


def test_a_block_is_registered_and_obeyed_by_another_browsers_very_next_read(somebody: Person) -> None:
    """Nobody waits in between: what is asked as soon as the block is said to be there is asked under it."""
    johan = somebody.signs_in_as("Johan Ekman", "medicinavdelning")
    johan.opens_a_chart()
    chart = "/chart/" + johan.page.url.rpartition("/")[2]
    window = johan.page.context.browser.new_context(locale="sv-SE")
    astrid = Person(window.new_page(), johan.at).signs_in_as("Astrid Lund")
    astrid.goes_to(chart)
    if astrid.page.locator(".banner").count() == 0:
        astrid.page.get_by_role("button", name="patienten är här").click()
        astrid.page.wait_for_url(f"**{chart}")
    if astrid.page.locator(".elsewhere details").count():
        astrid.page.locator(".elsewhere summary").click()
        astrid.page.get_by_role("button", name="patienten är här").click()
        expect(astrid.page.locator(".elsewhere details")).to_have_count(0)
    astrid.goes_to(f"{chart}/contacts")
    ward = astrid.page.locator("#reading .contact", has_text="SÄS medicinavdelning 1")
    assert ward.count() > 0
    johan.goes_to(f"{chart}/decisions")
    johan.actions = 0
    johan.clicks(johan.page.get_by_role("button", name="Spärra för våra andra enheter"))
    expect(johan.page.locator("[data-kind=inner-block]")).to_have_count(1)
    astrid.page.reload()
    assert ward.count() == 0
    assert johan.actions == 1
    astrid.goes_to(chart)
    expect(astrid.page.locator("[data-there=blocked]")).to_be_visible()
    johan.page.locator("[data-kind=inner-block]").get_by_role("button", name="Häv helt").click()
    expect(johan.page.locator("[data-kind=inner-block]")).to_have_count(0)
    window.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_panels_and_pages_put_up_no_serious_barrier(astrid: Person, chart: str, width: int) -> None:
    astrid.page.set_viewport_size({"width": width, "height": 900})
    found = {}
    for panel in ("others", "emergency", "blocked", "outer"):
        astrid.goes_to(chart)
        astrid.page.evaluate(
            "at => htmx.ajax('GET', at, {target: '#writing', swap: 'innerHTML'})", f"{chart}/openings/{panel}"
        )
        expect(astrid.page.locator(".panel-head h2")).to_be_visible()
        expect(astrid.page.locator(".panel-body form, .panel-body p").first).to_be_visible()
        found[panel] = astrid.barriers()
    for page in (chart, f"{chart}/decisions", f"{chart}/decisions?unit=vårdcentral"):
        astrid.goes_to(page)
        assert astrid.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page
        found[page] = astrid.barriers()
    assert {page: barriers for page, barriers in found.items() if barriers} == {}
