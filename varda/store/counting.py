"""What an import needs to know about what has come: how much is here, and which references still lead nowhere."""

from collections import Counter
from collections.abc import Sequence

from varda.fhir.keys import key
from varda.kernel.db import Work
from varda.kernel.sql import named
from varda.store.writing import whereabouts

_SQL = named("varda.store", "counting.sql")


async def counted(work: Work, places: Sequence[tuple[int, int]]) -> Counter[int]:
    """How many of the items, given as (compartment, item), are here now, by compartment."""
    if not places:
        return Counter()
    rows = await work.all(_SQL["counted"], *map(list, zip(*places, strict=True)))
    return Counter({row["compartment"]: row["items"] for row in rows})


async def settled(work: Work, compartments: Sequence[int]) -> Counter[int]:
    """References that still lead nowhere, by compartment; those whose target has come since are forgotten."""
    rows = await work.all(_SQL["dangling_of"], list(compartments))
    here = await whereabouts(work, {key(row["target"]) for row in rows}) if rows else {}
    found = [(row["compartment"], row["item"], row["target"]) for row in rows if key(row["target"]) in here]
    if found:
        await work.run(_SQL["dangling_found"], *map(list, zip(*found, strict=True)))
    return Counter(row["compartment"] for row in rows if key(row["target"]) not in here)
