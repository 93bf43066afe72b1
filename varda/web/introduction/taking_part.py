"""Who takes part in the introduction, in which area, with what called off and which units first: the programme office
writes it (F4, F231)."""

from starlette.responses import Response

from varda.access.organisations import Organisations
from varda.introduction.programme import SORTS, Participant, Participants
from varda.kernel.errors import Absent, Malformed, Unprocessable
from varda.web.deciding import noted
from varda.web.introduction.reader import asking
from varda.web.introduction.views import organisation_page
from varda.web.visit import Visit, page


async def keep(visit: Visit) -> Response:
    """Write how an organisation takes part, or that it does no longer."""
    hsa = visit.part("organisation")
    kind = next((one for one in SORTS if one == visit.said("kind")), None)
    if kind is None:
        raise Malformed("What was asked could not be understood.")
    options = tuple(str(one) for one in visit.form.getlist("options"))
    pioneers = tuple(str(one) for one in visit.form.getlist("pioneers"))
    active = visit.said("act") != "leave"
    wanted = Participant(hsa, visit.said("area"), kind, options, active=active, pioneers=pioneers if active else ())
    try:
        await Participants(visit.parts.door.database).keep([wanted], await asking(visit), visit.parts.clock.now())
        visit.parts.door.catalogue.forget()
    except Unprocessable as wrong:
        return await organisation_page(visit, {f"part-{name}": said for name, said in wrong.by_path.items()}, 422)
    await noted(visit, "switch", f"{hsa} called off: {', '.join(options) or 'nothing'}; {len(wanted.closed)} closed")
    return visit.go(f"/introduction/organisations/{hsa}")


async def find(visit: Visit) -> Response:
    """To the page of an organisation by its HSA-id, where it can be let take part. Raises `Absent`."""
    asked = visit.asked("hsa").strip()
    known = await Organisations(visit.parts.door.database).known([asked]) if asked else {}
    if not known:
        raise Absent("There is no such organisation.")
    return visit.go(f"/introduction/organisations/{next(iter(known))}")


ROUTES = [
    page("/introduction/taking-part", find),
    page("/introduction/organisations/{organisation}/part", keep, "POST"),
]
