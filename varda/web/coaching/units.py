"""The coaches of a unit and what the rule asks for; lending between units; how it stands over an organisation (F204).

Who coaches a unit is for everybody there to know. How many work there in a profession is no care data, but where they
are few it may be told who: the number is shown to who leads the unit, and to others from five on.
"""

from collections.abc import Mapping
from datetime import timedelta

from starlette.responses import Response

from varda.access.organisations import Organisations
from varda.catalogue import ROLES
from varda.introduction.coaching import CATEGORIES, RULE, Coach, Week, lines, summed
from varda.kernel.errors import Absent, Problem, Unprocessable
from varda.web.coaching.pages import PAGES
from varda.web.coaching.reader import AT, calls, loans, number, register, require_leading
from varda.web.deciding import day_said, midnight
from varda.web.visit import Visit, page

SINCE = timedelta(weeks=8)
"""How far back figures go, from the Monday of this week: no week is cut in two."""
ROLE_NAMES = {one.profession: one.words for one in reversed(ROLES.values())}


async def unit(visit: Visit) -> Response:
    """The own unit's coaches."""
    return await _unit(visit)


async def lend(visit: Visit) -> Response:
    """Ask for a coach of a unit beside, or offer one of the own."""
    require_leading(visit)
    session, now = visit.session, visit.parts.clock.now()
    person, _, home = visit.said("coach").partition("|")
    to = visit.said("to") if home == session.unit else session.unit
    near = await register(visit).neighbours(session.unit) | {session.unit: session.unit_name}
    coaches = (await register(visit).at([home], now)).get(home, [])
    coach = next((one for one in coaches if one.person == person and not one.is_lent and one.is_ready), None)
    try:
        if coach is None or home not in near:
            raise Unprocessable("Choose a coach.", [Problem("Choose a coach.", "coach")])
        if to not in near or to == home:
            raise Unprocessable("Choose a unit.", [Problem("Choose the unit that is to have the coach.", "to")])
        days = (day_said(visit, "opens"), day_said(visit, "closes"))
        await loans(visit).ask(coach, (to, near[to]), days, session)
    except Unprocessable as wrong:
        return await _unit(visit, wrong.by_path)
    return visit.go(f"{AT}/unit")


async def answer(visit: Visit) -> Response:
    """The word of the other unit's lead."""
    require_leading(visit)
    agreed, now = visit.said("act") == "yes", visit.parts.clock.now()
    await loans(visit).answer(number(visit, "loan"), visit.session, now, agreed=agreed)
    return visit.go(f"{AT}/unit")


async def end(visit: Visit) -> Response:
    """End a loan, or take back what was asked."""
    require_leading(visit)
    await loans(visit).end(number(visit, "loan"), visit.session, visit.parts.clock.now())
    return visit.go(f"{AT}/unit")


async def coverage(visit: Visit) -> Response:
    """How it stands for an organisation and its parts; for one unit, by profession."""
    database, now = visit.parts.door.database, visit.parts.clock.now()
    organisations = Organisations(database)
    asked = visit.asked("organisation")
    line = await organisations.line(asked or visit.session.unit)
    if not line:
        raise Absent("There is no such organisation.")
    below = await organisations.below(asked or line[-1])
    hsas = [one.hsa for one in below]
    people, coaches = await visit.parts.people.staffing(hsas, now), await register(visit).at(hsas, now)
    found = {hsa: lines(people[hsa], coaches.get(hsa, ())) for hsa in hsas if hsa in people}
    whole, parts = summed(below, found)
    known = await organisations.known(line)
    return visit.page(
        "coaching/coverage.html",
        whole=whole,
        parts=parts,
        own=found.get(whole.organisation.hsa, []) if whole else [],
        above=[known[hsa] for hsa in reversed(line[1:]) if hsa in known] if asked else [],
        is_exact=asked == visit.session.unit and visit.powers.has("manage-unit"),
        **_words(),
    )


async def _unit(visit: Visit, problems: Mapping[str, str] | None = None) -> Response:
    session, now, leads = visit.session, visit.parts.clock.now(), visit.powers.has("manage-unit")
    near = await register(visit).neighbours(session.unit) if leads else {}
    coaches = await register(visit).at([session.unit, *near], now)
    people = (await visit.parts.people.staffing([session.unit], now)).get(session.unit, {})
    here = coaches.get(session.unit, [])
    weeks, asked = await figures(visit, session.unit)
    return visit.page(
        "coaching/unit.html",
        422 if problems else 200,
        coaches=here,
        lines=lines(people, here),
        leads=leads,
        is_exact=leads,
        weeks=weeks,
        asked=asked,
        loans=await loans(visit).of(session.unit, now) if leads else [],
        own=[one for one in here if one.is_ready and not one.is_lent],
        others=[one for hsa in near for one in coaches.get(hsa, ()) if one.is_ready and not one.is_lent],
        near=near,
        problems=problems or {},
        today=visit.say.today.isoformat(),
        **_words(),
    )


async def figures(visit: Visit, hsa: str) -> tuple[list[Week], Mapping[str, list[tuple[str, int]]]]:
    """How calls went at a unit in the last weeks, and what was asked most there (empty: everywhere) in words."""
    monday = visit.say.today - timedelta(days=visit.say.today.weekday())
    since = midnight(monday - SINCE)
    pages, categories = await calls(visit).asked(hsa, since)
    return (await calls(visit).weeks(hsa, since) if hsa else []), {
        "pages": [(PAGES.get(one.code, one.code), one.times) for one in pages],
        "categories": [(CATEGORIES[one.code].said(visit.language), one.times) for one in categories],
    }


def professions(coach: Coach, language: str) -> str:
    """The professions of a coach, in words."""
    return ", ".join(ROLE_NAMES[one].said(language) if one in ROLE_NAMES else one for one in sorted(coach.roles))


def _words() -> dict[str, object]:
    return {"rule": RULE, "roles": ROLE_NAMES, "professions": professions}


ROUTES = [
    page(f"{AT}/unit", unit),
    page(f"{AT}/unit", lend, "POST"),
    page(f"{AT}/loans/{{loan}}", answer, "POST"),
    page(f"{AT}/loans/{{loan}}/end", end, "POST"),
    page(f"{AT}/coverage", coverage),
]
