"""The nine effect goals: how far each organisation has come with each indicator, what is empty in sight (F222)."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from io import StringIO

from starlette.responses import Response

from varda import insight
from varda.introduction.effects import (
    GOALS,
    GROUPS,
    INDICATORS,
    VISION,
    Aim,
    Figure,
    Indicator,
    Outcome,
    Outcomes,
    Wanted,
    before,
    computed,
    quarter,
)
from varda.introduction.effects.outcomes import LEAD
from varda.introduction.programme import OFFICE, Participants
from varda.kernel.errors import Absent, Problem, Unprocessable
from varda.web.deciding import day_said
from varda.web.effects.drawing import HEIGHT, WIDTH, Trend, drawn, is_reached
from varda.web.introduction.reader import asking, mandates, names
from varda.web.language import N_
from varda.web.office.reading import appointed
from varda.web.visit import Visit, page

AT = "/introduction/goals"
UNITS = {"%": N_("per cent"), "d": N_("days"), "n": N_("number"), "min": N_("minutes")}
BETTER = {"higher": N_("higher is better"), "lower": N_("lower is better")}
QUARTERS = 6
"""How many quarters back an outcome may be typed of."""


@dataclass(frozen=True, slots=True)
class Row:
    """An organisation and an indicator: what is set, the newest outcome, and the line."""

    organisation: str
    indicator: Indicator
    aim: Aim | None
    newest: Outcome | None
    trend: Trend | None

    @property
    def is_reached(self) -> bool:
        """Whether the newest outcome is where it was to come."""
        target = self.aim.target if self.aim else None
        return is_reached(target, self.newest.value if self.newest else None, self.indicator)


async def goals(visit: Visit) -> Response:
    """The goals with their indicators: how many organisations have come how far; or one organisation's lines."""
    taking_part = await Participants(visit.parts.door.database).all()
    known, hsa = await names(visit, taking_part), visit.asked("organisation")
    if hsa and hsa not in taking_part:
        raise Absent("There is no such organisation.")
    # All organisations together are not asked of care data: each indicator's own page is.
    rows = await _rows(visit, [hsa] if hsa else list(taking_part), asks=bool(hsa))
    return visit.page(
        "effects/goals.html",
        groups=[(words, [one for one in GOALS.values() if one.group == code]) for code, words in GROUPS.items()],
        vision=VISION,
        indicators=INDICATORS,
        rows=rows,
        tally={code: _tally(of) for code, of in rows.items()},
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
        await _outcomes(visit).aim(code, visit.said("organisation"), wanted, by, now)
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
        await _outcomes(visit).say(at, figure, visit.said("source"), await asking(visit), visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _one(visit, {f"outcome-{name}": said for name, said in wrong.by_path.items()}, 422)
    return visit.go(f"{AT}/{code}")


async def as_csv(visit: Visit) -> Response:
    """Everything, for every organisation that takes part and every indicator: what is empty is a row as well."""
    taking_part = await Participants(visit.parts.door.database).all()
    known = await names(visit, taking_part)
    by_code = await _rows(visit, list(taking_part))
    out = StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(("goal", "indicator", "unit", "organisation", "name", "baseline", "baseline_on", "target",
                    "target_on", "period", "outcome", "people", "source", "computed"))  # fmt: skip
    for rows in by_code.values():
        for row in rows:
            name = known.get(row.organisation, row.organisation)
            table.writerow([_plain(cell) for cell in _cells(row, name)])
    headers = {"content-disposition": 'attachment; filename="varda-goals.csv"'}
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


async def _one(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    code = visit.part("indicator")
    if code not in INDICATORS:
        raise Absent("There is no such indicator.")
    taking_part = await Participants(visit.parts.door.database).all()
    known, found = await names(visit, taking_part), INDICATORS[code]
    rows = (await _rows(visit, list(taking_part), found))[code]
    leads, sets = await _may(visit, taking_part)
    return visit.page(
        "effects/indicator.html",
        status,
        found=found,
        goal=GOALS[found.goal],
        rows=sorted(rows, key=lambda one: known.get(one.organisation, one.organisation)),
        tally=_tally(rows),
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


async def _rows(
    visit: Visit, organisations: Sequence[str], only: Indicator | None = None, *, asks: bool = True
) -> dict[str, list[Row]]:
    """A row for each organisation, by indicator; with `asks` care data are asked for what they tell."""
    code = only.code if only else ""
    chosen = [only] if only else list(INDICATORS.values())
    aims, found = await _outcomes(visit).aims(code), await _outcomes(visit).outcomes(code)
    if asks and any(one.is_computed for one in chosen):
        async with visit.record() as record:
            found += [one for known in chosen for one in await computed(record, known, organisations)]
    told: dict[tuple[str, str], list[Outcome]] = {}
    for one in found:
        told.setdefault((one.indicator, one.organisation), []).append(one)

    def row(known: Indicator, hsa: str) -> Row:
        set_, outcomes = aims.get((known.code, hsa)), told.get((known.code, hsa), [])
        return Row(hsa, known, set_, outcomes[-1] if outcomes else None, drawn(set_, outcomes, known))

    return {known.code: [row(known, hsa) for hsa in organisations] for known in chosen}


def _tally(rows: Sequence[Row]) -> dict[str, int]:
    return {
        "all": len(rows),
        "begun": sum(1 for one in rows if one.aim and one.aim.baseline is not None),
        "told": sum(1 for one in rows if one.newest and one.newest.value is not None),
        "reached": sum(one.is_reached for one in rows),
    }


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


def _outcomes(visit: Visit) -> Outcomes:
    return Outcomes(visit.parts.door.database)


ROUTES = [
    page("/introduction/goals", goals),
    page("/introduction/goals.csv", as_csv),
    page("/introduction/goals/{indicator}", indicator),
    page("/introduction/goals/{indicator}/aim", aim, "POST"),
    page("/introduction/goals/{indicator}/outcome", outcome, "POST"),
]
