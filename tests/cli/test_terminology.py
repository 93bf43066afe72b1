"""A county's own list of codes goes through the door: once, whole, found by its address, with every bad line told."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commanding import Command
from varda.cli.serve import wired
from varda.cli.terminology import _SESSION
from varda.fhir import validate
from varda.record import Stored
from varda.terminology import id_of

ICD = "urn:oid:1.2.752.116.1.1.1.1.3"
SMALL = "Kod;Benämning;Överordnad;Giltig från\nA00;Kolera;;1997-01-01\nA00.0;Klassisk kolera;A00;1997-01-01\n"


def load(varda: Command, file: Path, *words: str, system: str = ICD) -> Any:
    said = varda("terminology", "load", str(file), "--system", system, "--name", "ICD-10-SE", "--json", *words)
    assert said.code in (0, 1), said.err
    return said.json


def wrote(home: Path, text: str, name: str = "icd.csv", encoding: str = "utf-8") -> Path:
    (home / name).write_text(text, encoding=encoding)
    return home / name


def search(database: str, /, **parameters: str) -> list[Stored]:
    async def found() -> list[Stored]:
        async with wired(database, "test", size=2) as wires, wires.door.opened(_SESSION, "test") as record:
            return (await record.search("CodeSystem", list(parameters.items()))).matches

    return asyncio.run(found())


def test_a_list_is_found_by_its_address_and_by_a_code(varda: Command, tmp_path: Path) -> None:
    said = load(varda, wrote(tmp_path, SMALL, encoding="cp1252"), "--version", "2025")
    assert (said["outcome"], said["version"], said["codes"], said["rejected"]) == ("new", 1, 2, 0)
    (stored,) = search(varda.url, url=ICD)
    assert (stored.reference, stored.unit) == (said["reference"], 0)
    assert stored.resource["concept"][1]["display"] == "Klassisk kolera"
    assert validate.problems(stored.body) == ()
    assert [one.id for one in search(varda.url, system=ICD, code="A00.0")] == [id_of(ICD)]
    assert search(varda.url, code="A01") == []
    assert not list(tmp_path.glob("rejects-*"))


def test_forty_thousand_codes_are_stored_once_and_the_next_edition_beside_them(varda: Command, tmp_path: Path) -> None:
    lines = [f"K{n:05};Åtgärd nummer {n};K{n // 10:05};2024-01-01" for n in range(1, 40_001)]
    head = "Kod;Klartext;Överordnad;Giltig från"
    file = wrote(tmp_path, "\n".join([head, *lines]))
    first = load(varda, file)
    assert (first["codes"], first["new"], first["outcome"]) == (40_000, 40_000, "new")
    assert first["parents_not_in_the_list"] == 1
    again = load(varda, file)
    assert (again["outcome"], again["version"], again["new"], again["changed"]) == ("same", 1, 0, 0)
    other = lines[1].replace("Åtgärd", "Annan")  # the first is left out, the second changed, the last unreadable
    wrote(tmp_path, "\n".join([head, other, *lines[2:-1], f"{lines[-1]}-01", "Q1;Ny;;"]))
    last = load(varda, file)
    assert (last["outcome"], last["version"]) == ("changed", 2)
    assert (last["new"], last["changed"], last["gone"], last["rejected"]) == (1, 1, 2, 1)
    (stored,) = search(varda.url, url=ICD)
    assert (stored.version, stored.resource["count"], stored.resource["content"]) == (2, 39_999, "fragment")
    assert search(varda.url, code="K00001") == []
    assert len(search(varda.url, code="K20000", url=ICD)) == 1


def test_bad_lines_are_written_down_and_the_others_stored(varda: Command, tmp_path: Path) -> None:
    file = wrote(tmp_path, SMALL + ";Utan kod;;\nA00;En gång till;;\nA02;;;\n")
    said = varda("terminology", "load", str(file), "--system", ICD, "--name", "ICD-10-SE", "--rejects", "bad.ndjson")
    assert said.code == 1
    assert "rejected             3" in said.out
    rows = [json.loads(line) for line in (tmp_path / "bad.ndjson").read_text().splitlines()]
    assert [(row["place"], row["reasons"][0]["code"]) for row in rows] == [
        ("line 4", "required"),
        ("line 5", "duplicate"),
        ("line 6", "required"),
    ]
    assert rows[1]["item"] == "A00;En gång till;;"
    assert search(varda.url, url=ICD)[0].resource["count"] == 2
    wrote(tmp_path, SMALL)
    assert load(varda, file, "--rejects", "bad.ndjson")["outcome"] == "changed"  # whole now
    assert not (tmp_path / "bad.ndjson").exists()


def test_a_code_that_is_there_twice_leaves_the_list_complete(varda: Command, tmp_path: Path) -> None:
    assert load(varda, wrote(tmp_path, SMALL + "A00;En gång till;;\n"))["content"] == "complete"


def test_columns_can_be_named(varda: Command, tmp_path: Path) -> None:
    file = wrote(tmp_path, "Nr,Rubrik,Vikt\n1,Ett,9\n")
    said = load(varda, file, "--code", "Nr", "--text", "Rubrik", system="http://npu-terminology.org")
    assert (said["codes"], said["columns_left_out"]) == (1, ["Vikt"])


def test_a_county_in_production_loads_its_own_list(bare: Command, tmp_path: Path) -> None:
    bare.set(VARDA_ENVIRONMENT="production")
    assert bare("db", "init").code == 0
    assert load(bare, wrote(tmp_path, SMALL))["outcome"] == "new"
    assert bare("audit", "verify").code == 0


def test_a_system_that_came_another_way_is_not_doubled(varda: Command, tmp_path: Path) -> None:
    other = {"resourceType": "CodeSystem", "id": "icd", "url": ICD, "status": "active", "content": "not-present"}
    assert varda("import", str(wrote(tmp_path, json.dumps(other), "other.json"))).code == 0
    said = varda("terminology", "load", str(wrote(tmp_path, SMALL)), "--system", ICD, "--name", "ICD")
    assert said.code == 1
    assert "CodeSystem/icd" in said.err


@pytest.mark.parametrize(
    ("text", "words", "code", "said"),
    [
        (SMALL, ("--system", "icd"), 2, "not the address"),
        ("a;b\n1;2\n", ("--system", ICD), 2, "--code"),
        ("Kod;Text\n;\n", ("--system", ICD), 1, "No line"),
        ("Kod;Text\n;x\n", ("--system", ICD), 1, "rejects-icd.csv.ndjson"),
        (SMALL, ("--system", ICD, "--rejects", "icd.csv"), 2, "over the list"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    alone: Command, tmp_path: Path, text: str, words: tuple[str, ...], code: int, said: str
) -> None:
    found = alone("terminology", "load", str(wrote(tmp_path, text)), *words, "--name", "X")
    assert (found.code, said in found.err) == (code, True), found.err


def test_a_file_that_is_not_there_is_named(alone: Command) -> None:
    found = alone("terminology", "load", "nothing.csv", "--system", ICD, "--name", "X")
    assert (found.code, "nothing.csv" in found.err) == (2, True), found.err


def test_the_help_says_whose_licence_it_is(alone: Command) -> None:
    assert "licence is the county's own" in " ".join(alone("terminology", "load", "--help").out.split())
