"""`varda destroy`: finish what two persons have ordered and an interruption left (PDL 8:4)."""

import asyncio

from varda.cli import build, telling
from varda.cli.place import Place, placed, usable
from varda.cli.serve import anchor, wired
from varda.record import destruction


def destroy() -> None:
    """Carry out destructions that are ordered and not finished. Nothing is asked for or ordered here.

    A serving process does this by itself when a second person orders it. This goes on where it was interrupted, or does
    it all where the serving process may not. Whoever runs it must be able to become varda_keeper.
    """
    with placed() as place:
        done = asyncio.run(_done(place))
    for number, items in done:
        telling.answer(f"destruction {number}: {items} items destroyed")
    telling.answer(f"{len(done)} finished.")


async def _done(place: Place) -> list[tuple[int, int]]:
    async with usable(place, size=1):
        pass
    noting = anchor(place.settings.home, place.url)
    async with wired(place.url, build.name(), size=2, anchor=noting) as wires:
        numbers = await destruction.unfinished(wires.database)
        return [(number, await destruction.carry_out(wires.door, number)) for number in numbers]
