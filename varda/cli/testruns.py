"""`varda testruns`: test runs of a candidate into the register, and what is there."""

import asyncio
import getpass
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from varda.cli import build, telling
from varda.cli.place import placed
from varda.cli.serve import seal, wired
from varda.introduction.readiness import Seal
from varda.introduction.testruns import KINDS, LARGEST, Kind, Run, TestRuns, Told, read
from varda.kernel.errors import Malformed

app = App(name="testruns", help="The register of test runs: regression, stability, load and dress rehearsals.")


@app.command
def add(
    *,
    kind: Annotated[Kind, Parameter(help=f"What was run: {', '.join(KINDS)}.")],
    result: Annotated[Path, Parameter(help="The result: pytest's JUnit XML (--junitxml), or the JSON of varda bench.")],
    log: Annotated[Path | None, Parameter(help="The log, kept as it is.")] = None,
    of: Annotated[str, Parameter(help="The build that was tested; this one when left out.")] = "",
    configuration: Annotated[
        str, Parameter(help="The configuration's fingerprint, where it ran with a county's.")
    ] = "",
) -> None:
    """Register a test run. A result that does not agree with itself, is of another build, of a time to come, or there
    already is refused.
    """
    told = Told(kind, of or build.name(), configuration, read(_bytes(result)), _log(log))
    with placed() as place:
        secret = seal(place.settings.home)

        async def work() -> int:
            async with wired(place.url, build.name(), size=2) as wires:
                return await TestRuns(wires.database, Seal(secret)).add(told, getpass.getuser(), wires.clock.now())

        number = asyncio.run(work())
    said = "passed" if told.result.passed else "failed"
    telling.answer(f"{number}: {told.kind} of {told.build} {said}, {told.result.failed} of {told.result.total} failed")


@app.command(name="list")
def list_(
    *,
    of: Annotated[str, Parameter(help="Of one build alone.")] = "",
    json: Annotated[bool, Parameter(negative="", help="Print the result as JSON.")] = False,
) -> None:
    """Print what is in the register, the newest first."""
    with placed() as place:
        secret = seal(place.settings.home)

        async def work() -> list[Run]:
            async with wired(place.url, build.name(), size=2) as wires:
                return await TestRuns(wires.database, Seal(secret)).all(of)

        found = asyncio.run(work())
    if json:
        telling.as_json([
            {"run": one.number, "kind": one.kind, "build": one.build, "passed": one.passed, "total": one.total,
             "failed": one.failed, "skipped": one.skipped, "begun_at": one.begun_at, "ended_at": one.ended_at,
             "is_ours": one.is_ours}
            for one in found
        ])  # fmt: skip
        return
    for one in found:
        said = "not ours" if not one.is_ours else "passed" if one.passed else "failed"
        telling.answer(f"{one.number}: {one.kind} of {one.build} {said}, {one.failed} of {one.total} failed")


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as wrong:
        raise Malformed(f"The file {path} could not be read: {wrong.strerror}.") from wrong


def _log(path: Path | None) -> tuple[str, bytes]:
    return (path.name, _bytes(path)) if path else ("", b"")
