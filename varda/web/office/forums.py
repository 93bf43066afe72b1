"""Notes of working forums, and every open action with its owner and day (F225)."""

from starlette.responses import Response

from varda.introduction.office import Forums
from varda.introduction.office.forums import FORUMS, MOST, PAGE, WRITES, Taken, Wanted
from varda.introduction.programme import ROLES
from varda.kernel.errors import Problem, Unprocessable
from varda.web.deciding import day_said
from varda.web.introduction.reader import asking, may
from varda.web.office.reading import appointed, lines, number, whole
from varda.web.visit import Visit, page

ROWS = 5
"""Actions of the form."""


async def forums(visit: Visit) -> Response:
    """Open actions, and the notes of one forum or of all."""
    return await _list(visit, {})


async def write(visit: Visit) -> Response:
    """Keep a note."""
    try:
        await Forums(visit.parts.door.database).write(_wanted(visit), await asking(visit), visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _list(visit, wrong.by_path, 422)
    return visit.go("/introduction/forums")


async def end(visit: Visit) -> Response:
    """Say that an action is done, or dropped."""
    action = number(visit, "action", "There is no such action.")
    try:
        await Forums(visit.parts.door.database).end(
            action,
            visit.said("said"),
            await asking(visit),
            visit.parts.clock.now(),
            is_done=visit.said("act") != "drop",
        )
    except Unprocessable as wrong:
        return await _list(visit, {f"said-{action}": wrong.problems[0].message}, 422)
    return visit.go("/introduction/forums")


async def _list(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    found, forum = Forums(visit.parts.door.database), visit.asked("forum")
    forum = forum if forum in FORUMS else ""
    notes, may_write = await found.notes(forum, whole(visit.asked("before"))), await may(visit, WRITES)
    told, waiting = await found.actions([one.note for one in notes]), await found.actions()
    return visit.page(
        "office/forums.html",
        status,
        notes=notes[:PAGE],
        before=notes[PAGE - 1].note if len(notes) > PAGE else 0,
        actions={one.note: [other for other in told if other.note == one.note] for one in notes},
        waiting=waiting[:MOST],
        is_cut=len(waiting) > MOST,
        forums=FORUMS,
        forum=forum,
        roles={code: role.words for code, role in ROLES.items()},
        may_write=may_write,
        actor=visit.session.actor,
        people=await appointed(visit) if may_write else [],
        rows=ROWS,
        problems=problems,
        today=visit.say.today,
        tab="forums",
    )


def _wanted(visit: Visit) -> Wanted:
    actions = []
    for row, (words, owner, _) in lines(visit, ROWS, "words", "owner", "due"):
        try:
            actions.append(Taken(words, owner, day_said(visit, f"due-{row}")))
        except Unprocessable as wrong:
            raise Unprocessable(wrong.message, [Problem(wrong.message, "actions")]) from None
    roles = [str(one) for one in visit.form.getlist("roles")]
    return Wanted(visit.said("forum"), day_said(visit, "held_on"), roles, visit.said("points"), actions)


ROUTES = [
    page("/introduction/forums", forums),
    page("/introduction/forums", write, "POST"),
    page("/introduction/forums/actions/{action}", end, "POST"),
]
