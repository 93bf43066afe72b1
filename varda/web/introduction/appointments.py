"""Who is appointed to what in the introduction; and for those who may, appointing others and ending it."""

from datetime import timedelta

from starlette.responses import Response

from varda.introduction.programme import LEADING, OFFICE, ROLES, Appointment, Participants
from varda.kernel.errors import Absent, Unprocessable
from varda.web.deciding import day_said, midnight
from varda.web.introduction.reader import asking, mandates, names
from varda.web.visit import Visit, page


async def appointed(visit: Visit) -> Response:
    """Everybody who is appointed, by role; the form for those who may appoint."""
    return await _page(visit, {})


async def appoint(visit: Visit) -> Response:
    """Appoint somebody."""
    now, by = visit.parts.clock.now(), await asking(visit)
    person = visit.said("person").strip()
    found = await visit.parts.people.sessions(person, now) if person else []
    try:
        first, last = day_said(visit, "opens"), day_said(visit, "closes")
        wanted = Appointment(
            person=found[0].actor if found else "",
            name=found[0].name if found else "",
            role=visit.said("role"),
            organisation=visit.said("organisation").strip(),
            opens=midnight(first) if first and first > visit.say.today else now,
            closes=midnight(last + timedelta(days=1)) if last else None,
            reason=visit.said("reason"),
        )
        await mandates(visit).give(wanted, by, now)
    except Unprocessable as wrong:
        return await _page(visit, wrong.by_path, 422)
    return visit.go("/introduction/mandates")


async def end(visit: Visit) -> Response:
    """End an appointment."""
    text = visit.part("mandate")
    if not text.isdecimal() or len(text) > 15:
        raise Absent("There is no such appointment.")
    await mandates(visit).end(int(text), await asking(visit), visit.said("reason"), visit.parts.clock.now())
    return visit.go("/introduction/mandates")


async def _page(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    now, by = visit.parts.clock.now(), await asking(visit)
    held = await mandates(visit).in_force(now)
    own = await mandates(visit).of(by.person, now)
    gives = {code for one in own for code in one.role.gives}
    if LEADING in by.rights.special:
        gives.add(OFFICE)
    wanted = visit.asked("who").strip()
    people = await visit.parts.people.choices(wanted, now) if gives and wanted else []
    taking_part = await Participants(visit.parts.door.database).all() if gives else {}
    known = await names(visit, {*taking_part, *(one.organisation for one in held)})
    return visit.page(
        "introduction/mandates.html",
        status,
        held=held,
        offered=[role for code, role in ROLES.items() if code in gives],
        gives=gives,
        actor=by.person,
        people={one.person: one for one in people},
        wanted=wanted,
        places=sorted(taking_part, key=lambda hsa: known.get(hsa, hsa)),
        names=known,
        problems=problems,
        today=visit.say.today.isoformat(),
        tab="mandates",
    )


ROUTES = [
    page("/introduction/mandates", appointed),
    page("/introduction/mandates", appoint, "POST"),
    page("/introduction/mandates/{mandate}/end", end, "POST"),
]
