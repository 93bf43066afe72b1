"""Gröna korset of my unit: the month as a cross, what is followed up, and the form of the day's meeting (F244)."""

from datetime import date, timedelta

from starlette.responses import Response

from varda.care import deviations
from varda.care.deviations import Said
from varda.kernel.errors import Unprocessable
from varda.web.deciding import day_said
from varda.web.language import N_
from varda.web.visit import Visit, page

COLOURS = {
    "green": N_("green: nothing happened"), "yellow": N_("yellow: a risk, or caught in time"),
    "orange": N_("orange: harm"), "red": N_("red: serious harm"),
}  # fmt: skip
_LOOKED_BACK = timedelta(days=366)  # for which one goes back by the page; older months are asked for by their address
SHORT = {"green": N_("green"), "yellow": N_("yellow"), "orange": N_("orange"), "red": N_("red")}


async def shown(visit: Visit) -> Response:
    """The month's cross."""
    return await _shown(visit, 200, {})


async def said(visit: Visit) -> Response:
    """What the meeting says of a day."""
    try:
        day = day_said(visit, "day") or visit.say.today
        said = Said(day, visit.said("colour"), visit.said("text"), visit.said("follow_up"))
        async with visit.record() as record:
            await deviations.say(record, said, visit.say.today)
    except Unprocessable as wrong:
        return await _shown(visit, 422, wrong.by_path)
    return visit.go(f"/green-cross?month={day:%Y-%m}&done=1")


async def _shown(visit: Visit, status: int, problems: dict[str, str]) -> Response:
    first, today = _month(visit), visit.say.today
    async with visit.record() as record:
        record.powers.require_reading("AdverseEvent")
        days = await deviations.month(record, first)
    return visit.page(
        "deviations/cross.html",
        status,
        rows=deviations.shaped(days),
        counts=deviations.counted(days),
        told=[one for one in reversed(days) if one.said and (one.said.text or one.said.follow_up)],
        first=first,
        before=first - timedelta(days=1),
        oldest=today - _LOOKED_BACK,
        after=(first + timedelta(days=31)).replace(day=1),
        today=today,
        colours=COLOURS,
        short=SHORT,
        problems=problems,
    )


def _month(visit: Visit) -> date:
    """The month that is asked for, as 2026-03; this one where none is."""
    try:
        return date.fromisoformat(f"{visit.asked('month')}-01")
    except ValueError:
        return visit.say.today.replace(day=1)


ROUTES = [
    page("/green-cross", shown),
    page("/green-cross", said, "POST"),
]
