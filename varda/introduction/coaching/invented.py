"""Invented coaches for the invented county: a few of the known people, appointed and finished as anybody is."""

from datetime import datetime

from varda.access.people import People
from varda.access.session import Session
from varda.catalogue import Catalogue
from varda.introduction.training import Learning, Taken, shipped
from varda.kernel.db import Database
from varda.region.staff import DEMO_PEOPLE

_COACHES = ("Johan Ekman", "Maria Lindqvist", "Kerstin Nyberg")
_COURSES = ("introduction", "track-coach")


async def fill(database: Database, now: datetime) -> int:
    """Make them coaches of the unit of their usual assignment, unless anybody is; gives how many."""
    courses, learning = shipped(), Learning(database, Catalogue(database), "")
    if await learning.held(courses, "coach", now):
        return 0
    some = [one for one in DEMO_PEOPLE if one.name in _COACHES]
    for one in some:
        who: Session = await People(database).session(one.hsa, "", now)
        await learning.appoint(who, "coach", who, now, is_on=True)
        for code in _COURSES:
            for step in courses[code].steps:
                await learning.step_done(one.hsa, courses[code], step, now, Taken(tries=1))
    return len(some)
