"""Vital signs in the writing panel: one form in tab order, the last values beside, the score at once."""

from typing import Any

from starlette.responses import Response

from varda.care import overview, vitals
from varda.kernel.errors import Unprocessable
from varda.web.language import N_
from varda.web.visit import Visit, page

_BREADTH = {"Patient": 1, "Condition": 200, "Observation": 300}
_LABELS = (
    N_("Respiratory rate"), N_("Oxygen saturation"), N_("Oxygen given"), N_("Systolic pressure"),
    N_("Diastolic pressure"), N_("Pulse"), N_("Temperature"), N_("Pain (NRS)"), N_("Weight"), N_("Height"),
    N_("Alert"), N_("New confusion"), N_("Responds to voice"), N_("Responds to pain"), N_("Unresponsive"),
)  # fmt: skip
ADVICE = {
    "low": N_("Measure again within %(hours)s hours."),
    "one": N_("One value alone gives 3 points: assess the patient now, measure again within %(hours)s hour."),
    "medium": N_("A physician assesses the patient soon; measure again within %(hours)s hour."),
    "high": N_("A physician assesses the patient at once; watch without a break."),
}
UNSUITED = {
    "child": N_("NEWS2 is not meant for children under 16."),
    "pregnant": N_("NEWS2 is not meant for use in pregnancy."),
}


async def form(visit: Visit) -> Response:
    """The form, empty."""
    return await _shown(visit, {})


async def keep(visit: Visit) -> Response:
    """Keep what was typed; what cannot be right comes back at its field, and nothing is lost."""
    patient, said = visit.part("patient"), _said(visit)
    try:
        async with visit.record() as record:
            kept = await vitals.keep(record, patient, said)
    except Unprocessable as wrong:
        return await _shown(visit, said, {problem.path: problem.message for problem in wrong.problems}, 422)
    told = "untold" if kept.is_untold else "alone" if kept.alone and not kept.score else ""
    return visit.go(f"/chart/{patient}/vitals" + (f"?kept={told}" if told else ""))


async def score(visit: Visit) -> Response:
    """The score of what is typed so far; nothing is kept."""
    try:
        seen = vitals.bedside(_said(visit))
    except Unprocessable:
        return visit.page("vitals/_score.html", score=None, alone=(), lacking=(), advice=ADVICE)
    return visit.page(
        "vitals/_score.html",
        score=vitals.news2(seen),
        alone=vitals.alone(seen),
        lacking=vitals.lacking(seen),
        advice=ADVICE,
    )


async def _shown(
    visit: Visit, said: dict[str, str], problems: dict[str, str] | None = None, status: int = 200
) -> Response:
    async with visit.record() as record:
        chart = await overview.chart(record, visit.part("patient"), _BREADTH)
    why_not = vitals.unsuited(chart.person, chart.resources.get("Condition", ()), visit.say.today)
    return visit.page(
        "vitals/_write.html",
        status,
        person=chart.person,
        measures=list(vitals.MEASURES.values()),
        levels=vitals.LEVELS,
        before=_before(chart),
        unsuited=UNSUITED.get(why_not, ""),
        said=said,
        problems=problems or {},
    )


def _before(chart: overview.Chart) -> dict[str, Any]:
    """The newest reading of each measure by its code, those of the pressures too."""
    newest: dict[str, Any] = {}
    for series in chart.vitals:
        for reading in (series.last, *series.last.parts):
            newest.setdefault(reading.code, (reading, series.last.at))
    return newest


def _said(visit: Visit) -> dict[str, str]:
    return {name: visit.said(name) for name in (*vitals.MEASURES, "level")}


ROUTES = [
    page("/chart/{patient}/vitals/write", form),
    page("/chart/{patient}/vitals/write", keep, "POST"),
    page("/chart/{patient}/vitals/score", score, "POST"),
]
