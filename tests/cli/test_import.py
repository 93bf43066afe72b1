"""Taking over another system's record: nothing lost, nothing doubled, and a reckoning that says so."""

import asyncio
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg

from tests.cli.commanding import Command
from tests.cli.test_db import fill_some
from varda.cli.imports import _session
from varda.cli.serve import wired
from varda.fhir.resource import parse
from varda.region import DEMO_CENTRE

LOINC = {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}


def patient(id_: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": id_, "active": True} | more


def pulse(id_: str | None, of: str, value: float = 72, **more: Any) -> dict[str, Any]:
    found = {"resourceType": "Observation", "status": "final", "code": LOINC, "subject": {"reference": of}}
    return found | ({"id": id_} if id_ else {}) | {"valueQuantity": {"value": value, "unit": "/min"}} | more


def ndjson(*resources: Any) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in resources)


def transaction(*entries: tuple[str, dict[str, Any]], **request: Any) -> dict[str, Any]:
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"fullUrl": url, "resource": one, "request": {"method": "POST", "url": one["resourceType"]} | request}
            for url, one in entries
        ],
    }


def read(url: str, *names: str) -> list[dict[str, Any]]:
    """What is stored under these names, by the door."""

    async def found() -> list[dict[str, Any]]:
        async with wired(url, "test", size=2) as wires, wires.door.opened(_session(), "test") as record:
            return [(await record.read(*name.split("/"))).resource for name in names]

    return asyncio.run(found())


def bare(resource: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name != "meta"}


