"""Serving: health, the demo from nothing, a taken port, and a stop that leaves a sealed log."""

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import httpx
import psycopg
import pytest

from tests.cli.commanding import Served, home_of_its_own


@contextmanager
def astrid_at(address: str) -> Iterator[httpx.Client]:
    """A browser in which Astrid Lund is signed in."""
    with httpx.Client(base_url=address, follow_redirects=True) as browser:
        people = browser.get("/sign-in").text
        found = (re.search(rf'name="{name}"\s+value="([^"]*)"', people) for name in ("request", "person"))
        request, person = (unescape(one[1]) for one in found if one)
        browser.post("/provider/authorize", data={"request": request, "person": person})
        yield browser


def test_the_demo_serves_from_nothing_and_fills_meanwhile(served: Served) -> None:
    served.environ.pop("VARDA_ENVIRONMENT")
    started = time.monotonic()
    served.start("demo", "--patients", "6")
    assert time.monotonic() - started < 60
    page = httpx.get(f"http://127.0.0.1:{served.port}/sign-in", follow_redirects=True)
    assert page.status_code == 200
    assert "Astrid Lund" in page.text
    assert json.loads(served.ask("GET", "/health/live")[1])["environment"] == "demo"
    token = served.run("token", "--client", "bench").stdout.strip()
    for _ in range(1200):
        found = json.loads(served.ask("GET", "/fhir/Patient?_summary=count", token=token)[1])
        if found["total"] == 7:
            break
        time.sleep(0.1)
    assert found["total"] == 7, f"six and the practice patient: {served.log.read_text()}"
    with astrid_at(f"http://127.0.0.1:{served.port}") as astrid, astrid.stream("GET", "/live", timeout=30) as stream:
        assert next(stream.iter_lines()) == "retry: 3000"
        stopping = time.monotonic()
        assert served.stop() == 0
        assert time.monotonic() - stopping < 15, "an open stream keeps no worker from stopping"
    said = served.log.read_text()
    assert f"http://127.0.0.1:{served.port}" in said
    assert "Karin Bergqvist" in said
    before = served.run("db", "status", "--json").stdout
    served.start("demo", "--patients", "6")
    assert served.stop() == 0
    assert json.loads(served.run("db", "status", "--json").stdout)["items"] == json.loads(before)["items"]


def test_several_workers_answer_and_a_stop_seals_the_log(served: Served) -> None:
    assert served.run("db", "init").returncode == 0
    served.start("serve", "--workers", "2")
    token = served.run("token", "--client", "bench").stdout.strip()
    body = {"resourceType": "Patient", "id": "a"}
    assert served.ask("PUT", "/fhir/Patient/a", body, token)[0] == 201
    for _ in range(10):
        assert served.ask("GET", "/fhir/Patient/a", token=token)[0] == 200
    assert served.ask("GET", "/fhir/Patient/a")[0] == 401
    assert served.ask("GET", "/health/nothing")[0] == 404
    assert served.stop() == 0
    said = served.run("audit", "verify", "--json")
    assert json.loads(said.stdout)["whole"] is True
    assert json.loads(said.stdout)["rows"] >= 11


def test_a_taken_port_is_said_in_a_sentence(served: Served) -> None:
    assert served.run("db", "init").returncode == 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = served.run("serve", "--port", str(taken.getsockname()[1]))
    assert said.returncode == 1
    assert "cannot be used" in said.stderr
    assert "Traceback" not in said.stderr


def test_the_embedded_database_stops_with_its_last_user(served: Served) -> None:
    assert served.run("db", "init").returncode == 0
    with home_of_its_own() as other, pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"postgresql://postgres@/varda?host={served.home}/postgres&application_name={other.name}")


def test_bench_measures_what_is_served(served: Served) -> None:
    assert served.run("db", "init").returncode == 0
    served.start()
    token = served.run("token", "--client", "bench").stdout.strip()
    folder = served.home / "bundles"
    folder.mkdir()
    urn = "urn:uuid:11111111-1111-4111-8111-111111111111"
    person = {"resourceType": "Patient", "identifier": [{"system": "http://x.example", "value": "1"}]}
    entry = {"fullUrl": urn, "resource": person, "request": {"method": "POST", "url": "Patient"}}
    (folder / "a.json").write_text(json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": [entry]}))
    base = f"http://127.0.0.1:{served.port}/fhir"
    words = ["bench", "--base-url", base, "--token", token, "--bundles", str(folder), "--seconds", "0.2"]
    said = served.run(*words, "--concurrency", "4", "--json", "-")
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    names = [row["name"] for row in told["server"]]
    assert (names[:2], names[-1]) == (["bundle import", "read by id"], "create")
    assert sum(name.startswith("search: ") for name in names) == 11
    assert names[-2] == "everything of a patient"
    assert all(row["errors"] == 0 and row["requests"] > 0 and row["p99_ms"] > 0 for row in told["server"])
    refused = served.run(*words[:3], "--bundles", str(folder), "--seconds", "0.1", "--concurrency", "1")
    assert refused.returncode == 1
