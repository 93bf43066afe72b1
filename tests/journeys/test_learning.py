"""A nurse learns on a phone, leaves and comes back; a manager sees how the unit stands (F195, F197, F207)."""

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person

pytestmark = pytest.mark.journey


def test_the_introduction_is_done_on_a_phone_in_a_tap_a_step_and_resumed_where_it_was_left(somebody: Person) -> None:
    fatima = somebody.signs_in_as("Fatima Hassan").goes_to("/learning")
    fatima.page.set_viewport_size({"width": 390, "height": 844})
    onward = fatima.page.get_by_role("link", name="Fortsätt: Introduktion till Varda")
    done = fatima.page.get_by_role("button", name="Klart")
    fatima.clicks(onward)
    for step in range(1, 4):
        fatima.sees(f"Steg {step} av 7")
        fatima.clicks(done)
    fatima.sees("Steg 4 av 7")
    fatima.goes_to("/learning")  # called away; the way back is one tap
    fatima.sees("3 av 7 steg")
    fatima.clicks(onward)
    for step in range(4, 6):
        fatima.sees(f"Steg {step} av 7")
        fatima.clicks(done)
    fatima.clicks(fatima.page.get_by_text("Jag läser bara det jag behöver"))
    fatima.clicks(fatima.page.get_by_role("button", name="Svara"))
    fatima.sees("Behörighet räcker inte.")
    fatima.clicks(fatima.page.get_by_role("link", name="Nästa steg"))
    fatima.clicks(fatima.page.get_by_role("button", name="Klart, avsluta"))
    fatima.sees("Du blev klar med kursen")
    assert fatima.actions == 2 + 6 + 3  # twice into the course, six texts, one question in three
    fatima.goes_to("/learning")
    fatima.sees("1 av 3 kurser som krävs är klara.")
    expect(fatima.page.get_by_role("link", name="Fortsätt: Grundkurs för sjuksköterskor")).to_be_visible()
    assert fatima.barriers() == []


def test_who_leads_a_unit_sees_its_training_and_writes_courses_without_barriers(somebody: Person) -> None:
    gunilla = somebody.signs_in_as("Gunilla Stenberg")
    for width in (390, 820, 1440):
        gunilla.page.set_viewport_size({"width": width, "height": 900})
        for path in (
            "/learning/unit",
            "/learning/remarks",
            "/learning/courses",
            "/learning/courses/introduction",
            "/learning/competence/unit",
        ):
            gunilla.goes_to(path)
            assert gunilla.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            assert gunilla.barriers() == [], (path, width)
