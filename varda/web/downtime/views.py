"""The own unit's pack: how old it is, to take along, and the phrase that opens it (F246)."""

from starlette.responses import Response

from varda.introduction.downtime import LASTS, OLDEST
from varda.kernel.errors import Absent, Refused
from varda.web.downtime.reader import AT, by, folder, leads, packs, phrases, require_patients
from varda.web.visit import Visit, page

_NOT_YET = "The unit has no pack yet. It is made within minutes after the server has started; look again."
_NOT_LEADING = "The phrase is changed by whoever leads the unit."


async def unit(visit: Visit) -> Response:
    """How old the pack is."""
    return await _unit(visit, shown="")


async def take(visit: Visit) -> Response:
    """The pack as a file. Whoever takes it reads of everybody in it, and the log says so before it leaves."""
    require_patients(visit)
    hsa = visit.session.unit
    pack, body = await packs(visit).one(hsa), folder(visit).read(hsa)
    if pack is None or body is None:
        raise Absent(_NOT_YET)
    async with visit.record("downtime") as record:
        origin = str(visit.session.unit_key)
        await record.note("export", [], "Patient", "downtime pack", patients=sorted(pack.about), origin=origin)
    headers = {"Content-Disposition": f'attachment; filename="varda-{"".join(filter(_is_plain, hsa))}.html"'}
    return Response(body, media_type="text/html; charset=utf-8", headers=headers)


async def show_phrase(visit: Visit) -> Response:
    """The phrase, for the sealed envelope. That it was shown is in the log."""
    require_patients(visit)
    phrase = (await phrases(visit).of([visit.session.unit]))[visit.session.unit]
    await _noted(visit, f"phrase {phrase.number} shown")
    return await _unit(visit, shown=phrase.said(visit.parts.seal))


async def change_phrase(visit: Visit) -> Response:
    """Another phrase, when somebody knows the old one who should not."""
    if not leads(visit):
        raise Refused(_NOT_LEADING)
    number = await phrases(visit).change(visit.session.unit, by(visit), visit.parts.clock.now())
    await _noted(visit, f"phrase {number} in use")
    return visit.go(AT)


async def _unit(visit: Visit, shown: str) -> Response:
    hsa, now = visit.session.unit, visit.parts.clock.now()
    pack = await packs(visit).one(hsa)
    return visit.page(
        "downtime/unit.html",
        pack=pack,
        is_young=pack is not None and pack.is_young(now),
        phrase=(await phrases(visit).of([hsa]))[hsa],
        shown=shown,
        minutes=int(OLDEST.total_seconds() // 60),
        hours=int(LASTS.total_seconds() // 3600),
        leads=leads(visit),
    )


async def _noted(visit: Visit, what: str) -> None:
    async with visit.record("downtime") as record:
        await record.note("downtime", [], "", what)


def _is_plain(one: str) -> bool:
    return one.isascii() and (one.isalnum() or one == "-")


ROUTES = [
    page(AT, unit),
    page(f"{AT}/pack", take),
    page(f"{AT}/phrase", show_phrase, "POST"),
    page(f"{AT}/phrase/change", change_phrase, "POST"),
]
