"""WORKFLOWS 2: a known person in at most four actions, an unknown one in at most two; then a note works at once."""

import random
import re

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person

pytestmark = pytest.mark.journey


def new_number() -> str:
    """A number of the block of invented people, hardly ever one of the demo's."""
    chance = random.Random()
    year, month, day = chance.randint(1920, 1999), chance.randint(1, 12), chance.randint(1, 28)
    return f"{year}{month:02d}{day:02d}-XZ{chance.randint(0, 99):02d}"


def test_a_known_person_is_registered_in_four_actions(astrid: Person) -> None:
    astrid.clicks(astrid.page.get_by_role("link", name="Registrera"))
    expect(astrid.page.locator("#identity")).to_be_focused()
    astrid.fills(new_number())
    astrid.page.keyboard.press("Tab")
    astrid.fills("Åsa Öberg-Ström")
    astrid.presses("Enter")
    astrid.has_open("Åsa Öberg-Ström")
    assert astrid.actions <= 4


def test_an_unknown_person_is_registered_in_two_actions_and_everything_works_at_once(astrid: Person) -> None:
    astrid.clicks(astrid.page.get_by_role("link", name="Registrera"))
    astrid.clicks(astrid.button("Okänd person"))
    expect(astrid.page.locator(".banner")).to_contain_text("okänd identitet")
    assert astrid.actions <= 2
    expect(astrid.page.locator(".banner .number")).to_have_text(re.compile(r"^\d{8}-X"))
    astrid.presses("n")
    expect(astrid.page.locator("textarea[data-first]")).to_be_focused()
    astrid.writes("Medvetslös, inkommer med ambulans.")
    astrid.presses("Control+Enter")
    astrid.has_done("Signerad")


def test_a_wrong_number_is_said_at_its_field_and_nothing_is_lost(astrid: Person) -> None:
    astrid.goes_to("/patients/register")
    astrid.page.locator("#identity").fill("20240230-XA01")
    astrid.page.locator("#name").fill("Namn Namnsson")
    astrid.button("Registrera och öppna").click()
    expect(astrid.page.locator("#identity")).to_have_attribute("aria-invalid", "true")
    astrid.sees("Personnumret är inte giltigt.")
    expect(astrid.page.locator("#name")).to_have_value("Namn Namnsson")


def test_two_records_of_one_person_are_joined_and_separated_without_moving_anything(astrid: Person) -> None:
    number = new_number()
    astrid.goes_to("/patients/register")
    astrid.page.locator("#identity").fill(number)
    astrid.page.locator("#name").fill("Dubbel Gångare")
    astrid.button("Registrera och öppna").click()
    astrid.has_open("Dubbel Gångare")
    astrid.goes_to("/patients/register")
    astrid.button("Okänd person").click()
    expect(astrid.page.locator(".banner")).to_contain_text("okänd identitet")
    unknown = astrid.page.locator(".banner .number").inner_text()
    astrid.presses("n")
    expect(astrid.page.locator("textarea[data-first]")).to_be_focused()
    astrid.writes("Skriven på reservnummer.")
    astrid.presses("Control+Enter")
    astrid.has_done("Signerad")
    astrid.goes_to("/patients?show=all")
    astrid.page.keyboard.type(number)
    astrid.page.keyboard.press("Enter")
    astrid.has_open("Dubbel Gångare")
    astrid.button("Samma person").click()
    astrid.page.locator("#same-identity").fill(unknown)
    astrid.page.keyboard.press("Enter")
    astrid.button("Koppla ihop").click()
    astrid.sees("Skriven på reservnummer.")
    astrid.button("Samma person").click()
    astrid.button("Skilj åt igen").click()
    expect(astrid.page.locator(".note-line")).to_have_count(0)


def test_a_patient_is_admitted_to_a_free_bed_in_three_actions(somebody: Person) -> None:
    somebody.signs_in_as("Johan Ekman", "medicinavdelning")
    somebody.goes_to("/patients/register")
    somebody.button("Okänd person").click()
    expect(somebody.page.locator(".banner")).to_contain_text("okänd identitet")
    somebody.actions = 0
    somebody.clicks(somebody.button("Skriv in"))
    somebody.clicks(somebody.page.locator("button[name=bed]:enabled").first)
    expect(somebody.page.locator(".banner .active")).to_contain_text("inskriven")
    assert somebody.actions <= 3
