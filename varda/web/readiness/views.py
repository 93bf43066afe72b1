"""The board of an organisation and its parts, a unit's tiles down to the person, and the same as CSV (F216, F240)."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from starlette.responses import Response

from varda.access.organisations import Organisation, Organisations
from varda.introduction.programme import AREAS, ROLES, Participants
from varda.introduction.readiness import CHECKS, Attestation, Concerns, Tile, waiting
from varda.kernel.errors import Absent
from varda.web.introduction.reader import may
from varda.web.readiness.reader import (
    AT,
    COLOURS,
    STATES,
    WHY,
    attestations,
    board,
    candidates,
    kept,
    lines,
    sees_people,
)
from varda.web.visit import Visit, page

WIDTH, HEIGHT = 300, 60
"""Of the picture of the trend."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A tile with what is lacking in words, its owner, and what waits for a second person."""

    tile: Tile
    lines: list[str]
    owner: str
    waiting: Attestation | None


async def overview(visit: Visit) -> Response:
    """The county, or an organisation and its parts."""
    asked, now = visit.asked("organisation"), visit.parts.clock.now()
    above = await _line(visit, asked) if asked else []
    found = await board(visit).overview(asked, now)
    if asked and found.whole.units and not found.parts:
        return visit.go(f"{AT}/unit?unit={quote(asked)}")
    return visit.page(
        "readiness/board.html",
        found=found,
        here=above[-1] if above else None,
        above=above[:-1],
        candidate=(await candidates(visit)).now,
        line=trend(found.days),
        size=(WIDTH, HEIGHT),
        **_words(),
    )


async def unit(visit: Visit) -> Response:
    """One unit: each check, what is lacking, and what two people say."""
    return await unit_page(visit, visit.asked("unit") or visit.session.unit)


async def unit_page(visit: Visit, hsa: str, problems: dict[str, str] | None = None) -> Response:
    """The page of a unit, with what was wrong in a form on it."""
    now = visit.parts.clock.now()
    line = await _line(visit, hsa)
    found = (await board(visit).units(now, [hsa])).get(hsa, [])
    newest = {one.check: one for one in await kept(visit).newest(hsa)}
    said = await attestations(visit).at(hsa)
    shown = []
    for one in found:
        code = one.check.code
        named = await sees_people(visit, one.check, hsa)
        detail = newest[code].detail if code in newest and one.why != "forged" else ()
        owner = ROLES[one.check.owner].words.said(visit.language)
        shown.append(Shown(one, lines(visit, detail, named=named), owner, waiting(said, code)))
    return visit.page(
        "readiness/unit.html",
        422 if problems else 200,
        unit=line[-1],
        above=line[:-1],
        shown=shown,
        said=said,
        concerns=await Concerns(visit.parts.door.database).about([one.hsa for one in line] + [""]),
        candidate=(await candidates(visit)).now,
        pioneer_in=AREAS.get((await Participants(visit.parts.door.database).pioneers()).get(hsa, "")),
        may_say=await _may_say(visit, hsa),
        problems=problems or {},
        **_words(),
    )


async def as_csv(visit: Visit) -> Response:
    """Every check of every unit of an organisation, or of the county."""
    asked, now = visit.asked("organisation"), visit.parts.clock.now()
    organisations = Organisations(visit.parts.door.database)
    below = [one.hsa for one in await organisations.below(asked)] if asked else None
    found = await board(visit).units(now, below)
    names = await organisations.known(found)
    told = io.StringIO()
    writer = csv.writer(told, delimiter=";", lineterminator="\r\n")
    writer.writerow(["hsa", "unit", "check", "state", "why", "lacking", "of", "at", "carried"])
    for hsa, some in found.items():
        name = names[hsa].name if hsa in names else hsa
        for one in some:
            at = one.at.isoformat() if one.at else ""
            carried = "carried" if one.is_carried else ""
            writer.writerow([hsa, name, one.check.code, one.state, one.why, one.lacking, one.of, at, carried])
    headers = {"Content-Disposition": 'attachment; filename="varda-readiness.csv"'}
    return Response("\ufeff" + told.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def trend(days: Sequence[tuple[date, int, int]]) -> str:
    """The share that is met by day as the points of a line; empty for fewer than two days."""
    if len(days) < 2:
        return ""
    first, span = days[0][0], (days[-1][0] - days[0][0]).days
    points = [((day - first).days / span * WIDTH, HEIGHT * (1 - met / of)) for day, met, of in days if of]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


async def _line(visit: Visit, hsa: str) -> list[Organisation]:
    """An organisation with all above it, the highest first. Raises `Absent`."""
    organisations = Organisations(visit.parts.door.database)
    line = await organisations.line(hsa)
    known = await organisations.known(line)
    if not line:
        raise Absent("There is no such organisation.")
    return [known[one] for one in reversed(line) if one in known]


async def _may_say(visit: Visit, hsa: str) -> bool:
    """Whether the reader may say how it is at a unit, or confirm it: who leads it, or has a local role there."""
    if visit.powers.has("manage-unit") and visit.session.unit == hsa:
        return True
    return await may(visit, tuple(one.owner for one in CHECKS.values()), hsa)


def _words() -> dict[str, object]:
    return {"checks": CHECKS, "states": STATES, "colours": COLOURS, "why": WHY}


ROUTES = [page(AT, overview), page(f"{AT}/unit", unit), page(f"{AT}/readiness.csv", as_csv)]
