"""`varda audit`: is the access log whole; its export, its review, and taking away what is past its time."""

import asyncio
import os
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from secrets import token_hex
from typing import Annotated

from cyclopts import App, Parameter

from varda.access.people import People
from varda.audit import Checked, Finding, Noted, retention, rows_about, verify
from varda.audit.retention import Decision
from varda.cli import build, telling
from varda.cli.place import Place, closed, placed, usable
from varda.cli.serve import anchor, seal, wired
from varda.kernel.clock import WallClock
from varda.kernel.db import Database
from varda.kernel.errors import Conflict, Malformed, Refused
from varda.record import logbook, review

app = App(name="audit", help="The access log.")
Json = Annotated[bool, Parameter(negative="", help="Print the result as JSON.")]


@app.command(name="verify")
def verify_(
    *,
    resume: Annotated[bool, Parameter(negative="", help="Go on from where the log was last found whole.")] = False,
    json: Json = False,
) -> int:
    """Look for rows of the access log that were changed, taken out or put in. Exit code 0 when it is whole, else 1.

    The newest seals are compared with those that a serving process of this machine noted in VARDA_HOME/audit-seals. How
    far the log is whole is kept in VARDA_HOME/audit-checked, also when this is stopped halfway, for --resume.
    """
    with placed() as place:
        notes = anchor(place.settings.home, place.url)
        noted = list(notes.noted())
        kept = _Kept(place, notes.file.name)
        checked = kept.read() if resume else Checked()
        before = bool(checked.chains)
        rows, findings = asyncio.run(_verified(place, noted, kept, checked))
    if json:
        said = [asdict(finding) for finding in findings]
        telling.as_json({"whole": not findings, "rows": rows, "noted": len(noted), "findings": said})
        return bool(findings)
    for finding in findings:
        telling.answer(f"chain {finding.chain}, row {finding.place}: {finding.meaning}")
    if noted:
        telling.answer(f"compared with what was noted in {notes.file} (lines: {len(noted):,})")
    else:
        telling.answer(f"nothing is noted in {notes.file}: a newest end that was cut off cannot be found here")
    since = " since the log was last found whole" if resume and before else ""
    telling.answer(f"{rows:,} rows{since}: {f'{len(findings)} findings' if findings else 'whole'}")
    return bool(findings)


class _Kept:
    """How far the log of one database was found whole, signed by this installation."""

    def __init__(self, place: Place, name: str) -> None:
        self._home = place.settings.home
        self._file = self._home / "audit-checked" / name

    def read(self) -> Checked:
        """What was kept; the beginning when there is nothing of ours."""
        try:
            kept = self._file.read_bytes()
        except FileNotFoundError:
            kept = b""
        found = Checked.read(kept, seal(self._home)) if kept else None
        if found is None:
            telling.say(f"{self._file} does not say where to go on: beginning with the first row.")
        return found or Checked()

    def keep(self, checked: Checked) -> None:
        """Replace it whole. A machine that has no seal, or no room, keeps nothing."""
        if not (self._home / "seal").exists():
            return
        fresh = self._file.with_suffix(".new")
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(checked.sign(seal(self._home)))
            fresh.replace(self._file)


async def _verified(place: Place, noted: list[Noted], kept: _Kept, checked: Checked) -> tuple[int, list[Finding]]:
    findings: list[Finding] = []
    async with usable(place, size=2) as (database, _):
        done = sum(place for place, _ in checked.chains.values())
        total = max(await rows_about(database) - done, 0) or None
        with telling.progress("Verifying the log", total) as advance:
            try:
                async with database.connection() as work:
                    findings += [finding async for finding in verify(work, advance, noted, checked)]
            finally:
                if not findings:
                    kept.keep(checked)
        return advance.count, findings


@app.command
def retire(
    *,
    before: Annotated[date, Parameter(help="The first day that is kept: the first one of a month.")],
    by: Annotated[str, Parameter(help="HSA-id of the person who decides.")],
    second: Annotated[str, Parameter(help="HSA-id of the other person who decides.")],
    reason: Annotated[str, Parameter(help="Why, with the number of the decision.")],
) -> None:
    """Take away whole months of the access log that are past their time. What is left still verifies.

    Nothing younger than the years to keep goes. Two persons with an assignment decide; the log itself says so.
    """
    decision = Decision(before=before, by=by, second=second, reason=reason)
    with placed() as place:
        found = asyncio.run(_retired(place, decision))
    telling.answer(f"{found.rows:,} rows before {found.before} are gone; the log says so ({found.digest[:12]}…).")


