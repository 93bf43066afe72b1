"""Whom unfinished work is left about, and the way to it: an active choice with its reason filled in (decision 35).

Lists say how much there is, by themselves and to open pages; who it is about is told here alone, when somebody asks.
"""

from collections.abc import Sequence

from starlette.responses import Response

from varda.care import unfinished
from varda.web.language import N_
from varda.web.visit import Visit, page

REASON = "Oavslutat arbete vid den egna enheten"
"""Why the record is opened, as it is recorded."""
KINDS = {
    "note": N_("note to sign"), "answer": N_("answer to sign"), "task": N_("task"),
    "countersign": N_("note to countersign"), "dictation": N_("dictation to write"), "message": N_("unread message"),
}  # fmt: skip
_PLACES = {
    "note": "notes", "answer": "results", "task": "tasks", "countersign": "notes", "dictation": "tasks",
    "message": "messages",
}  # fmt: skip


async def mine(visit: Visit) -> Response:
    """Of what waits for me."""
    return await _told(visit, "mine")


async def of_unit(visit: Visit) -> Response:
    """Of all the unit's."""
    return await _told(visit, "unit")


async def _told(visit: Visit, whose: str) -> Response:
    async with visit.record() as record:
        found = await unfinished.told(record, is_whole=whose == "unit")
    return visit.page("inbox/left.html", found=found, whose=whose, kinds=KINDS, place=place, reason=REASON)


def place(kinds: Sequence[str]) -> str:
    """Where in the chart work of these kinds stands; empty where that is in several places."""
    found = {_PLACES[one] for one in kinds}
    return found.pop() if len(found) == 1 else ""


ROUTES = [page("/inbox/left", mine), page("/inbox/left/unit", of_unit)]
