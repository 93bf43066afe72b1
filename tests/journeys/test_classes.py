"""Who plans classes and who books one, without barriers on any width (F201, F202)."""

import pytest

from tests.journeys.person import Person

pytestmark = pytest.mark.journey


def test_who_plans_sees_rooms_periods_and_proposals_without_barriers(somebody: Person) -> None:
    helena = somebody.signs_in_as("Helena Forsberg")
    for width in (390, 1440):
        helena.page.set_viewport_size({"width": width, "height": 900})
        for path in ("", "?course=all", "/rooms", "/new?course=base-nurse", "/proposals"):
            helena.goes_to(f"/learning/classes{path}")
            assert helena.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            assert helena.barriers() == [], (path, width)


def test_a_nurse_books_a_class_in_three_taps_on_a_phone(somebody: Person) -> None:
    fatima = somebody.signs_in_as("Fatima Hassan").goes_to("/learning")
    fatima.page.set_viewport_size({"width": 390, "height": 844})
    fatima.clicks(fatima.page.get_by_role("link", name="Boka ett kurstillfälle").first)
    fatima.clicks(fatima.page.get_by_role("link", name="Grundkurs för sjuksköterskor").first)
    assert fatima.barriers() == []
    fatima.clicks(fatima.page.get_by_role("button", name="Boka mig"))
    fatima.sees("Du har en plats.")
    fatima.clicks(fatima.page.get_by_role("button", name="Lämna tillbaka min plats"))
    fatima.sees("Boka mig")