async def _retired(place: Place, decision: Decision) -> retention.Retirement:
    async with usable(place, size=1) as (database, _):
        now = WallClock().now()
        retention.require_due(decision, now.date())
        for person in (decision.by, decision.second):
            if not await People(database).sessions(person, now):
                raise Refused(f"{person} has no assignment here now: name two persons who do.")
    keeper = await Database.connect(place.url, size=1, role="varda_keeper")
    try:
        noting = anchor(place.settings.home, place.url)
        async with wired(place.url, build.name(), size=2, anchor=noting) as wires:
            return await retention.retire(keeper, wires.door.journal, decision, wires.clock.now())
    finally:
        await closed(keeper)


@app.command(name="review")
def review_(
    *,
    run: Annotated[date | None, Parameter(help="One day to look at; it must be over.")] = None,
    seed: Annotated[str, Parameter(help="Draw the sample by this seed; a new one when left out.")] = "",
    share: Annotated[float, Parameter(help="Share of each unit's readings of a month that is drawn.")] = float(
        review.SHARE
    ),
    calm: Annotated[bool, Parameter(negative="", help="Let other processes go first.")] = False,
) -> None:
    """Look for what log review should ask about, on every day that is over and was not looked at yet.

    A serving Varda does this by itself every night. On the last day of a month its random sample is drawn. A day that
    is looked at again (--run) opens nothing twice and draws by the seed that was recorded.
    """
    if not 0 < share <= 1:
        raise Malformed("--share is above 0 and at most 1.")
    if calm:
        os.nice(10)
    with placed() as place:
        asyncio.run(_reviewed(place, run, seed, Decimal(str(share))))


async def _reviewed(place: Place, day: date | None, seed: str, share: Decimal) -> None:
    async with usable(place, size=1):
        pass
    async with wired(place.url, build.name(), size=3, anchor=anchor(place.settings.home, place.url)) as wires:
        days = [day] if day else await review.due(wires.door, wires.clock.now())
        for one in days:
            _told(await review.run(wires.door, one, seed or token_hex(8), share))
    if not days:
        telling.answer("Every day that is over has been looked at.")


def _told(done: review.Run) -> None:
    telling.answer(
        f"{done.day}: {done.events:,} rows looked at, {done.opened} matters opened, {done.drawn} rows drawn"
        f" (seed {done.seed})"
    )


@app.command
def export(
    file: Annotated[Path, Parameter(help="The file to write, NDJSON; it must not be there yet.")],
    *,
    since: Annotated[date, Parameter(help="The first day, UTC.")],
    until: Annotated[date, Parameter(help="The first day that is not written any more.")],
) -> None:
    """Write the log of some days as FHIR AuditEvents, one a line and one for each patient shown. The log says so."""
    if file.exists():
        raise Conflict(f"{file} is there already; choose another name.")
    if not file.absolute().parent.is_dir():
        raise Malformed(f"There is no folder {file.absolute().parent}.")
    if until <= since:
        raise Malformed("--until is a day after --since.")
    with placed() as place, telling.progress("Writing AuditEvents") as advance:
        asyncio.run(_exported(place, file, since, until, advance))
    telling.answer(f"{advance.count:,} AuditEvents in {file}")


async def _exported(place: Place, file: Path, since: date, until: date, advance: telling.Advance) -> None:
    async with usable(place, size=1):
        pass
    first, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (since, until))
    partial = file.with_name(f".{file.name}.partial")
    try:
        async with wired(place.url, build.name(), size=3, anchor=anchor(place.settings.home, place.url)) as wires:
            # It names patients and staff: for its owner alone.
            partial.touch(mode=0o600)
            with partial.open("wb") as out:
                async for lines in logbook.exported(wires.door, first, end):
                    out.write(b"".join(line + b"\n" for line in lines))
                    advance(len(lines))
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)
