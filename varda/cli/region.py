"""`varda region fill`: the invented county into the database, by several processes, usable while it fills."""

import asyncio
from datetime import UTC, date, datetime, time
from typing import Annotated

from cyclopts import App, Parameter

from varda.catalogue import Catalogue
from varda.cli import build, crew, measures, telling, tools
from varda.cli.crew import Orders
from varda.cli.place import Place, placed, usable
from varda.cli.serve import seal, wired
from varda.introduction.classes import invented as classes
from varda.introduction.coaching import invented as coaches
from varda.introduction.command import invented as command
from varda.introduction.cutover import invented as cutover
from varda.introduction.effects import invented as effects
from varda.introduction.office import invented as office
from varda.introduction.programme import invented
from varda.introduction.readiness import Register, Seal
from varda.introduction.voices import invented as voices
from varda.kernel.clock import STOCKHOLM, WallClock
from varda.kernel.db import Database
from varda.kernel.errors import Refused
from varda.record import Door, imports
from varda.region import fill as filling
from varda.region import yesterday

app = App(name="region", help="The invented county.")
Patients = Annotated[int, Parameter(help="How many inhabitants. More than are there already: the county grows.")]
Seed = Annotated[int, Parameter(help="The same seed gives the same county.")]


@app.command
def fill(
    *,
    patients: Patients = 500,
    seed: Seed = 1,
    now: Annotated[date | None, Parameter(help="The day the lives are told as of; today when left out.")] = None,
    calm: Annotated[bool, Parameter(negative="", help="Let other programs go first.")] = False,
    json: Annotated[bool, Parameter(negative="", help="Print the result as JSON.")] = False,
) -> None:
    """Fill the database with an invented county: organisations, staff and patients with believable lives.

    A filling that was stopped goes on where it was. Production databases are refused.
    """
    told = datetime.combine(now, time(12), STOCKHOLM).astimezone(UTC) if now else None
    with placed() as place:
        result = asyncio.run(filled(place, patients, seed, told, calm=calm))
        if result["items"] and patients >= yesterday.LEAST:
            asyncio.run(measures.reckoned(place))  # no night has come to a county that is new
    if json:
        telling.as_json(result)
    else:
        telling.answer(f"{result['patients']:,} patients ({result['items']:,} items written now)")


async def filled(
    place: Place, patients: int, seed: int, now: datetime | None = None, *, calm: bool = False, members: int = 2
) -> dict[str, int]:
    """Fill what is missing. Gives the number of patients there are and of items written. Raises `Refused`."""
    async with usable(place, size=2) as (database, environment):
        if environment == "production":
            raise Refused("This database is for production: invented people are not let in.")
        notes = await imports.noted(database, f"region fill {seed}")
        shared = filling.begun(seed, now, WallClock().now().replace(microsecond=0), notes)
        items = 0
        if filling.SOCIETY not in notes:
            async with wired(place.url, build.name(), size=2) as wires:
                items = await filling.fill_society(wires.door, shared, notes)
        await invented.fill(database, shared.now, seed)
        await office.fill(database, shared.now, seed)
        await coaches.fill(database, shared.now)
        await classes.fill(database, shared.now)
        await effects.fill(database, shared.now, seed)
        await command.fill(database, shared.now)
        await _cut_over(place, database)
        await voices.fill(database, shared.now, seed)
        pieces = list(filling.missing(patients, notes))
        orders = Orders(place.url, build.name(), "varda.cli.region:some", shared, calm)
        with telling.progress("Filling the county", patients) as advance:
            advance(patients - sum(piece.last - piece.first + 1 for piece in pieces))

            def told(result: tuple[int, int]) -> None:
                nonlocal items
                items += result[1]
                advance(result[0])

            if pieces:
                await crew.done(orders, iter(pieces), told, members=members)
        if patients >= yesterday.LEAST and yesterday.NAME not in notes:
            async with wired(place.url, build.name(), size=2) as wires:
                await yesterday.fill(wires.door, shared)
        if items:
            await asyncio.to_thread(tools.known_to_the_planner, place.url)
        return {"patients": patients, "items": items}


async def _cut_over(place: Place, database: Database) -> None:
    """A run-book on its way, by the hour that it is: of the candidate that runs."""
    now = WallClock().now()
    known = (await Register(database).settle(build.name(), await Catalogue(database).in_force(now), now)).now
    assert known is not None, "settled just before"
    mark = Seal(seal(place.settings.home))
    await cutover.fill(database, mark, (known.build, known.configuration), now)


async def some(door: Door, shared: filling.Shared, piece: filling.Range) -> tuple[int, int]:
    """What a member does."""
    return await filling.fill_lives(door, shared, piece)
