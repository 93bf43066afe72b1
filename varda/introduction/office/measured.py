"""The state of the programme at a moment, as figures from what it keeps: what stands beside a decision, and is never
typed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from varda.introduction.office.risks import Risks
from varda.introduction.programme import GATEWAYS, Gateways, Participants, Plans, delivery_of
from varda.introduction.programme.reports import Reports, period
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database


@dataclass(frozen=True, slots=True)
class Measured:
    """Open risks and problems, how many of them are grave and marked; reports that lack of how many for the period;
    gateways passed by delivery; the forecast and promise of each go-live by its code, with its title."""

    risks: int
    grave: int
    marked: int
    reports_missing: int
    reports_of: int
    period: str
    gateways: Mapping[str, list[str]] = field(default_factory=dict)
    go_lives: Mapping[str, list[str]] = field(default_factory=dict)


async def measured(database: Database, now: datetime) -> Measured:
    """The state now."""
    today = now.astimezone(STOCKHOLM).date()
    risks, picture = await Risks(database).all(), await Plans(database).picture(now)
    told, taking_part = await Reports(database).within(period(today)), await Participants(database).all()
    states, known = await Gateways(database).states(), picture.items
    deliveries = [one for one in known.values() if one.kind == "delivery"]
    return Measured(
        risks=len(risks),
        grave=sum(one.gravity == "grave" for one in risks),
        marked=sum(bool(one.marks(today)) for one in risks),
        reports_missing=sum(one not in told for one in taking_part),
        reports_of=len(taking_part),
        period=period(today).isoformat(),
        gateways={
            one.title: [code for code in GATEWAYS if states.get((one.code, code)) == "passed"] for one in deliveries
        },
        go_lives={
            f"{known[delivery_of(one, known)].title}: {one.title}": _days(picture.times[one.code].finish, one.due)
            for one in known.values()
            if one.kind == "go-live"
        },
    )


def written(state: Measured) -> dict[str, Any]:
    """A state as it is kept."""
    return asdict(state)


def _days(forecast: date, due: date | None) -> list[str]:
    return [forecast.isoformat(), due.isoformat() if due else ""]
