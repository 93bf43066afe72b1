"""The situation picture: alarms on top, a tile for each figure, whole or of one organisation, and as CSV (F238)."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import datetime

from starlette.responses import Response

from varda.access.organisations import Organisations
from varda.introduction.command import DECIDES, SUPPORT, Alarm, Situation, Tile, takers
from varda.introduction.programme import ROLES
from varda.kernel.errors import Absent, Conflict, Lacking
from varda.web.command.reader import AT
from varda.web.introduction.reader import mandates, names, number_in
from varda.web.language import N_
from varda.web.visit import Visit, page

WIDTH, HEIGHT = 120, 28
"""Of the picture of a trend."""
STATES = {"met": N_("within"), "over": N_("over the limit"), "shown": N_("no limit"), "missing": N_("not known")}
COLOURS = {"met": "success", "over": "danger", "shown": "neutral", "missing": "warning"}
TILES = {"met": "met", "over": "unmet", "shown": "shown", "missing": "missing"}
WHY = {
    "never": N_("never measured"),
    "failed": N_("could not be measured"),
    "old": N_("the figure has grown old"),
    "clock": N_("the figure is of a time to come"),
}
SAID = {
    "people": N_("%(n)s people"),
    "ms": N_("%(n)s ms"),
    "percent": N_("%(n)s %%"),
    "minutes": N_("%(n)s min"),
    "count": N_("%(n)s"),
}
LEADS = {
    "denied": "/readiness/matrix", "stopped": "/rights", "paper": "/downtime/map", "support": "/command/support",
    "coaches": "/coaching/coverage", "danger": "/command/incidents", "again": "/command/incidents",
    "faults": "/command/incidents", "concerns": "/readiness/concerns", "readiness": "/readiness",
}  # fmt: skip


async def picture(visit: Visit) -> Response:
    """How it is now."""
    return await _picture(visit)


async def take(visit: Visit) -> Response:
    """Say that one sees to an alarm."""
    try:
        await Situation(visit.parts.door.database).take(
            number_in(visit, "alarm"), visit.session, visit.parts.clock.now()
        )
    except Conflict as late:
        return await _picture(visit, late.message)
    return visit.go(AT)


async def as_csv(visit: Visit) -> Response:
    """Every figure of the county, and of the units that are over a limit."""
    places = await _places(visit)
    told = io.StringIO()
    writer = csv.writer(told, delimiter=";", lineterminator="\r\n")
    writer.writerow(["figure", "unit", "state", "why", "value", "limit", "at"])
    for one in await Situation(visit.parts.door.database).tiles(visit.parts.clock.now(), places):
        stands = one.standing
        at = stands.at.isoformat() if stands.at else ""
        limit = "" if stands.figure.limit is None else stands.figure.limit
        value = "" if stands.value is None else round(stands.value, 2)
        writer.writerow([stands.figure.code, "", stands.state, stands.why, value, limit, at])
        for unit, over in one.units:
            writer.writerow([stands.figure.code, unit, "over", "", round(over, 2), limit, at])
    headers = {"Content-Disposition": 'attachment; filename="varda-situation.csv"'}
    return Response("\ufeff" + told.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


async def require(visit: Visit) -> str:
    """The organisation asked for, at which the reader must command or answer for the support. Raises `Lacking`."""
    asked = visit.asked("organisation")
    await mandates(visit).require(visit.session.actor, (*DECIDES, SUPPORT), asked, visit.parts.clock.now())
    return asked


async def _places(visit: Visit) -> frozenset[str] | None:
    """The units of the organisation that is asked for; None where it is the county."""
    asked = await require(visit)
    if not asked:
        return None
    below = await Organisations(visit.parts.door.database).below(asked)
    if not below:
        raise Absent("There is no such organisation.")
    return frozenset(one.hsa for one in below)


async def _picture(visit: Visit, told: str = "") -> Response:
    try:
        places = await _places(visit)
    except Lacking as lacking:
        return await _elsewhere(visit, lacking)
    now, situation = visit.parts.clock.now(), Situation(visit.parts.door.database)
    tiles, alarms, over = await situation.tiles(now, places), await situation.alarms(places), await situation.over()
    units = {one.place for one in [*alarms, *over]} | {unit for one in tiles for unit, _ in one.units}
    asked = visit.asked("organisation")
    parts = await Organisations(visit.parts.door.database).tops()
    return visit.page(
        "command/_picture.html" if visit.wants_fragment else "command/picture.html",
        409 if told else 200,
        sees_picture=True,
        tiles=tiles,
        alarms=alarms,
        takes=await _takes(visit, asked, now),
        over=[one for one in over if places is None or not one.place or one.place in places],
        words={one.standing.figure.code: one.standing.figure for one in tiles},
        names=await names(visit, {*units, asked}),
        parts=parts,
        asked=asked,
        value=lambda figure, number: _value(visit, figure.says, number),
        owners={code: one.words.said(visit.language) for code, one in ROLES.items()},
        line=trend,
        size=(WIDTH, HEIGHT),
        now=now,
        told=told,
        states=STATES,
        colours=COLOURS,
        kinds=TILES,
        why=WHY,
        leads=LEADS,
    )


async def _takes(visit: Visit, asked: str, now: datetime) -> Callable[[Alarm], bool]:
    """Which alarms the reader may see to, of those shown for an organisation: it is offered for these alone."""
    above = {"", *(await Organisations(visit.parts.door.database).line(asked) if asked else ())}
    held = [one for one in await mandates(visit).of(visit.session.actor, now) if one.organisation in above]
    return lambda alarm: any(
        one.role.code in takers(alarm.figure) and bool(alarm.place or not one.organisation) for one in held
    )


async def _elsewhere(visit: Visit, lacking: Lacking) -> Response:
    """Whoever commands a part only is led there; everybody else is told what it takes."""
    held = await mandates(visit).of(visit.session.actor, visit.parts.clock.now())
    mine = next((one.organisation for one in held if one.role.code in (*DECIDES, SUPPORT)), "")
    if not mine or visit.asked("organisation"):
        raise lacking
    return visit.go(f"{AT}?organisation={mine}")


def trend(tile: Tile) -> str:
    """The last hours as the points of a line; empty for fewer than two minutes."""
    points: Sequence[tuple[datetime, float]] = tile.trend
    if len(points) < 2:
        return ""
    first, span = points[0][0], (points[-1][0] - points[0][0]).total_seconds()
    most = max(max(value for _, value in points), tile.standing.figure.limit or 0, 1)
    return " ".join(
        f"{(at - first).total_seconds() / span * WIDTH:.1f},{HEIGHT * (1 - value / most):.1f}" for at, value in points
    )


def _value(visit: Visit, says: str, number: float) -> str:
    told = f"{number:.0f}" if says != "percent" or number >= 10 else f"{number:.1f}"
    return visit.say._(SAID[says]) % {"n": told.replace(".", "," if visit.language == "sv" else ".")}


ROUTES = [
    page(AT, picture),
    page(f"{AT}/alarms/{{alarm}}", take, "POST"),
    page(f"{AT}/situation.csv", as_csv),
]
