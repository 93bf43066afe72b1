"""Driving a run-book: what the owner of a step says of it, whose it is, and the end of it all."""

from typing import get_args

from starlette.responses import Response

from varda.introduction.cutover import Course, Notices, end
from varda.introduction.cutover.books import Verb
from varda.introduction.programme import OFFICE, ROLES
from varda.introduction.readiness import Seal
from varda.kernel.errors import Absent, Conflict, Malformed, Occupied, Unprocessable
from varda.web.cutover.reader import AT, books, course, deliveries, instant_said, words
from varda.web.cutover.views import board_page
from varda.web.introduction.reader import asking, mandates, may, number_in
from varda.web.visit import Visit, page


async def step(visit: Visit) -> Response:
    """One step: what has been said of it, and what can be."""
    return await _page(visit, {})


async def say(visit: Visit) -> Response:
    """Say what happened with it."""
    verb = next((one for one in get_args(Verb) if one == visit.said("act")), None)
    if verb is None:
        raise Malformed("What was asked could not be understood.")
    number, now = number_in(visit, "book"), visit.parts.clock.now()
    try:
        await books(visit).say(
            number, visit.part("step"), verb, await asking(visit), now, at=instant_said(visit, "at"),
            note=visit.said("note"),
        )  # fmt: skip
    except Unprocessable as wrong:
        return await _page(visit, wrong.by_path, 422)
    except Occupied as wrong:
        return await _page(visit, {"act": visit.say._(wrong.sentence) % wrong.values}, 409)
    except Conflict as wrong:
        return await _page(visit, {"act": wrong.message}, 409)
    return visit.go(f"{AT}/{number}?wave={(await course(visit)).steps[visit.part('step')].step.wave}")


async def assign(visit: Visit) -> Response:
    """Give it to somebody who holds an appointment."""
    now, person = visit.parts.clock.now(), visit.said("person")
    held = {one.person: one.name for one in await mandates(visit).in_force(now)}
    number = number_in(visit, "book")
    try:
        to = (person if person in held else "", held.get(person, ""))
        await books(visit).assign(number, visit.part("step"), to, await asking(visit), now)
    except Unprocessable as wrong:
        return await _page(visit, wrong.by_path, 422)
    return visit.go(f"{AT}/{number}/steps/{visit.part('step')}")


async def close(visit: Visit) -> Response:
    """End the run-book."""
    found = await course(visit)
    try:
        await end(
            visit.parts.door.database, Seal(visit.parts.seal), found, visit.said("reason"), await asking(visit),
            visit.parts.clock.now(),
        )  # fmt: skip
    except Unprocessable as wrong:
        return await board_page(visit, found, wrong.by_path, 422)
    return visit.go(f"{AT}/{found.book.number}")


async def _page(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    found, code, now = await course(visit), visit.part("step"), visit.parts.clock.now()
    if code not in found.steps:
        raise Absent("There is no such step.")
    is_office = await may(visit, OFFICE)
    owner = found.owners.get(code, ("", ""))
    told = await Notices(visit.parts.door.database).told([found.book.number])
    held = await mandates(visit).in_force(now) if is_office else []
    return visit.page(
        "cutover/step.html",
        status,
        found=found,
        one=found.steps[code],
        owner=owner,
        told=told.get((found.book.number, code, owner[0])),
        people=sorted({(each.name, each.person) for each in held}),
        after=_after(found, code),
        may_say=found.book.is_open and (is_office or owner[0] == visit.session.actor),
        may_assign=found.book.is_open and is_office,
        delivery=(await deliveries(visit)).get(found.book.delivery, found.book.delivery),
        roles=ROLES,
        problems=problems,
        tab="cutover",
        **words(),
    )


def _after(found: Course, code: str) -> list[str]:
    """What waits for a step."""
    return [each.step.code for each in found.steps.values() if code in each.step.after]


ROUTES = [
    page(f"{AT}/{{book}}/steps/{{step}}", step),
    page(f"{AT}/{{book}}/steps/{{step}}", say, "POST"),
    page(f"{AT}/{{book}}/steps/{{step}}/owner", assign, "POST"),
    page(f"{AT}/{{book}}/close", close, "POST"),
]
