"""The page where clinical work begins, its rows alone for a page that is open, and how many wait."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.responses import JSONResponse, Response

from varda.care import tasks
from varda.record import Record
from varda.web import seals
from varda.web.inbox.sources import TAGS, offered
from varda.web.visit import Visit, page


async def inbox(visit: Visit) -> Response:
    """Everything that waits for me; the rows alone for htmx."""
    sources = offered(visit.powers)
    if not sources:
        return visit.go(visit.home)
    async with _kept_open(visit) as record:
        groups = [group for source in sources for group in await source.groups(record)]
        asked = await record.requests_waiting()
    template = "inbox/_rows.html" if visit.wants_fragment else "inbox/inbox.html"
    return visit.page(template, groups=[one for one in groups if one.lines], tags=TAGS, asked=asked)


async def of_unit(visit: Visit) -> Response:
    """The unit's tasks, whoever has them."""
    async with _kept_open(visit) as record:
        record.powers.require_reading("Task")
        queue = await tasks.queue(record, is_whole=True)
    waiting = sorted(
        [*queue.mine, *queue.unclaimed, *queue.others, *queue.declined], key=lambda one: tasks.turn(one.task)
    )
    template = "inbox/_unit.html" if visit.wants_fragment else "inbox/unit.html"
    return visit.page(template, waiting=waiting, is_overdue=tasks.is_overdue, is_cut=queue.is_cut)


@asynccontextmanager
async def _kept_open(visit: Visit) -> AsyncIterator[Record]:
    """The record for a list that stays open: a page begins it, and a renewal logs only who is new to it (RULES §3)."""
    shown = visit.parts.shown
    place = (seals.salt(visit.parts.seal, visit.ticket), visit.session.assignment, visit.request.url.path)
    before = shown.before(place) if visit.wants_fragment else frozenset()
    async with visit.record() as record:
        if visit.wants_fragment:
            record.renews(before)
        yield record
    shown.keep(place, before | record.told)


async def waiting(visit: Visit) -> Response:
    """How many wait, for the top bar. Of nobody is anything told."""
    async with visit.record() as record:
        counted = [await source.waiting(record) for source in offered(visit.powers)]
    return JSONResponse({"waiting": sum(counted)})


ROUTES = [
    page("/inbox", inbox),
    page("/inbox/unit", of_unit),
    page("/inbox/waiting", waiting),
]
