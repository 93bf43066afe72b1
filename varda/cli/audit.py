"""`varda audit verify`: is the access log whole?"""

import asyncio
from dataclasses import asdict
from typing import Annotated

from cyclopts import App, Parameter

from varda.audit import Finding, verify
from varda.cli import telling
from varda.cli.place import Place, placed, usable

app = App(name="audit", help="The access log.")


@app.command(name="verify")
def verify_(*, json: Annotated[bool, Parameter(negative="", help="Print the result as JSON.")] = False) -> int:
    """Look for rows of the access log that were changed, taken out or put in. Exit code 0 when it is whole, else 1."""
    with placed() as place:
        rows, findings = asyncio.run(_verified(place))
    if json:
        telling.as_json({"whole": not findings, "rows": rows, "findings": [asdict(finding) for finding in findings]})
        return bool(findings)
    for finding in findings:
        telling.answer(f"chain {finding.chain}, row {finding.place}: {finding.meaning}")
    telling.answer(f"{rows:,} rows: {f'{len(findings)} findings' if findings else 'whole'}")
    return bool(findings)


async def _verified(place: Place) -> tuple[int, list[Finding]]:
    async with usable(place, size=2) as (database, _):
        with telling.progress("Verifying the log") as advance:
            async with database.connection() as work:
                findings = [finding async for finding in verify(work, advance)]
        return advance.count, findings
