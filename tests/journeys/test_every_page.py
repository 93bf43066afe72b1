"""Every page: nothing serious by axe at three widths (`WIDTHS`), in both languages, environment and build in sight."""

import pytest

from tests.journeys.person import WIDTHS, Person

pytestmark = pytest.mark.journey

SECTIONS = ["notes", "problems", "medication", "results", "vitals", "contacts", "attention", "plan"]
PAGES = [
    "/inbox",
    "/inbox/unit",
    "/inbox/left",
    "/inbox/left/unit",
    "/patients",
    "/patients?show=today",
    "/patients?show=mine",
    "/patients/register",
    "/programmes/child-health",
    "/programmes/child-health/numbers",
    "/unsigned",
    "/unsigned/unit",
    "/answers",
    "/dictations",
    "/macros",
    "/cover",
    "/messages",
    "/deviations",
    "/green-cross",
    "/stops/F49",
    "/rights",
    "/experience",
    "/learning",
    "/learning/classes",
    "/learning/introduction",
    "/learning/introduction/why",
    "/learning/introduction/log",
    "/learning/competence",
    "/badges/verify",
    "/coaching",
    "/coaching/unit",
    "/coaching/coverage",
    "/coaching/floorwalkers",
    "/command/tell",
    "/command/incidents",
    "/command/support",
    "/readiness",
    "/readiness/unit",
    "/readiness/trial",
    "/readiness/concerns",
    "/readiness/matrix",
    "/downtime",
    "/cutover",
    "/cutover/2",
    "/cutover/2/units",
    "/cutover/2/steps/move",
    "/cutover/2/go/pioneers",
    "/testruns",
    "/downtime/paper",
    "/downtime/drills",
    "/downtime/map",
    "/introduction",
    "/introduction/plan",
    "/introduction/organisations",
    "/introduction/versions",
    "/introduction/mandates",
    "/introduction/reports",
    "/introduction/risks",
    "/introduction/documents/1",
    "/introduction/decisions",
    "/introduction/forums",
    "/introduction/goals/digital-contacts",
    "/introduction/action-plan",
    "/introduction/gateways",
    "/voices",
    "/voices/1",
    "/voices/2",
    "/voices/traffic",
    "/introduction/criteria",
    "/introduction/organisations/SE9999999999-K1490/pattern",
    "{chart}",
    *(
        f"{{chart}}/{name}"
        for name in ["notes", "problems", "medication", "results", "vitals", "contacts", "attention", "plan"]
    ),
    "{chart}/tasks",
    "{chart}/messages",
    "{chart}/living",
    "{chart}/files",
    "{chart}/certificates",
    "{note}",
    "{note}/history",
    "{chart}/find",
    "{chart}/timeline",
    "{chart}/timeline?kind=notes&until=2025-12-31",
    "{chart}/documents",
    "/chart/nobody-here",
]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_puts_up_a_serious_barrier(astrid: Person, width: int) -> None:
    astrid.opens_a_chart(3)
    chart = "/" + astrid.page.url.split("/", 3)[3]
    note = astrid.page.locator(".note-line a").first.get_attribute("href")
    astrid.page.set_viewport_size({"width": width, "height": 900})
    found = {}
    for page in PAGES:
        astrid.goes_to(page.format(chart=chart, note=note))
        assert astrid.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page
        if width == 1440:  # that it fits a tablet is seen by narrowing what is there
            astrid.page.set_viewport_size({"width": 820, "height": 900})
            assert astrid.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (page, 820)
            astrid.page.set_viewport_size({"width": width, "height": 900})
        found[page] = astrid.barriers()
        assert "Demo" in astrid.page.locator(".environment").inner_text().title()
    assert {page: barriers for page, barriers in found.items() if barriers} == {}


