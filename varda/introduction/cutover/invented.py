"""An invented cut-over: a dress rehearsal driven some days ago, and a start that is on its way and a little late.

By the same verbs as people use, as the owners of the steps, the office and the two who have the keys.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from varda.catalogue import Deciding, Rights
from varda.introduction.cutover.books import Books, Verb
from varda.introduction.cutover.going import Going
from varda.introduction.cutover.rehearsals import end
from varda.introduction.cutover.template import TEMPLATE, Step
from varda.introduction.programme import OFFICE, SIDES, Mandates, Plans
from varda.introduction.seal import Seal
from varda.introduction.testruns import Kind, Result, TestRuns, Told
from varda.kernel.db import Database

_DELIVERY = "south-delivery"
_AHEAD, _BACK = timedelta(hours=5), timedelta(days=4)
_LATE = {"read-only": 6, "move": 11, "moved": 4, "links": 9}
"""Minutes by which steps of the rehearsal ended late."""
_RUNS: tuple[tuple[Kind, int, int, str], ...] = (
    ("load", 14, 1, "chart: 3 errors"),
    ("stability", 24, 0, ""),
    ("load", 14, 0, ""),
    ("regression", 2186, 0, ""),
)
"""Kind, how many, how many failed and which; one a day."""


async def fill(database: Database, seal: Seal, candidate: tuple[str, str], now: datetime) -> int:
    """Fill an invented cut-over of a candidate (build, configuration), unless there is a run-book or no plan; gives how
    many run-books were made."""
    books, plan = Books(database), await Plans(database).in_force()
    held = {one.role.code: one for one in await Mandates(database).in_force(now)}
    roles = (OFFICE, *(f"gateway-{side}" for side in SIDES))
    if plan is None or await books.all() or not all(role in held for role in roles):
        return 0
    by = {role: Deciding(held[role].person, held[role].name, "", Rights(frozenset(), {})) for role in roles}
    await _tested(TestRuns(database, seal), candidate[0], now)
    await _rehearsed(database, seal, candidate, by, now - _BACK)
    starts = (now + _AHEAD).replace(minute=0, second=0, microsecond=0)
    number = await books.make(_DELIVERY, "start", starts, TEMPLATE, candidate, by[OFFICE], starts - timedelta(days=3))
    said: tuple[tuple[str, Verb, int, str], ...] = (
        ("command", "begun", -540, ""), ("command", "ended", -512, ""),
        ("read-only", "begun", -510, ""), ("read-only", "ended", -446, "Två system svarade först vid tredje försöket"),
        ("candidate", "begun", -445, ""), ("move", "begun", -440, ""), ("candidate", "ended", -370, ""),
    )  # fmt: skip
    for code, verb, minutes, note in said:
        at = starts + timedelta(minutes=minutes)
        if at <= now:
            await books.say(number, code, verb, by[OFFICE], at, note=note)
    return 2


async def _rehearsed(
    database: Database, seal: Seal, candidate: tuple[str, str], by: Mapping[str, Deciding], now: datetime
) -> None:
    books, office = Books(database), by[OFFICE]
    starts = now.replace(minute=0, second=0, microsecond=0)
    number = await books.make(_DELIVERY, "rehearsal", starts, TEMPLATE, candidate, office, starts - timedelta(days=1))
    for step in sorted(TEMPLATE.first.steps, key=lambda one: one.closes):
        opens, closes = (starts + timedelta(minutes=one) for one in _times(step))
        if step.kind == "go":
            going = Going(database, await books.course(number, closes), step.wave)
            for side in SIDES:
                await going.turn(side, "Övningen fortsätter", by[f"gateway-{side}"], closes, passed=True)
        elif step.kind == "hold":
            await books.say(number, step.code, "go", office, closes, note="Tre skillnader, alla förklarade")
        else:
            await books.say(number, step.code, "begun", office, opens)
            await books.say(number, step.code, "ended", office, closes)
    over = starts + timedelta(hours=4)
    await end(database, seal, await books.course(number, over), "", office, over)


def _times(step: Step) -> tuple[int, int]:
    """When a step of the rehearsal began and ended; it was made with room enough for a little lateness."""
    return step.opens + (12 if step.opens < 0 else 0), step.closes + _LATE.get(step.code, 0)


async def _tested(runs: TestRuns, build: str, now: datetime) -> None:
    if await runs.all():  # by a filling that was stopped
        return
    for nth, (kind, total, failed, summary) in enumerate(_RUNS):
        ended = now - timedelta(days=len(_RUNS) - nth, hours=2)
        digest = sha256(f"{kind} {nth} of {build}, invented".encode()).hexdigest()
        result = Result(total, failed, 0, ended - timedelta(minutes=40), ended, digest, build, summary)
        log = (f"{kind}.txt", f"{total} tests, {failed} failed (invented)\n".encode())
        await runs.add(Told(kind, build, "", result, log), "invented", ended)
