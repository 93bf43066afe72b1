"""Where figures come from: one function each, of the county (empty place) and of units (F238).

Counts alone: who was denied, who waits and who is signed in is in none of them. What cannot be measured says so by
`Unavailable`, and is missing.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from varda.access.tickets import Tickets
from varda.introduction.coaching import oldest
from varda.introduction.command.incidents import Incidents
from varda.introduction.readiness import Board, Concerns
from varda.kernel import metrics
from varda.kernel.errors import Unavailable
from varda.kernel.sql import named
from varda.record import Door
from varda.record.review import denials

_SQL = named("varda.introduction.command")
ACTIVE, LOOKED = timedelta(minutes=15), timedelta(minutes=10)
WINDOW, FEWEST = timedelta(minutes=2), 20
"""Over which time answers are timed, and how many of them tell anything."""
PEOPLE, ASKED = 5, 20
"""Who asked at a unit, and how often, at least, for its share of denials to be told."""
Values = Mapping[str, float]
"""By place; the county's under none."""


Seen = deque[tuple[datetime, dict[float, float]]]
"""How many answers had come within each bound, at times of the last minutes."""


@dataclass
class World:
    """What is measured: one installation, and the times of answers as they were counted lately."""

    door: Door
    now: datetime
    seen: Seen = field(default_factory=deque)


Source = Callable[[World], Awaitable[Values]]


async def signed_in(world: World) -> Values:
    """Different people."""
    return {"": await Tickets(world.door.database).active(world.now - ACTIVE, world.now)}


async def response(world: World) -> Values:
    """The time within which 19 in 20 answers of the screens came, in ms, by the bounds that are counted."""
    world.seen.append((world.now, metrics.timed("web")))
    while len(world.seen) > 2 and world.now - world.seen[1][0] >= WINDOW:
        world.seen.popleft()
    first, last = world.seen[0][1], world.seen[-1][1]
    counted = {bound: many - first.get(bound, 0) for bound, many in last.items()}
    whole = counted.get(float("inf"), 0)
    if whole < FEWEST:
        raise Unavailable("Fewer than 20 pages have answered in the last two minutes.")
    bounds = [bound for bound, many in sorted(counted.items()) if many >= 0.95 * whole]
    slowest = max(bound for bound in counted if bound != float("inf"))
    return {"": 1000 * min(bounds[0], slowest + 1)}


async def denied(world: World) -> Values:
    """Shares in percent; of units where at least some people asked. The county's is of all of them together."""
    found = await denials(world.door, world.now - LOOKED, world.now)
    asked = sum(one.asked for one in found)
    told = [one for one in found if one.people >= PEOPLE and one.asked >= ASKED]
    whole = {"": 100 * sum(one.denied for one in found) / asked if asked >= ASKED else 0.0}
    return whole | {one.unit: 100 * one.denied / one.asked for one in told}


async def not_there(_world: World) -> Values:
    """What Varda does not do yet."""
    raise Unavailable("This is not there yet.")


async def stopped(world: World) -> Values:
    """Functions that stand still anywhere."""
    states = (await world.door.catalogue.in_force(world.now)).states
    return {"": len({function for (function, _), state in states.items() if state == "stopped"})}


async def paper(world: World) -> Values:
    """Units where any function is on paper; one that is so everywhere counts as one."""
    states = (await world.door.catalogue.in_force(world.now)).states
    return {"": len({unit for (_, unit), state in states.items() if state == "paper"})}


async def support(world: World) -> Values:
    """Minutes since the oldest case that nobody has taken."""
    rows = await world.door.database.all(_SQL["support_oldest"])
    return _worst({row["unit"]: _minutes(world.now - row["since"]) for row in rows})


async def coaches(world: World) -> Values:
    """Minutes since the oldest call that nobody has taken."""
    return _worst(
        {unit: _minutes(world.now - at) for unit, at in (await oldest(world.door.database, world.now)).items()}
    )


async def danger(world: World) -> Values:
    """Open faults of the gravest kind."""
    counted = await Incidents(world.door.database).counted()
    return {"": counted[max(counted)]["open"] if counted and max(counted) == 4 else 0}


async def again(world: World) -> Values:
    """What has come again and nobody has."""
    return {"": await Incidents(world.door.database).unowned()}


async def faults(world: World) -> Values:
    """All that are open."""
    return {"": sum(row["open"] for row in (await Incidents(world.door.database).counted()).values())}


async def concerns(world: World) -> Values:
    """Unanswered."""
    found = await Concerns(world.door.database).all()
    return {"": sum(one.answered_at is None for one in found)}


async def readiness(world: World) -> Values:
    """Units with any check that is not met."""
    found = await Board(world.door.database).units(world.now)
    if not found:
        raise Unavailable("Nothing has been gathered yet.")
    return {"": sum(any(one.state == "unmet" for one in some) for some in found.values())}


SOURCES: Mapping[str, Source] = {
    "signed-in": signed_in,
    "response": response,
    "denied": denied,
    "prints": not_there,
    "unsent": not_there,
    "stopped": stopped,
    "paper": paper,
    "support": support,
    "coaches": coaches,
    "danger": danger,
    "again": again,
    "faults": faults,
    "concerns": concerns,
    "readiness": readiness,
}
"""By the code of their figure."""


def _minutes(time: timedelta) -> float:
    return max(0.0, time.total_seconds() / 60)


def _worst(by_unit: dict[str, float]) -> Values:
    return {"": max(by_unit.values(), default=0.0)} | by_unit
