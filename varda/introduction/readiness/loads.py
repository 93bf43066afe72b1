"""How many work at once when the largest wave has started, and what load a candidate has to have borne (F216)."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from varda.access.organisations import Organisations
from varda.access.people import Posts
from varda.introduction.programme import Participants
from varda.introduction.readiness.evidence import Lack
from varda.introduction.testruns import Run, newest
from varda.kernel.db import Database

SHARE = 0.025
"""Of those who work in an area, how many are active at once: 150 of 6,000 in the first one (INTRODUCTION §3)."""
MARGIN = 1.5
"""A candidate has borne half as many again."""


async def expected(database: Database, posts: Mapping[str, Sequence[Posts]]) -> int:
    """Active users at once of the largest area that takes part; of the county where nobody does yet."""
    at = {unit: sum(one.posts for one in some) for unit, some in posts.items()}
    taking_part = (await Participants(database).all()).values()
    below = await Organisations(database).below_each([one.organisation for one in taking_part])
    areas: dict[str, set[str]] = defaultdict(set)
    for one in taking_part:
        areas[one.area].update(below.get(one.organisation, ()))
    sizes = [sum(at.get(unit, 0) for unit in units) for units in areas.values()]
    return max(1, math.ceil(SHARE * max([size for size in sizes if size] or [sum(at.values())])))


def lacking(runs: Sequence[Run], awaited: int) -> list[Lack]:
    """What the candidate's newest load run lacks, for so many users at once."""
    found, least = newest(runs, "load"), math.ceil(MARGIN * awaited)
    if found is None:
        return [Lack("no-run", "load")]
    if not found.passed:
        return [Lack("run-failed", "load")]
    if found.users < least:
        return [Lack("load-small", "load", values={"users": str(found.users), "least": str(least)})]
    return []
