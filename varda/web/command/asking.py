"""Asking the technical support, and answering: the queue, and how long it takes by unit (F243)."""

from collections.abc import Mapping

from starlette.responses import Response

from varda.kernel.errors import Conflict, Unprocessable
from varda.web.coaching.pages import PAGES, page_of
from varda.web.command.reader import AT, cases, sees_picture
from varda.web.introduction.reader import number_in
from varda.web.visit import Visit, page


async def support(visit: Visit) -> Response:
    """The own cases and the form; for who answers, the queue; how it stands by unit."""
    return await _page(visit)


async def ask(visit: Visit) -> Response:
    """Ask the support."""
    here = page_of(visit.said("page"))
    try:
        now = visit.parts.clock.now()
        await cases(visit).ask(visit.session, here, visit.said("words"), visit.said("place"), now)
    except Unprocessable as wrong:
        return await _page(visit, wrong.by_path)
    return visit.go(f"{AT}/support")


async def step(visit: Visit) -> Response:
    """Take a case, leave it or answer it."""
    number, now = number_in(visit, "support"), visit.parts.clock.now()
    try:
        await cases(visit).step(number, visit.said("act"), visit.said("answer"), visit.session, now)
    except Unprocessable as wrong:
        return await _page(visit, wrong.by_path)
    except Conflict as late:
        return await _page(visit, {"": late.message})
    return visit.go(f"{AT}/support")


async def _page(visit: Visit, problems: Mapping[str, str] | None = None) -> Response:
    now, person = visit.parts.clock.now(), visit.session.actor
    answers = await cases(visit).may_answer(person, now)
    return visit.page(
        "command/_support.html" if visit.wants_fragment else "command/support.html",
        409 if problems and "" in problems else 422 if problems else 200,
        sees_picture=await sees_picture(visit),
        mine=await cases(visit).mine(person, now),
        queue=await cases(visit).waiting() if answers else [],
        answers=answers,
        by_unit=await cases(visit).by_unit(now),
        now=now,
        page=page_of(visit.asked("page") or visit.said("page")),
        pages=PAGES,
        phone=visit.parts.support,
        problems=problems or {},
    )


ROUTES = [
    page(f"{AT}/support", support),
    page(f"{AT}/support", ask, "POST"),
    page(f"{AT}/support/{{support}}", step, "POST"),
]
