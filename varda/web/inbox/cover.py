"""Who is away and who covers at my unit: said for oneself, or by whoever leads the unit for anybody."""

from starlette.responses import Response

from varda.care import colleagues
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Malformed, Refused, Unprocessable
from varda.record import covering
from varda.web.visit import Visit, page

_FIELDS = ("away", "by", "first", "last")


async def shown(visit: Visit) -> Response:
    """Who is away now and later, and the form."""
    return await _page(visit, {"first": visit.say.today.isoformat()})


async def note(visit: Visit) -> Response:
    """Keep it, or say what is wrong beside what was typed."""
    said = {name: visit.said(name) for name in _FIELDS}
    try:
        async with visit.record() as record:
            await colleagues.cover(record, said["away"], said["by"], said["first"], said["last"])
    except Unprocessable as wrong:
        return await _page(visit, said, wrong.by_path, 422)
    return visit.go("/cover?done=1")


async def end(visit: Visit) -> Response:
    """Who was away is back."""
    number = visit.part("number")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Malformed("The number of the version could not be understood.")
    async with visit.record() as record:
        await colleagues.end_cover(record, int(number))
    return visit.go("/cover?done=1")


async def _page(
    visit: Visit, said: dict[str, str], problems: dict[str, str] | None = None, status: int = 200
) -> Response:
    leads = visit.powers.has(colleagues.LEADS)
    if not leads and not visit.powers.does("colleagues.cover"):
        raise Refused("Your role has nothing that somebody could cover.")
    async with visit.record() as record:
        covers = await covering.listed(record)
        people = await colleagues.at_unit(record, colleagues.RIGHT)
    return visit.page(
        "inbox/cover.html",
        status,
        covers=covers,
        people=people,
        said=said,
        problems=problems or {},
        leads=leads,
        day=lambda at: at.astimezone(STOCKHOLM).date().isoformat(),
        now=visit.say.now,
    )


ROUTES = [
    page("/cover", shown),
    page("/cover", note, "POST"),
    page("/cover/{number}/end", end, "POST"),
]
