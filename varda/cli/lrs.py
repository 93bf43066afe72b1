"""`varda lrs`: how it stands with what is told to a learning record store (xAPI), and sending again what it refused.

`varda serve` sends by itself while VARDA_LRS_URL says where to, every process; the outbox gives each statement to one.
"""

import asyncio
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from varda.cli import telling
from varda.cli.place import Place, placed, usable
from varda.kernel.clock import WallClock
from varda.kernel.log import logger
from varda.kernel.settings import Settings
from varda.record import Door

app = App(name="lrs", help="What is told to a learning record store (xAPI).")
if TYPE_CHECKING:
    from varda.exchange.xapi import Stock

Json = Annotated[bool, Parameter(negative="", help="Print the result as JSON.")]
EVERY = 15.0  # seconds
_AT_ONCE = 20

log = logger(__name__)


@app.command
def status(*, json: Json = False) -> None:
    """Tell how many statements wait, since when and why, and which the store has refused."""
    with placed() as place:
        stock = asyncio.run(_stock(place))
    if json:
        oldest = stock.oldest.isoformat() if stock.oldest else None
        telling.as_json(
            {"waiting": stock.waiting, "oldest": oldest, "trouble": stock.trouble, "parked": dict(stock.parked)}
        )
        return
    telling.answer(
        f"{stock.waiting} wait" + (f", the oldest since {stock.oldest:%Y-%m-%d %H:%M}" if stock.oldest else "")
    )
    if stock.trouble:
        telling.answer(f"The last try failed: {stock.trouble}")
    for reason, many in stock.parked.items():
        telling.answer(f"{many} parked: {reason}")
    if stock.parked:
        telling.answer("Mend what the store says, then: varda lrs again")


@app.command
def again() -> None:
    """Send what the store has refused once more."""
    with placed() as place:
        many = asyncio.run(_again(place))
    telling.answer(f"{many} will be sent again by varda serve.")


async def telling_store(door: Door, settings: Settings, secret: bytes) -> None:
    """Tell the store of the settings what has been learned, until cancelled. What fails is told and tried again."""
    from varda.exchange import xapi
    from varda.introduction import training
    from varda.introduction.training.told import told

    home = settings.address.rstrip("/") or f"http://localhost:{settings.port}"
    actors = xapi.Actors(home, secret if settings.lrs_actors == "pseudonym" else b"")
    store = xapi.Store(settings.lrs_url, settings.lrs_key, settings.lrs_secret)
    outbox = xapi.Outbox(door.database)
    while True:
        try:
            now = door.clock.now()
            await told(door.database, training.known(await door.catalogue.in_force(now)), actors, now)
            for _ in range(_AT_ONCE):
                if not await xapi.send(outbox, store, door.clock.now()):
                    break
        except Exception as lost:
            # Whatever it was: that nothing is told any more would be noticed by nobody.
            log.warning("nothing is told to the learning record store now", error=type(lost).__name__)
        await asyncio.sleep(EVERY)


async def _stock(place: Place) -> "Stock":
    from varda.exchange.xapi import Outbox

    async with usable(place, size=1) as (database, _):
        return await Outbox(database).stock()


async def _again(place: Place) -> int:
    from varda.exchange.xapi import Outbox

    async with usable(place, size=1) as (database, _):
        return await Outbox(database).unpark(WallClock().now())