def rejects(varda: Command, told: dict[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (varda.home / told["rejects_file"]).read_bytes().splitlines()]


def test_lines_plain_and_packed_come_in_as_they_were(varda: Command) -> None:
    folder = varda.home / "from"
    (folder / "inner").mkdir(parents=True)
    raw = json.dumps(pulse("o1", "Patient/a")).replace("72", "72.50").encode() + b"\n"
    (folder / "Observation.ndjson").write_bytes(raw + ndjson(pulse("o2", "Patient/b")))
    (folder / "inner" / "Patient.ndjson.gz").write_bytes(gzip.compress(ndjson(patient("a"), patient("b"))))
    said = varda("import", str(folder), "--json")
    told = said.json
    assert said.code == 0
    assert (told["items"], told["new"], told["rejected"], told["dangling"]) == (4, 4, 0, 0)
    assert told["patients"] == {"a": {"source": 2, "stored": 2}, "b": {"source": 2, "stored": 2}}
    assert told["differences"] == {}
    (stored,) = read(varda.url, "Observation/o1")
    assert bare(stored) == parse(raw)
    assert str(stored["valueQuantity"]["value"]) == "72.50"


def test_a_second_run_does_nothing_and_a_changed_file_adds_only_what_is_new(varda: Command) -> None:
    file = varda.home / "a.ndjson"
    file.write_bytes(ndjson(patient("a"), pulse("o1", "Patient/a")))
    first = varda("import", str(file), "--json").json
    again = varda("import", str(file), "--json")
    assert "nothing was done" in again.err
    assert again.json == first
    file.write_bytes(ndjson(patient("a"), pulse("o1", "Patient/a"), pulse("o2", "Patient/a")))
    told = varda("import", str(file), "--json").json
    assert (told["new"], told["same"], told["rejected"]) == (1, 2, 0)


def test_what_is_known_is_compared_in_one_look_that_the_log_tells_of(varda: Command) -> None:
    known = [patient("a"), pulse("o1", "Patient/a"), pulse("o2", "Patient/a"), patient("b")]
    file = varda.home / "a.ndjson"
    file.write_bytes(ndjson(*known))
    varda("import", str(file))
    file.write_bytes(ndjson(*known, pulse("o3", "Patient/b")))
    told = varda("import", str(file), "--json").json
    assert (told["new"], told["same"], told["rejected"]) == (1, 4, 0)
    with psycopg.connect(varda.url) as owner:
        looks = owner.execute("select what from audit.event where action = 'read' order by what").fetchall()
    assert looks == [("Patient/a Observation/o1 Observation/o2",), ("Patient/b",)]


def test_a_transaction_keeps_its_ids_and_its_references_follow(varda: Command) -> None:
    one = patient("kept", name=[{"family": "Urn"}])
    urn = "urn:uuid:11111111-1111-4111-8111-111111111111"
    bundle = transaction((urn, one), ("urn:uuid:22222222-2222-4222-8222-222222222222", pulse(None, urn)))
    (varda.home / "b.json").write_text(json.dumps(bundle, indent=2))
    told = varda("import", str(varda.home / "b.json"), "--json").json
    assert (told["new"], told["rejected"]) == (2, 0)
    assert told["patients"] == {"kept": {"source": 2, "stored": 2}}
    assert bare(read(varda.url, "Patient/kept")[0]) == one


def test_ids_that_are_not_free_are_exchanged_within_their_transaction(varda: Command) -> None:
    urn = "urn:uuid:11111111-1111-4111-8111-111111111111"
    for name, born in (("a.json", "1950-01-01"), ("b.json", "1960-01-01")):
        bundle = transaction((urn, patient("same", birthDate=born)), ("urn:uuid:2", pulse(f"o-{name}", urn)))
        bundle["entry"][1].pop("fullUrl")
        (varda.home / name).write_text(json.dumps(bundle))
    told = varda("import", str(varda.home / "a.json"), str(varda.home / "b.json"), "--json").json
    assert (told["new"], told["rejected"], told["differences"]) == (4, 0, {})
    assert len(told["patients"]) == 2
    born = set()
    for observation in read(varda.url, "Observation/o-a.json", "Observation/o-b.json"):
        born.add(read(varda.url, observation["subject"]["reference"])[0]["birthDate"])
    assert born == {"1950-01-01", "1960-01-01"}


def test_ids_that_are_not_legal_are_made_so_everywhere(varda: Command) -> None:
    (varda.home / "a.ndjson").write_bytes(ndjson(patient("pat_1"), pulse("obs_1", "Patient/pat_1")))
    told = varda("import", str(varda.home / "a.ndjson"), "--json").json
    assert (told["new"], told["rejected"], told["dangling"]) == (2, 0, 0)
    ((made, counts),) = told["patients"].items()
    assert made != "pat_1"
    assert counts == {"source": 2, "stored": 2}


def test_what_is_wrong_is_left_over_with_its_line_its_reasons_and_itself(varda: Command) -> None:
    wrong = pulse("o1", "Patient/a", status="sure", effectiveDateTime="2024-02-30")
    lines = ndjson(patient("a"), wrong) + b'{"resourceType": \n' + ndjson(pulse("o2", "Patient/a"))
    (varda.home / "mixed.ndjson").write_bytes(lines)
    said = varda("import", str(varda.home / "mixed.ndjson"), "--json")
    told = said.json
    assert said.code == 1
    assert (told["new"], told["rejected"]) == (2, 2)
    assert told["differences"] == {"(none)": -2}
    first, second = sorted(rejects(varda, told), key=lambda one: one["place"])
    assert (first["source"], first["place"], first["item"]) == ("mixed.ndjson", "line 2", wrong)
    assert {reason["path"] for reason in first["reasons"]} == {"Observation.status", "Observation.effectiveDateTime"}
    assert all(reason["message"] for reason in first["reasons"])
    assert (second["place"], second["item"]) == ("line 3", '{"resourceType": ')


def test_a_transaction_with_one_wrong_entry_is_not_stored_at_all(varda: Command) -> None:
    bundle = transaction(("urn:uuid:1", patient("a")), ("urn:uuid:2", pulse("o", "urn:uuid:1", status="sure")))
    (varda.home / "t.json").write_text(json.dumps(bundle))
    told = varda("import", str(varda.home / "t.json"), "--json").json
    (left,) = rejects(varda, told)
    assert (told["new"], left["item"]) == (0, bundle)
    assert left["reasons"][0]["path"] == "Bundle.entry[1].resource.status"
    with psycopg.connect(varda.url) as connection:
        assert connection.execute("select count(*) from store.version").fetchone() == (0,)


def test_a_collection_is_taken_item_by_item(varda: Command) -> None:
    entries = [patient("a"), pulse("o1", "Patient/a"), pulse("o2", "Patient/a", status="sure")]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in entries]}
    (varda.home / "c.json").write_text(json.dumps(bundle))
    told = varda("import", str(varda.home / "c.json"), "--json").json
    assert (told["new"], told["rejected"]) == (2, 1)
    (left,) = rejects(varda, told)
    assert left["place"].endswith("entry 2")
    assert left["item"] == entries[2]


