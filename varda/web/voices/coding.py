"""Where people code what was answered: sentences are marked as statements, and each is given a kind and a code (F262,
F263). Who codes sees words alone, and nothing of what others gave.
"""

import re
from collections.abc import Iterator
from uuid import UUID

from starlette.responses import Response

from varda.introduction.voices import CODER, CODES, GROUPS, KINDS, Statements, Survey
from varda.kernel.errors import Absent, Conflict, Unprocessable
from varda.web.introduction.reader import asking, may
from varda.web.visit import Visit, page
from varda.web.voices.questions import AT, number_of, surveys

_SPAN = re.compile(r"\d{1,5}-\d{1,5}")
_SENTENCE = re.compile(r"\S[^.!?\n]*(?:[.!?]+|(?=\n)|$)")


async def coding(visit: Visit) -> Response:
    """The next statement that the reader has not coded, or the one that was asked for; and how coders agree."""
    return await _coding(visit, {})


async def code(visit: Visit) -> Response:
    """Give a statement its kind and code, and go on with the next."""
    text = visit.said("statement")
    statement = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    given = (visit.said("kind"), visit.said("code"))
    try:
        await _statements(visit).code(statement, given, await asking(visit), visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _coding(visit, wrong.by_path, 422)
    return visit.go(f"{AT}/{number_of(visit)}/coding")


async def marking(visit: Visit) -> Response:
    """The next answer of which nothing is marked, sentence by sentence."""
    return await _marking(visit, {})


async def mark(visit: Visit) -> Response:
    """Mark the sentences that were chosen, each as a statement."""
    try:
        answer = UUID(visit.said("answer"))
    except ValueError as wrong:
        raise Absent("There is no such answer.") from wrong
    by, now = await asking(visit), visit.parts.clock.now()
    chosen = [one for one in visit.form.getlist("sentence") if isinstance(one, str) and _SPAN.fullmatch(one)]
    if not chosen:
        return await _marking(visit, {"sentence": "Mark some words of the answer."}, 422)
    for one in chosen:
        begins, _, ends = one.partition("-")
        try:
            await _statements(visit).mark(answer, (int(begins), int(ends)), by, now)
        except Conflict:
            continue  # somebody else has marked these words meanwhile: they are marked
    return visit.go(f"{AT}/{number_of(visit)}/marking")


async def _coding(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    number, by, now = number_of(visit), await asking(visit), visit.parts.clock.now()
    is_coder = await may(visit, CODER)
    some = await _statements(visit).to_code(number, by, now) if is_coder else []
    wanted = visit.said("statement") or visit.asked("statement")
    left = [one for one in some if not one.code]
    chosen = next((one for one in some if str(one.statement) == wanted), left[0] if left else None)
    return visit.page(
        "voices/coding.html",
        status,
        survey=await _survey(visit, number),
        some=some,
        left=len(left),
        chosen=chosen,
        agreement=await _statements(visit).compared(number, by, now),
        is_coder=is_coder,
        kinds=KINDS,
        groups=[(words, [one for one in CODES.values() if one.group == group]) for group, words in GROUPS.items()],
        codes=CODES,
        problems=problems,
        tab="questions",
    )


async def _marking(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    number, by, now = number_of(visit), await asking(visit), visit.parts.clock.now()
    answers = await _statements(visit).answers(number, by, now)
    marked = {one.answer for one in await _statements(visit).to_code(number, by, now)}
    waiting = [(answer, words) for answer, words in answers.items() if answer not in marked]
    skipped = visit.asked("after")
    at = next((nth + 1 for nth, (answer, _) in enumerate(waiting) if str(answer) == skipped), 0)
    answer, words = waiting[at] if at < len(waiting) else (None, "")
    return visit.page(
        "voices/marking.html",
        status,
        survey=await _survey(visit, number),
        answer=answer,
        sentences=list(sentences(words)),
        waiting=len(waiting),
        all=len(answers),
        problems=problems,
        tab="questions",
    )


def sentences(words: str) -> Iterator[tuple[str, str]]:
    """Each sentence of an answer: where it begins and ends, and what it says."""
    for found in _SENTENCE.finditer(words):
        text = found.group().rstrip()
        if text:
            yield f"{found.start()}-{found.start() + len(text)}", text


async def _survey(visit: Visit, number: int) -> Survey:
    return next(one for one in await surveys(visit).all() if one.survey == number)


def _statements(visit: Visit) -> Statements:
    return Statements(visit.parts.door.database)


ROUTES = [
    page(f"{AT}/{{survey}}/coding", coding),
    page(f"{AT}/{{survey}}/coding", code, "POST"),
    page(f"{AT}/{{survey}}/marking", marking),
    page(f"{AT}/{{survey}}/marking", mark, "POST"),
]
