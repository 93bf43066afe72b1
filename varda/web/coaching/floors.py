"""Who walks the floors of an organisation: seen by everybody, sent by who leads the training there (F242)."""

from collections.abc import Mapping

from starlette.responses import Response

from varda.introduction.coaching import RULE, Floorwalker
from varda.introduction.programme import OFFICE, Mandates, Participants
from varda.introduction.training import known
from varda.kernel.errors import Absent, Lacking, Refused, Unprocessable
from varda.web.coaching.reader import AT, floorwalkers, names, number
from varda.web.deciding import day_said
from varda.web.introduction.reader import asking
from varda.web.visit import Visit, page

SENDS = (OFFICE, "training-lead", "instructor-lead")
_MAY_NOT = "Floorwalkers are sent by the programme office, or by who leads the training or the instructors there."


async def listed(visit: Visit) -> Response:
    """Everybody on the floors, and the form for those who may send."""
    return await _page(visit)


async def send(visit: Visit) -> Response:
    """Send somebody to the floors of an organisation."""
    by, now = await asking(visit), visit.parts.clock.now()
    person, organisation = visit.said("person").strip(), visit.said("organisation")
    await _require(visit, organisation)
    found = await visit.parts.people.sessions(person, now) if person else []
    try:
        first = day_said(visit, "opens") or visit.say.today
        last = day_said(visit, "closes") or first
        name, known_ = (found[0].name, found[0].actor) if found else ("", "")
        wanted = Floorwalker(0, known_, name, organisation, max(first, visit.say.today), last, by.name)
        await floorwalkers(visit).send(wanted, by, now)
    except Unprocessable as wrong:
        return await _page(visit, wrong.by_path)
    except Lacking as lacking:
        said = {name: words[visit.language] for name, words in lacking.values.items()}
        return await _page(visit, {"person": lacking.sentence}, said)
    return visit.go(f"{AT}/floorwalkers")


async def end(visit: Visit) -> Response:
    """Call somebody back."""
    by, now, wanted = await asking(visit), visit.parts.clock.now(), number(visit, "walk")
    found = next((one for one in await floorwalkers(visit).listed(now) if one.walk == wanted), None)
    if found is None:
        raise Absent("There is no such floorwalker any more.")
    await _require(visit, found.organisation)
    await floorwalkers(visit).end(wanted, by, now)
    return visit.go(f"{AT}/floorwalkers")


async def _require(visit: Visit, organisation: str) -> None:
    now = visit.parts.clock.now()
    held = await Mandates(visit.parts.door.database).held(visit.session.actor, SENDS, organisation, now)
    if held is None:
        raise Refused(_MAY_NOT)


async def _page(
    visit: Visit, problems: Mapping[str, str] | None = None, said: Mapping[str, str] | None = None
) -> Response:
    database, now = visit.parts.door.database, visit.parts.clock.now()
    walking = await floorwalkers(visit).listed(now)
    mine = [one for one in await Mandates(database).of(visit.session.actor, now) if one.role.code in SENDS]
    places = {one.organisation for one in mine if one.organisation}
    if any(not one.organisation for one in mine):
        places |= set(await Participants(database).all())
    wanted = visit.asked("who").strip() if mine else ""
    return visit.page(
        "coaching/floorwalkers.html",
        422 if problems else 200,
        walking=walking,
        is_mine=places,
        names=await names(visit, {*places, *(one.organisation for one in walking)}),
        people={one.person: one for one in await visit.parts.people.choices(wanted, now)} if wanted else {},
        wanted=wanted,
        courses=[known(visit.powers.in_force).get(code) for code in RULE.courses],
        problems=problems or {},
        said=said or {},
        today=visit.say.today.isoformat(),
    )


ROUTES = [
    page(f"{AT}/floorwalkers", listed),
    page(f"{AT}/floorwalkers", send, "POST"),
    page(f"{AT}/floorwalkers/{{walk}}/end", end, "POST"),
]
