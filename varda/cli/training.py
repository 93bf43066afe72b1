"""`varda training`: the environment where everybody practises, on the same build and with another database."""

import asyncio
import os
from contextlib import AbstractContextManager
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

from cyclopts import App, Parameter

from varda.cli import build, classes, db, serve, telling
from varda.cli.place import Place, placed, settings
from varda.cli.serve import wired
from varda.introduction.practice import KINDS, OWN_TEAM, Ground
from varda.introduction.practice.lives import SEED, monday
from varda.kernel.errors import Malformed
from varda.record import imports
from varda.region import fill as filling

app = App(name="training", help="The training environment: the same build, invented patients, a clock of its own.")
Json = Annotated[bool, Parameter(negative="", help="Print the result as JSON.")]
Unit = Annotated[str, Parameter(help=f"What kind of unit is copied: {', '.join(KINDS)}.")]
_PORT = 8001
app.command(classes.plan)


@app.command(name="open")
def open_(
    *,
    port: Annotated[int, Parameter(help="TCP port.")] = _PORT,
    host: Annotated[str, Parameter(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Make the training environment of this build, if it is not there, and serve it until Ctrl+C.

    One database serves everybody: beside the own one (VARDA_HOME/training, or VARDA_DATABASE_URL with _training at its
    end), unless VARDA_ENVIRONMENT is training already. People come from an exercise of a course.
    """
    with _training() as place:
        db.prepared(place)
        asyncio.run(prepared(place))
        telling.answer(f"Training environment of Varda {build.name()}  http://{host}:{port}")
        telling.answer("People come here from an exercise of a course. A class in advance: varda training class")
        serve.run(place, host, port)


@app.command(name="class")
def class_(
    name: Annotated[str, Parameter(help="What the class is called.")],
    *,
    unit: Unit = "ward",
    learners: Annotated[int, Parameter(help="How many will come.")] = 12,
    together: Annotated[bool, Parameter(negative="", help="One unit for the whole class, as a team.")] = False,
    json: Json = False,
) -> None:
    """Make the units of a class in advance, so that everybody's is ready when they come."""
    if name.startswith(OWN_TEAM):
        raise Malformed(f"The teams of units are called {OWN_TEAM}… already. Choose another name for the class.")
    wanted = 1 if together else learners
    if not 0 < wanted <= 500:
        raise Malformed("A class has between 1 and 500 learners.")
    with _training() as place:
        stock = asyncio.run(_made(place, name, unit, wanted, together=together))
    _told(stock, json)


async def _made(place: Place, name: str, unit: str, wanted: int, *, together: bool) -> list[dict[str, object]]:
    async with wired(place.url, build.name(), size=3, moves=True) as wires:
        ground = Ground(wires.door)
        with telling.progress("Copying units", wanted) as advance:
            for _ in range(wanted):
                await ground.make(unit, unit_class=name, is_shared=together)
                advance(1)
        return await _stock(ground)


@app.command
def reset(
    *,
    name: Annotated[str, Parameter(name="--class", help="The class to begin anew.")] = "",
    everybody: Annotated[bool, Parameter(negative="", help="Begin anew for everybody.")] = False,
    json: Json = False,
) -> None:
    """Close the units of a class, or of everybody: who comes back begins anew. One person does it on the own page."""
    if bool(name) == everybody:
        raise Malformed("Say which class is to begin anew (--class NAME), or --everybody.")
    with _training() as place:
        ended = asyncio.run(_reset(place, None if everybody else name))
    if json:
        telling.as_json({"ended": ended})
    else:
        telling.answer(f"{ended} units were closed. Whoever comes back gets a fresh one.")


async def _reset(place: Place, name: str | None) -> int:
    async with wired(place.url, build.name(), size=3, moves=True) as wires:
        return await Ground(wires.door).reset(name)


@app.command
def status(*, json: Json = False) -> None:
    """How many copied units there are, by class and kind, and how many nobody has taken."""
    with _training() as place:
        _told(asyncio.run(_found(place)), json)


async def _found(place: Place) -> list[dict[str, object]]:
    async with wired(place.url, build.name(), size=3, moves=True) as wires:
        return await _stock(Ground(wires.door))


async def _stock(ground: Ground) -> list[dict[str, object]]:
    return [
        {"class": one.unit_class, "unit": one.kind, "spare": one.spare, "all": one.all} for one in await ground.stock()
    ]


def _told(stock: list[dict[str, object]], json: bool) -> None:
    if json:
        telling.as_json(stock)
        return
    for one in stock:
        telling.answer(f"{one['class'] or '(no class)':<20} {one['unit']:<14} {one['spare']} of {one['all']} spare")
    if not stock:
        telling.answer("No unit has been copied yet.")


def _training() -> AbstractContextManager[Place]:
    """The training environment's place, beside the one that the settings name."""
    found, _ = settings()
    if found.environment != "training":
        os.environ.setdefault("VARDA_PRACTICE", str(found.home / "practice"))
        os.environ["VARDA_ENVIRONMENT"] = "training"
        os.environ["VARDA_HOME"] = str(found.home / "training")
        if found.database_url:
            parts = urlsplit(found.database_url)
            os.environ["VARDA_DATABASE_URL"] = urlunsplit(parts._replace(path=f"{parts.path}_training"))
    return placed(default="training")


async def prepared(place: Place) -> None:
    """Organisations, colleagues, and which invented patients each kind of unit has."""
    async with wired(place.url, build.name(), size=3, moves=True) as wires:
        run = f"region fill {SEED}"
        notes = await imports.noted(wires.database, run)
        shared = filling.begun(SEED, None, monday(wires.clock.now()), notes)
        with telling.progress("Preparing", 2) as advance:
            if filling.SOCIETY not in notes:
                await filling.fill_society(wires.door, shared, notes)
            advance(1)
            await Ground(wires.door).prepare(shared.now)
            advance(1)
