"""Go or no-go of a wave: its criteria as they are found, what two persons say, overrides, and the two keys."""

from datetime import timedelta

from starlette.responses import Response

from varda.introduction.cutover import FOUND, TWO, Going
from varda.introduction.programme import DECIDES, OFFICE, SIDES
from varda.introduction.readiness import CHECKS
from varda.kernel.errors import Problem, Unprocessable
from varda.web.cutover.reader import AT, course, deliveries, words
from varda.web.deciding import day_said, midnight
from varda.web.introduction.gateways import COLOURS, HOW, HOW_COLOURS, SIDE_WORDS
from varda.web.introduction.reader import asking, may, number_in
from varda.web.language import N_
from varda.web.visit import Visit, page

STATES = {
    "open": N_("not decided"),
    "waiting": N_("waits for the second key"),
    "passed": N_("go"),
    "declined": N_("no-go"),
    "reopened": N_("held"),
}


async def go(visit: Visit) -> Response:
    """The decision of one wave."""
    return await _page(visit, {})


async def turn(visit: Visit) -> Response:
    """Turn one side's key."""
    going = await _going(visit)
    try:
        await going.turn(
            visit.said("side"), visit.said("why"), await asking(visit), visit.parts.clock.now(),
            passed=visit.said("act") == "go",
        )  # fmt: skip
    except Unprocessable as wrong:
        return await _page(visit, {"why": wrong.problems[0].message}, 422)
    return _back(visit)


async def hold(visit: Visit) -> Response:
    """Hold what has got its go."""
    going = await _going(visit)
    try:
        await going.gateways.reopen(going.at, visit.said("hold"), await asking(visit), visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _page(visit, {"hold": wrong.problems[0].message}, 422)
    return _back(visit)


async def override(visit: Visit) -> Response:
    """Let a criterion through for a time, as the first of two."""
    going, now = await _going(visit), visit.parts.clock.now()
    try:
        last = day_said(visit, "until")
        if last is None:
            raise Unprocessable("Say until when.", [Problem("Say until when.", "until")])
        until = midnight(last + timedelta(days=1))
        await going.gateways.override(
            going.at, visit.said("criterion"), visit.said("reason"), until, await asking(visit), now
        )
    except Unprocessable as wrong:
        return await _page(visit, wrong.by_path, 422)
    return _back(visit)


async def confirm_override(visit: Visit) -> Response:
    """Let it through as the second."""
    going = await _going(visit)
    number, by = number_in(visit, "override"), await asking(visit)
    await going.gateways.confirm(going.at, number, by, visit.parts.clock.now())
    return _back(visit)


async def attest(visit: Visit) -> Response:
    """Say what cannot be computed, as the first of two."""
    going = await _going(visit)
    try:
        await going.attest(
            visit.said("criterion"), visit.said("said"), await asking(visit), visit.parts.clock.now(),
            is_met=visit.said("met") == "yes",
        )  # fmt: skip
    except Unprocessable as wrong:
        return await _page(visit, wrong.by_path, 422)
    return _back(visit)


async def confirm(visit: Visit) -> Response:
    """Confirm it as the second."""
    number, by = number_in(visit, "attestation"), await asking(visit)
    await (await _going(visit)).confirm(number, by, visit.parts.clock.now())
    return _back(visit)


async def _page(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    going, run = await _going(visit), await course(visit)
    found = await going.standing(visit.parts.clock.now())
    sides = [side for side in SIDES if await may(visit, f"gateway-{side}")]
    decides, is_office = await may(visit, DECIDES), await may(visit, OFFICE)
    is_open = run.book.is_open
    return visit.page(
        "cutover/go.html",
        status,
        going=going,
        run=run,
        found=found,
        start=run.switch(going.wave.code),
        attested=await going.attested(),
        base=f"{AT}/{run.book.number}/go/{going.wave.code}",
        delivery=(await deliveries(visit)).get(run.book.delivery, run.book.delivery),
        sides=sides if is_open else [],
        may_say=is_open and (bool(sides) or is_office),
        may_hold=is_open and found.state == "passed" and (bool(sides) or is_office),
        may_override=is_open and decides,
        may_confirm=is_open and (bool(sides) or decides),
        checks=CHECKS,
        prefixes=(FOUND, TWO),
        two=[one for one in going.criteria if one.checks[0].startswith(TWO)],
        go_states=STATES,
        go_colours=COLOURS,
        how=HOW,
        how_colours=HOW_COLOURS,
        side_words=SIDE_WORDS,
        problems=problems,
        tab="cutover",
        **words(),
    )


async def _going(visit: Visit) -> Going:
    return Going(visit.parts.door.database, await course(visit), visit.part("wave"))


def _back(visit: Visit) -> Response:
    return visit.go(f"{AT}/{visit.part('book')}/go/{visit.part('wave')}")


ROUTES = [
    page(f"{AT}/{{book}}/go/{{wave}}", go),
    page(f"{AT}/{{book}}/go/{{wave}}/key", turn, "POST"),
    page(f"{AT}/{{book}}/go/{{wave}}/hold", hold, "POST"),
    page(f"{AT}/{{book}}/go/{{wave}}/override", override, "POST"),
    page(f"{AT}/{{book}}/go/{{wave}}/overrides/{{override}}", confirm_override, "POST"),
    page(f"{AT}/{{book}}/go/{{wave}}/attest", attest, "POST"),
    page(f"{AT}/{{book}}/go/{{wave}}/attestations/{{attestation}}", confirm, "POST"),
]