def test_the_designer_of_forms_puts_up_no_serious_barrier(somebody: Person) -> None:
    """Whoever leads a unit draws a form; its rows and the form beside them fit a phone as well."""
    gunilla = somebody.signs_in_as("Gunilla Stenberg").goes_to("/forms/design")
    gunilla.page.locator("[name=title]").fill("Sömn")
    gunilla.button("Nytt formulär").click()
    gunilla.page.wait_for_url("**/forms/design/*")
    drawn = "/" + gunilla.page.url.split("/", 3)[3]
    gunilla.goes_to("/forms/design")
    used = gunilla.page.get_by_role("link", name="Ankomstsamtal").first.get_attribute("href")
    for width in (390, 820, 1440):
        gunilla.page.set_viewport_size({"width": width, "height": 900})
        for page in ("/forms/design", drawn, str(used)):
            gunilla.goes_to(page)
            assert gunilla.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (page, width)
            assert gunilla.barriers() == [], (page, width)


def test_what_a_midwife_works_with_has_no_serious_barrier(somebody: Person) -> None:
    """F16: the unit's list, the page of a pregnancy, and what is written from it."""
    elin = somebody.signs_in_as("Elin Nordgren")
    for width in (390, 820, 1440):
        elin.page.set_viewport_size({"width": width, "height": 900})
        elin.goes_to("/programmes/maternity?show=all&step=")
        _fits(elin)
        elin.page.locator("[data-row-link]").first.click()
        elin.page.wait_for_url("**/chart/**")
        elin.goes_to("/".join(["", *elin.page.url.split("/")[3:5], "programmes/maternity"]))
        _fits(elin)
        elin.page.locator("main [hx-target='#writing']:visible").first.click()
        elin.page.locator("#writing form").wait_for()
        _fits(elin)


def _fits(person: Person) -> None:
    assert person.barriers() == [], person.page.url
    assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), person.page.url


def test_what_holds_for_the_county_has_no_serious_barrier(somebody: Person) -> None:
    somebody.signs_in_as("Gunilla Stenberg")
    for width in (390, 1440):
        somebody.page.set_viewport_size({"width": width, "height": 900})
        for page in ("/templates", "/templates?template=visit"):
            somebody.goes_to(page)
            assert somebody.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page
            assert somebody.barriers() == []


def test_the_situation_picture_has_no_serious_barrier(somebody: Person) -> None:
    """F238: it is for who commands; alarms, tiles and what is missing fit a phone."""
    somebody.signs_in_as("Anders Wallin")
    for width in (390, 820, 1440):
        somebody.page.set_viewport_size({"width": width, "height": 900})
        somebody.goes_to("/command")
        assert somebody.page.locator("main h1, main h2").count() > 0
        _fits(somebody)


def test_the_writing_panel_the_palette_and_sign_in_have_no_serious_barrier(astrid: Person) -> None:
    astrid.opens_a_chart()
    astrid.page.keyboard.press("n")
    astrid.page.locator("textarea[data-first]").wait_for()
    assert astrid.barriers() == []
    astrid.page.keyboard.press("Control+k")
    astrid.page.locator("#palette-found [role=option]").first.wait_for()
    assert astrid.barriers() == []
    astrid.page.context.clear_cookies()
    astrid.goes_to("/sign-in")
    assert astrid.barriers() == []


def test_the_language_is_the_users_choice(astrid: Person) -> None:
    astrid.page.locator(".me summary").click()
    astrid.button("English").click()
    astrid.sees("Open contacts")
    assert astrid.page.locator("html").get_attribute("lang") == "en"
    astrid.opens_a_chart()
    astrid.sees("Write a note")


def test_no_target_is_smaller_than_24_pixels(astrid: Person) -> None:
    astrid.opens_a_chart()
    small = astrid.page.evaluate(
        """() => [...document.querySelectorAll("button, summary, input, .rail a, .panel-title a, .dense a, .bottom a")]
            .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 24)
            .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert small == []


def test_nothing_runs_that_the_policy_forbids(astrid: Person) -> None:
    said: list[str] = []
    astrid.page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    astrid.page.on("pageerror", lambda failed: said.append(str(failed)))
    astrid.opens_a_chart()
    for key in "123456789n":
        astrid.page.keyboard.press(key)
        astrid.page.wait_for_timeout(150)
    assert said == []
