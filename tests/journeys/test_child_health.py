"""F13: a child-health nurse finds a child who is due, and notes the check-up with measures and a vaccination.

The budget is six actions and the values, half of what it takes where the contact, the measures, the checklist and the
vaccine are each a form of their own. Four are used by mouse, six by keyboard alone. What is typed to find the list
counts as a value, as words in the palette do elsewhere.
"""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.person import WIDTHS, Person

pytestmark = pytest.mark.journey

BUDGET = 6
CHILDREN = {"mouse": ("Kim", "XY47"), "keyboard": ("Robin", "XZ48"), "pages": ("Alex", "XA49")}


@pytest.fixture
def maria(window: BrowserContext, varda_server: str) -> Person:
    """Nurse at a health centre, at her unit's list."""
    return Person(window.new_page(), varda_server).signs_in_as("Maria Lindqvist")


def registers(maria: Person, way: str) -> str:
    """Not counted: a child of 82 days, for whom it is soon too late to begin with rotavirus."""
    given, letters = CHILDREN[way]
    born = datetime.now(UTC) - timedelta(days=82)
    maria.goes_to("/patients/register")
    maria.page.locator("#identity").fill(f"{born:%Y%m%d}-{letters}")
    maria.page.locator("#name").fill(f"{given} Ek")
    maria.page.locator("form [data-variant=primary]").first.click()
    maria.page.wait_for_url("**/chart/*")
    maria.goes_to("/patients?show=all")
    return f"{given} Ek"


def fills_in(maria: Person) -> int:
    """The values of the check-up: three measures, the product and the batch; gives how many."""
    for value in ("5,1", "58", "39,5"):
        maria.fills(value)
        maria.page.keyboard.press("Tab")
    return 3


def test_a_due_child_is_found_and_the_check_up_noted_by_mouse(maria: Person) -> None:
    name = registers(maria, "mouse")
    maria.clicks(maria.page.get_by_role("link", name="Barnhälsovård", exact=True))
    maria.clicks(maria.page.get_by_role("link", name=name))
    maria.has_open(name)
    maria.clicks(maria.button("Besök i dag"))
    expect(maria.page.locator("#weight")).to_be_focused()
    values = fills_in(maria)
    maria.clicks(maria.page.get_by_label("Rotarix"))
    maria.clicks(maria.page.locator("[id='w6-vaccines.rota-1.batch']"))
    maria.page.keyboard.type("AROLC123")
    maria.clicks(maria.button("Anteckna besöket"))
    maria.sees("Det är antecknat.")
    for one in ("5,1 kg", "AROLC123"):
        expect(maria.page.locator("#reading").get_by_text(one).first).to_be_attached()
    assert maria.actions - values - 2 == 4 <= BUDGET


def test_the_same_by_keyboard_alone(maria: Person) -> None:
    name = registers(maria, "keyboard")
    maria.presses("Control+k")
    maria.page.locator("#palette-found [role=option]").first.wait_for()
    maria.fills("barnhälsovård:")
    expect(maria.page.locator("#palette-found [role=option]").first).to_contain_text("enhetens lista")
    maria.presses("Enter")
    maria.page.wait_for_url("**/programmes/child-health")
    while maria.page.evaluate("document.activeElement.innerText") != name:
        maria.presses("j")
        assert maria.actions < 10, "who must come soon stands first"
    maria.presses("Enter")
    maria.has_open(name)
    maria.presses("b")
    expect(maria.page.locator("#weight")).to_be_focused()
    values = 1 + fills_in(maria)
    field = maria.page.locator("[id='w6-vaccines.rota-1.batch']")
    while not maria.page.evaluate("document.activeElement.name?.endsWith('.product')"):
        maria.page.keyboard.press("Tab")
    maria.presses("Space")
    maria.page.keyboard.press("Tab")
    expect(field).to_be_focused()
    maria.fills("AROLC124")
    maria.presses("Enter")
    maria.sees("Det är antecknat.")
    assert maria.actions - values - 2 <= BUDGET


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_have_no_serious_barrier(maria: Person, width: int) -> None:
    registers(maria, "pages")
    maria.page.set_viewport_size({"width": width, "height": 900})
    pages = ["/programmes/child-health?show=all&step=", "/programmes/child-health/numbers"]
    for page in pages:
        maria.goes_to(page)
        assert maria.barriers() == [], page
        assert maria.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page
    maria.goes_to(pages[0])
    maria.page.locator("[data-row-link]").first.click()
    maria.page.locator("[data-does=checkup]").click()
    maria.page.locator("#writing form").wait_for()
    assert maria.barriers() == []
    assert maria.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