def test_references_to_what_is_not_there_are_kept_and_counted(varda: Command) -> None:
    later = varda.home / "later.ndjson"
    loose = pulse("o1", "Patient/a", encounter={"reference": "Encounter/e1"})
    (varda.home / "a.ndjson").write_bytes(ndjson(patient("a"), loose))
    told = varda("import", str(varda.home / "a.ndjson"), "--json").json
    assert (told["new"], told["dangling"]) == (2, 1)
    assert read(varda.url, "Observation/o1")[0]["encounter"] == {"reference": "Encounter/e1"}
    contact = {"resourceType": "Encounter", "id": "e1", "status": "finished", "class": {"code": "AMB"}}
    later.write_bytes(ndjson(contact | {"subject": {"reference": "Patient/a"}}))
    assert varda("import", str(later), "--json").json["dangling"] == 0


def test_an_item_that_is_here_with_other_content_is_not_overwritten_unasked(varda: Command) -> None:
    file = varda.home / "a.ndjson"
    file.write_bytes(ndjson(patient("a"), pulse("o1", "Patient/a", 70)))
    assert varda("import", str(file)).code == 0
    file.write_bytes(ndjson(pulse("o1", "Patient/a", 80)))
    told = varda("import", str(file), "--json").json
    assert (told["rejected"], told["changed"]) == (1, 0)
    assert "--update" in rejects(varda, told)[0]["reasons"][0]["message"]
    assert read(varda.url, "Observation/o1")[0]["valueQuantity"]["value"] == 70
    file.write_bytes(ndjson(pulse("o1", "Patient/a", 80), pulse("o2", "Patient/a")))
    told = varda("import", str(file), "--update", "--json").json
    assert (told["rejected"], told["changed"], told["new"]) == (0, 1, 1)
    assert read(varda.url, "Observation/o1")[0]["meta"]["versionId"] == "2"


def test_items_belong_to_whom_the_import_says(varda: Command) -> None:
    fill_some(varda.url)
    wrapped = {"resource": pulse("o2", "Patient/a"), "owner": ""}
    unknown = {"resource": pulse("o3", "Patient/a"), "owner": "SE0000000000-NONE"}
    (varda.home / "a.ndjson").write_bytes(ndjson(patient("a"), pulse("o1", "Patient/a"), wrapped, unknown))
    told = varda("import", str(varda.home / "a.ndjson"), "--owner", DEMO_CENTRE, "--json").json
    assert (told["new"], told["rejected"]) == (3, 1)
    with psycopg.connect(varda.url) as connection:
        rows = connection.execute(
            "select c.id, u.hsa from store.current c left join access.unit u using (unit)"
        ).fetchall()
    owners = dict(rows)
    assert (owners["a"], owners["o1"], owners["o2"]) == (None, DEMO_CENTRE, None)
    assert varda("import", str(varda.home / "a.ndjson"), "--owner", "SE0000000000-NONE").code == 1


def test_a_killed_import_goes_on_and_doubles_nothing(varda: Command) -> None:
    count = 4000
    people = [patient(f"p{n}") for n in range(100)]
    (varda.home / "Patient.ndjson").write_bytes(ndjson(*people))
    (varda.home / "Observation.ndjson").write_bytes(
        ndjson(*(pulse(f"o{n}", f"Patient/p{n % 100}", 50 + n % 60) for n in range(count)))
    )
    words = [sys.executable, "-m", "varda.cli", "import", str(varda.home), "--json"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    with process, psycopg.connect(varda.url, autocommit=True) as connection:
        stored = 0
        while stored < 600 and process.poll() is None:
            time.sleep(0.02)
            row = connection.execute("select count(*) from store.place").fetchone()
            stored = row[0] if row else 0
        os.killpg(process.pid, signal.SIGKILL)
    assert stored < count
    told = varda("import", str(varda.home), "--json").json
    assert (told["rejected"], told["dangling"], told["differences"]) == (0, 0, {})
    assert (told["items"], len(told["patients"])) == (count + 100, 100)
    with psycopg.connect(varda.url) as connection:
        assert connection.execute("select count(*), max(version) from store.version").fetchone() == (count + 100, 1)
    assert varda("audit", "verify").code == 0


def test_a_source_that_is_not_there_is_named(varda: Command) -> None:
    said = varda("import", "nowhere")
    assert (said.code, "nowhere" in said.err) == (1, True)
    (varda.home / "empty").mkdir()
    assert varda("import", str(varda.home / "empty")).code == 2
    (varda.home / "broken.json.gz").write_bytes(b"not gzip")
    told = varda("import", str(Path(varda.home) / "broken.json.gz"), "--json").json
    assert told["rejected"] == 1
