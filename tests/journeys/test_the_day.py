"""An ordinary day – find, measure, write, sign (WORKFLOWS 1, 6, 8, 7) – by language, width and hand.

`make test` walks four of the twelve ways, `make prove` all. On no page of the day does axe find anything serious.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person
from varda.web.language import translations

pytestmark = pytest.mark.journey

SAMPLE = {("sv", 1440, "keyboard"), ("en", 390, "pointer"), ("en", 820, "keyboard"), ("sv", 820, "pointer")}
VALUES = ("18", "97", "", "131", "78", "83", "37,1")


@pytest.fixture(scope="module")
def token(varda_home: Path) -> str:
    """Astrid Lund's, for the API."""
    environ = {**os.environ, "VARDA_ENVIRONMENT": "demo"}
    if "VARDA_JOURNEYS_AT" not in environ:
        environ["VARDA_HOME"] = str(varda_home)
    asked = [sys.executable, "-m", "varda.cli", "token", "--as", "Astrid Lund"]
    return subprocess.run(asked, env=environ, check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize(
    ("language", "width", "hand"),
    [
        pytest.param(*way, marks=() if way in SAMPLE else pytest.mark.long)
        for way in product(("sv", "en"), (1440, 820, 390), ("pointer", "keyboard"))
    ],
)
def test_the_day_within_its_budgets(astrid: Person, token: str, language: str, width: int, hand: str) -> None:
    said = translations(language).gettext
    if language == "en":
        astrid.page.locator(".me summary").click()
        astrid.button("English").click()
        expect(astrid.page.locator("html")).to_have_attribute("lang", "en")
        astrid.page.wait_for_load_state()
    astrid.page.set_viewport_size({"width": width, "height": 900})
    keyboard = hand == "keyboard"
    finds_the_patient(astrid, keyboard)
    measures(astrid, said, keyboard)
    writes_a_note(astrid, said, keyboard)
    an_answer_comes(astrid, token)
    signs_an_answer(astrid, said, keyboard)


def finds_the_patient(person: Person, keyboard: bool) -> None:
    """At most two actions to the overview and one more to the drugs or the last note."""
    expect(person.page.locator("[data-row-link]").first).to_be_visible()
    name = person.first_patient()
    if keyboard:
        person.fills(name)
        person.presses("Enter")
    else:
        person.clicks(person.page.locator("[data-row]").first)
    person.has_open(name)
    expect(person.page.locator("[data-panel=medication]")).to_be_attached()
    has_no_barriers(person)
    assert person.actions <= 2
    if keyboard:
        person.presses("4")
        person.page.wait_for_url("**/medication")
    else:
        person.clicks(person.page.locator(".note-line a").first)
        person.page.wait_for_url("**/notes/*")
    assert person.actions <= 3


def measures(person: Person, said: Callable[[str], str], keyboard: bool) -> None:
    """One action and the values, from where vital signs are read."""
    if keyboard:
        person.presses("6")
    else:
        person.page.locator(".rail").get_by_role("link", name=said("Vital signs")).click()
    first = person.page.locator("#breathing")
    expect(first).to_be_visible()
    if is_phone(person):  # where nothing jumps to the form: going to a field belongs to filling it in
        if keyboard:
            while not first.evaluate("field => field === document.activeElement"):
                person.page.keyboard.press("Tab")
        else:
            first.click()
    expect(first).to_be_focused()
    person.actions = 0
    for value in VALUES:
        if value:
            person.fills(value)
        person.page.keyboard.press("Tab")
    if keyboard:
        person.presses("a")
        person.presses("Enter")
    else:
        person.clicks(person.page.locator("[name=level][value=A]"))
        person.clicks(person.button(said("Keep the values")))
    person.sees(said("The values are kept."))
    person.sees("131/78")
    has_no_barriers(person)
    assert person.actions == 1 + len([value for value in VALUES if value]) + 1, "one, the values, and the level"


def writes_a_note(person: Person, said: Callable[[str], str], keyboard: bool) -> None:
    """At most three actions and the text, from the overview."""
    person.page.locator(".rail a").first.click()
    person.page.wait_for_load_state()
    expect(person.page.locator("[data-panel=medication]")).to_be_visible()
    person.actions = 0
    if keyboard:
        person.presses("n")
    else:
        if is_phone(person):
            person.clicks(person.page.locator(".bottom [data-narrow]"))
        person.clicks(person.page.locator("#writing").get_by_role("button", name=said("Write a note")))
    expect(person.page.locator("textarea[data-first]")).to_be_focused()
    text = "Mår bra. Inga besvär från hjärtat."
    person.writes(text)
    if keyboard:
        person.presses("Control+Enter")
    else:
        person.clicks(person.page.get_by_role("button", name=said("Sign"), exact=True))
    person.has_done(said("Signed"))
    person.sees(text)
    has_no_barriers(person)
    assert person.actions <= 3


def an_answer_comes(person: Person, token: str) -> None:
    """About the patient who is open: the county has fewer that wait than there are ways of the day."""
    patient, now = person.page.url.partition("/chart/")[2].partition("/")[0], datetime.now(UTC).isoformat()
    report = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"text": "Odling, urin"},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": now,
        "issued": now,
        "conclusion": "Ingen växt.",
    }
    headers = {"Authorization": f"Bearer {token}"}
    told = httpx.post(f"{person.at}/fhir/DiagnosticReport", json=report, headers=headers)
    assert told.status_code == 201, told.text


def signs_an_answer(person: Person, said: Callable[[str], str], keyboard: bool) -> None:
    """One action, and the next answer stands there."""
    person.goes_to("/answers/unit")
    person.actions, waiting = 0, person.page.locator("[data-answer]").count()
    assert waiting > 0
    has_no_barriers(person)
    if keyboard:
        person.presses("s")
    else:
        person.clicks(person.page.locator("[data-does=sign-answer]"))
    expect(person.page.locator(".done")).to_be_visible()
    assert person.page.locator("[data-answer]").count() == waiting - 1
    assert person.actions == 1


def is_phone(person: Person) -> bool:
    return person.page.viewport_size is not None and person.page.viewport_size["width"] <= 600


def has_no_barriers(person: Person) -> None:
    """Nothing serious by axe, and nothing to be moved sideways."""
    assert person.barriers() == []
    assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), person.page.url
