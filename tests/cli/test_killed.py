"""kill -9 of the database and of the server during writes: what was acknowledged is there, whole, and the log too."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from itertools import count, cycle
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import pytest

from tests.cli.commanding import Served

PULSES = 3


def life(number: int, weight: int = 0) -> dict[str, Any]:
    """A patient and some observations, under ids that tell which transaction they came by; of `weight` bytes each."""
    entries = [{"resourceType": "Patient", "id": f"k{number}", "active": True}]
    entries += [
        {
            "resourceType": "Observation",
            "id": f"k{number}-{n}",
            "status": "final",
            "code": {"text": "puls"},
            "subject": {"reference": f"Patient/k{number}"},
        }
        for n in range(PULSES)
    ]
    for one in entries[1:] if weight else ():
        one["note"] = [{"text": token_urlsafe(weight * 3 // 4)}]  # nothing that could be compressed
    asked = [{"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"} for one in entries]
    rows = [{"resource": one, "request": request} for one, request in zip(entries, asked, strict=True)]
    return {"resourceType": "Bundle", "type": "transaction", "entry": rows}


class Writers:
    """Send transactions as fast as they are answered, until told to stop; remember which were acknowledged."""

    def __init__(self, served: Served, token: str, first: int, weight: int = 0) -> None:
        self.served, self.token, self.weight = served, token, weight
        self.refusals: list[tuple[int, bytes]] = []
        self.acknowledged: set[int] = set()
        self.sent: set[int] = set()
        self._numbers, self._stop = count(first), threading.Event()
        self._pool = ThreadPoolExecutor(4)
        self._work = [self._pool.submit(self._write) for _ in range(4)]

    def _write(self) -> None:
        while not self._stop.is_set():
            number = next(self._numbers)
            self.sent.add(number)
            with suppress(OSError, HTTPException):
                status, body = self.served.ask("POST", "/fhir", life(number, self.weight), self.token)
                if status == 200:
                    self.acknowledged.add(number)
                else:
                    self.refusals.append((status, body))
                self._stop.wait(0.05 if status != 200 else 0)

    def wait_for(self, how_many: int) -> None:
        """Until so many were acknowledged since now."""
        wanted = len(self.acknowledged) + how_many
        self.wait_until(lambda: len(self.acknowledged) >= wanted)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Until something is so, at most a minute on a busy machine, while writing goes on."""
        for _ in range(1200):
            if is_so():
                return
            self._stop.wait(0.05)
        raise AssertionError(f"{len(self.acknowledged)} writes acknowledged, {len(self.refusals)} refused")

    def stop(self) -> None:
        self._stop.set()
        self._pool.shutdown()
        for work in self._work:
            work.result()


def require_whole(served: Served, token: str, writers: Writers) -> None:
    """Every acknowledged transaction is there; every other one is there whole or not at all."""
    assert len(writers.acknowledged) >= 20
    for number in sorted(writers.sent):
        names = [f"Patient/k{number}", *(f"Observation/k{number}-{n}" for n in range(PULSES))]
        found = {served.ask("GET", f"/fhir/{name}", token=token)[0] for name in names}
        assert found == {200} if number in writers.acknowledged else found in ({200}, {404}), number


@pytest.fixture
def token(served: Served) -> str:
    assert served.run("db", "init").returncode == 0
    served.start()
    said = served.run("token", "--client", "bench")
    assert said.returncode == 0, said.stderr
    return said.stdout.strip()


def test_a_killed_database_comes_back_by_itself_with_everything_acknowledged(served: Served, token: str) -> None:
    writers = Writers(served, token, 0)
    try:
        writers.wait_for(10)
        served.kill_database()
        took = served.wait_until_ready(20)
        writers.wait_for(10)
    finally:
        writers.stop()
    assert took < 10
    require_whole(served, token, writers)
    assert served.stop() == 0
    said = served.run("audit", "verify")
    assert said.returncode == 0, said.stdout


def test_a_killed_server_starts_again_with_everything_acknowledged(served: Served, token: str) -> None:
    writers = Writers(served, token, 1000)
    try:
        writers.wait_for(20)
        served.kill()
    finally:
        writers.stop()
    served.start()
    require_whole(served, token, writers)
    assert served.stop() == 0
    said = served.run("audit", "verify")
    assert said.returncode == 0, said.stdout


def test_killed_together_they_lose_nothing(served: Served, token: str) -> None:
    writers = Writers(served, token, 2000)
    try:
        writers.wait_for(20)
        served.kill_database()
        served.kill()
    finally:
        writers.stop()
    served.start()
    require_whole(served, token, writers)
    said = served.run("audit", "verify")
    assert said.returncode == 0, said.stdout


WAYS = {"read": "/fhir/Patient/k{}", "search-type": "/fhir/Observation?patient=k{}"}


class Readers:
    """Read and search in turn as fast as is answered, each reader another patient, and count what each was shown."""

    def __init__(self, served: Served, token: str, patients: list[int]) -> None:
        self.answered: Counter[tuple[str, int]] = Counter()
        self.asked: Counter[tuple[str, int]] = Counter()
        self._served, self._token, self._stop = served, token, threading.Event()
        self._pool = ThreadPoolExecutor(len(patients))
        self._work = [self._pool.submit(self._read, number) for number in patients]

    def _read(self, number: int) -> None:
        for way in cycle(WAYS):
            if self._stop.is_set():
                return
            self.asked[way, number] += 1
            with suppress(OSError, HTTPException):
                status, _ = self._served.ask("GET", WAYS[way].format(number), token=self._token)
                self.answered[way, number] += status == 200

    def wait_for(self, how_many: int) -> None:
        """Until so many more were answered, at most half a minute."""
        wanted, deadline = self.answered.total() + how_many, time.monotonic() + 30
        while self.answered.total() < wanted:
            assert time.monotonic() < deadline, f"{self.answered.total()} of {wanted} answered"
            time.sleep(0.02)

    def stop(self) -> None:
        self._stop.set()
        self._pool.shutdown()
        for work in self._work:
            work.result()


@pytest.mark.parametrize("killed", ["server", "database"])
def test_every_answered_read_is_in_the_log_though_somebody_is_killed_amid_them(
    served: Served, token: str, tmp_path: Path, killed: str
) -> None:
    patients = list(range(6))
    for number in patients:
        assert served.ask("POST", "/fhir", life(number), token)[0] == 200
    readers = Readers(served, token, patients)
    try:
        readers.wait_for(300)
        if killed == "server":
            served.kill()
            time.sleep(0.5)
        else:
            served.kill_database()
            served.wait_until_ready(20)
            readers.wait_for(100)
    finally:
        readers.stop()
    if killed == "server":
        served.start()
    assert served.stop() == 0
    file = tmp_path / "log.ndjson"
    said = served.run("audit", "export", str(file), "--since", "2020-01-01", "--until", "2999-01-01")
    assert said.returncode == 0, said.stderr
    # One event for each patient shown by each answer.
    events = [json.loads(line) for line in file.read_text().splitlines()]
    logged = Counter(
        (one["subtype"][0]["code"], one["entity"][0].get("what", {}).get("reference"))
        for one in events
        if one["outcome"] == "0"
    )
    for way, number in readers.asked:
        shown = logged[way, f"Patient/k{number}"]
        assert 0 < readers.answered[way, number] <= shown <= readers.asked[way, number], (way, number)
    assert served.run("audit", "verify").returncode == 0
