"""The nine effect goals: how far each organisation has come with each indicator, what is empty in sight (F222)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from starlette.responses import Response

from varda import insight
from varda.introduction.effects import (
    GOALS,
    GROUPS,
    INDICATORS,
    VISION,
    Figure,
    Wanted,
    before,
    quarter,
)
from varda.introduction.effects.outcomes import LEAD
from varda.introduction.programme import OFFICE, Participants
from varda.kernel.errors import Absent, Problem, Unprocessable
from varda.web.deciding import day_said
from varda.web.effects.drawing import HEIGHT, WIDTH
from varda.web.effects.rows import outcomes, rows, tally
from varda.web.introduction.reader import asking, mandates, names
from varda.web.language import N_
from varda.web.office.reading import appointed
from varda.web.visit import Visit, page

AT = "/introduction/goals"
UNITS = {"%": N_("per cent"), "d": N_("days"), "n": N_("number"), "min": N_("minutes")}
BETTER = {"higher": N_("higher is better"), "lower": N_("lower is better")}
QUARTERS = 6
"""How many quarters back an outcome may be typed of."""


async def goals(visit: Visit) -> Response:
    """The goals with their indicators: how many organisations have come how far; or one organisation's lines."""
    taking_part = await Participants(visit.parts.door.database).all()
    known, hsa = await names(visit, taking_part), visit.asked("organisation")
    if hsa and hsa not in taking_part:
        raise Absent("There is no such organisation.")
    # All organisations together are not asked of care data: each indicator's own page is.
    found = await rows(visit, [hsa] if hsa else list(taking_part), asks=bool(hsa))
    return visit.page(
        "effects/goals.html",
        groups=[(words, [one for one in GOALS.values() if one.group == code]) for code, words in GROUPS.items()],
        vision=VISION,
        indicators=INDICATORS,
        rows=found,
        tally={code: tally(of) for code, of in found.items()},
        organisation=hsa,
        places=sorted(taking_part, key=lambda one: known.get(one, one)),
        names=known,
        **_shared(),
    )


async def indicator(visit: Visit) -> Response:
    """One indicator: a small line for each organisation that takes part."""
    return await _one(visit, {})


async def aim(visit: Visit) -> Response:
    """Set where an organisation began and is to come."""
    code = visit.part("indicator")
    try:
        wanted = Wanted(
            visit.said("owner"), _value(visit, "baseline"), day_said(visit, "baseline_on"), _value(visit, "target"),
            day_said(visit, "target_on"), visit.said("source"),
        )  # fmt: skip
        by, now = await asking(visit), visit.parts.clock.now()
        await outcomes(visit).aim(code, visit.said("organisation"), wanted, by, now)
    except Unprocessable as wrong:
        return await _one(visit, {f"aim-{name}": said for name, said in wrong.by_path.items()}, 422)
    return visit.go(f"{AT}/{code}")


async def outcome(visit: Visit) -> Response:
    """Type what came out in a quarter."""
    code = visit.part("indicator")
    try:
        period = day_said(visit, "period")
        if period is None:
            raise Unprocessable("Choose a quarter.", [Problem("Choose a quarter that has begun.", "period")])
        people = _value(visit, "people")
        figure = Figure(_value(visit, "value"), int(people) if people is not None else None)
        at = (code, visit.said("organisation"), period)
        await outcomes(visit).say(at, figure, visit.said("source"), await asking(visit), visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _one(visit, {f"outcome-{name}": said for name, said in wrong.by_path.items()}, 422)
    return visit.go(f"{AT}/{code}")


async def _one(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    code = visit.part("indicator")
    if code not in INDICATORS:
        raise Absent("There is no such indicator.")
    taking_part = await Participants(visit.parts.door.database).all()
    known, found = await names(visit, taking_part), INDICATORS[code]
    some = (await rows(visit, list(taking_part), found))[code]
    leads, sets = await _may(visit, taking_part)
    return visit.page(
        "effects/indicator.html",
        status,
        found=found,
        goal=GOALS[found.goal],
        rows=sorted(some, key=lambda one: known.get(one.organisation, one.organisation)),
        tally=tally(some),
        names=known,
        leads=[] if found.is_computed else leads,
        counts=insight.INDICATORS[found.measure].counts if found.is_computed else None,
        sets=sets,
        people=await appointed(visit) if sets else [],
        quarters=_quarters(visit.say.today),
        problems=problems,
        which="aim" if any(name.startswith("aim-") for name in problems) else "outcome",
        **_shared(),
    )


def _shared() -> dict[str, object]:
    return {"units": UNITS, "better": BETTER, "size": (WIDTH, HEIGHT), "tab": "goals"}


async def _may(visit: Visit, taking_part: Mapping[str, object]) -> tuple[list[str], list[str]]:
    """Where the reader may type outcomes, and where they may set aims."""
    held = await mandates(visit).of(visit.session.actor, visit.parts.clock.now())
    leads = [one.organisation for one in held if one.role.code == LEAD and one.organisation in taking_part]
    is_office = any(one.role.code == OFFICE for one in held)
    return leads, list(taking_part) if is_office else leads


def _value(visit: Visit, name: str) -> Decimal | None:
    """A number of the form, by comma or point; None where none is said. Raises `Unprocessable`."""
    text = visit.said(name).strip().replace(" ", "").replace(",", ".")
    if not text:
        return None
    try:
        found = Decimal(text)
        if not found.is_finite() or len(text) > 20:
            raise InvalidOperation
    except InvalidOperation:
        wrong = "Write the value as a number, such as 12,5."
        raise Unprocessable(wrong, [Problem(wrong, name)]) from None
    return found


def _quarters(today: date) -> list[date]:
    found = [quarter(today)]
    while len(found) < QUARTERS:
        found.append(before(found[-1]))
    return found


ROUTES = [
    page("/introduction/goals", goals),
    page("/introduction/goals/{indicator}", indicator),
    page("/introduction/goals/{indicator}/aim", aim, "POST"),
    page("/introduction/goals/{indicator}/outcome", outcome, "POST"),
]
