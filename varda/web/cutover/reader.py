"""What the pages of the cut-over share: the run-books, and the words of what is shown."""

from datetime import datetime

from varda.introduction.cutover import Books, Course
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Problem, Unprocessable
from varda.web.introduction.reader import number_in, plans
from varda.web.language import N_
from varda.web.visit import Visit

AT = "/cutover"
STATES = {
    "done": N_("done"),
    "running": N_("goes on"),
    "next": N_("can begin"),
    "stopped": N_("stands and waits for its go"),
    "later": N_("later"),
}
COLOURS = {"done": "neutral", "running": "info", "next": "success", "stopped": "warning", "later": "neutral"}
SORTS = {"start": N_("start"), "rehearsal": N_("dress rehearsal")}
EVENTS = {
    "begun": N_("begun"),
    "ended": N_("ended"),
    "go": N_("go"),
    "fault": N_("stopping fault"),
    "mended": N_("fault mended"),
    "note": N_("note"),
    "taken-back": N_("taken back"),
    "owner": N_("given to"),
}


def books(visit: Visit) -> Books:
    """The run-books."""
    return Books(visit.parts.door.database)


async def course(visit: Visit) -> Course:
    """The run-book that the address names, as it stands. Raises `Absent`."""
    return await books(visit).course(number_in(visit, "book"), visit.parts.clock.now())


async def deliveries(visit: Visit) -> dict[str, str]:
    """What the deliveries of the plan in force are called, by code."""
    plan = await plans(visit).in_force()
    if plan is None:
        return {}
    return {one.code: one.called(visit.language) for one in plan.items if one.kind == "delivery"}


def instant_said(visit: Visit, name: str) -> datetime | None:
    """A day and a time of the form, Swedish; None where none is said. Raises `Unprocessable`."""
    text = visit.said(name)
    if not text:
        return None
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        said = None
    if said is None or said.tzinfo is not None:
        raise Unprocessable("This is no day and time.", [Problem("This is no day and time.", name)])
    return said.replace(tzinfo=STOCKHOLM)


def words() -> dict[str, object]:
    """What templates need of words."""
    return {"states": STATES, "colours": COLOURS, "sorts": SORTS, "events": EVENTS}
