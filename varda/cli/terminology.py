"""`varda terminology load`: a county's own list of codes into the record, as one CodeSystem a system.

The same list twice writes nothing; another edition becomes a new version, and the earlier ones stay in the history.
"""

import asyncio
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import App, Parameter

from varda.access.session import Session
from varda.cli import build, telling
from varda.cli.edge import Misused
from varda.cli.place import Place, placed, usable
from varda.cli.serve import wired
from varda.fhir.resource import Resource
from varda.kernel.errors import Conflict, Unprocessable
from varda.record import Door
from varda.search.escapes import escaped
from varda.terminology import Bad, Concept, code_system, difference, entries, id_of, is_same, loose_parents, shape

app = App(name="terminology", help="Code systems: the county's own lists.")
_SESSION = Session(
    kind="job", actor="terminology load", name="Load of codes", reach="county", scopes=("read", "write", "import")
)
_LINES_A_TIME = 1000


@app.command
def load(
    file: Annotated[Path, Parameter(help="Text with a header and one code a line: CSV, semicolons or tabs.")],
    *,
    system: Annotated[str, Parameter(help="Address of the code system, such as urn:oid:1.2.752.116.1.1.1.1.3.")],
    name: Annotated[str, Parameter(help="What it is called, such as ICD-10-SE.")],
    version: Annotated[str, Parameter(help="Which edition it is, in the publisher's words.")] = "",
    code: Annotated[str, Parameter(help="Header of the column that holds the code.")] = "",
    text: Annotated[str, Parameter(help="Header of the column that holds the text.")] = "",
    rejects: Annotated[Path | None, Parameter(help="File for lines that could not be read (NDJSON).")] = None,
    json: Annotated[bool, Parameter(negative="", help="Print the result as JSON.")] = False,
) -> int:
    """Load a list of codes that the county has, such as ICD-10-SE, KVÅ, ATC or NPU, in any environment.

    No such list comes with Varda. The licence is the county's own: what its agreement with the publisher (the National
    Board of Health and Welfare, WHO's centre for ATC, IFCC and IUPAC for NPU) allows, it may load. Exit code 1 when a
    line was rejected; the others are stored.
    """
    left = rejects or Path(f"rejects-{file.name}.ndjson")
    if left.exists() and file.exists() and left.samefile(file):
        raise Misused("The rejects would be written over the list itself; give --rejects another name.")
    concepts, bad, unused = _read(file, {"code": code, "text": text})
    _keep(left, file, bad)
    if not concepts:
        raise Unprocessable("No line of the list could be read" + (f"; the reasons are in {left}." if bad else "."))
    is_whole = all(one.is_double for one in bad)
    wanted = code_system(system, name, concepts, version=version, is_whole=is_whole)
    with placed() as place:
        found = asyncio.run(_loaded(place, wanted))
    found |= {"rejected": len(bad), "rejects_file": str(left) if bad else ""}
    found |= {"parents_not_in_the_list": loose_parents(concepts), "columns_left_out": list(unused)}
    if json:
        telling.as_json(found)
    else:
        _told(found)
    return 1 if bad else 0


def _read(file: Path, named: dict[str, str]) -> tuple[list[Concept], list[Bad], tuple[str, ...]]:
    concepts: list[Concept] = []
    bad: list[Bad] = []
    try:
        with file.open("rb") as raw, telling.progress("Reading the list") as advance:
            size = file.stat().st_size or 1
            form = shape(raw, {meaning: column for meaning, column in named.items() if column})
            for number, one in enumerate(entries(raw, form), 1):
                concepts.append(one) if isinstance(one, Concept) else bad.append(one)
                if number % _LINES_A_TIME == 0:
                    advance(_LINES_A_TIME, share=raw.tell() / size)
            advance((len(concepts) + len(bad)) % _LINES_A_TIME, share=1.0)
    except OSError as failed:
        raise Misused(f"{file} cannot be read: {failed.strerror}.") from failed
    return concepts, bad, form.unused


def _keep(left: Path, file: Path, bad: list[Bad]) -> None:
    left.unlink(missing_ok=True)  # of an earlier run, by the same name
    rows = [
        {
            "source": file.name,
            "place": f"line {one.line}",
            "reasons": [{"path": p.path, "message": p.message, "code": p.code} for p in one.reasons],
            "item": one.text,
        }
        for one in bad
    ]
    if rows:
        left.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))


async def _loaded(place: Place, wanted: Resource) -> dict[str, Any]:
    started = time.monotonic()
    async with usable(place, size=1), wired(place.url, build.name(), size=2) as wires:
        with telling.progress("Storing", wanted["count"]) as advance:
            found = await _stored(wires.door, wanted)
            advance(wanted["count"])
    return found | {"seconds": round(time.monotonic() - started, 3)}


async def _stored(door: Door, wanted: Resource) -> dict[str, Any]:
    """Write what is not here as it is. Raises `Conflict` when the system is here under another id."""
    id_ = id_of(wanted["url"])
    async with door.opened(_SESSION, "import") as record:
        here = (await record.search("CodeSystem", [("url", escaped(wanted["url"]))])).matches
        if others := [one.reference for one in here if one.id != id_]:
            raise Conflict(f"{wanted['url']} is here already as {others[0]}, from elsewhere. Delete that one first.")
        stored = here[0] if here else None
        before = stored.resource if stored else None
        what = "same" if before and is_same(before, wanted) else "changed" if before else "new"
        if what != "same":
            stored = await record.update(wanted, expected=stored.version if stored else None)
        assert stored is not None
        return {
            "system": wanted["url"],
            "reference": f"CodeSystem/{id_}",
            "version": stored.version,
            "outcome": what,
            "content": wanted["content"],
            "codes": wanted["count"],
            **asdict(difference(before, wanted)),
        }


def _told(found: dict[str, Any]) -> None:
    for name in ("codes", "new", "changed", "gone", "rejected"):
        telling.answer(f"{name:<10}{found[name]:>12,}")
    said = {"same": "was here already as it is", "new": "is new", "changed": "is a new version"}[found["outcome"]]
    telling.say(f"{found['reference']} {said} (version {found['version']}, {found['seconds']:.1f} s).")
    if found["columns_left_out"]:
        telling.say(f"Columns left out: {', '.join(found['columns_left_out'])}")
    if found["parents_not_in_the_list"]:
        telling.say(f"Parents that are no codes of the list: {found['parents_not_in_the_list']:,}")
    if found["rejects_file"]:
        telling.say(f"What was rejected, with reasons: {found['rejects_file']}")
