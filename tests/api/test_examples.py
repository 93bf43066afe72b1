"""The official examples go in by PUT and come out by GET as they were: decimals by their text, extensions and all."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fhir.test_examples import INVALID, SAMPLE
from varda.record import Door

pytestmark = pytest.mark.anyio

EXAMPLES = [file for file in sorted(SAMPLE.glob("*.json")) if file.name not in INVALID]


def exact(raw: bytes) -> Any:
    """The resource with every number as the text it was written as, without what the server itself writes into meta."""
    found = json.loads(raw, parse_float=lambda text: ("number", text), parse_int=lambda text: ("number", text))
    meta = {key: value for key, value in found.pop("meta", {}).items() if key not in ("versionId", "lastUpdated")}
    return found | ({"meta": meta} if meta else {})


async def test_every_example_of_the_sample_comes_back_equal(http: httpx.AsyncClient) -> None:
    assert len(EXAMPLES) > 30
    for file in EXAMPLES:
        raw = file.read_bytes()
        address = "{resourceType}/{id}".format(**json.loads(raw))
        made = await http.put(address, content=raw)
        assert made.status_code == 201, (file.name, made.text)
        assert exact((await http.get(address)).content) == exact(raw), file.name


async def test_an_example_that_breaks_the_specification_is_refused(http: httpx.AsyncClient, door: Door) -> None:
    broken: list[Path] = [file for file in sorted(SAMPLE.glob("*.json")) if file.name in INVALID]
    for file in broken:
        address = "{resourceType}/{id}".format(**json.loads(file.read_bytes()))
        expected = 400 if len(address.split("/")[1]) > 64 else 422
        assert (await http.put(address, content=file.read_bytes())).status_code == expected, file.name
    row = await door.database.one("select count(*) as n from store.version")
    assert row["n"] == 0
