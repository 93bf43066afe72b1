"""The map: which units work in the system and which on paper, as a picture, by organisation, and as CSV."""

import csv
import io

from starlette.responses import Response

from varda.access.organisations import Organisation, Organisations
from varda.catalogue import FUNCTIONS
from varda.introduction.downtime import Board
from varda.kernel.errors import Absent
from varda.web.downtime.reader import AT
from varda.web.language import N_
from varda.web.visit import Visit, page

STATES = {"system": N_("in the system"), "partly": N_("partly on paper"), "paper": N_("on paper")}
COLOURS = {"system": "success", "partly": "warning", "paper": "danger"}
SIDE, ACROSS = 14, 40
"""Of the picture: pixels of a unit's square, and squares in a row."""


async def board(visit: Visit) -> Response:
    """The county, or an organisation and its parts."""
    asked = visit.asked("organisation")
    above = await _line(visit, asked) if asked else []
    parts = await _board(visit).overview(asked, visit.parts.clock.now())
    units = [one for part in parts for one in part.units]
    return visit.page(
        "downtime/map.html",
        parts=parts,
        here=above[-1] if above else None,
        above=above[:-1],
        many=len(units),
        off=sum(one.state != "system" for one in units),
        drills=sum(one.is_drill for one in units),
        states=STATES,
        colours=COLOURS,
        functions={number: one.words.said(visit.language) for number, one in FUNCTIONS.items()},
        side=SIDE,
        across=ACROSS,
    )


async def as_csv(visit: Visit) -> Response:
    """Every unit of an organisation, or of the county."""
    asked = visit.asked("organisation")
    among = None
    if asked:
        await _line(visit, asked)
        among = {one.hsa for one in await Organisations(visit.parts.door.database).below(asked)}
    told = io.StringIO()
    writer = csv.writer(told, delimiter=";", lineterminator="\r\n")
    writer.writerow(["hsa", "unit", "state", "functions", "drill", "to_enter", "to_check", "oldest"])
    for one in (await _board(visit).units(visit.parts.clock.now(), among)).values():
        queue = one.queue
        rest = [queue.waiting, queue.unchecked, queue.oldest.isoformat()] if queue else [0, 0, ""]
        writer.writerow(
            [one.unit, one.name, one.state, " ".join(one.functions), "drill" if one.is_drill else "", *rest]
        )
    headers = {"Content-Disposition": 'attachment; filename="varda-units.csv"'}
    return Response("\ufeff" + told.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _board(visit: Visit) -> Board:
    return Board(visit.parts.door.database, visit.powers.in_force)


async def _line(visit: Visit, hsa: str) -> list[Organisation]:
    """An organisation with all above it, the highest first. Raises `Absent`."""
    organisations = Organisations(visit.parts.door.database)
    line = await organisations.line(hsa)
    if not line:
        raise Absent("There is no such organisation.")
    known = await organisations.known(line)
    return [known[one] for one in reversed(line) if one in known]


ROUTES = [page(f"{AT}/map", board), page(f"{AT}/map.csv", as_csv)]
