"""What goes from `access` when an item is destroyed (PDL 8:4): all that was derived from it."""

from collections.abc import Sequence

from varda.kernel.db import Work
from varda.kernel.sql import named

_SQL = named("varda.access", "keeper.sql")
_QUERIES = named("varda.access")


async def derived(keeper: Work, items: Sequence[int]) -> None:
    """Take away the relations, decisions and links that came from these items. `keeper` works under varda_keeper."""
    await keeper.run(_SQL["derived_destroyed"], list(items))


async def employed(work: Work, people: Sequence[str], provider: int) -> list[str]:
    """Which of these people (HSA-ids) have or had an assignment with the provider."""
    return [row["hsa"] for row in await work.all(_QUERIES["employed"], list(people), provider)]
