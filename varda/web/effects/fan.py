"""The action plan: goals, focus areas, milestones by year, and the vision that they lead to (F222)."""

from starlette.responses import Response

from varda.introduction.effects import FOCUS, GOALS, VISION, Fan
from varda.introduction.effects.fan import WRITES
from varda.kernel.errors import Unprocessable
from varda.web.introduction.reader import asking, may
from varda.web.language import N_
from varda.web.office.reading import number, whole
from varda.web.visit import Visit, page

STATES = {"planned": N_("planned"), "reached": N_("reached"), "dropped": N_("dropped")}
COLOURS = {"planned": "neutral", "reached": "success", "dropped": "warning"}


async def fan(visit: Visit) -> Response:
    """The plan."""
    return await _page(visit, {})


async def set_(visit: Visit) -> Response:
    """Set a milestone."""
    try:
        year, by, now = whole(visit.said("year")), await asking(visit), visit.parts.clock.now()
        await Fan(visit.parts.door.database).set(visit.said("focus"), year, visit.said("words"), by, now)
    except Unprocessable as wrong:
        return await _page(visit, wrong.by_path, 422)
    return visit.go("/introduction/action-plan")


async def say(visit: Visit) -> Response:
    """Say how a milestone stands."""
    one = number(visit, "milestone", "There is no such milestone.")
    try:
        by, now = await asking(visit), visit.parts.clock.now()
        await Fan(visit.parts.door.database).say(one, visit.said("act"), visit.said(f"reason-{one}"), by, now)
    except Unprocessable as wrong:
        return await _page(visit, {f"reason-{one}": wrong.problems[0].message}, 422)
    return visit.go("/introduction/action-plan")


async def _page(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    found = await Fan(visit.parts.door.database).milestones()
    years = sorted({one.year for one in found})
    return visit.page(
        "effects/fan.html",
        status,
        focus=FOCUS,
        goals=GOALS,
        vision=VISION,
        years=years,
        by_place={(code, year): [one for one in found if (one.focus, one.year) == (code, year)]
                  for code in FOCUS for year in years},
        may_write=await may(visit, WRITES),
        states=STATES,
        colours=COLOURS,
        problems=problems,
        today=visit.say.today,
        tab="goals",
    )  # fmt: skip


ROUTES = [
    page("/introduction/action-plan", fan),
    page("/introduction/action-plan", set_, "POST"),
    page("/introduction/action-plan/{milestone}", say, "POST"),
]
