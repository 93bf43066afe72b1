"""`varda staff`: units, people and shifts from the county's directories, compared first and written as they differ."""

import asyncio
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import App, Parameter
from cyclopts.types import ExistingFile

from varda.access.organisations import Organisations
from varda.cli import build, telling
from varda.cli.place import Place, placed, usable
from varda.cli.serve import wired
from varda.exchange import staff
from varda.exchange.staff.rows import units_named
from varda.introduction.classes import shifts
from varda.kernel.errors import Conflict

app = App(name="staff", help="Units, people and assignments of the county.")
_SHOWN = 20  # lines of each kind that a terminal is told


@app.command(name="import")
def import_(
    people: Annotated[
        ExistingFile, Parameter(help="Table of people and their assignments, one assignment a line (CSV, UTF-8).")
    ],
    *,
    units: Annotated[
        ExistingFile | None, Parameter(help="Table of units; those that are here need not stand in it.")
    ] = None,
    source: Annotated[str, Parameter(help="What the directory is called: exports of one are compared.")] = "HR",
    check: Annotated[bool, Parameter(negative="", help="Tell the differences and write nothing.")] = False,
    even_so: Annotated[bool, Parameter(negative="", help="Even if an organisation loses more than a tenth.")] = False,
    rejects: Annotated[Path | None, Parameter(help="File for lines that were left out (NDJSON).")] = None,
    json: Annotated[bool, Parameter(negative="", help="Print the result as JSON.")] = False,
) -> int:
    """Bring units, people and assignments in step with an export of HR or of the directory of staff.

    The same export twice writes nothing; one that was stopped goes on where it was. Lines that are wrong are left out
    with their reasons, and then nothing is taken away. Exit code 1 when there were any. docs/howto/staff.md.
    """
    left = rejects or Path(f"rejects-{people.stem}.ndjson")
    tables = units.read_bytes() if units else b"", people.read_bytes()
    with placed() as place:
        found = asyncio.run(_imported(place, *tables, source, left, check=check, even_so=even_so))
    if json:
        telling.as_json(found)
    else:
        _told(found, check=check)
    return 1 if found["left_out"] else 0


async def _imported(
    place: Place, units: bytes, people: bytes, source: str, left: Path, *, check: bool, even_so: bool
) -> dict[str, Any]:
    async with usable(place, size=1):
        pass
    async with wired(place.url, build.name(), size=3) as wires:
        here = await Organisations(wires.database).known(units_named(people))
        export = staff.understood(units, people, frozenset(here))
        _keep(left, export.bad)
        before = await staff.said_before(wires.door, source)
        found = staff.difference(before, export)
        try:
            if not even_so:
                staff.require_believable(before, found)
        except Conflict as refused:
            _told_where(refused)
            if not check:
                raise
        written = 0
        if not check:
            with telling.progress("Writing what has changed", len(found.changes)) as advance:
                written = await staff.take(wires.door, source, found, advance)
    return {
        "source": source,
        "rows": found.counts(),
        "same": found.same,
        "written": written,
        "left_out": len(export.bad),
        "rejects_file": str(left) if export.bad else "",
        "changes": [_shown(one) for one in found.changes] if check else [],
    }


