"""Answers that have just come in, compared with their page before anybody has opened it (F245).

The page is made by the template that people read and held against the received bytes by `comparing`, which stops the
flow at the unit that the answer belongs to. What is compared is logged as everything that is read.
"""

from datetime import datetime, timedelta

from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.requests import Request

from varda.access import Session, reach
from varda.access.tickets import Holder, Ticket
from varda.care import results
from varda.introduction.readiness import Lack
from varda.kernel.errors import Absent, Gone
from varda.record.powers import powers
from varda.web.comparing import JOB, NAME, compared
from varda.web.language import LANGUAGES
from varda.web.visit import Visit

MANY = 100
"""Answers compared in a round; what is more waits for the next, and is told."""
FIRST = timedelta(hours=1)
"""How far back the first round looks."""
_CAME = {
    "DiagnosticReport": [("_sort", "_lastUpdated")],
    "Observation": [("_sort", "_lastUpdated"), ("category", "laboratory,imaging")],
}
"""What answers are, and how they are asked for."""
_PURPOSE = "quality"


class Arrivals:
    """What has come in at one installation. Between two rounds it remembers how far it has come, and what was wrong."""

    def __init__(self, screens: Starlette) -> None:
        self._screens, self._parts = screens, screens.state.parts
        self._until: dict[str, tuple[datetime, frozenset[str]]] = {}
        self._wrong: dict[str, str] = {}

    async def round(self, now: datetime) -> tuple[int, list[Lack]]:
        """Compare what came in since the last round, and again what was wrong then. Gives how many were compared, and
        what is lacking: answers that are not shown as they came, and that some wait."""
        wanted, waits = dict(self._wrong), False
        for type_ in _CAME:
            arrived = await self._arrived(type_, now)
            waits = waits or len(arrived) == MANY
            wanted |= arrived
        self._wrong = {name: unit for name, unit in wanted.items() if await self._is_lost(name, unit)}
        lacking = [Lack("text", unit) for unit in self._wrong.values()]
        return len(wanted), lacking + [Lack("text-behind")] * waits

    async def _arrived(self, type_: str, now: datetime) -> dict[str, str]:
        """What has come in since the last round (Type/id), with the HSA-id of the unit it is of."""
        since, known = self._until.get(type_, (now - FIRST, frozenset()))
        # From the same instant on: what a transaction brought together may not all have fitted into a round.
        many = str(MANY + len(known))
        asked = [*_CAME[type_], ("_lastUpdated", f"ge{since.isoformat()}"), ("_count", many)]
        async with self._parts.door.opened(_session(""), _PURPOSE) as record:
            found = [one for one in (await record.search(type_, asked)).matches if one.reference not in known]
            async with record.at_work() as work:
                units = await reach.names(work, (), {one.unit for one in found})
        if found:
            last = found[-1].updated
            here = frozenset(one.reference for one in found if one.updated == last)
            self._until[type_] = (last, here | known if last == since else here)
        return {one.reference: units.get(str(one.unit), "") for one in found}

    async def _is_lost(self, name: str, unit: str) -> bool:
        """Whether the page of an answer lacks anything of what came in. If it does, the flow is stopped."""
        visit = await self._visit(_session(unit))
        type_, _, id_ = name.partition("/")
        try:
            async with visit.record() as record:
                found = await results.one_answer(record, type_, id_)
                before = await results.before(record, found)
        except (Absent, Gone):
            return False
        values = {"answer": found, "before": before, "lost": [], "at": None, "may_sign_answer": False}
        shown = visit.page("results/_answer.html", original="", critical_names="", **values)
        text = bytes(shown.body).decode()
        return bool(
            await compared(visit, found.reference, found.patient, found.functions, found.received, text, "screen")
        )

    async def _visit(self, session: Session) -> Visit:
        """A reader without a browser."""
        parts = self._parts
        request = Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [],
                           "app": self._screens})  # fmt: skip
        signed = Ticket(Holder(), session, parts.clock.now(), False)
        held = await powers(parts.door.catalogue, session, parts.clock)
        return Visit(request, parts, "", signed, held, LANGUAGES[0], FormData(), "")


def _session(unit: str) -> Session:
    return Session(kind="job", actor=JOB, name=NAME, unit=unit, purpose=_PURPOSE, reach="county", scopes=("read",))
