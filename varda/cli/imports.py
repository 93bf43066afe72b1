"""`varda import`: many files into the record, resumable, with a reckoning per patient at the end.

The leader reads and divides; members understand, check and store (varda/cli/taking.py). What a run has done is in
record.import, so that a killed run goes on where it was and a finished one is not done twice.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.table import Table

from varda.access.people import People
from varda.access.session import Session
from varda.cli import build, crew, telling, tools
from varda.cli.crew import Orders
from varda.cli.place import Place, placed, usable
from varda.cli.sources import File, Piece, files, pieces, run_of
from varda.cli.taking import Shared
from varda.kernel.clock import WallClock
from varda.kernel.db import Database
from varda.record import imports
from varda.record.imports import Outcome, Task
from varda.record.writing import Owner

_PATIENTS_AT_ONCE = 500
_SHOWN = 20  # patients with differences that are listed on a terminal


def import_(
    *paths: Annotated[Path, Parameter(help="Files or folders: Bundles, NDJSON or single resources, plain or .gz.")],
    owner: Annotated[str, Parameter(help="HSA-id of the care unit that owns what does not say whose it is.")] = "",
    rejects: Annotated[Path | None, Parameter(help="File for what could not be stored (NDJSON).")] = None,
    update: Annotated[bool, Parameter(negative="", help="Store items that are here with other content anew.")] = False,
    json: Annotated[bool, Parameter(negative="", help="Print the reckoning as JSON.")] = False,
) -> int:
    """Take over what another system kept, without losing or doubling anything.

    A transaction Bundle is stored whole or rejected whole; of everything else each item is. Ids are kept when they are
    legal and free. A killed import goes on where it was when the same command is given again. Exit code 1 when anything
    was rejected or differs.
    """
    wanted = files(paths)
    with placed() as place:
        found = asyncio.run(_imported(place, wanted, owner, rejects, update=update))
    if json:
        telling.as_json(found)
    else:
        _told(found)
    return 1 if found["rejected"] or found["differences"] else 0


async def _imported(
    place: Place, wanted: list[File], owner: str, rejects: Path | None, *, update: bool
) -> dict[str, Any]:
    run = run_of(wanted, owner)
    left = rejects or Path(f"rejects-{run.rpartition(' ')[2]}.ndjson")
    async with usable(place) as (database, _):
        known = await imports.noted(database, run)
        if imports.RECKONING in known:
            telling.say("These files have been imported already; nothing was done.")
            return dict(known[imports.RECKONING])
        task = Task(run, _session(), await _owner(database, owner), update)
        if not known:
            left.unlink(missing_ok=True)  # of an earlier run, by the same name
        orders = Orders(place.url, build.name(), "varda.cli.taking:taken", Shared(task, left.resolve()))
        started = time.monotonic()
        await _all_taken(orders, wanted, known)
        await asyncio.to_thread(tools.known_to_the_planner, place.url)
        return await _reckoned(database, run, wanted, left, round(time.monotonic() - started, 3))


def _session() -> Session:
    return Session(kind="job", actor="import", name="Import", reach="county", scopes=("read", "write", "import"))


async def _owner(database: Database, hsa: str) -> Owner:
    if not hsa:
        return Owner("", "")
    unit = await People(database).unit(hsa)
    return Owner(unit.hsa, unit.provider)


async def _all_taken(orders: Orders, wanted: list[File], known: dict[str, Any]) -> None:
    reached: dict[str, int] = {}
    total = sum(file.size for file in wanted) or 1
    with telling.progress("Importing") as advance:
        for outcome in known.values():
            advance(outcome["items"])

        def told(result: tuple[str, int, Outcome]) -> None:
            shown, until, outcome = result
            reached[shown] = max(reached.get(shown, 0), until)
            advance(outcome.items, share=sum(reached.values()) / total)

        left: Iterator[Piece] = (piece for file in wanted for piece in pieces(file, known))
        await crew.done(orders, left, told)


async def _reckoned(database: Database, run: str, wanted: list[File], left: Path, seconds: float) -> dict[str, Any]:
    """Source and record side by side, per patient, kept with the run. `seconds` is what its last start took."""
    whole = Outcome()
    for outcome in (await imports.noted(database, run)).values():
        whole.add(Outcome.of(outcome))
    whole.source, whole.stored = +whole.source, +whole.stored
    patients = sorted(whole.source | whole.stored)
    loose: Counter[str] = Counter()
    for first in range(0, len(patients), _PATIENTS_AT_ONCE):
        loose += await imports.dangling(database, patients[first : first + _PATIENTS_AT_ONCE])
    rejected = _unique(left)
    found = {
        "run": run,
        "files": [file.shown for file in wanted],
        "seconds": seconds,
        "items": whole.items,
        "new": whole.new,
        "changed": whole.changed,
        "same": whole.same,
        "rejected": whole.rejected,
        "rejects_file": str(left) if rejected else "",
        "dangling": loose.total(),
        "patients": {p or "(none)": {"source": whole.source[p], "stored": whole.stored[p]} for p in patients},
        "differences": {
            p or "(none)": whole.stored[p] - whole.source[p] for p in patients if whole.stored[p] != whole.source[p]
        },
    }
    await imports.note(database, run, imports.RECKONING, WallClock().now(), found)
    return found


def _unique(left: Path) -> int:
    """A piece that was interrupted after its rejects were written wrote them again."""
    if not left.exists():
        return 0
    rows = list(dict.fromkeys(left.read_bytes().splitlines(keepends=True)))
    left.write_bytes(b"".join(rows))
    return len(rows)


def _told(found: dict[str, Any]) -> None:
    table = Table("patient", "in the source", "stored", title="Differences", title_justify="left")
    for patient in list(found["differences"])[:_SHOWN]:
        both = found["patients"][patient]
        table.add_row(patient, str(both["source"]), str(both["stored"]))
    for name in ("items", "new", "changed", "same", "rejected", "dangling"):
        telling.answer(f"{name:<10}{found[name]:>12,}")
    telling.answer(f"{'patients':<10}{len(found['patients']) - ('(none)' in found['patients']):>12,}")
    telling.say(f"{found['seconds']:.1f} s, {found['items'] / max(found['seconds'], 0.001):,.0f} items a second")
    if found["differences"]:
        telling.out.print(table)
        if (more := len(found["differences"]) - _SHOWN) > 0:
            telling.say(f"… and {more} more; --json lists all.")
    if found["rejects_file"]:
        telling.say(f"What was rejected, with reasons: {found['rejects_file']}")