@app.command(name="shifts")
def shifts_(
    file: Annotated[ExistingFile, Parameter(help="Table of shifts: person, unit, from, to (CSV, UTF-8).")],
    *,
    check: Annotated[bool, Parameter(negative="", help="Tell the differences and write nothing.")] = False,
    even_so: Annotated[bool, Parameter(negative="", help="Even if a unit loses more than a tenth.")] = False,
    rejects: Annotated[Path | None, Parameter(help="File for lines that were left out (NDJSON).")] = None,
    json: Annotated[bool, Parameter(negative="", help="Print the result as JSON.")] = False,
) -> int:
    """Bring in when people work, so that a proposal of classes keeps within it. docs/howto/staff.md.

    The same file twice writes nothing. What is here between its first shift and its last, and not in it, is taken away.
    Lines that are wrong are told and left out with their reasons, and then nothing is. Exit code 1 when there were any.
    """
    left = rejects or Path(f"rejects-{file.stem}.ndjson")
    with placed() as place:
        found = asyncio.run(_shifts(place, file.read_bytes(), left, check=check, even_so=even_so))
    if json:
        telling.as_json(found)
    else:
        done = " (checked only)" if check else ""
        telling.answer(f"{found['new']:,} new, {found['gone']:,} gone, {found['same']:,} shifts as before{done}.")
        if found["left_out"]:
            telling.answer(f"{found['left_out']:,} lines left out, so nothing was taken away: {found['rejects_file']}")
            for one in found["lines"]:
                telling.answer(f"  line {one['line']}: {' '.join(one['reasons'])}")
            if found["left_out"] > len(found["lines"]):
                telling.answer(f"  … and {found['left_out'] - len(found['lines']):,} more; the file has them all.")
    return 1 if found["left_out"] else 0


async def _shifts(place: Place, raw: bytes, left: Path, *, check: bool, even_so: bool) -> dict[str, Any]:
    async with usable(place, size=1):
        pass
    async with wired(place.url, build.name(), size=3) as wires:
        named = {said["unit"] for _, said in staff.table("shifts", raw, shifts.COLUMNS, needed=shifts.COLUMNS)}
        here = await Organisations(wires.database).known(named)
        file, kept = shifts.understood(raw, here.__contains__), shifts.Shifts(wires.database)
        _keep(left, file.bad)
        before = await kept.between(file)
        found = shifts.difference(before, file)
        _require_believable(before, found, check=check, even_so=even_so)
        if not check:
            with telling.progress("Writing shifts", len(found.new) + len(found.gone)) as advance:
                await kept.take(found, advance)
    return {
        "new": len(found.new), "gone": len(found.gone), "same": found.same, "left_out": len(file.bad),
        "rejects_file": str(left) if file.bad else "",
        "lines": [{"line": one.line, "reasons": one.reasons} for one in file.bad[:_SHOWN]],
    }  # fmt: skip


def _require_believable(
    before: Collection[shifts.Shift], found: shifts.Difference, *, check: bool, even_so: bool
) -> None:
    """What is not believable is told unit by unit; a check goes on."""
    try:
        shifts.require_believable(before, found)
    except Conflict as refused:
        _told_where(refused)
        if not check and not even_so:
            raise


def _told_where(refused: Conflict) -> None:
    for one in refused.problems[:_SHOWN]:
        telling.say(one.message)


def _shown(change: staff.Change) -> dict[str, Any]:
    before, after = change.before, change.after
    differs = {
        name: [before.said[name], value]
        for name, value in (after.said if after else {}).items()
        if before and before.said.get(name) != value
    }
    if before and after and before.place != after.place:
        differs["unit"] = [before.place, after.place]
    what = "new" if before is None else "gone" if after is None else "changed"
    return {"what": what, "kind": change.row.kind, "hsa": change.row.hsa, "differs": differs}


def _keep(left: Path, bad: list[staff.Bad]) -> None:
    left.unlink(missing_ok=True)
    if bad:
        left.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in bad))


def _told(found: dict[str, Any], *, check: bool) -> None:
    for kind, n in found["rows"].items():
        telling.answer(f"{kind:<12} {n['new']:>7,} new {n['changed']:>7,} changed {n['gone']:>7,} gone")
    telling.answer(
        f"{found['same']:,} rows as before; {found['written']:,} written{' (checked only)' if check else ''}."
    )
    for one in found["changes"][:_SHOWN]:
        differs = "; ".join(f"{name}: {old!r} → {new!r}" for name, (old, new) in one["differs"].items())
        telling.answer(f"  {one['what']:<8} {one['kind']:<11} {one['hsa']}  {differs}")
    if len(found["changes"]) > _SHOWN:
        telling.answer(f"  … and {len(found['changes']) - _SHOWN:,} more; --json tells all.")
    if found["left_out"]:
        telling.answer(f"{found['left_out']:,} lines were left out, so nothing was taken away: {found['rejects_file']}")
