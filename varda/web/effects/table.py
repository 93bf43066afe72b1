"""Everything that is known of the effect goals, for a spreadsheet (F222)."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO

from starlette.responses import Response

from varda.introduction.programme import Participants
from varda.web.effects.rows import Row, rows
from varda.web.introduction.reader import names
from varda.web.visit import Visit, page


async def as_csv(visit: Visit) -> Response:
    """Everything, for every organisation that takes part and every indicator: what is empty is a row as well."""
    taking_part = await Participants(visit.parts.door.database).all()
    known = await names(visit, taking_part)
    by_code = await rows(visit, list(taking_part))
    out = StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(("goal", "indicator", "unit", "organisation", "name", "baseline", "baseline_on", "target",
                    "target_on", "period", "outcome", "people", "source", "computed"))  # fmt: skip
    for some in by_code.values():
        for row in some:
            name = known.get(row.organisation, row.organisation)
            table.writerow([_plain(cell) for cell in _cells(row, name)])
    headers = {"content-disposition": 'attachment; filename="varda-goals.csv"'}
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def _cells(row: Row, name: str) -> Iterator[str]:
    aim, newest = row.aim, row.newest
    yield from (row.indicator.goal, row.indicator.code, row.indicator.unit, row.organisation, name)
    for value in (aim.baseline, aim.baseline_on, aim.target, aim.target_on) if aim else (None,) * 4:
        yield "" if value is None else _number(value) if isinstance(value, Decimal) else value.isoformat()
    if newest is None:
        yield from [""] * 5
    else:
        yield newest.period.isoformat()
        yield "<5" if newest.value is None else _number(newest.value)
        yield "" if newest.people is None else str(newest.people)
        yield from (newest.source, "yes" if newest.is_computed else "no")


def _number(value: Decimal) -> str:
    """As Swedish spreadsheets read it."""
    return f"{value.normalize():f}".replace(".", ",")


def _plain(cell: str) -> str:
    # A spreadsheet takes such a beginning for a formula.
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


ROUTES = [page("/introduction/goals.csv", as_csv)]
