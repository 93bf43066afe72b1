"""The readiness lead drives a dress rehearsal through a hold point, and what came of it is registered (F229, F240)."""

from datetime import datetime, timedelta

import pytest

from tests.journeys.person import Person
from varda.kernel.clock import STOCKHOLM

pytestmark = pytest.mark.journey

FIRST = (
    "Ledningen är på plats, telefonlistan är provad",
    "De gamla systemen sätts i läsläge",
    "Sista flytten av uppgifter",
    "Kandidaten sätts i drift, bygge och konfiguration jämförs",
)
HOLD = "Hållpunkt: flytten är avstämd utan oförklarade skillnader"


def steps(person: Person, title: str, *acts: str) -> None:
    """Opens a step from the board and says what happened with it, each time from the board again."""
    for act in acts:
        person.clicks(person.page.get_by_role("table", name="Stegen").get_by_role("link", name=title))
        person.clicks(person.button(act))
        person.page.locator("#board").wait_for()


def test_a_rehearsal_is_driven_through_a_hold_point(somebody: Person) -> None:
    helena = somebody.signs_in_as("Helena Forsberg").goes_to("/cutover")
    helena.chooses(helena.page.get_by_label("Leverans"), "Södra leveransen")
    helena.clicks(helena.page.get_by_label("genrep"))
    starts = datetime.now(STOCKHOLM) + timedelta(hours=12)
    helena.page.get_by_label("Timmen för den första vågen").fill(f"{starts:%Y-%m-%dT%H:%M}")
    helena.clicks(helena.button("Gör den"))
    helena.page.locator("#board").wait_for()
    hour = helena.page.locator(".cutover-hour")
    assert f"{starts:%H:%M}" in hour.inner_text()
    assert "i tid" in hour.inner_text()
    helena.sees("Inget pågår.")
    for title in FIRST:
        steps(helena, title, "Det har börjat", "Det är klart")
    now = helena.page.locator('[data-of="now"]')
    behind = helena.page.get_by_role("row", name="Kopplingarna öppnas")
    assert HOLD in now.inner_text()
    assert "senare" in behind.inner_text(), "nothing goes past a hold point"
    steps(helena, HOLD, "Klartecken")
    assert "Inget pågår." in now.inner_text()
    assert "kan börja" in behind.inner_text()
    assert helena.barriers() == []
    assert helena.actions < 30
    helena.page.get_by_text("Avsluta körboken").click()
    helena.page.get_by_label("Varför, om alla steg inte är klara").fill("Övat till hållpunkten")
    helena.clicks(helena.page.locator("form[action$='/close'] button"))
    helena.sees("inställt")
    helena.goes_to("/testruns")
    helena.sees("genrep")
    helena.sees("underkänd")
