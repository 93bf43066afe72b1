"""The own access log, and the copy at the desk. The same rows, the same words."""

from starlette.responses import Response

from varda.care import patients
from varda.record import logbook
from varda.web.mylog import words
from varda.web.visit import Visit, page


async def mine(visit: Visit) -> Response:
    """Who has read my record, or one that I may read for a child or by mandate (PDL 8:5)."""
    whose = visit.asked("patient")
    async with visit.record("own record") as record:
        log = await logbook.own(record, whose, after=visit.asked("page"))
        other = await patients.one(record, whose) if whose else None
    return _shown(visit, log, other=other)


async def at_the_desk(visit: Visit) -> Response:
    """The same for a patient who asks staff for it."""
    async with visit.record() as record:
        log = await logbook.handed_out(record, visit.part("patient"), after=visit.asked("page"))
        who = await patients.one(record, visit.part("patient"))
    return _shown(visit, log, who=who)


async def hand_out(visit: Visit) -> Response:
    """A copy to print, noted with who gets it (PDL 3:11)."""
    to = visit.said("to")
    async with visit.record() as record:
        log = await logbook.handed_out(record, visit.part("patient"), to)
        who = await patients.one(record, visit.part("patient"))
    return _shown(visit, log, who=who, to=to)


def _shown(
    visit: Visit,
    log: logbook.OwnLog,
    *,
    who: patients.Person | None = None,
    other: patients.Person | None = None,
    to: str = "",
) -> Response:
    return visit.page("mylog/log.html", log=log, words=words, who=who, other=other, to=to)


ROUTES = [
    page("/my-log", mine, kind="citizen"),
    page("/chart/{patient}/access-log", at_the_desk),
    page("/chart/{patient}/access-log", hand_out, "POST"),
]
