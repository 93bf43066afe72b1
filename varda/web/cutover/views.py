"""The list of run-books, the board of one that says in two seconds how it goes, its units, and what owners are told."""

from starlette.datastructures import UploadFile
from starlette.responses import Response

from varda.access.organisations import Organisations
from varda.introduction.cutover import TEMPLATE, Circular, Course, Template, Waves, read
from varda.introduction.cutover.books import Sort
from varda.introduction.programme import OFFICE, ROLES
from varda.introduction.readiness import Register
from varda.kernel.errors import Problem, Unprocessable
from varda.web.cutover.drawing import LABELS, ROW, WIDTH, drawn
from varda.web.cutover.reader import AT, books, course, deliveries, instant_said, words
from varda.web.introduction.reader import asking, may, notices
from varda.web.visit import Visit, page

LARGEST = 200_000
"""Bytes of a county's own run-book."""


async def listed(visit: Visit) -> Response:
    """Every run-book, and the form for another."""
    return await _listed(visit, {})


async def make(visit: Visit) -> Response:
    """Make one, of the package's own run-book or of a file."""
    now = visit.parts.clock.now()
    try:
        template, starts = await _template(visit), instant_said(visit, "starts")
        if starts is None:
            raise Unprocessable("Say when it starts.", [Problem("Say when it starts.", "starts")])
        known = (await Register(visit.parts.door.database).settle(visit.parts.build, visit.powers.in_force, now)).now
        assert known is not None, "settled just before"
        kind: Sort = "rehearsal" if visit.said("kind") == "rehearsal" else "start"
        number = await books(visit).make(
            visit.said("delivery"), kind, starts, template, (known.build, known.configuration), await asking(visit), now
        )
    except Circular as wrong:
        return await _listed(visit, {"runbook": visit.say._(wrong.sentence) % wrong.values}, 422)
    except Unprocessable as wrong:
        return await _listed(visit, wrong.by_path, 422)
    return visit.go(f"{AT}/{number}")


async def board(visit: Visit) -> Response:
    """One run-book: how it goes, and each step of a wave."""
    return await board_page(visit, await course(visit), {})


async def board_page(visit: Visit, found: Course, problems: dict[str, str], status: int = 200) -> Response:
    """The board of a run-book, with what was wrong in a form on it."""
    waves, now = found.book.template.waves, visit.parts.clock.now()
    asked = visit.asked("wave")
    wave = next((one for one in waves if one.code == asked), None)
    wave = wave or next(one for one in waves if one.code == found.wave)
    steps = [one for one in found.steps.values() if one.step.wave == wave.code]
    template = "cutover/_board.html" if visit.wants_fragment else "cutover/board.html"
    return visit.page(
        template,
        status,
        found=found,
        wave=wave,
        start=found.switch(wave.code),
        picture=drawn(steps, now),
        geometry=(LABELS, WIDTH, ROW),
        delivery=(await deliveries(visit)).get(found.book.delivery, found.book.delivery),
        address=f"{AT}/{found.book.number}?wave={wave.code}",
        is_office=await may(visit, OFFICE),
        roles=ROLES,
        problems=problems,
        tab="cutover",
        **words(),
    )


async def units(visit: Visit) -> Response:
    """The units of a run-book, wave by wave, and which of them have started."""
    found = await course(visit)
    some = await Waves(visit.parts.door.database).units(found.book.number)
    names = await Organisations(visit.parts.door.database).known(one.unit for one in some)
    return visit.page(
        "cutover/units.html",
        found=found,
        units=some,
        names={hsa: one.name for hsa, one in names.items()},
        delivery=(await deliveries(visit)).get(found.book.delivery, found.book.delivery),
        tab="cutover",
        **words(),
    )


async def told(visit: Visit) -> Response:
    """What the reader has to do soon, for a page that is open."""
    return visit.page("cutover/_notices.html", **await notices(visit))


async def _listed(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    found = [await books(visit).course(one.number, visit.parts.clock.now()) for one in await books(visit).all()]
    return visit.page(
        "cutover/books.html",
        status,
        found=found,
        deliveries=await deliveries(visit),
        may_make=await may(visit, OFFICE),
        problems=problems,
        tab="cutover",
        **words(),
        **await notices(visit),
    )


async def _template(visit: Visit) -> Template:
    """The run-book that came with the form, or the package's own. Raises `Unprocessable`."""
    file = visit.form.get("runbook")
    if not isinstance(file, UploadFile) or not file.filename:
        return TEMPLATE
    body = await file.read(LARGEST + 1)
    await file.close()
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = ""
    if len(body) > LARGEST:
        raise Unprocessable("The file is too large.", [Problem("The file is larger than 200 kB.", "runbook")])
    return read(text)


ROUTES = [
    page(AT, listed),
    page(AT, make, "POST"),
    page(f"{AT}/notices", told, is_quiet=True),
    page(f"{AT}/{{book}}", board),
    page(f"{AT}/{{book}}/units", units),
]
