"""`varda audit verify`: is the access log whole?"""

import asyncio
from dataclasses import asdict
from typing import Annotated

from cyclopts import App, Parameter

from varda.audit import Finding, Noted, verify
from varda.cli import telling
from varda.cli.place import Place, placed, usable
from varda.cli.serve import anchor

app = App(name="audit", help="The access log.")


@app.command(name="verify")
def verify_(*, json: Annotated[bool, Parameter(negative="", help="Print the result as JSON.")] = False) -> int:
    """Look for rows of the access log that were changed, taken out or put in. Exit code 0 when it is whole, else 1.

    The newest seals are compared with those that a serving process of this machine noted in VARDA_HOME/audit-seals.
    """
    with placed() as place:
        notes = anchor(place.settings.home, place.url)
        noted = list(notes.noted())
        rows, findings = asyncio.run(_verified(place, noted))
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
    telling.answer(f"{rows:,} rows: {f'{len(findings)} findings' if findings else 'whole'}")
    return bool(findings)


async def _verified(place: Place, noted: list[Noted]) -> tuple[int, list[Finding]]:
    async with usable(place, size=2) as (database, _):
        with telling.progress("Verifying the log") as advance:
            async with database.connection() as work:
                findings = [finding async for finding in verify(work, advance, noted)]
        return advance.count, findings
