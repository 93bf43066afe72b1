"""The unit's list of a programme: who waits for what, as each person last left it; it renews itself while open."""

from urllib.parse import urlencode

from starlette.responses import Response

from varda.care import programmes
from varda.care.programmes import CHOICES, ORDERS
from varda.web import keeping
from varda.web.language import N_
from varda.web.lists import kept_open
from varda.web.visit import Visit, page

SHOWN = 50
"""Rows of a page; who has waited longest comes first, after whom it is soon too late for."""
SAID = {
    "waiting": N_("Due or overdue"), "week": N_("Within a week"), "overdue": N_("Overdue"),
    "unbooked": N_("Without a time"), "all": N_("Everybody"),
}  # fmt: skip
_ASKED = ("show", "step", "by")


async def roll(visit: Visit) -> Response:
    """Whom the programme follows here, narrowed as it is asked for."""
    code = visit.part("programme")
    wish = await _wish(visit, f"programme-{code}")
    async with kept_open(visit) as record:
        found = await programmes.roll(record, code)
    awaited = programmes.awaited(found, wish["show"])
    rows = programmes.chosen(found, wish["show"], wish["step"], wish["by"])
    pages = max(1, -(-len(rows) // SHOWN))
    page = min(_number(visit.asked("page")), pages)
    return visit.page(
        "programmes/_roll.html" if visit.wants_fragment else "programmes/roll.html",
        programme=found.programme,
        rows=rows[(page - 1) * SHOWN : page * SHOWN],
        number=len(rows),
        at=page,
        pages=pages,
        counts={one: sum(programmes.fits(each, one) for each in found.everybody) for one in SAID},
        choices=SAID,
        awaited=awaited,
        lacks=None if wish["step"] in awaited else found.programme.found(*wish["step"].partition("/")[::2]),
        wish=wish,
        address=f"/programmes/{code}?{urlencode({**wish, 'page': page})}",
        is_cut=found.is_cut,
    )


def _number(text: str) -> int:
    """Which page is asked for; the first where that is no number."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


async def _wish(visit: Visit, screen: str) -> dict[str, str]:
    """How the list is wanted: as it is asked for now, which is kept, else as it was last time."""
    database = visit.parts.door.database
    before = {"show": "waiting", "step": "", "by": "by"} | await keeping.kept(database, visit.session, screen)
    asked = {name: visit.asked(name) for name in _ASKED if name in visit.request.query_params}
    if "show" in asked and asked["show"] != before["show"]:
        before["step"] = ""  # what is due is chosen among those who are shown
    wish = before | asked
    wish["show"] = wish["show"] if wish["show"] in CHOICES else "waiting"
    wish["by"] = wish["by"] if wish["by"] in ORDERS else "by"
    wish["step"] = wish["step"][:100]
    if asked and not visit.wants_fragment:  # a list that renews itself in another window is not what was chosen last
        await keeping.keep(database, visit.session, screen, wish, visit.parts.clock.now())
    return wish


ROUTES = [page("/programmes/{programme}", roll)]
