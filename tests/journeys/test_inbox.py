"""The inbox (F87): a task is opened with one key, ended with one, and told of by the count; by keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person

pytestmark = pytest.mark.journey


@pytest.fixture
def maria(astrid: Person) -> Person:
    """Nurse at Astrid's health centre, at another workstation."""
    other = Person(astrid.page.context.browser.new_context(locale="sv-SE").new_page(), astrid.at)
    yield other.signs_in_as("Maria Lindqvist")
    other.page.context.close()


def asks(person: Person, what: str) -> str:
    """Not counted: a task about the first patient, asked for by keyboard; gives the patient's name."""
    name = person.opens_a_chart()
    person.page.keyboard.press("t")
    expect(person.page.locator("#what")).to_be_focused()
    person.page.keyboard.type(what)
    person.page.keyboard.press("Enter")
    person.sees("Uppgiften finns.")
    return name


def test_a_task_is_opened_and_closed_by_keyboard_alone(astrid: Person, maria: Person) -> None:
    name = asks(maria, "Ring Anna, dottern")
    astrid.goes_to("/inbox")
    row = astrid.page.locator("[data-row]").filter(has_text="Ring Anna, dottern").first
    expect(row).to_contain_text(name)
    expect(astrid.page.locator("[data-waiting]")).to_be_visible()
    astrid.presses("ArrowDown")
    for _ in range(20):
        if "Ring Anna, dottern" in astrid.page.evaluate("document.activeElement.textContent"):
            break
        astrid.page.keyboard.press("j")
    astrid.presses("Enter")
    astrid.has_open(name)
    astrid.presses("d")
    astrid.writes("Anna kommer i morgon.")
    astrid.presses("Enter")
    astrid.page.wait_for_url("**/inbox")
    expect(row).to_have_count(0)
    assert astrid.actions <= 4


@pytest.mark.parametrize(("what", "height"), [("Beställ tid till fotvård", 500), ("Beställ tid till tandvård", 4000)])
def test_an_urgent_task_appears_by_itself_and_nothing_moves_under_the_reader(
    astrid: Person, maria: Person, what: str, height: int
) -> None:
    """Live updates: no reload, no lost focus, on a screen that is shorter than the list and on one that holds all of
    it; a stop-gap question every 30 s would come too late for this.
    """
    asks(astrid, what)
    astrid.page.set_viewport_size({"width": 1440, "height": height})
    astrid.goes_to("/inbox")
    row = astrid.page.locator("[data-row]").filter(has_text=what).first
    row.locator("[data-row-link]").focus()
    astrid.page.evaluate("window.isTheSame = true")
    before, number = row.bounding_box(), int(astrid.page.locator("[data-waiting]").inner_text())
    maria.opens_a_chart(1)
    maria.page.keyboard.press("v")
    for key, value in {
        "breathing": "26",
        "saturation": "91",
        "systolic": "88",
        "pulse": "132",
        "temperature": "39",
    }.items():
        maria.page.locator(f"#{key}").fill(value)
    maria.page.get_by_label("Alert").click()
    maria.page.keyboard.press("Enter")
    expect(astrid.page.locator("[data-row]").filter(has_text="NEWS2").first).to_be_visible(timeout=10_000)
    expect(astrid.page.locator("[data-waiting]")).to_have_text(str(number + 1))
    assert astrid.page.evaluate("window.isTheSame && document.activeElement.textContent") == what
    after = row.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 2


def test_one_key_ends_a_row_and_the_next_has_the_focus(astrid: Person) -> None:
    asks(astrid, "Först")
    astrid.goes_to("/patients?show=all")
    asks(astrid, "Sedan")
    astrid.goes_to("/inbox")
    rows = astrid.page.locator("[data-row]")
    before = rows.count()
    first = rows.filter(has_text="Först").locator("[data-row-link]")
    first.focus()
    astrid.presses("d")
    astrid.sees("Klar: Först")
    expect(rows).to_have_count(before - 1)
    assert astrid.page.evaluate("document.activeElement.matches('[data-row-link]')")
    assert astrid.barriers() == []


def test_a_row_that_somebody_else_ends_leaves_no_key_on_the_next_patient(astrid: Person, maria: Person) -> None:
    """One's own step moves the focus on; another's takes it to the list, and D does nothing until a row is chosen."""
    asks(maria, "Tas av Maria")
    maria.goes_to("/patients")
    asks(maria, "Står kvar")
    astrid.goes_to("/inbox")
    rows = astrid.page.locator("[data-row]")
    mine = rows.filter(has_text="Tas av Maria")
    before = rows.count()
    mine.locator("[data-row-link]").focus()
    maria.goes_to("/inbox")
    maria.page.locator("[data-row]").filter(has_text="Tas av Maria").locator("[data-row-link]").focus()
    maria.page.keyboard.press("d")
    maria.sees("Klar: Tas av Maria")
    expect(mine).to_have_count(0, timeout=10_000)
    assert astrid.page.evaluate("document.activeElement.id") == "inbox"
    astrid.page.keyboard.press("d")
    astrid.page.wait_for_timeout(500)
    assert rows.count() == before - 1
    astrid.page.keyboard.press("j")
    assert astrid.page.evaluate("document.activeElement.matches('[data-row-link]')")
