"""Open questions to everybody who works here: asked, answered once, and told of when they are closed (F257)."""

from datetime import date

from starlette.responses import Response

from varda.access.organisations import Organisations
from varda.introduction.programme import OFFICE, Participants
from varda.introduction.voices import CODER, PROFESSIONS, ROLES, Answer, Question, Surveys
from varda.kernel.errors import Absent, Conflict, Unprocessable
from varda.web.introduction.reader import asking, may, names
from varda.web.visit import Visit, page

AT = "/voices"


async def questions(visit: Visit) -> Response:
    """All that were asked, and the form for another."""
    return await _questions(visit, {})


async def ask(visit: Visit) -> Response:
    """Ask one."""
    wanted = Question(
        visit.said("sv"), visit.said("en"), _day(visit.said("opens")), _day(visit.said("closes")),
        visit.said("anonymous") == "yes",
    )  # fmt: skip
    try:
        await surveys(visit).ask(wanted, await asking(visit), visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _questions(visit, wrong.by_path, 422)
    return visit.go(AT)


async def question(visit: Visit) -> Response:
    """One: the form while it is open, the figures when it is closed."""
    return await _question(visit, {})


async def answer(visit: Visit) -> Response:
    """Answer it, with or without a name."""
    said = Answer(
        visit.said("words"), visit.said("administration"), visit.said("profession"), visit.said("role"),
        visit.said("worked") == "yes", visit.said("name") == "without",
    )  # fmt: skip
    number = number_of(visit)
    if visit.said("worked") not in ("yes", "no"):
        return await _question(visit, {"worked": "Say whether you have worked in Varda."}, 422)
    try:
        await surveys(visit).answer(number, said, await asking(visit), visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _question(visit, wrong.by_path, 422)
    except Conflict as wrong:
        return await _question(visit, {"answer": wrong.message}, 409)
    return visit.go(f"{AT}/{number}?sent=yes")


async def _questions(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    now = visit.parts.clock.now()
    found = await surveys(visit).all()
    return visit.page(
        "voices/questions.html",
        status,
        asked=found,
        open_now=[one for one in found if one.is_open(now)],
        closed=[one for one in found if one.is_closed(now)],
        coming=[one for one in found if not one.is_open(now) and not one.is_closed(now)],
        may_ask=await may(visit, OFFICE),
        problems=problems,
        tab="questions",
    )


async def _question(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    now, number = visit.parts.clock.now(), number_of(visit)
    asked = next((one for one in await surveys(visit).all() if one.survey == number), None)
    if asked is None:
        raise Absent("There is no such question.")
    database = visit.parts.door.database
    taking_part = await Participants(database).all()
    line = await Organisations(database).line(visit.session.unit)
    known = await names(visit, taking_part)
    figures = await surveys(visit).figures(number, now) if asked.is_closed(now) else None
    return visit.page(
        "voices/question.html",
        status,
        asked=asked,
        is_open=asked.is_open(now),
        figures=figures,
        organisations=sorted(known.items(), key=lambda pair: pair[1]),
        own=next((hsa for hsa in line if hsa in taking_part), ""),
        names=known,
        professions=PROFESSIONS,
        roles=ROLES,
        may_code=asked.is_closed(now) and await may(visit, (CODER, OFFICE)),
        is_sent=visit.asked("sent") == "yes",
        problems=problems,
        tab="questions",
    )


def surveys(visit: Visit) -> Surveys:
    """The questions."""
    return Surveys(visit.parts.door.database, visit.parts.senders)


def number_of(visit: Visit) -> int:
    """Which question the address names. Raises `Absent`."""
    text = visit.part("survey")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Absent("There is no such question.")
    return int(text)


def _day(text: str) -> date:
    """A day of the form; what is none is before every day, and refused as that."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min


ROUTES = [
    page(AT, questions),
    page(AT, ask, "POST"),
    page(f"{AT}/{{survey}}", question),
    page(f"{AT}/{{survey}}", answer, "POST"),
]
