"""Stopping a function and putting it on again, and one stop in full: why, by whom, what work goes on by, what rests on
it and what must be so before it is put on again (F245)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from varda.care.stops import concerned, stopped_for
from varda.catalogue import (
    AREAS,
    FUNCTIONS,
    SWITCHED,
    Catalogue,
    Deciding,
    Function,
    Part,
    State,
    Switch,
    Switched,
    may_put_on,
    resting_on,
)
from varda.kernel.errors import Absent, Problem, Unprocessable
from varda.web.deciding import day_of, day_said, deciding, midnight, noted, reader
from varda.web.standing import STOPPING
from varda.web.visit import Visit, page


@dataclass(frozen=True, slots=True)
class Standstill:
    """A function, or a part of one, that does not work as usual at a unit (HSA-id; empty: in the whole county), or will
    not; `may_end`: the reader may put it on again."""

    function: Function | Part
    unit: str
    how: State
    said: Switched
    may_end: bool


async def functions(visit: Visit) -> Response:
    """How functions stand at my unit, what was said of them, and the form to stop one."""
    return await _functions(visit, await deciding(visit, *STOPPING))


async def switch(visit: Visit) -> Response:
    """Stop a function, at my unit or everywhere, or put it on again."""
    by, now = await deciding(visit, *STOPPING), visit.parts.clock.now()
    try:
        first, last = day_said(visit, "opens"), day_said(visit, "closes")
        wanted = Switch(
            function=visit.said("function"),
            unit="" if visit.said("where") == "everywhere" else by.unit,
            state=_state(visit.said("state")),
            reason=visit.said("reason"),
            opens=midnight(first) if first and first > visit.say.today else now,
            closes=midnight(last + timedelta(days=1)) if last else None,
            routine=visit.said("routine"),
            way_back=visit.said("way_back"),
            is_met=visit.said("is_met") == "yes",
        )
        await _catalogue(visit).switch(wanted, by, now)
    except Unprocessable as wrong:
        return await _functions(visit, by, wrong.by_path, status=422)
    where = wanted.unit or "everywhere"
    await noted(visit, "switch", f"{wanted.function} {wanted.state} at {where}: {wanted.reason.strip()}")
    return visit.go("/rights/functions" if wanted.state == "on" else f"/stops/{wanted.function}")


async def one(visit: Visit) -> Response:
    """One function as it stands at my unit, for everybody who works there."""
    function = SWITCHED.get(visit.part("function"))
    if function is None:
        raise Absent("There is no such function.")
    unit, known, by = visit.session.unit, visit.powers.in_force, await reader(visit)
    said = known.stop(function.number, unit)
    history = await _catalogue(visit).switches(unit, most=1000)
    concern, about = None, None
    if said is not None and visit.powers.meets_patients:
        async with visit.record() as record:
            concern = await concerned(record, function.number)
            about = await stopped_for(record, said.switch.entry)
    return visit.page(
        "stops/one.html",
        function=function,
        how=known.state(function.number, unit),
        said=said,
        may_end=said is not None and _may_end(said, by),
        resting=[(other, known.state(other.number, unit)) for other in resting_on(function.number)],
        concern=concern,
        about=about,
        functions=SWITCHED,
        switches=[one for one in history if one.switch.function == function.number],
        now=visit.now,
        last=_last,
    )


async def _functions(visit: Visit, by: Deciding, problems: dict[str, str] | None = None, status: int = 200) -> Response:
    now = visit.parts.clock.now()
    known, coming = await _catalogue(visit).in_force(now), await _catalogue(visit).coming(by.unit, now)
    standing = [
        said
        for number in SWITCHED
        for unit in (by.unit, "")
        if (said := known.said.get((number, unit))) and said.switch.state != "on"
    ]
    shut = known.closed.get(by.unit, frozenset())
    return visit.page(
        "stops/functions.html",
        status,
        by=by,
        states=[_standstill(said, by) for said in standing],
        coming=[_standstill(said, by) for said in coming if said.switch.function in SWITCHED],
        switches=await _catalogue(visit).switches(by.unit),
        closed=[one for number, one in FUNCTIONS.items() if number in shut],
        functions=SWITCHED,
        groups=[(words, [one for one in SWITCHED.values() if _area(one) == code]) for code, words in AREAS.items()],
        resting=[(one, resting) for one in FUNCTIONS.values() if (resting := resting_on(one.number))],
        problems=problems or {},
        now=now,
        today=visit.say.today.isoformat(),
        last=_last,
    )


def _standstill(said: Switched, by: Deciding) -> Standstill:
    one = said.switch
    return Standstill(SWITCHED[one.function], one.unit, one.state, said, _may_end(said, by))


def _may_end(said: Switched, by: Deciding) -> bool:
    """Whether the button is offered: at the own unit, or for the county by those who decide for it."""
    if not by.rights.special & set(STOPPING):
        return False
    return (bool(said.switch.unit) or "change-rights" in by.rights.special) and may_put_on(said, by)


def _area(one: Function | Part) -> str:
    return one.area if isinstance(one, Function) else FUNCTIONS[one.function].area


def _state(text: str) -> State:
    states: dict[str, State] = {"on": "on", "stopped": "stopped", "paper": "paper"}
    if text not in states:
        raise Unprocessable("Say how the function is.", [Problem("Say how the function is.", "state")])
    return states[text]


def _last(at: datetime) -> str:
    """The last day that ends at an instant."""
    return day_of(at - timedelta(seconds=1))


def _catalogue(visit: Visit) -> Catalogue:
    return visit.parts.door.catalogue


ROUTES = [
    page("/rights/functions", functions),
    page("/rights/functions", switch, "POST"),
    page("/stops/{function}", one),
]
