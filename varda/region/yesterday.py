"""What some of the staff did the day before the county was filled, so that log review has something to judge at once.

It goes through the door as everything does, under a clock that stands at that afternoon, and is then reviewed by the
same run as every day: own record, a colleague's, a child's, a protected person's.
"""

from datetime import datetime, time, timedelta

from varda.access.people import People
from varda.kernel.clock import STOCKHOLM, SetClock
from varda.record import Door, imports, review
from varda.region.fill import Shared
from varda.region.staff import DEMO_PEOPLE, PATIENTS

NAME = "what was read yesterday"
LEAST = max(PATIENTS) + 2
"""How many patients there must be."""

_READ = (
    # who, which patient, why
    ("ward-physician", "p22", "Vill se mina egna provsvar"),
    ("ward-nurse", "p22", "Undrar hur det gick för Johan"),
    ("district-nurse", "p55", "Dottern har feber"),
    ("physiotherapist", "p40", "Planerar besök"),
)


async def fill(door: Door, shared: Shared) -> None:
    """Read, and have it reviewed; noted, so that it is done once."""
    now = door.clock.now().astimezone(STOCKHOLM)
    day = now.date() - timedelta(days=1)
    then = SetClock(datetime.combine(day, time(14), STOCKHOLM))
    before = Door(door.database, door.journal, then, door.population)
    people = {person.key: person for person in DEMO_PEOPLE}
    for who, patient, reason in _READ:
        then.instant += timedelta(minutes=7)
        person = people[who]
        session = await People(door.database).session(person.hsa, person.assignments[0], then.now())
        async with before.opened(session, "care", request="yesterday") as record:
            await record.choose(patient, reason=reason)
        async with before.opened(session, "care", request="yesterday") as record:
            await record.compartment(patient, {"Patient": 1, "Observation": 10, "Composition": 5})
    await review.run(door, day, shared.run)
    await imports.note(door.database, shared.run, NAME, door.clock.now(), {"day": day.isoformat()})
