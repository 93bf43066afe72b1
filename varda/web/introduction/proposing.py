"""A whole overall plan proposed at once: from a table, or for more areas from the starting pattern (F214, F217)."""

from datetime import date

from starlette.datastructures import UploadFile
from starlette.responses import Response

from varda.introduction.programme import AREAS, DETAILED, OFFICE, Circular, Item, Picture, sheets
from varda.introduction.programme.template import PATTERNS, Pattern, overall
from varda.kernel.errors import Malformed, Problem, Unprocessable
from varda.web.deciding import day_said
from varda.web.introduction.reader import asking, mandates, plans
from varda.web.language import N_
from varda.web.visit import Visit, page

PATTERN_WORDS: dict[Pattern, str] = {
    "pilots": N_("pioneers first, then the rest"),
    "together": N_("everybody at once"),
}


async def proposal(visit: Visit) -> Response:
    """The two forms, for the programme office."""
    await mandates(visit).require(visit.session.actor, OFFICE, "", visit.parts.clock.now())
    return await _page(visit, [])


async def from_table(visit: Visit) -> Response:
    """Propose what a table says; rows of the detailed plan are passed over."""
    table = visit.form.get("table")
    if not isinstance(table, UploadFile):
        return await _page(visit, [Problem("Choose a file.", "")], 422)
    body = await table.read()
    await table.close()
    try:
        return await _proposed(visit, sheets.items(body))
    except Malformed as wrong:
        return await _page(visit, list(wrong.problems), 422)
    except Circular as circle:
        return await _page(visit, [], 422, circle)
    except Unprocessable as wrong:
        return await _page(visit, list(wrong.problems), 422)


async def from_template(visit: Visit) -> Response:
    """Propose the plan in force with more areas, each from the starting pattern."""
    picture = await plans(visit).picture(visit.parts.clock.now())
    pattern = next((one for one in PATTERNS if one == visit.said("pattern")), PATTERNS[0])
    try:
        opens = {code: day for code in _missing(picture) if (day := day_said(visit, f"opens-{code}"))}
        if not opens:
            wrong = "Say for one area at least on which day its delivery begins."
            raise Unprocessable(wrong, [Problem(wrong, "")])
        current = list(picture.version.items) if picture.version else []
        return await _proposed(visit, [*current, *overall(opens, visit.say.today, pattern)])
    except Unprocessable as wrong:
        return await _page(visit, list(wrong.problems), 422)


async def _proposed(visit: Visit, some: list[Item]) -> Response:
    now = visit.parts.clock.now()
    detailed = {one.code for one in (await plans(visit).picture(now)).work}
    wanted = [one for one in some if one.kind not in DETAILED and one.code not in detailed]
    number = await plans(visit).propose(
        wanted, visit.said("reason"), await asking(visit), now, reopens=visit.said("reopens") == "yes"
    )
    return visit.go(f"/introduction/versions/{number}")


async def _page(visit: Visit, problems: list[Problem], status: int = 200, circle: Circular | None = None) -> Response:
    picture = await plans(visit).picture(visit.parts.clock.now())
    return visit.page(
        "introduction/proposal.html",
        status,
        problems=problems,
        circle=circle,
        missing={code: AREAS[code] for code in _missing(picture)},
        opens=_later(visit.say.today),
        patterns=PATTERN_WORDS,
        columns=sheets.COLUMNS,
        tab="versions",
    )


def _missing(picture: Picture) -> list[str]:
    """The areas that have no delivery in the plan in force."""
    known = {one.code for one in picture.version.items} if picture.version else set()
    return [code for code in AREAS if code not in known]


def _later(today: date) -> date:
    """The first day of the next month."""
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


ROUTES = [
    page("/introduction/proposal", proposal),
    page("/introduction/proposal/table", from_table, "POST"),
    page("/introduction/proposal/template", from_template, "POST"),
]
