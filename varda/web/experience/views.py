"""The unit's measures of actions and time, the own choice to be counted, and what browsers count."""

from starlette.responses import Response

from varda.introduction.experience import FEWEST, WEEKS, Effort, Experience
from varda.web import seals
from varda.web.visit import COUNTED, Visit, page

_YEAR = 365 * 24 * 3600


async def shown(visit: Visit) -> Response:
    """What tasks take at the unit; nobody by name."""
    measures = await _experience(visit).of_unit(visit.session.unit, visit.parts.clock.now())
    return visit.page("experience/unit.html", measures=measures, fewest=FEWEST, weeks=WEEKS)


async def choose(visit: Visit) -> Response:
    """Be counted in this browser from now on, or not any more."""
    response = visit.go("/experience")
    if visit.said("counted") == "yes":
        value = seals.counted(visit.parts.seal, visit.session.practitioner)
        response.set_cookie(
            COUNTED, value, max_age=_YEAR, httponly=True, samesite="lax", secure=visit.is_secure, path="/"
        )
    else:
        response.delete_cookie(COUNTED, path="/")
    return response


async def done(visit: Visit) -> Response:
    """One task done, as the browser counted it; nothing is kept of whoever has not asked to be counted."""
    effort = Effort.told(await visit.json())
    if effort is not None and visit.is_counted:
        unit = visit.session.unit
        mark = seals.mark(visit.parts.seal, visit.session.practitioner, unit)
        await _experience(visit).count(unit, effort, mark, visit.parts.clock.now())
    return Response(status_code=204)


def _experience(visit: Visit) -> Experience:
    return Experience(visit.parts.door.database)


ROUTES = [
    page("/experience", shown),
    page("/experience", choose, "POST"),
    page("/experience/done", done, "POST"),
]
