"""From a course to the training environment, exercises done there, their results taken home (F196, F198)."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.person import Person
from varda.introduction import training

pytestmark = pytest.mark.journey

COURSE = "base-nurse"


@pytest.fixture(scope="module")
def training_server(varda_server: str, varda_home: Path) -> Iterator[str]:
    """The address of `varda training open` beside the served demo."""
    running = os.environ.get("VARDA_TRAINING_AT")
    if running:
        yield running
        return
    if os.environ.get("VARDA_JOURNEYS_AT"):
        pytest.skip("VARDA_TRAINING_AT names no training environment beside the server that runs already")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {**os.environ, "VARDA_HOME": str(varda_home), "VARDA_ENVIRONMENT": "demo"}
    environ.pop("VARDA_DATABASE_URL", None)
    command = [sys.executable, "-m", "varda.cli", "training", "open", "--port", str(port)]
    with Path(varda_home, "said-training").open("w+b") as said:
        process = subprocess.Popen(command, env=environ, stdout=said, stderr=said)
        try:
            _until_ready(process, f"http://127.0.0.1:{port}", Path(varda_home, "said-training"))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _until_ready(process: "subprocess.Popen[bytes]", address: str, said: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/health/ready", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    raise AssertionError(f"varda training open does not serve:\n{said.read_text(errors='replace')[-4000:]}")


def goes_through(learner: Person, course: str) -> None:
    """Every step of a course but its exercises, by the forms of its pages."""
    for step in training.shipped()[course].steps:
        if step.kind == "exercise":
            continue
        path = f"{learner.at}/learning/{course}/{step.code}"
        token = re.search(r'name="csrf" value="([^"]*)"', learner.page.request.get(path).text())
        assert token, path
        answers = "&".join(f"answer={nth}" for nth in sorted(step.right))
        done = learner.page.request.post(
            path,
            data=f"csrf={token[1]}&{answers}",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert done.ok, done.text()


def another(browser: Browser, at: str, name: str) -> Person:
    """Somebody else at a workstation of their own, signed in."""
    window = browser.new_context(viewport={"width": 1440, "height": 900}, locale="sv-SE")
    window.set_default_timeout(15_000)
    return Person(window.new_page(), at).signs_in_as(name)


def right_waits_for_the_course(browser: Browser, at: str) -> None:
    """Proposed by one, approved by another: nurses may write radiology referrals after the course."""
    anders = another(browser, at, "Anders Wallin").goes_to("/rights/changes")
    anders.page.locator("[name=role]").select_option("nurse")
    anders.page.locator("[name=right]").select_option("F57 write")
    anders.page.locator("[name=granted][value=yes]").check()
    anders.page.locator("[name=course]").fill(COURSE)
    anders.page.locator("[name=reason]").fill("Sjuksköterskor skriver röntgenremisser efter grundkursen")
    anders.button("Föreslå").click()
    anders.sees("Föreslogs av Anders Wallin")
    birgitta = another(browser, at, "Birgitta Holm").goes_to("/rights/changes")
    birgitta.button("Godkänn").click()
    birgitta.sees("godkändes av Birgitta Holm")
    for one in (anders, birgitta):
        one.page.context.close()


def may_write(somebody: Person) -> str:
    """What the own rights say about writing radiology referrals."""
    somebody.goes_to("/rights")
    row = somebody.page.get_by_role("row").filter(has=somebody.page.get_by_role("rowheader", name="Röntgenremiss"))
    return row.locator("td").nth(1).inner_text()


def begins(learner: Person, step: str) -> None:
    """Home's link to an exercise is followed, and it is begun."""
    learner.goes_to(f"/learning/{COURSE}/{step}")
    learner.page.get_by_role("link", name="Öva nu").click()
    here = learner.page.locator(f"#{step}")
    name = learner.page.get_by_role("button", name="Maria Lindqvist").first
    expect(here.or_(name).or_(learner.button("Gå till enheten där du övar")).first).to_be_visible()
    if name.is_visible():
        name.click()
    if learner.button("Gå till enheten där du övar").is_visible():
        learner.button("Gå till enheten där du övar").click()
    here.get_by_role("button", name="Börja").click()
    learner.page.wait_for_url("**/patients**")


