"""docs/howto/first-app.md as it is written: an app in a browser opened from the chart, and a system by itself."""

import http.server
import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person

pytestmark = pytest.mark.journey

PAGE = (Path(__file__).parents[2] / "docs/howto/first-app.md").read_text(encoding="utf-8")
APPS = "Appar för patienten"


def block(language: str, beginning: str) -> str:
    """A block of code of the page."""
    return next(b for b in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if b.startswith(beginning))


def command(beginning: str) -> list[str]:
    """A command of the page, in its words."""
    found = re.search(rf"^    ({re.escape(beginning)}(?:.*\\\n)*.*)$", PAGE, re.MULTILINE)
    assert found, beginning
    return shlex.split(found[1].replace("\\\n", " "))


class Developer:
    """Somebody who follows the page in a folder of their own; the app is served at `site`."""

    def __init__(self, varda: str, home: Path, folder: Path, site: str) -> None:
        self.varda, self.home, self.folder, self.site = varda, home, folder, site

    def runs(self, words: list[str]) -> str:
        """A command of the page; the addresses in it are those of this run."""
        words = [word.replace("http://localhost:8400", self.site) for word in words]
        words = [word.replace("http://127.0.0.1:8000", self.varda) for word in words]
        program = {".venv/bin/varda": [sys.executable, "-m", "varda.cli"], ".venv/bin/python": [sys.executable]}
        ran = subprocess.run(
            [*program[words[0]], *words[1:]], env={**os.environ, "VARDA_HOME": str(self.home)}, cwd=self.folder,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


@pytest.fixture(scope="module")
def done(varda_server: str, varda_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Developer]:
    """The page, done as far as serving the app."""
    if os.environ.get("VARDA_JOURNEYS_AT"):
        pytest.skip("apps are registered beside the database, and this server's is elsewhere")
    folder = tmp_path_factory.mktemp("first-app")
    (folder / "index.html").write_text(block("html", "<!doctype"), encoding="utf-8")
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        developer = Developer(varda_server, varda_home, folder, f"http://localhost:{server.server_port}")
        developer.runs(command(".venv/bin/varda app register --client-id first-app"))
        yield developer
        developer.runs(command(".venv/bin/varda app end first-app"))
        server.shutdown()


def test_the_app_is_opened_from_the_chart_approved_and_reads_the_patient(done: Developer, astrid: Person) -> None:
    name = astrid.opens_a_chart()
    astrid.actions = 0
    astrid.clicks(astrid.page.get_by_role("link", name=APPS))
    astrid.sees(name)
    astrid.clicks(astrid.button("First app"))
    astrid.sees("First app vill använda Varda i ditt namn")
    astrid.clicks(astrid.button("Godkänn"))
    # It read the answer and its ETag from another site, so both the preflight and the exposed headers work.
    expect(astrid.page.locator("#said")).to_have_text(re.compile(r'^.+, version W/"\d+"$'))
    assert astrid.page.url.startswith(done.site)
    assert set(astrid.page.locator("#said").inner_text().partition(",")[0].split()) & set(name.split())
    assert astrid.actions <= 3


def test_the_same_app_on_a_site_that_is_not_registered_gets_nothing(done: Developer, astrid: Person) -> None:
    refused: list[str] = []
    astrid.page.on("console", lambda said: refused.append(said.text) if "CORS" in said.text else None)
    astrid.page.goto(f"{done.site.replace('localhost', '127.0.0.1')}/index.html?iss={astrid.at}/fhir")
    astrid.page.wait_for_timeout(500)
    assert refused
    assert astrid.page.locator("#said").inner_text() == "Starting …"


def test_by_itself_the_person_chooses_the_patient_and_may_refuse(done: Developer, astrid: Person) -> None:
    name = astrid.first_patient()
    astrid.page.goto(f"{done.site}/index.html?iss={astrid.at}/fhir")
    astrid.page.get_by_role("searchbox").fill(name)
    astrid.page.get_by_role("main").get_by_role("button", name="Sök").click()
    astrid.page.get_by_role("radio").first.check()
    astrid.button("Godkänn").click()
    expect(astrid.page.locator("#said")).to_contain_text("version W/")
    astrid.page.goto(f"{done.site}/index.html?iss={astrid.at}/fhir")
    astrid.button("Neka").click()
    expect(astrid.page.locator("#said")).to_contain_text("access_denied")


def test_the_pages_of_apps_put_up_no_serious_barrier(done: Developer, astrid: Person) -> None:
    astrid.opens_a_chart()
    astrid.page.get_by_role("link", name=APPS).click()
    assert astrid.barriers() == []
    astrid.button("First app").click()
    astrid.sees("First app vill använda Varda i ditt namn")
    assert astrid.barriers() == []


def test_a_system_reads_with_its_key_until_it_is_ended(done: Developer) -> None:
    for name in ("key.py", "read.py"):
        (done.folder / name).write_text(block("python", f"# {name}"), encoding="utf-8")
    done.runs(command(".venv/bin/python key.py"))
    done.runs(command(".venv/bin/varda app register --client-id first-system"))
    lines = done.runs(command(".venv/bin/python read.py")).splitlines()
    assert len(lines) == 3
    assert all("Patient/" in line for line in lines)
    done.runs(command(".venv/bin/varda app end first-system"))
    with pytest.raises(AssertionError, match="invalid_client"):
        done.runs(command(".venv/bin/python read.py"))
