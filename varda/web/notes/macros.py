"""The person's own macros and the unit's: shown, kept and thrown away."""

from starlette.responses import Response

from varda.care import notes
from varda.kernel.errors import Unprocessable
from varda.record.phrases import Phrase
from varda.web.visit import Visit, page


async def shown(visit: Visit) -> Response:
    """All there are; `word` and `whose` put one into the form."""
    is_own = visit.asked("whose") != "unit"
    return await _page(visit, Phrase(visit.asked("word"), "", is_own))


async def keep(visit: Visit) -> Response:
    """Keep one, or say what is wrong beside what was typed."""
    said = Phrase(visit.said("word"), visit.said("text"), visit.said("whose") != "unit")
    try:
        async with visit.record() as record:
            await notes.keep_macro(record, said)
    except Unprocessable as wrong:
        return await _page(visit, said, wrong.by_path, status=422)
    return visit.go("/macros")


async def drop(visit: Visit) -> Response:
    """Throw one away."""
    async with visit.record() as record:
        await notes.drop_macro(record, visit.said("word"), is_own=visit.said("whose") != "unit")
    return visit.go("/macros")


async def _page(visit: Visit, said: Phrase, problems: dict[str, str] | None = None, status: int = 200) -> Response:
    visit.powers.require_reading("Composition")
    async with visit.record() as record:
        macros = await notes.macros(record)
    held = next((one for one in macros if (one.word, one.is_own) == (said.word, said.is_own)), said)
    values = {"macros": macros, "said": said if problems else held, "problems": problems or {}}
    return visit.page("notes/macros.html", status, **values)


ROUTES = [page("/macros", shown), page("/macros", keep, "POST"), page("/macros/drop", drop, "POST")]
