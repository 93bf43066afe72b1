"""The public sample lives, imported and compared item by item with their source: nothing is lost, nothing is changed.

The files (Apache-2.0) are not part of the project. VARDA_PUBLIC_LIVES names their folder; beside a checkout they are
looked for in ../shared/data/synthea.
"""

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cli.commanding import Command

LIVES = Path(os.environ.get("VARDA_PUBLIC_LIVES", Path(__file__).parents[3] / "shared" / "data" / "synthea"))


def exact(text: bytes | str) -> Any:
    """JSON whose numbers are their text, so that 72.50 is not 72.5."""
    return json.loads(text, parse_float=lambda number: ("decimal", str(Decimal(number))))


def bare(resource: dict[str, Any]) -> dict[str, Any]:
    """Without what the server itself writes."""
    meta = {name: value for name, value in resource.get("meta", {}).items() if name not in ("versionId", "lastUpdated")}
    rest = {name: value for name, value in resource.items() if name != "meta"}
    return rest | ({"meta": meta} if meta else {})


def pointed(value: Any, names: dict[str, str]) -> Any:
    """With each urn: of the bundle replaced by the item that it stands for."""
    if isinstance(value, dict):
        return {key: pointed(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [pointed(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


def sources(files: list[Path]) -> Iterator[dict[str, Any]]:
    for file in files:
        entries = exact(file.read_bytes())["entry"]
        names = {e["fullUrl"]: f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in entries}
        for entry in entries:
            yield bare(pointed(entry["resource"], names))


def stored(url: str) -> dict[tuple[str, str], dict[str, Any]]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select distinct on (item) body from store.version order by item, version desc"
        ).fetchall()
    bodies = [bare(exact(bytes(body))) for (body,) in rows]
    return {(body["resourceType"], body["id"]): body for body in bodies}


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.skipif(not LIVES.is_dir(), reason=f"there are no public lives in {LIVES}; set VARDA_PUBLIC_LIVES")
def test_every_item_of_the_public_lives_is_stored_as_it_came(varda: Command, database_url: str) -> None:
    files = sorted(LIVES.glob("*.json"))
    said = varda("import", str(LIVES), "--json")
    assert said.code == 0, said.err
    kept, seen, different = stored(database_url), 0, []
    for source in sources(files):
        seen += 1
        if kept.get((source["resourceType"], source["id"])) != source:
            different.append(f"{source['resourceType']}/{source['id']}")
    assert seen > 14_000
    assert different == []
