"""WORKFLOWS 7 and 1: an answer is signed in one action, by mouse and by keyboard, and the next one stands there."""

import pytest
from playwright.sync_api import expect

from tests.journeys.person import WIDTHS, Person

pytestmark = pytest.mark.journey


@pytest.fixture
def answers(astrid: Person) -> Person:
    """Astrid with her unit's answers before her."""
    return astrid.goes_to("/answers/unit")


def test_an_answer_is_signed_in_one_action(answers: Person) -> None:
    waiting = answers.page.locator("[data-answer]").count()
    assert waiting > 1
    answers.clicks(answers.page.locator("[data-does=sign-answer]"))
    answers.has_done("1 svar signerat")
    assert answers.actions <= 1
    expect(answers.page.locator("[data-answer]")).to_have_count(waiting - 1)
    expect(answers.page.locator("[data-does=sign-answer]")).to_be_visible()


def test_the_same_by_keyboard_alone(answers: Person) -> None:
    """J and K move, S signs what is shown, and the original is one key away."""
    rows = answers.page.locator("[data-answer]")
    waiting = rows.count()
    answers.presses("j")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    expect(answers.page.locator("input[name=n]")).to_have_value("1")
    answers.presses("k")
    expect(answers.page.locator("input[name=n]")).to_have_value("0")
    answers.actions = 0
    answers.presses("s")
    answers.has_done("1 svar signerat")
    assert answers.actions <= 1
    expect(rows).to_have_count(waiting - 1)
    answers.presses("o")
    answers.page.wait_for_url("**/original/*")


def test_a_trend_is_one_action_from_the_overview(astrid: Person) -> None:
    astrid.opens_a_chart(1)
    astrid.clicks(astrid.page.locator("[data-panel=results] table a").first)
    expect(astrid.page.locator("#reading table caption").first).to_be_attached()
    assert astrid.actions <= 1


@pytest.mark.parametrize("width", WIDTHS)
def test_curves_stand_over_the_table_of_all_values(astrid: Person, width: int) -> None:
    astrid.opens_a_chart(1)
    chart = "/" + astrid.page.url.split("/", 3)[3]
    astrid.page.set_viewport_size({"width": width, "height": 900})
    astrid.goes_to(f"{chart}/values")
    ticks = astrid.page.locator("input[name=code]")
    ticks.nth(0).check()
    ticks.nth(1).check()
    astrid.button("Visa kurvor för de ikryssade").click()
    expect(astrid.page.locator("figure canvas")).to_have_count(2)
    astrid.page.locator("figure").focus()
    astrid.page.keyboard.press("ArrowRight")
    newest = astrid.page.locator(".cumulative thead th").nth(2).inner_text()
    expect(astrid.page.locator("figure .u-legend").first).to_contain_text(" ".join(newest.split()))
    assert astrid.barriers() == []
    first, second = astrid.page.locator("figure .uplot").evaluate_all(
        "some => some.map((one) => one.getBoundingClientRect()).map((box) => [box.top, box.bottom])"
    )
    assert first[1] <= second[0], "no curve is drawn over another"
    sizes = astrid.page.evaluate(
        "() => ['figure', 'figure canvas', '.cumulative']"
        ".map((one) => document.querySelector(one).getBoundingClientRect())"
        ".map((box) => [box.right <= innerWidth, box.height >= 120])"
    )
    assert sizes == [[True, True]] * 3


@pytest.mark.parametrize("width", WIDTHS)
def test_the_answers_have_no_barriers(answers: Person, width: int) -> None:
    answers.page.set_viewport_size({"width": width, "height": 900})
    assert answers.barriers() == []
    assert answers.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for row in answers.page.locator("[data-answer]").all()[:4]:
        row.click()
        expect(answers.page.locator(".answer td.value, .answer .words").first).to_be_visible()
    hidden = "() => [...document.querySelectorAll('.answer .scroll')].map((one) => one.scrollHeight - one.clientHeight)"
    assert max(answers.page.evaluate(hidden), default=0) <= 1, "no value of the answer is hidden"