def ends(learner: Person, step: str) -> int:
    """It is checked and taken home; gives the actions that were counted."""
    learner.page.get_by_role("link", name="Till övningen").click()
    here = learner.page.locator(f"#{step}")
    here.get_by_role("button", name="Kontrollera").click()
    expect(here.locator(".goals [data-status=open]")).to_have_count(0)
    expect(here).to_contain_text("handgrepp och")
    counted = re.search(r"(\d+) handgrepp och", here.inner_text())
    assert counted
    here.get_by_role("link", name="Ta med resultatet hem").click()
    learner.page.wait_for_url(f"{learner.at}/learning/**")
    learner.sees("Övningen är löst.")
    return int(counted[1])


def opens_maj(learner: Person) -> None:
    learner.page.get_by_role("link", name="Maj Lindqvist", exact=True).click()
    learner.has_open("Maj Lindqvist")


def measures(learner: Person) -> None:
    """By the shortest way: V, six fields and the level of consciousness, Enter."""
    opens_maj(learner)
    learner.presses("v")
    expect(learner.page.locator("#breathing")).to_be_focused()
    for value in ("22", "97", "", "128", "76", "95", "36,8"):
        if value:
            learner.fills(value)
        learner.page.keyboard.press("Tab")
    learner.clicks(learner.page.get_by_label("Alert"))
    expect(learner.page.locator("#score")).to_contain_text("NEWS2 3")
    learner.clicks(learner.button("Spara värdena"))
    learner.sees("Värdena är sparade.")


def writes_a_note(learner: Person) -> None:
    """By the shortest way: N, text under Omvårdnad, Ctrl Enter."""
    opens_maj(learner)
    learner.presses("n")
    field = learner.page.get_by_role("textbox", name="Omvårdnad")
    field.click()
    learner.writes("Har sovit gott hela natten.")
    learner.is_told("saved")
    learner.presses("Control+Enter")
    learner.has_done("Signerad")


def warns(learner: Person) -> None:
    """By the shortest way: 8, the button, the substance, Save."""
    opens_maj(learner)
    learner.presses("8")
    learner.page.wait_for_url("**/attention")
    learner.clicks(learner.page.get_by_role("button", name="+ Överkänslighet"))
    expect(learner.page.locator("#substance")).to_be_focused()
    learner.fills("penicillin")
    learner.page.locator("#substances").get_by_role("option").first.wait_for()
    learner.presses("Enter")
    learner.clicks(learner.button("Spara"))
    expect(learner.page.locator("#reading")).to_contain_text("enicillin")


def test_a_new_nurse_learns_practises_and_gets_the_right_that_waits(
    somebody: Person, browser: Browser, training_server: str
) -> None:
    """New nurse → introduction → base course with three checked exercises → right granted → the unit's page.

    Each exercise is walked by its shortest way, and takes no more than its budget.
    """
    right_waits_for_the_course(browser, somebody.at)
    maria = somebody.signs_in_as("Maria Lindqvist")
    assert may_write(maria) == "Kurs saknas"
    goes_through(maria, "introduction")
    goes_through(maria, COURSE)
    exercises = {one.code: one.budget for one in training.shipped()[COURSE].exercises}
    walks = {"vitals-exercise": measures, "note-exercise": writes_a_note, "warn-exercise": warns}
    assert set(walks) == set(exercises)
    for step, walk in walks.items():
        begins(maria, step)
        assert maria.page.url.startswith(training_server)
        expect(maria.page.locator(".environment")).to_contain_text("Övningsmiljö")
        expect(maria.page.locator(".environment")).to_contain_text("måndag 08:")
        walk(maria)
        assert ends(maria, step) <= exercises[step], step
    assert may_write(maria) == "Ja"
    gunilla = another(browser, somebody.at, "Gunilla Stenberg").goes_to("/learning/unit")
    expect(gunilla.page.get_by_role("listitem").filter(has_text="Maria Lindqvist")).to_contain_text("redo")
    gunilla.page.context.close()
