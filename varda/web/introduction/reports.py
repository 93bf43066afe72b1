"""Status reports: the roll-up in which what is missing is in sight, and the one form of an organisation."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from starlette.responses import Response

from varda.catalogue import Words
from varda.introduction.office import Reminders, Risks
from varda.introduction.programme import AREAS, LOCAL, OFFICE, STANDS, Milestone, Participants, milestones_of
from varda.introduction.programme.reports import DUTIES, RHYTHM, STATES, TEXTS, Report, Reports, period
from varda.kernel.errors import Absent, Malformed, Unprocessable
from varda.web.introduction.reader import STAND_WORDS, asking, may, names, plans
from varda.web.visit import Visit, page


async def reports(visit: Visit) -> Response:
    """A period's reports by area: told, and missing."""
    day, found = _day(visit), Reports(visit.parts.door.database)
    told, first = await found.within(day), await found.first()
    taking_part = await Participants(visit.parts.door.database).all()
    known = await names(visit, {*taking_part, *told})
    risks = await Risks(visit.parts.door.database).all()
    may_see = await may(visit, (OFFICE, "municipal-project"))
    reminded = await Reminders(visit.parts.door.database).told(day) if may_see else []
    rows = sorted(taking_part.values(), key=lambda one: known.get(one.organisation, one.organisation))
    return visit.page(
        "introduction/reports.html",
        day=day,
        before=day - RHYTHM if first and first < day else None,
        after=day + RHYTHM if day + RHYTHM <= visit.say.today else None,
        is_current=day == period(visit.say.today),
        groups=[(words, [one for one in rows if one.area == code]) for code, words in AREAS.items()],
        told=told,
        names=known,
        duties=DUTIES,
        texts=TEXTS,
        states=STATES,
        tally={
            code: {state: sum(one.duties.get(code) == state for one in told.values()) for state in STATES}
            for code in DUTIES
        },
        missing=sum(one.organisation not in told for one in rows),
        reminded={hsa: [one for one in reminded if one.organisation == hsa] for hsa in taking_part},
        may_see=may_see,
        risks=Counter(one.organisation for one in risks),
        grave=Counter(one.organisation for one in risks if one.gravity == "grave"),
        count=len(rows),
        milestones=_together(told.values()),
        stands=STAND_WORDS,
        tab="reports",
    )


async def report(visit: Visit) -> Response:
    """An organisation's report of the period, and those before."""
    return await _report(visit, {})


async def send(visit: Visit) -> Response:
    """Send it."""
    hsa, now = visit.part("organisation"), visit.parts.clock.now()
    duties = {code: visit.said(f"duty-{code}") for code in DUTIES}
    texts = {code: visit.said(code) for code in TEXTS}
    try:
        await Reports(visit.parts.door.database).send(hsa, duties, texts, await asking(visit), now)
    except Unprocessable as wrong:
        return await _report(visit, wrong.by_path, 422)
    return visit.go(f"/introduction/organisations/{hsa}/report")


async def _report(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    hsa = visit.part("organisation")
    known = await names(visit, [hsa])
    if hsa not in known:
        raise Absent("There is no such organisation.")
    found = await Reports(visit.parts.door.database).of(hsa)
    current = period(visit.say.today)
    return visit.page(
        "introduction/report.html",
        status,
        hsa=hsa,
        name=known[hsa],
        found=found,
        current=current,
        last=current + RHYTHM,
        base=found[0] if found else None,
        may_send=await may(visit, LOCAL, hsa),
        risks=await Risks(visit.parts.door.database).all(hsa),
        problems=problems,
        now_stand=milestones_of(hsa, await plans(visit).picture(visit.parts.clock.now())),
        stands=STAND_WORDS,
        duties=DUTIES,
        texts=TEXTS,
        states=STATES,
        tab="reports",
    )


def _together(told: Iterable[Report]) -> list[tuple[Milestone, Words | None, dict[str, int]]]:
    """The milestones that several reports tell of, each with the area of its delivery and how many tell each state, the
    earliest first; of each the forecast of the newest report.
    """
    found: dict[str, Milestone] = {}
    counts: dict[str, dict[str, int]] = {}
    for report in sorted(told, key=lambda one: one.sent_at):
        for one in report.milestones:
            found[one.code] = one
            counts.setdefault(one.code, dict.fromkeys(STANDS, 0))[one.stand] += 1
    some = sorted(found.values(), key=lambda one: one.forecast)
    return [(one, AREAS.get(one.code.partition("-delivery")[0]), counts[one.code]) for one in some]


def _day(visit: Visit) -> date:
    try:
        return period(date.fromisoformat(visit.asked("period"))) if visit.asked("period") else period(visit.say.today)
    except (ValueError, OverflowError) as wrong:
        raise Malformed("What was asked could not be understood.") from wrong


ROUTES = [
    page("/introduction/reports", reports),
    page("/introduction/organisations/{organisation}/report", report),
    page("/introduction/organisations/{organisation}/report", send, "POST"),
]
