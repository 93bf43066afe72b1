"""Traffic reports: rounds, in each what is told and what nobody has touched, and the one form of each (F256)."""

from datetime import date

from starlette.responses import Response

from varda.introduction.programme import LOCAL, OFFICE, Participants
from varda.introduction.voices import STATUSES, Expected, Traffic, TrafficReports
from varda.kernel.errors import Absent, Unprocessable
from varda.web.introduction.reader import asking, may, names
from varda.web.visit import Visit, page

AT = "/voices/traffic"


async def rounds(visit: Visit) -> Response:
    """The newest round, or the one that was asked for; and the form for another."""
    return await _rounds(visit, {})


async def open_(visit: Visit) -> Response:
    """Ask for reports of a day."""
    areas = visit.said("sub_areas").splitlines()
    asked = [one for one in visit.form.getlist("administrations") if isinstance(one, str)]
    try:
        day = date.fromisoformat(visit.said("day"))
    except ValueError:
        return await _rounds(visit, {"day": "Choose a day."}, 422)
    try:
        await _reports(visit).open(day, areas, asked, await asking(visit), visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _rounds(visit, wrong.by_path, 422)
    return visit.go(AT)


async def report(visit: Visit) -> Response:
    """One report."""
    return await _report(visit, {})


async def send(visit: Visit) -> Response:
    """Send it."""
    said = Traffic(*(visit.said(name) for name in ("status", "done", "ongoing", "planned", "obstacles")))
    number, place, administration = await _place(visit)
    try:
        await _reports(visit).send(
            (number, place.sub_area, administration), said, await asking(visit), visit.parts.clock.now()
        )
    except Unprocessable as wrong:
        return await _report(visit, wrong.by_path, 422)
    return visit.go(f"{AT}?round={number}")


async def _rounds(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    found = await _reports(visit).rounds()
    wanted = visit.asked("round")
    chosen = next((one for one in found if str(one.number) == wanted), None)
    if wanted and chosen is None:
        raise Absent("There is no such round of reports.")
    chosen = chosen or (found[0] if found else None)
    expected = await _reports(visit).of(chosen.number) if chosen else []
    taking_part = await Participants(visit.parts.door.database).all()
    known = await names(visit, {*taking_part, *(one.administration for one in expected)})
    areas = list(dict.fromkeys(one.sub_area for one in expected))
    return visit.page(
        "voices/traffic.html",
        status,
        rounds=found,
        chosen=chosen,
        areas=[(nth, area, [one for one in expected if one.sub_area == area]) for nth, area in enumerate(areas)],
        expected=len(expected),
        filled=sum(one.told is not None for one in expected),
        names=known,
        organisations=sorted(((hsa, known.get(hsa, hsa)) for hsa in taking_part), key=lambda pair: pair[1]),
        statuses=STATUSES,
        may_ask=await may(visit, OFFICE),
        problems=problems,
        tab="traffic",
    )


async def _report(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    number, found, administration = await _place(visit)
    known = await names(visit, [administration])
    return visit.page(
        "voices/report.html",
        status,
        number=number,
        nth=visit.part("area"),
        found=found,
        name=known.get(administration, administration),
        statuses=STATUSES,
        may_send=await may(visit, LOCAL, administration),
        problems=problems,
        tab="traffic",
    )


async def _place(visit: Visit) -> tuple[int, Expected, str]:
    """Which report: the round, the sub-area by its place in it, and the administration."""
    number, nth, administration = (visit.part(name) for name in ("round", "area", "administration"))
    if not all(one.isascii() and one.isdigit() and len(one) < 10 for one in (number, nth)):
        raise Absent("No such report is expected.")
    expected = await _reports(visit).of(int(number))
    areas = list(dict.fromkeys(one.sub_area for one in expected))
    for one in expected:
        if one.administration == administration and areas.index(one.sub_area) == int(nth):
            return int(number), one, administration
    raise Absent("No such report is expected.")


def _reports(visit: Visit) -> TrafficReports:
    return TrafficReports(visit.parts.door.database)


ROUTES = [
    page(AT, rounds),
    page(AT, open_, "POST"),
    page(f"{AT}/{{round}}/{{area}}/{{administration}}", report),
    page(f"{AT}/{{round}}/{{area}}/{{administration}}", send, "POST"),
]
