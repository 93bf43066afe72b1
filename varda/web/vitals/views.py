"""Vital signs: the section of the chart, and the form of the bedside with the score at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from starlette.responses import JSONResponse, Response

from varda.care import overview, vitals
from varda.care.facts import Moment
from varda.care.results import Reading, Series
from varda.care.scores import NEWS2, is_on
from varda.care.scores.news2 import alone
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent, Unprocessable
from varda.web.chart.sections import BY_NAME
from varda.web.chart.views import closed, framed, opened
from varda.web.language import N_
from varda.web.visit import Visit, page
from varda.web.vitals import drawing, growing

_BREADTH = {"Patient": 1, "Condition": 200, "Observation": 300, "Flag": 100}
_SAID = (
    N_("Respiratory rate"), N_("Oxygen saturation"), N_("Oxygen given"), N_("Systolic pressure"),
    N_("Diastolic pressure"), N_("Pulse"), N_("Temperature"), N_("Pain (NRS)"), N_("Weight"), N_("Height"),
    N_("Head circumference"), N_("Body mass index"),
    N_("Alert"), N_("New confusion"), N_("Responds to voice"), N_("Responds to pain"), N_("Unresponsive"),
    N_("Measure again within 12 hours."), N_("Measure again within 4 hours."),
    N_("One value alone gives 3 points: assess the patient now, measure again within 1 hour."),
    N_("A physician assesses the patient soon; measure again within 1 hour."),
    N_("A physician assesses the patient at once; watch without a break."),
)  # fmt: skip
"""What the measures and the bands of the score are called, for the catalogue of texts."""
UNSUITED = {
    "child": N_("NEWS2 is not meant for children under 16."),
    "pregnant": N_("NEWS2 is not meant for use in pregnancy."),
    "off": N_("NEWS2 is stopped at this unit: judge the values without it."),
}


async def section(visit: Visit) -> Response:
    """The section of the chart: the score and when to measure again, how it has been, and all values."""
    return await _section(visit)


async def choose_scale(visit: Visit) -> Response:
    """A physician decides on saturation scale 2."""
    patient = visit.part("patient")
    try:
        async with visit.record() as record:
            await vitals.choose_scale(record, patient, visit.said("why"))
    except Unprocessable as wrong:
        return await _section(visit, wrong.by_path, 422)
    return visit.go(f"/chart/{patient}/vitals")


async def end_scale(visit: Visit) -> Response:
    """A physician ends that decision."""
    try:
        async with visit.record() as record:
            await vitals.end_scale(record, visit.part("decision"), visit.said("why"))
    except Unprocessable as wrong:
        return await _section(visit, wrong.by_path, 422)
    return visit.go(f"/chart/{visit.part('patient')}/vitals")


async def _section(visit: Visit, problems: dict[str, str] | None = None, status: int = 200) -> Response:
    patient, shown = visit.part("patient"), BY_NAME["vitals"]
    async with visit.record() as record:
        record.powers.require_reading(*shown.types)
        try:
            found = await opened(record, patient, shown)
        except Absent:
            return await closed(visit, record, patient)
        has = found.chart.resources
        fit = vitals.fit(record, found.chart.person, has.get("Condition", ()), has.get("Flag", ()))
    is_growing = visit.powers.is_on("F85.growth", visit.session.unit)
    answer = framed(
        visit,
        "vitals/section.html",
        found,
        shown,
        fit=fit,
        decisions=vitals.second_scales(has.get("Flag", ())),
        may_choose=visit.powers.does("vitals.choose_scale") and visit.powers.has(vitals.RIGHT),
        unsuited=UNSUITED.get(fit.why_not, ""),
        growing=growing.drawings(found.chart.person, has.get("Observation", ())) if is_growing else [],
        drawn=None if fit.why_not else drawing.chart(found.chart.vitals, fit.scale),
        is_watched=any(one.kind in ("IMP", "EMER") for one in found.chart.open_contacts),
        problems=problems or {},
    )
    answer.status_code = status
    return answer


async def form(visit: Visit) -> Response:
    """The form: empty, or with what a device proposes."""
    return await _shown(visit, None)


async def set_aside(visit: Visit) -> Response:
    """What a device proposes is not used."""
    patient = visit.part("patient")
    try:
        async with visit.record() as record:
            await vitals.set_aside(record, patient, visit.said("why"), vitals.time(visit.said("at")))
    except Unprocessable as wrong:
        return await _shown(visit, None, wrong.by_path, 422)
    return visit.go(f"/chart/{patient}/vitals")


async def keep(visit: Visit) -> Response:
    """Keep what was typed; what cannot be right comes back at its field, and nothing is lost."""
    patient, said = visit.part("patient"), _said(visit)
    try:
        async with visit.record() as record:
            kept = await vitals.keep(record, patient, said)
    except Unprocessable as wrong:
        return await _shown(visit, said, wrong.by_path, 422)
    told = "untold" if kept.is_untold else "alone" if kept.alone and not kept.score else "yes"
    return visit.go(f"/chart/{patient}/vitals?kept={told}")


async def score(visit: Visit) -> Response:
    """The score of what is typed so far; nothing is kept."""
    scale = "2" if visit.said("scale") == "2" else "1"
    values: dict[str, Any] = {"scale": scale}
    if is_on(visit.powers, visit.session.unit, NEWS2):
        try:
            values |= vitals.bedside(_said(visit)).values
        except Unprocessable:
            return visit.page("vitals/_score.html", score=None, alone=(), lacking=())
    return visit.page(
        "vitals/_score.html",
        score=NEWS2.judge(values),
        scale=scale,
        alone=alone(values),
        lacking=NEWS2.lacking(values),
        bands=NEWS2.bands,
        measures=vitals.MEASURES,
    )


async def last(visit: Visit) -> Response:
    """The last value of each measure and what is like it, as JSON: beside what a note says in numbers."""
    async with visit.record() as record:
        record.powers.require_reading("Observation")
        chart = await overview.chart(record, visit.part("patient"), {"Patient": 1})
        before = _before(await vitals.newest(record, chart.people))
    known = {key: before[one.code] for key, one in vitals.MEASURES.items() if one.code in before}
    return JSONResponse({key: told for key, found in known.items() if (told := _last(visit, key, *found))})


def _last(visit: Visit, key: str, reading: Reading, at: Moment | None) -> dict[str, Any]:
    """One of them; empty where it is too old, in another unit, or no number that others can be compared with."""
    value = reading.value
    is_old = at is None or visit.say.now - at.at > vitals.COMPARED
    if value is None or is_old or value.value <= 0 or value.comparator or value.unit != vitals.MEASURES[key].unit:
        return {}
    least, most = vitals.alike(key, value.value)
    return {"shown": f"{visit.say.reading(reading)} {visit.say.day(at)}", "least": float(least), "most": float(most)}


async def _shown(
    visit: Visit, said: dict[str, str] | None, problems: dict[str, str] | None = None, status: int = 200
) -> Response:
    async with visit.record() as record:
        chart = await overview.chart(record, visit.part("patient"), _BREADTH)
        found = chart.resources
        fit = vitals.fit(record, chart.person, found.get("Condition", ()), found.get("Flag", ()))
        proposed = await vitals.offered(record, chart.person.id) if visit.powers.reads("Observation") else []
    typed = _typed(visit, proposed)
    return visit.page(
        "vitals/_write.html",
        status,
        person=chart.person,
        measures=list(vitals.MEASURES.values()),
        levels=vitals.LEVELS,
        before=_before(chart.vitals),
        fit=fit,
        unsuited=UNSUITED.get(fit.why_not, ""),
        latest=_spelled(visit.say.now),
        said=typed if said is None else said,
        proposed=proposed,
        proposed_at=typed.get("at", ""),
        problems=problems or {},
    )


def _typed(visit: Visit, proposed: list[vitals.Proposal]) -> dict[str, str]:
    """What devices propose, as it would be typed, with when it was measured."""
    typed = {key: visit.say.number(one) for found in reversed(proposed) for key, one in found.numbers.items()}
    at = proposed[0].at if proposed else None
    return typed | ({"at": _spelled(at.at)} if at else {})


def _spelled(at: datetime) -> str:
    return f"{at.astimezone(STOCKHOLM):%Y-%m-%dT%H:%M}"


def _before(found: Iterable[Series]) -> dict[str, Any]:
    """The newest reading of each measure by its code, those of the pressures too."""
    newest: dict[str, Any] = {}
    for series in found:
        for reading in (series.last, *series.last.parts):
            newest.setdefault(reading.code, (reading, series.last.at))
    return newest


def _said(visit: Visit) -> dict[str, str]:
    return {name: visit.said(name) for name in (*vitals.MEASURES, "level", "at")}


ROUTES = [
    page("/chart/{patient}/vitals/set-aside", set_aside, "POST"),
    page("/chart/{patient}/vitals", section),
    page("/chart/{patient}/vitals/scale", choose_scale, "POST"),
    page("/chart/{patient}/vitals/scale/{decision}/end", end_scale, "POST"),
    page("/chart/{patient}/vitals/write", form),
    page("/chart/{patient}/vitals/write", keep, "POST"),
    page("/chart/{patient}/vitals/score", score, "POST"),
    page("/chart/{patient}/vitals/last", last),
]
