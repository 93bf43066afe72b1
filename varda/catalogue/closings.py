"""What an organisation has not called off, closed for it and for all its units: nothing is written in it there, and it
is not told as a fault (F4; decision 46).

Whoever answers for what is called off has the right and the reason, and keeps them; here stands only which functions
are closed where. Reading has no switch, so that nobody can turn it off.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime

from varda.kernel.db import Work
from varda.kernel.sql import named

_SQL = named("varda.catalogue")
Below = Callable[[Iterable[str]], Awaitable[Mapping[str, Iterable[str]]]]
"""The organisations (HSA-ids) below each of some, themselves among them: passed in, since the tree is another's."""


async def close(work: Work, some: Mapping[str, Iterable[str]], by: str, now: datetime) -> None:
    """Say which functions are closed for organisations (HSA-id); none opens them all. What it said before is kept."""
    columns = (list(some), [" ".join(sorted(functions)) for functions in some.values()])
    await work.run(_SQL["closed"], *columns, by, now)


async def closed(work: Work, below: Below | None) -> dict[str, frozenset[str]]:
    """The functions that are closed, by unit: of several organisations above it those of all."""
    said = {row["organisation"]: frozenset(row["functions"]) for row in await work.all(_SQL["closings"])}
    within = await below(said) if below and said else {one: [one] for one in said}
    found: dict[str, frozenset[str]] = {}
    for organisation, units in within.items():
        for unit in units:
            found[unit] = found.get(unit, frozenset()) | said[organisation]
    return found
