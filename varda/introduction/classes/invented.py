"""Invented classes for the invented county: rooms in Borås, a period, two who teach, classes in the coming weeks."""

from datetime import datetime, timedelta

from varda.access.people import People
from varda.catalogue import Catalogue
from varda.introduction.classes.model import Period, Room, Wanted, at
from varda.introduction.classes.planning import Planning
from varda.introduction.training import Learning, Taken, shipped
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database
from varda.region.staff import DEMO_PEOPLE

_TEACHERS = {"Kerstin Nyberg": "base-nurse", "Johan Ekman": "base-physician"}
_BY = "invented"


async def fill(database: Database, now: datetime) -> int:
    """Fill them, unless there are rooms; gives how many classes."""
    planning, courses = Planning(database), shipped()
    if await planning.rooms():
        return 0
    rooms = [
        await planning.keep_room(Room(f"Solhem {nth}", "Borås", 8 + 4 * nth, "south")) for nth in range(1, 4)
    ]  # fmt: skip
    today = now.astimezone(STOCKHOLM).date()
    monday = today + timedelta(days=7 - today.weekday())
    opens = monday + timedelta(weeks=2)
    await planning.keep_period(Period("Södra, första vågen", "south", opens, opens + timedelta(weeks=8)), _BY, now)
    learning, count = Learning(database, Catalogue(database), ""), 0
    for one in [one for one in DEMO_PEOPLE if one.name in _TEACHERS]:
        who = await People(database).session(one.hsa, "", now)
        await learning.appoint(who, "instructor", who, now, is_on=True)
        base = _TEACHERS[one.name]
        for code in ("introduction", base, "track-coach", "track-instructor"):
            for step in courses[code].steps:
                await learning.step_done(one.hsa, courses[code], step, now, Taken(tries=1))
        for week in range(4):
            day = monday + timedelta(weeks=week, days=1 + count % 3)
            wanted = Wanted(
                base, "room", at(day, 8 * 60), at(day, 8 * 60 + courses[base].class_minutes), 12 if week else 1,
                rooms[count % 3], teachers=((one.hsa, one.name),),
            )  # fmt: skip
            await planning.plan(wanted, _BY, now)
            count += 1
    return count
