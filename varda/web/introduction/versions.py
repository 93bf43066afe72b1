"""Versions of the overall plan: what was proposed and decided, what differs, whom it hits, and the decision itself."""

from dataclasses import replace

from starlette.responses import Response

from varda.introduction.programme import DECIDES, OFFICE, STATES, Circular, Item, State
from varda.introduction.programme.items import MOST_DAYS
from varda.kernel.errors import Absent, Malformed, Problem, Unprocessable
from varda.web.deciding import day_said
from varda.web.introduction.reader import KIND_WORDS, STATE_WORDS, asking, may, names, plans
from varda.web.visit import Visit, page


async def versions(visit: Visit) -> Response:
    """Every overall plan that was proposed, what waits first; a form for changing one thing of it; and the states."""
    return await _versions(visit, {})


async def version(visit: Visit) -> Response:
    """One overall plan: what differs from the one it was made from, and whom it hits."""
    return await _version(visit, {})


async def propose(visit: Visit) -> Response:
    """Propose the plan in force with one thing changed."""
    current = await plans(visit).in_force()
    if current is None:
        raise Absent("There is no such plan.")
    try:
        some = _changed(visit, list(current.items))
        number = await plans(visit).propose(
            some, visit.said("reason"), await asking(visit), visit.parts.clock.now(),
            reopens=visit.said("reopens") == "yes",
        )  # fmt: skip
    except Circular as circle:
        return await _versions(visit, {}, 422, circle=circle)
    except Unprocessable as wrong:
        told = wrong.by_path if set(wrong.by_path) & {"reason", "days", "due"} else {"item": wrong.problems[0].message}
        return await _versions(visit, told, 422)
    return visit.go(f"/introduction/versions/{number}")


async def decide(visit: Visit) -> Response:
    """The steering group's decision on a proposal."""
    number, approved = _number(visit), visit.said("act") == "approve"
    try:
        await plans(visit).decide(
            number, await asking(visit), visit.said("minutes"), visit.parts.clock.now(), approved=approved
        )
    except Unprocessable as wrong:
        return await _version(visit, wrong.by_path, 422)
    return visit.go(f"/introduction/versions/{number}")


async def set_state(visit: Visit) -> Response:
    """Start, pause, take up or stop a delivery, or the whole programme."""
    said = visit.said("state")
    if said not in STATES:
        raise Malformed("What was asked could not be understood.")
    state: State = said
    try:
        await plans(visit).set_state(
            visit.said("delivery"), state, await asking(visit), visit.said("why"), visit.said("minutes"),
            visit.parts.clock.now(),
        )  # fmt: skip
    except Unprocessable as wrong:
        told = {"why" if name == "reason" else name: message for name, message in wrong.by_path.items()}
        return await _versions(visit, told, 422)
    return visit.go("/introduction/versions")


async def _versions(
    visit: Visit, problems: dict[str, str], status: int = 200, circle: Circular | None = None
) -> Response:
    current = await plans(visit).in_force()
    return visit.page(
        "introduction/versions.html",
        status,
        versions=await plans(visit).versions(),
        current=current,
        standing=await plans(visit).states(),
        deliveries=[one for one in current.items if one.kind == "delivery"] if current else [],
        may_propose=await may(visit, OFFICE),
        may_decide=await may(visit, DECIDES),
        problems=problems,
        circle=circle,
        kinds=KIND_WORDS,
        states=STATE_WORDS,
        tab="versions",
    )


async def _version(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    found = await plans(visit).version(_number(visit))
    base = await plans(visit).version(found.based_on) if found.based_on else None
    told = await plans(visit).differences(found, visit.parts.clock.now())
    return visit.page(
        "introduction/version.html",
        status,
        version=found,
        base=base,
        told=told,
        titles={one.code: one.called(visit.language) for one in (*(base.items if base else ()), *found.items)},
        names=await names(visit, [one.organisation for one in told.hits]),
        may_decide=await may(visit, DECIDES) and found.proposed_by != visit.session.actor,
        problems=problems,
        kinds=KIND_WORDS,
        tab="versions",
    )


def _changed(visit: Visit, some: list[Item]) -> list[Item]:
    """The plan with the form's change of one thing. Raises `Unprocessable`."""
    code, days = visit.said("item"), visit.said("days").strip()
    if code not in {one.code for one in some}:
        raise Unprocessable("Choose what is to change.", [Problem("Choose what is to change.", "item")])
    if days and not (days.isascii() and days.isdigit() and int(days) <= MOST_DAYS):
        wrong = "The days are a whole number from 0 to 3650."
        raise Unprocessable(wrong, [Problem(wrong, "days")])
    due = day_said(visit, "due")

    def new(one: Item) -> Item:
        changed = replace(one, days=int(days)) if days else one
        return replace(changed, due=due) if due else changed

    return [new(one) if one.code == code else one for one in some]


def _number(visit: Visit) -> int:
    text = visit.part("plan")
    if not text.isdecimal() or len(text) > 15:
        raise Absent("There is no such plan.")
    return int(text)


ROUTES = [
    page("/introduction/versions", versions),
    page("/introduction/versions", propose, "POST"),
    page("/introduction/versions/{plan}", version),
    page("/introduction/versions/{plan}", decide, "POST"),
    page("/introduction/state", set_state, "POST"),
]
