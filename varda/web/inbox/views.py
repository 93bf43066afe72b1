"""The page where clinical work begins, its rows alone for a page that is open, and how many wait."""

from starlette.responses import JSONResponse, Response

from varda.care import tasks, unfinished
from varda.web.coaching import calling
from varda.web.inbox.sources import TAGS, offered
from varda.web.introduction.reader import due, notices
from varda.web.learning.reminders import reminded
from varda.web.lists import kept_open
from varda.web.visit import Visit, page


async def inbox(visit: Visit) -> Response:
    """Everything that waits for me; the rows alone for htmx, without what is left: that is asked when it is opened."""
    sources = offered(visit.powers)
    if not sources:
        return visit.go(visit.home)
    async with kept_open(visit) as record:
        groups = [group for source in sources for group in await source.groups(record)]
        asked = await record.requests_waiting()
        left = None if visit.wants_fragment else await unfinished.number(record, *unfinished.LISTS)
    shown = [one for one in groups if one.lines]
    if visit.wants_fragment:
        return visit.page("inbox/_rows.html", groups=shown, tags=TAGS, asked=asked, left=left)
    return visit.page(
        "inbox/inbox.html",
        groups=shown,
        tags=TAGS,
        asked=asked,
        left=left,
        **await due(visit),
        **await reminded(visit),
        **await notices(visit),
    )


async def of_unit(visit: Visit) -> Response:
    """The unit's tasks, whoever has them."""
    async with kept_open(visit) as record:
        record.powers.require_reading("Task")
        queue = await tasks.queue(record, is_whole=True)
        left = None if visit.wants_fragment else await unfinished.number(record, "tasks", is_whole=True)
    waiting = sorted(
        [*queue.mine, *queue.unclaimed, *queue.others, *queue.declined], key=lambda one: tasks.turn(one.task)
    )
    template = "inbox/_unit.html" if visit.wants_fragment else "inbox/unit.html"
    return visit.page(template, waiting=waiting, is_overdue=tasks.is_overdue, is_cut=queue.is_cut, left=left)


async def waiting(visit: Visit) -> Response:
    """How many wait, for the top bar: asked by every open page, so not of what is left. Of nobody is anything told."""
    async with visit.record() as record:
        counted = [await source.waiting(record) for source in offered(visit.powers)]
    return JSONResponse({"waiting": sum(counted)} | await calling.told(visit))


ROUTES = [
    page("/inbox", inbox),
    page("/inbox/unit", of_unit),
    page("/inbox/waiting", waiting),
]
