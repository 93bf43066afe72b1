"""A reviewer's pages: what waits, one matter in plain words, its outcome, and the year unit by unit."""

import csv
import io

from starlette.responses import Response

from varda.kernel.errors import Absent, Malformed
from varda.record import review
from varda.web.mylog import words
from varda.web.visit import Visit, page

PURPOSE = "log-review"


async def waiting(visit: Visit) -> Response:
    """Matters that wait to be judged, or those that are closed."""
    is_open = visit.asked("show") != "closed"
    async with visit.record(PURPOSE) as record:
        found = await review.listed(record, is_open=is_open)
    return visit.page("review/list.html", found=found, is_open=is_open, words=words)


async def matter(visit: Visit) -> Response:
    """One matter with what was read."""
    async with visit.record(PURPOSE) as record:
        told = await review.one(record, _number(visit))
    return visit.page("review/matter.html", told=told, words=words, outcomes=review.OUTCOMES)


async def judge(visit: Visit) -> Response:
    """Close a matter with its outcome."""
    number = _number(visit)
    async with visit.record(PURPOSE) as record:
        await review.judge(record, number, visit.said("outcome"), visit.said("note"))
    return visit.go("/review")


async def year(visit: Visit) -> Response:
    """The report of a year: as a page, or as CSV for a spreadsheet."""
    try:
        wanted = int(visit.asked("year") or visit.say.today.year)
    except ValueError as wrong:
        raise Malformed("Say a year such as 2026.") from wrong
    async with visit.record(PURPOSE) as record:
        rows = await review.year(record, wanted)
    if visit.asked("as") == "csv":
        headers = {"Content-Disposition": f'attachment; filename="log-review-{wanted}.csv"'}
        return Response(_csv(rows), media_type="text/csv; charset=utf-8", headers=headers)
    return visit.page("review/year.html", rows=rows, year=wanted, words=words)


def _csv(rows: list[review.Tally]) -> str:
    text = io.StringIO()
    write = csv.writer(text, delimiter=";")
    columns = ("unit", "name", "rule", "opened", "closed", "justified", "questioned", "unjustified", "reported")
    write.writerow(columns)
    write.writerows([[_harmless(getattr(row, column)) for column in columns] for row in rows])
    return "\ufeff" + text.getvalue()  # the mark by which spreadsheets know UTF-8


def _harmless(value: object) -> object:
    # A spreadsheet runs what begins like a formula.
    return f"'{value}" if str(value).startswith(("=", "+", "-", "@")) else value


def _number(visit: Visit) -> int:
    text = visit.part("matter")
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise Absent("There is no such matter.")
    return int(text)


ROUTES = [
    page("/review", waiting),
    page("/review/year", year),
    page("/review/{matter}", matter),
    page("/review/{matter}", judge, "POST"),
]
