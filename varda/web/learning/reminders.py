"""What is called to mind of somebody's classes where their work begins: those of a week, what others changed (F201).

It stands above the inbox and is no row of it: nothing there waits to be done, so the count in the top bar leaves it
out.
"""

from typing import Any

from varda.web.learning.classes import SOON, bookings_of, own, planning_of, unit_names
from varda.web.learning.reader import courses_of
from varda.web.visit import Visit


async def reminded(visit: Visit) -> dict[str, Any]:
    """As learning/_reminded.html shows it: classes that are near or were moved lately, and seats that others have ended
    lately and that nothing has taken the place of.
    """
    now, mine = visit.parts.clock.now(), await own(visit)
    moved = await planning_of(visit).moved_from([one.occasion for one, _ in mine], now - SOON) if mine else {}
    seated = {one.course for one, _ in mine}
    taken = await bookings_of(visit).taken_from(visit.session.actor, now - SOON)
    return {
        "soon": [(one, at) for one, at in mine if one.starts < now + SOON or one.occasion in moved],
        "moved": moved,
        "unit_names": await unit_names(visit, [one for _, one in mine]),
        "taken": [one for one in taken if one.course not in seated and one.starts > now],
        "courses": courses_of(visit) if mine or taken else {},
    }
