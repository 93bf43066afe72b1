"""What was spoken and waits for somebody to write it, the oldest first (F24)."""

from starlette.responses import Response

from varda.care import dictations, unfinished
from varda.web.visit import Visit, page


async def listed(visit: Visit) -> Response:
    """The unit's queue."""
    async with visit.record() as record:
        record.powers.require_reading("Task")
        waiting = await dictations.waiting(record)
        left = await unfinished.number(record, "dictations", is_whole=True)
    return visit.page("dictations/list.html", waiting=waiting, left=left)


ROUTES = [page("/dictations", listed)]
