"""Signing in by the provider, locking and going on where one was, another assignment, and out again."""

import re
import time
import uuid

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.person import Person

pytestmark = pytest.mark.journey


def test_signing_in_takes_one_action_after_the_address(somebody: Person) -> None:
    somebody.goes_to("/patients")
    assert somebody.barriers() == []
    somebody.clicks(somebody.page.get_by_role("button", name="Astrid Lund").first)
    somebody.page.wait_for_url("**/patients")
    assert somebody.actions == 1


def test_unlocking_takes_less_than_three_seconds_and_the_same_draft_is_open(astrid: Person) -> None:
    name, text = astrid.opens_a_chart(), f"Halvskrivet {uuid.uuid4().hex}"
    astrid.presses("n")
    astrid.page.locator("textarea[data-first]").wait_for()
    astrid.writes(text)
    astrid.is_told("saved")
    astrid.page.locator(".me summary").click()
    astrid.page.get_by_role("button", name="Lås", exact=True).click()
    lock = astrid.page.locator("#lock")
    expect(lock).to_be_visible()
    expect(astrid.page.locator(".shell")).to_be_hidden()
    moving = "document.getAnimations().filter(one => one.effect.target.closest?.('#lock')).length"
    assert astrid.page.evaluate(moving) == 0  # it covers at once
    assert astrid.barriers() == []
    astrid.page.keyboard.press("Escape")
    expect(lock).to_be_visible()
    assert astrid.page.evaluate("fetch('/patients').then(answer => answer.status)") == 423

    actions, started = astrid.actions, time.monotonic()
    with astrid.page.expect_popup() as opened:
        astrid.clicks(lock.get_by_role("button", name="Lås upp"))
    astrid.actions += 1
    opened.value.get_by_role("button", name="Astrid Lund").click()
    expect(astrid.page.locator(".shell")).to_be_visible()
    expect(astrid.page.locator("textarea[data-first]")).to_have_value(text)
    took = time.monotonic() - started
    print(f"unlocked in {took:.2f} s")
    assert took <= 10, "three seconds at rest; a machine that is busy with other tests is no measure"
    assert astrid.actions - actions == 2
    expect(lock).to_be_hidden()
    astrid.has_open(name)
    astrid.page.locator("textarea[data-first]").press_sequentially(" – och vidare.")
    astrid.is_told("saved")


def test_an_unused_page_locks_itself(astrid: Person) -> None:
    astrid.page.clock.install()
    astrid.opens_a_chart()
    astrid.page.clock.fast_forward("14:00")
    expect(astrid.page.locator("#lock")).to_be_hidden()
    astrid.page.clock.fast_forward("02:00")
    expect(astrid.page.locator("#lock")).to_be_visible()


def test_nobody_else_unlocks_and_a_page_that_is_opened_anew_says_whose_it_is(astrid: Person) -> None:
    astrid.page.locator(".me summary").click()
    with astrid.page.expect_response("**/session/lock"):
        astrid.page.get_by_role("button", name="Lås", exact=True).click()
    astrid.goes_to("/patients?show=today")
    astrid.sees("Astrid Lund är inloggad här")
    assert astrid.barriers() == []
    astrid.page.get_by_role("link", name="Lås upp").click()
    astrid.page.get_by_label("Namn, yrke eller enhet").fill("Maria Lindqvist")
    astrid.page.get_by_role("button", name="Maria Lindqvist").first.click()
    astrid.sees("Någon annan är inloggad här")
    astrid.goes_to("/patients?show=today")
    astrid.page.get_by_role("link", name="Lås upp").click()
    astrid.page.get_by_role("button", name="Astrid Lund").first.click()
    expect(astrid.page).to_have_url(re.compile(r"/patients\?show=today$"))


def test_another_assignment_without_a_new_sign_in(somebody: Person) -> None:
    somebody.goes_to("/sign-in")
    two = somebody.page.locator("button.person:has(.faint:nth-of-type(2))").first
    two.click()
    somebody.page.wait_for_url("**/sign-in/assignment")
    assert somebody.barriers() == []
    choices = somebody.page.locator("button.person strong")
    first, second = choices.nth(0).inner_text(), choices.nth(1).inner_text()
    somebody.button(first).first.click()
    expect(somebody.page.locator(".top .unit")).to_have_text(first)
    somebody.clicks(somebody.page.locator(".me summary"))
    somebody.clicks(somebody.page.get_by_role("link", name="Byt uppdrag"))
    somebody.clicks(somebody.button(second).first)
    expect(somebody.page.locator(".top .unit")).to_have_text(second)
    assert somebody.actions == 3


def test_out_here_and_everywhere(astrid: Person) -> None:
    other = Person(astrid.page.context.browser.new_context(locale="sv-SE").new_page(), astrid.at)
    other.signs_in_as("Astrid Lund")
    astrid.page.locator(".me summary").click()
    astrid.button("Logga ut överallt").click()
    astrid.page.wait_for_url("**/signed-out")  # by way of the provider of identities
    astrid.sees("Du är utloggad")
    assert astrid.barriers() == []
    other.goes_to("/patients")
    assert "/provider/authorize" in other.page.url
    other.page.context.close()


def test_what_is_typed_before_the_page_listens_is_searched_for(somebody: Person) -> None:
    held: list[Route] = []
    somebody.page.route("**/htmx.min.js", lambda route: held.append(route))
    somebody.page.goto(f"{somebody.at}/sign-in", wait_until="commit")
    field = somebody.page.get_by_label("Namn, yrke eller enhet")
    field.fill("Maria Lindqvist")
    held[0].continue_()
    expect(somebody.button("Astrid Lund")).to_have_count(0)
    expect(somebody.button("Maria Lindqvist").first).to_be_visible()
    expect(field).to_have_value("Maria Lindqvist")
