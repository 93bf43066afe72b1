"""The six gateways of each delivery: criteria with what speaks for them, overrides in sight, and the two keys."""

from datetime import timedelta

from starlette.responses import Response

from varda.introduction.programme import DECIDES, GATEWAYS, OFFICE, SIDES, Gateways, Participants, delivery_of
from varda.introduction.programme.criteria import in_effect
from varda.introduction.readiness import CHECKS, Deliveries
from varda.kernel.errors import Absent, Malformed, Problem, Unprocessable
from varda.web.deciding import day_said, midnight
from varda.web.introduction.reader import asking, may, names, number_in, plans
from varda.web.language import N_
from varda.web.visit import Visit, page

STATES = {
    "open": N_("not decided"),
    "waiting": N_("waits for the second key"),
    "passed": N_("is passed"),
    "declined": N_("not passed"),
    "reopened": N_("reopened"),
}
COLOURS = {"passed": "success", "declined": "danger", "reopened": "danger", "waiting": "warning", "open": "neutral"}
HOW = {
    "met": N_("met"),
    "overridden": N_("let through"),
    "unmet": N_("not met"),
    "unknown": N_("nothing said"),
}
HOW_COLOURS = {"met": "success", "overridden": "warning", "unmet": "danger", "unknown": "neutral"}
SIDE_WORDS = {"programme": N_("the programme"), "operations": N_("the operations")}
KINDS = {"statement": N_("statement"), "document": N_("document"), "computed": N_("computed")}


async def gateways(visit: Visit) -> Response:
    """How each gateway of each delivery stands, with its forecast."""
    picture = await plans(visit).picture(visit.parts.clock.now())
    known = picture.items
    days = {
        (delivery_of(one, known), one.code.rpartition(".")[2]): picture.times[one.code].finish
        for one in known.values()
        if one.kind == "gateway"
    }
    first = await Participants(visit.parts.door.database).pioneers()
    called = await names(visit, first)
    pioneers: dict[str, list[str]] = {}
    for unit, area in first.items():
        pioneers.setdefault(f"{area}-delivery", []).append(called.get(unit, unit))
    return visit.page(
        "introduction/gateways.html",
        pioneers=pioneers,
        deliveries=[one for one in known.values() if one.kind == "delivery"],
        gateways=in_effect(visit.powers.in_force),
        stands=await _gateways(visit).states(),
        days=days,
        states=STATES,
        colours=COLOURS,
        tab="gateways",
    )


async def gateway(visit: Visit) -> Response:
    """One gateway of one delivery."""
    return await _page(visit, {})


async def give_evidence(visit: Visit) -> Response:
    """Say how a criterion is met, or is not."""
    try:
        await _gateways(visit).give_evidence(
            await _at(visit), visit.said("criterion"), visit.said("said"), await asking(visit), visit.parts.clock.now(),
            is_met=visit.said("met") == "yes", reference=visit.said("reference"),
        )  # fmt: skip
    except Unprocessable as wrong:
        return await _page(visit, wrong.by_path, 422)
    return _back(visit)


async def override(visit: Visit) -> Response:
    """Let a criterion through for a time."""
    now = visit.parts.clock.now()
    try:
        last = day_said(visit, "until")
        if last is None:
            raise Unprocessable("Say until when.", [Problem("Say until when.", "until")])
        until = midnight(last + timedelta(days=1))
        await _gateways(visit).override(
            await _at(visit), visit.said("criterion"), visit.said("reason"), until, await asking(visit), now
        )
    except Unprocessable as wrong:
        return await _page(visit, wrong.by_path, 422)
    return _back(visit)


async def confirm(visit: Visit) -> Response:
    """Let a criterion through as the second."""
    by, now = await asking(visit), visit.parts.clock.now()
    await _gateways(visit).confirm(await _at(visit), number_in(visit, "override"), by, now)
    return _back(visit)


async def turn(visit: Visit) -> Response:
    """Turn one side's key."""
    side = next((one for one in SIDES if one == visit.said("side")), None)
    if side is None:
        raise Malformed("What was asked could not be understood.")
    try:
        await _gateways(visit).turn(
            await _at(visit), side, visit.said("why"), await asking(visit), visit.parts.clock.now(),
            passed=visit.said("act") == "pass",
        )  # fmt: skip
    except Unprocessable as wrong:
        return await _page(visit, {"why": wrong.problems[0].message}, 422)
    return _back(visit)


async def _page(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    at = await _at(visit)
    current = await plans(visit).in_force()
    assert current is not None
    found = await _gateways(visit).standing(*at, visit.parts.clock.now())
    sides = [side for side in SIDES if await may(visit, f"gateway-{side}")]
    return visit.page(
        "introduction/gateway.html",
        status,
        found=found,
        delivery=next(one for one in current.items if one.code == at[0]),
        sides=sides,
        may_say=bool(sides) or await may(visit, OFFICE),
        may_override=await may(visit, DECIDES),
        may_confirm=bool(sides) or await may(visit, DECIDES),
        problems=problems,
        states=STATES,
        colours=COLOURS,
        how=HOW,
        how_colours=HOW_COLOURS,
        side_words=SIDE_WORDS,
        kinds=KINDS,
        checks=CHECKS,
        tab="gateways",
    )


async def _at(visit: Visit) -> tuple[str, str]:
    """Which gateway of which delivery the address names. Raises `Absent`."""
    delivery, code = visit.part("delivery"), visit.part("gateway")
    current = await plans(visit).in_force()
    if current is None or not any(one.code == delivery and one.kind == "delivery" for one in current.items):
        raise Absent("There is no such delivery.")
    if code not in GATEWAYS:
        raise Absent("There is no such gateway.")
    return delivery, code


def _back(visit: Visit) -> Response:
    return visit.go(f"/introduction/gateways/{visit.part('delivery')}/{visit.part('gateway')}")


def _gateways(visit: Visit) -> Gateways:
    database = visit.parts.door.database
    return Gateways(database, in_effect(visit.powers.in_force), Deliveries(database))


ROUTES = [
    page("/introduction/gateways", gateways),
    page("/introduction/gateways/{delivery}/{gateway}", gateway),
    page("/introduction/gateways/{delivery}/{gateway}/evidence", give_evidence, "POST"),
    page("/introduction/gateways/{delivery}/{gateway}/override", override, "POST"),
    page("/introduction/gateways/{delivery}/{gateway}/overrides/{override}", confirm, "POST"),
    page("/introduction/gateways/{delivery}/{gateway}/key", turn, "POST"),
]
