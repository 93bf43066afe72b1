"""Emergency access in two steps: who has data, then what cannot be done without (A11)."""

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person
from tests.journeys.test_consent import opens_somebody_known_elsewhere, withdraws_everything

pytestmark = pytest.mark.journey


def test_an_emergency_is_opened_in_four_actions_with_its_end_in_sight(astrid: Person) -> None:
    chart = opens_somebody_known_elsewhere(astrid)
    withdraws_everything(astrid, chart)
    astrid.goes_to(chart)
    astrid.actions = 0
    astrid.clicks(astrid.page.get_by_role("button", name="Nödöppning"))
    astrid.clicks(astrid.page.get_by_role("button", name="fara för livet"))
    astrid.clicks(astrid.page.get_by_label("kommun").or_(astrid.page.locator("[name=provider]")).first)
    astrid.clicks(astrid.page.get_by_role("button", name="Öppna till"))
    expect(astrid.page.locator(".openings")).to_contain_text("nödöppning")
    expect(astrid.page.locator(".openings")).to_contain_text("till ")
    assert astrid.actions <= 4
    withdraws_everything(astrid, chart)


def test_the_same_by_keyboard_alone(astrid: Person) -> None:
    chart = opens_somebody_known_elsewhere(astrid)
    withdraws_everything(astrid, chart)
    astrid.goes_to(chart)
    astrid.actions = 0
    astrid.page.get_by_role("button", name="Nödöppning").focus()
    astrid.presses("Enter")
    expect(astrid.page.get_by_role("button", name="fara för livet")).to_be_focused()
    astrid.presses("Enter")
    expect(astrid.page.locator("[name=provider]").first).to_be_focused()
    astrid.presses("Space")
    astrid.presses("Enter")
    expect(astrid.page.locator(".openings")).to_contain_text("nödöppning")
    assert astrid.actions <= 4
    withdraws_everything(astrid, chart)


def test_without_a_choice_of_provider_nothing_is_opened(astrid: Person) -> None:
    chart = opens_somebody_known_elsewhere(astrid)
    withdraws_everything(astrid, chart)
    astrid.goes_to(chart)
    astrid.page.get_by_role("button", name="Nödöppning").click()
    astrid.page.get_by_role("button", name="fara för livet").click()
    astrid.page.get_by_role("button", name="Öppna till").click()
    expect(astrid.page.locator("[name=provider]").first).to_be_visible()
    astrid.goes_to(chart)
    expect(astrid.page.locator(".openings")).to_have_count(0)
