"""The timeline: a picture of the years, entries by year, and the way on to older ones. Filters stand in the address."""

from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from varda.care import overview, timeline
from varda.care.timeline import KINDS, TYPES, Question
from varda.kernel.errors import Absent
from varda.web.chart.sections import Section
from varda.web.chart.views import closed, framed, opened
from varda.web.finding.views import STATES, day
from varda.web.language import N_
from varda.web.visit import Visit, page

SECTION = Section("timeline", N_("Timeline of the whole life"), overview.BANNER, TYPES)
NAMES = {
    "contacts": N_("Contacts"), "admissions": N_("Admissions"), "notes": N_("Notes"), "diagnoses": N_("Diagnoses"),
    "procedures": N_("Procedures"), "results": N_("Results"), "prescriptions": N_("Prescriptions"),
    "vaccinations": N_("Vaccinations"),
}  # fmt: skip
ICONS = {
    "contacts": "⌂", "admissions": "▣", "notes": "✎", "diagnoses": "✚", "procedures": "⚒", "results": "∿",
    "prescriptions": "℞", "vaccinations": "◈",
}  # fmt: skip
MOST_NAMED = 6
"""How many of a day's entries a closed row names."""


async def whole(visit: Visit) -> Response:
    """The first page with its frame, or for htmx what is older than the page before."""
    patient, question = visit.part("patient"), asked(visit)
    readable = [kind for kind, sorts in KINDS.items() if visit.powers.reads(*(sort.type for sort in sorts))]
    async with visit.record() as record:
        record.powers.require_reading(*TYPES)
        if question.after and visit.wants_fragment:
            told = await timeline.told(record, patient, question, readable)
            return visit.page("timeline/_years.html", **_values(visit, question, told, readable))
        try:
            found = await opened(record, patient, SECTION)
        except Absent:
            return await closed(visit, record, patient)
        told = await timeline.told(record, patient, question, readable)
    return framed(visit, "timeline/whole.html", found, SECTION, **_values(visit, question, told, readable))


def asked(visit: Visit) -> Question:
    """The question of an address. Raises `Malformed` for days that are none."""
    chosen = visit.request.query_params.getlist
    return Question(
        kinds=tuple(one for one in chosen("kind") if one in KINDS),
        units=tuple(filter(None, chosen("unit"))),
        since=day(visit.asked("since")),
        until=day(visit.asked("until")),
        after=visit.asked("after"),
    )


def _values(visit: Visit, question: Question, told: timeline.Told, readable: list[str]) -> dict[str, Any]:
    chosen = [*(("kind", one) for one in question.kinds), *(("unit", one) for one in question.units)]
    period = [("since", question.since), ("until", question.until)]
    home = f"/chart/{visit.part('patient')}"
    return {
        "question": question,
        "told": told,
        "kinds": {kind: NAMES[kind] for kind in readable},
        "icons": ICONS,
        "states": STATES,
        "most_named": MOST_NAMED,
        "home": home,
        "chosen": urlencode(chosen),
        "query": urlencode([*chosen, *((name, str(value)) for name, value in period if value)]),
    }


ROUTES = [page("/chart/{patient}/timeline", whole)]
