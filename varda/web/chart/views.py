"""One record, one trip: a section of the chart with everything around it, or the section alone for htmx."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from starlette.responses import HTMLResponse, Response

from varda.care import notes, overview, patients, pregnancies, programmes, timeline
from varda.care.overview import Chart
from varda.care.pregnancies import Pregnancy
from varda.care.programmes import PROGRAMMES, Followed, Noted
from varda.catalogue import FUNCTIONS, Words
from varda.kernel.errors import Absent
from varda.record import Asked, Draft, Elsewhere, Open, Record
from varda.web.chart.sections import BY_NAME, SECTIONS, Section, offered
from varda.web.visit import Visit, page

SHOWN_FOR = timedelta(hours=24)
"""How long the chart tells what has been asked of other providers; the panel of blocks tells the rest."""


@dataclass(frozen=True)
class Opened:
    """A patient's chart as this session may see it. `relation` is None only for what needs none."""

    chart: Chart
    elsewhere: Elsewhere
    relation: Any
    openings: list[Open]
    drafts: list[Draft]
    asked: list[Asked]
    since: datetime | None
    expecting: tuple[Pregnancy, list[Noted]] | None


async def whole(visit: Visit) -> Response:
    """The overview."""
    return await _shown(visit, SECTIONS[0])


async def section(visit: Visit) -> Response:
    """One section in full."""
    found = BY_NAME.get(visit.part("section"))
    if found is None:
        raise Absent("There is no such page.")
    return await _shown(visit, found)


async def trend(visit: Visit) -> Response:
    """All values of one kind, as a table and a curve."""
    kind = visit.part("code")
    return await _shown(visit, BY_NAME["results"], template="chart/trend.html", code=kind)


async def opened(record: Record, patient: str, section: Section) -> Opened:
    """Read what a chart page shows. Raises `Absent` when this session has no way to the patient."""
    chart = await overview.chart(record, patient, {**overview.BANNER, **section.wanted})
    return Opened(
        chart,
        await record.elsewhere(patient),
        await record.relation(patient),
        await record.openings(patient),
        await notes.my_drafts(record, patient),
        [one for one in await record.asked(patient) if record.now - one.asked < SHOWN_FOR],
        await record.looked(patient),
        await _expecting(record, chart),
    )


async def _expecting(record: Record, chart: Chart) -> tuple[Pregnancy, list[Noted]] | None:
    """A pregnancy that goes on, with what makes it other than most as far as others in the room may read it."""
    if not record.powers.reads(*programmes.READS):
        return None
    found = await pregnancies.going_on(record, chart.person, chart.people, programmes.RISKS)
    if found is None or found[0].began is None:
        return None
    risks = programmes.risks(PROGRAMMES["maternity"], found[1], found[0].began)
    return found[0], [one for one in risks if not one.risk.is_withheld]


async def closed(visit: Visit, record: Record, patient: str) -> Response:
    """No relation: name and age, and the choice to open – or nothing at all, if there is nobody (A1, A13)."""
    known = await patients.who(record, patient)
    may_emergency = record.powers.has("open-emergency") and not visit.session.is_social
    return visit.page("patients/choose.html", known=known, may_emergency=may_emergency)


def framed(visit: Visit, template: str, found: Opened, section: Section, **values: Any) -> HTMLResponse:
    """A chart page: the template inside the frame, or alone when htmx asks for it."""
    return visit.page(
        template,
        layout="chart/part.html" if visit.wants_fragment else "chart/frame.html",
        chart=found.chart,
        person=found.chart.person,
        elsewhere=found.elsewhere,
        relation=found.relation,
        openings=found.openings,
        drafts=found.drafts,
        asked=found.asked,
        since=found.since,
        expecting=found.expecting,
        fresh=found.chart.new_since(found.since, visit.session.practitioner),
        section=section,
        sections=offered(visit.powers),
        closed=_closed(visit),
        followed=followed(visit, found.chart),
        timeline=timeline.TYPES,
        template_named=partial(notes.template, templates=notes.known(visit.powers)),
        may_sign=partial(notes.may_sign, visit.powers),
        may_write=partial(notes.may_write, visit.powers),
        may_take_on=partial(notes.may_take_on, visit.powers),
        may_strike=partial(notes.may_strike, visit.powers),
        may_amend=partial(notes.may_amend, visit.powers),
        **values,
    )


def _closed(visit: Visit) -> list[Words]:
    """What the role would write and the organisation has not called off (F4)."""
    powers, closed = visit.powers, visit.powers.in_force.closed.get(visit.session.unit, frozenset())
    return [one.words for number, one in FUNCTIONS.items() if number in closed and powers.may("write", number)]


async def _shown(visit: Visit, section: Section, template: str = "", **values: Any) -> Response:
    patient = visit.part("patient")
    async with visit.record() as record:
        if section.types:
            record.powers.require_reading(*section.types)
        try:
            found = await opened(record, patient, section)
        except Absent:
            return await closed(visit, record, patient)
        values |= await beside(visit, record, found, section)
    return framed(visit, template or f"chart/{section.name}.html", found, section, **values)


async def beside(visit: Visit, record: Record, found: Opened, section: Section) -> dict[str, Any]:
    """What a section shows that is not of the chart itself: the overview the programmes that are followed here."""
    return {"here": await programmes.here(record, followed(visit, found.chart))} if section is SECTIONS[0] else {}


def followed(visit: Visit, chart: Chart) -> list[Followed]:
    """The programmes that follow a patient, for roles that read them."""
    if not visit.powers.reads(*programmes.READS):
        return []
    return programmes.followed(chart.person, chart.resources, visit.say.today)


ROUTES = [
    page("/chart/{patient}", whole, kind="tried"),
    page("/chart/{patient}/results/{code}", trend),
    page("/chart/{patient}/{section}", section),
]
