"""Everything that was decided in one list, and one decision with what was weighed and how it stood then (F232)."""

from starlette.responses import Response

from varda.introduction.office import Decisions
from varda.introduction.office.decisions import BODIES, Alternative, Dissent, Wanted
from varda.introduction.office.measured import measured
from varda.introduction.programme import GATEWAYS, OFFICE, ROLES, Item
from varda.kernel.errors import Unprocessable
from varda.web.deciding import day_said
from varda.web.introduction.reader import STATE_WORDS, asking, may, plans
from varda.web.language import N_
from varda.web.office.reading import lines, number, whole
from varda.web.visit import Visit, page

KIND_WORDS = {
    "decision": N_("decision"),
    "plan": N_("overall plan"),
    "gateway": N_("gateway"),
    "go": N_("go or no-go"),
    "state": N_("delivery"),
}
ALTERNATIVES, DISSENT = 4, 3
"""Rows of the form."""


async def decisions(visit: Visit) -> Response:
    """The list, and the form for whoever writes for a body."""
    return await _list(visit, {})


async def write(visit: Visit) -> Response:
    """Write one down."""
    try:
        wanted = _wanted(visit)
        made = await Decisions(visit.parts.door.database).write(wanted, await asking(visit), visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _list(visit, wrong.by_path, 422)
    return visit.go(f"/introduction/decisions/{made}")


async def decision(visit: Visit) -> Response:
    """One, with its alternatives, the state as it was, and dissent."""
    found = await Decisions(visit.parts.door.database).one(number(visit, "decision", "There is no such decision."))
    current = await plans(visit).in_force()
    return visit.page(
        "office/decision.html",
        found=found,
        bodies={code: ROLES[code].words for code in BODIES},
        gateways=GATEWAYS,
        titles={one.code: one.called(visit.language) for one in current.items} if current else {},
        tab="decisions",
    )


async def _list(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    database, now = visit.parts.door.database, visit.parts.clock.now()
    current = await plans(visit).in_force()
    items: tuple[Item, ...] = current.items if current else ()
    bodies = [code for code in BODIES if await may(visit, (OFFICE, code))]
    only = visit.asked("kind")
    return visit.page(
        "office/decisions.html",
        status,
        rows=[one for one in await Decisions(database).all() if only in ("", one.kind)],
        only=only,
        kinds=KIND_WORDS,
        states=STATE_WORDS,
        titles={one.code: one.called(visit.language) for one in items},
        gateways=GATEWAYS,
        gateway_items=[one for one in items if one.kind == "gateway"],
        versions=[one.number for one in await plans(visit).versions()] if bodies else [],
        may_write={code: ROLES[code].words for code in bodies},
        bodies={code: ROLES[code].words for code in BODIES},
        state=await measured(database, now) if bodies else None,
        alternatives=ALTERNATIVES,
        dissent=DISSENT,
        problems=problems,
        today=visit.say.today,
        tab="decisions",
    )


def _wanted(visit: Visit) -> Wanted:
    alternatives = [
        Alternative(words, pros, cons, -1 if points and not whole(points) else whole(points))
        for _, (words, pros, cons, points) in lines(visit, ALTERNATIVES, "alternative", "pros", "cons", "points")
    ]
    dissent = [Dissent(name, words) for _, (name, words) in lines(visit, DISSENT, "dissenter", "dissent")]
    return Wanted(
        title=visit.said("title"),
        body=visit.said("body"),
        taken_on=day_said(visit, "taken_on"),
        decided=visit.said("decided"),
        minutes=visit.said("minutes"),
        alternatives=alternatives,
        dissent=dissent,
        follows=whole(visit.said("follows")),
        plan=whole(visit.said("plan")),
        gateway=visit.said("gateway"),
        risk=whole(visit.said("risk")),
    )


ROUTES = [
    page("/introduction/decisions", decisions),
    page("/introduction/decisions", write, "POST"),
    page("/introduction/decisions/{decision}", decision),
]
