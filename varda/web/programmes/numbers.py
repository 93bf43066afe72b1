"""The unit's figures of a programme, as a page and as a table to take along."""

import csv
import io

from starlette.responses import Response

from varda.care import programmes
from varda.care.programmes import Counts
from varda.record import FEWEST
from varda.web.language import N_, translations
from varda.web.visit import Visit, page

WHAT = {
    "met": N_("the check-up took place"), "in-time": N_("given in time"), "given": N_("given, sooner or later"),
}  # fmt: skip


async def numbers(visit: Visit) -> Response:
    """The page, or with `as=csv` the table."""
    async with visit.record() as record:
        found = await programmes.counts(record, visit.part("programme"))
    if visit.asked("as") == "csv":
        named = {
            "Content-Disposition": f'attachment; filename="{found.programme.code}.csv"',
            "cache-control": "no-store",
        }
        return Response(_csv(found, visit), media_type="text/csv; charset=utf-8", headers=named)
    return visit.page("programmes/numbers.html", found=found, programme=found.programme, what=WHAT, fewest=FEWEST)


def _csv(found: Counts, visit: Visit) -> str:
    """A row for each number: nothing is in it that the page does not say."""
    say, language = translations(visit.language).gettext, visit.language
    text = io.StringIO()
    write = csv.writer(text, delimiter=";")
    heads = (N_("Birth year"), N_("Check-up"), N_("Step"), N_("Counted"), N_("Number"), N_("Of"))
    write.writerow([say(one) for one in heads])
    hidden = say("fewer than %(n)s, or could be told") % {"n": FEWEST}
    for year, number in zip(found.years, found.children, strict=True):
        write.writerow([year, "", "", say("children followed"), hidden if number is None else number, ""])
    for line in found.lines:
        for year, cell in zip(found.years, line.cells, strict=True):
            if cell != (0, 0):
                numbers = cell or (hidden, hidden)
                words = [line.visit.words.said(language), line.step.words.said(language), say(WHAT[line.what])]
                write.writerow([year, *words, *numbers])
    return "\ufeff" + text.getvalue()  # spreadsheets read Swedish letters by it


ROUTES = [page("/programmes/{programme}/numbers", numbers)]
