"""Calling for a coach from any page, and the queue of those who come (F204).

What is typed is nobody's record; the page that it comes from is sent as a kind of page. Where people practise nobody is
called: whoever leads the class is in the room.
"""

from collections.abc import Mapping

from starlette.responses import Response

from varda.introduction.coaching import CATEGORIES, NOBODY, RULE, Calls
from varda.kernel.errors import Absent, Conflict, Problem, Unavailable, Unprocessable
from varda.web.coaching.pages import PAGES, page_of
from varda.web.coaching.reader import AT, calls, number, register
from varda.web.visit import Visit, page


async def panel(visit: Visit) -> Response:
    """The small panel: my call and who comes, or the form for one."""
    return await _panel(visit)


async def call(visit: Visit) -> Response:
    """Call for a coach."""
    try:
        words = (page_of(visit.said("page")), visit.said("words"), visit.said("place"))
        await _calls(visit).call(visit.session, *words, visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _panel(visit, wrong.by_path)
    except Unavailable as nobody:
        if nobody.message != NOBODY:
            raise
        return await _panel(visit)
    return await _panel(visit)


async def withdraw(visit: Visit) -> Response:
    """Take my call back."""
    await _calls(visit).withdraw(visit.session, visit.parts.clock.now())
    return await _panel(visit)


async def queue(visit: Visit) -> Response:
    """The calls that wait for me, and those that I have taken."""
    return await _queue(visit)


async def step(visit: Visit) -> Response:
    """Take a call, give it back, or say that it is answered. Who was too late is told."""
    found, now, session = number(visit, "call"), visit.parts.clock.now(), visit.session
    try:
        match visit.part("step"):
            case "take":
                await _calls(visit).take(found, session, now)
            case "leave":
                await _calls(visit).leave(found, session)
            case "answer":
                await _calls(visit).answer(found, session, visit.said("category"), now)
            case _:
                raise Absent("There is no such step.")
    except (Absent, Conflict) as late:
        return await _queue(visit, late.problems[0])
    except Unprocessable as wrong:
        return await _queue(visit, Problem(wrong.message, str(found)))
    return visit.go(AT)


async def rest(visit: Visit) -> Response:
    """Take no calls for some hours, or take them again."""
    hours, now = visit.said("hours"), visit.parts.clock.now()
    until = now + RULE.lapses if hours == "shift" else None
    await register(visit).rest(visit.session.actor, until, now)
    return visit.go(AT)


async def told(visit: Visit) -> dict[str, object]:
    """What an open page shows of calls: how many wait for me, and who comes to me. Empty where there is nothing."""
    if visit.parts.ground is not None:
        return {}
    now, person = visit.parts.clock.now(), visit.session.actor
    many, mine = await calls(visit).told(person, now)
    return ({"calls": many} if many else {}) | ({"coming": mine} if mine else {})


async def _panel(visit: Visit, problems: Mapping[str, str] | None = None) -> Response:
    now, session, calls_ = visit.parts.clock.now(), visit.session, _calls(visit)
    mine = await calls_.mine(session.actor, now)
    own, floors, beside = await calls_.reaching(session, now)
    said = page_of(visit.said("page") or visit.asked("page"))
    return visit.page(
        "coaching/_call.html",
        422 if problems else 200,
        mine=mine,
        own=len(own),
        floors=len(floors),
        beside=len(beside),
        waiting=await calls_.waiting(session.actor, now),
        support=visit.parts.support,
        page=mine.page if mine else said,
        pages=PAGES,
        problems=problems or {},
    )


async def _queue(visit: Visit, told: Problem | None = None) -> Response:
    now, session, calls_ = visit.parts.clock.now(), visit.session, _calls(visit)
    reach = await register(visit).reach(session.actor, now)
    return visit.page(
        "coaching/_queue.html" if visit.wants_fragment else "coaching/queue.html",
        200 if told is None else 422 if told.path else 409,
        reach=reach,
        queue=await calls_.queue(session.actor, reach, now) if reach.is_any else [],
        resting=await register(visit).resting(session.actor, now),
        pages=PAGES,
        categories=CATEGORIES,
        told=told,
    )


def _calls(visit: Visit) -> Calls:
    if visit.parts.ground is not None:
        raise Absent("Where people practise nobody is called: ask whoever leads the class.")
    return calls(visit)


ROUTES = [
    page(AT, queue),
    page(f"{AT}/call", panel),
    page(f"{AT}/call", call, "POST"),
    page(f"{AT}/call/withdraw", withdraw, "POST"),
    page(f"{AT}/calls/{{call}}/{{step}}", step, "POST"),
    page(f"{AT}/rest", rest, "POST"),
]
