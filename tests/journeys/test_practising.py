"""From a course to the training environment, an exercise done there, and its result taken home (F196, F198)."""

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
from playwright.sync_api import expect

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


def test_an_exercise_is_done_in_the_training_environment_and_counts_at_home(
    somebody: Person, training_server: str
) -> None:
    fatima = somebody.signs_in_as("Fatima Hassan")
    goes_through(fatima, "introduction")
    goes_through(fatima, COURSE)
    fatima.goes_to(f"/learning/{COURSE}/vitals-exercise")
    fatima.page.get_by_role("link", name="Öva nu").click()
    fatima.page.get_by_role("button", name="Fatima Hassan").first.click()
    expect(fatima.page.locator(".environment")).to_contain_text("Övningsmiljö")
    assert fatima.page.url.startswith(training_server)
    if fatima.button("Gå till enheten där du övar").is_visible():
        fatima.button("Gå till enheten där du övar").click()
    exercise = fatima.page.locator("#vitals-exercise")
    expect(exercise).to_be_visible()
    assert fatima.barriers() == []
    exercise.get_by_role("button", name="Börja").click()
    expect(fatima.page.locator(".environment")).to_contain_text("måndag 08:")
    fatima.page.goto(f"{training_server}/patients")
    fatima.page.get_by_role("link", name="Maj Lindqvist", exact=True).click()
    fatima.has_open("Maj Lindqvist")
    fatima.presses("v")
    expect(fatima.page.locator("#breathing")).to_be_focused()
    for value in ("22", "97", "", "128", "76", "95", "36,8"):
        if value:
            fatima.fills(value)
        fatima.page.keyboard.press("Tab")
    fatima.clicks(fatima.page.get_by_label("Alert"))
    expect(fatima.page.locator("#score")).to_contain_text("NEWS2 3")
    fatima.clicks(fatima.button("Spara värdena"))
    fatima.sees("Värdena är sparade.")
    fatima.page.get_by_role("link", name="Till övningen").click()
    fatima.page.locator("#vitals-exercise").get_by_role("button", name="Kontrollera").click()
    expect(fatima.page.locator("#vitals-exercise .goals [data-status=open]")).to_have_count(0)
    expect(fatima.page.locator("#vitals-exercise")).to_contain_text("handgrepp och")
    fatima.page.locator("#vitals-exercise").get_by_role("link", name="Ta med resultatet hem").click()
    fatima.page.wait_for_url(f"{fatima.at}/learning/**")
    fatima.sees("Övningen är löst.")
