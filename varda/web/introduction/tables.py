"""The plan taken along – calendar, CSV, Excel – and the detailed plan taken in from a table, all or nothing."""

from dataclasses import replace

from starlette.datastructures import UploadFile
from starlette.responses import Response

from varda.introduction.programme import Circular, Item, Picture, sheets
from varda.introduction.programme import calendar as calendars
from varda.kernel.errors import Malformed, Problem, Unprocessable
from varda.web.introduction.reader import asking, plans
from varda.web.visit import Visit, page

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def as_calendar(visit: Visit) -> Response:
    """Milestones and what an organisation does (`organisation`), or the overall plan."""
    picture = await _picture(visit)
    now = visit.parts.clock.now()
    some = [replace(one, title=one.called(visit.language)) for one in _some(visit, picture)]
    body = calendars.written(some, picture.times, now, visit.say._("The introduction"))
    return _file(body, "text/calendar; charset=utf-8", "varda-plan.ics")


async def as_csv(visit: Visit) -> Response:
    """Everything, or one organisation's own plan, as CSV."""
    return _file(sheets.as_csv(await _rows(visit)), "text/csv; charset=utf-8", "varda-plan.csv")


async def as_excel(visit: Visit) -> Response:
    """The same as an Excel workbook."""
    return _file(sheets.as_excel(await _rows(visit)), _EXCEL, "varda-plan.xlsx")


async def take_in_form(visit: Visit) -> Response:
    """The form for a table, with its columns."""
    return _form(visit, [])


async def take_in(visit: Visit) -> Response:
    """Take in the detailed plan from a table: what is in it is added or changed, the rest stays."""
    table = visit.form.get("table")
    if not isinstance(table, UploadFile):
        return _form(visit, [Problem("Choose a file.", "")], 422)
    now, by = visit.parts.clock.now(), await asking(visit)
    body = await table.read()
    await table.close()
    try:
        some = sheets.items(body)
        current = await plans(visit).in_force()
        overall = {one.code for one in current.items} if current else set()
        some = [one for one in some if one.code not in overall]
        await plans(visit).keep(some, by, visit.said("reason"), now)
    except Circular as circle:
        return _form(visit, [], 422, circle=circle)
    except (Unprocessable, Malformed) as wrong:
        return _form(visit, list(wrong.problems), 422)
    return visit.go("/introduction/plan?show=all")


def _form(visit: Visit, problems: list[Problem], status: int = 200, circle: Circular | None = None) -> Response:
    return visit.page(
        "introduction/import.html", status, problems=problems, circle=circle, columns=sheets.COLUMNS, tab="plan"
    )


async def _picture(visit: Visit) -> Picture:
    return await plans(visit).picture(visit.parts.clock.now())


async def _rows(visit: Visit) -> list[list[str]]:
    picture = await _picture(visit)
    own = visit.asked("organisation")
    some = [one for one in picture.items.values() if not own or one.organisation == own]
    return list(sheets.rows(some, picture.times, picture.progress))


def _some(visit: Visit, picture: Picture) -> list[Item]:
    own = visit.asked("organisation")
    overall = list(picture.version.items) if picture.version else []
    if own:
        return [one for one in picture.work if one.organisation == own] + [one for one in overall if one.is_moment]
    return [one for one in overall if one.kind not in ("area", "delivery")]


def _file(body: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Type": kind}
    return Response(body, headers=headers)


ROUTES = [
    page("/introduction/plan.ics", as_calendar),
    page("/introduction/plan.csv", as_csv),
    page("/introduction/plan.xlsx", as_excel),
    page("/introduction/plan/import", take_in_form),
    page("/introduction/plan/import", take_in, "POST"),
]
