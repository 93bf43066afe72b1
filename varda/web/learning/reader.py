"""What the pages of the portal have in common: the courses, the reader's path, and the unit that the reader leads."""

from varda.access.organisations import Organisations
from varda.introduction import training
from varda.introduction.programme import Mandates
from varda.introduction.training import Course, Learning, Place
from varda.kernel.errors import Refused
from varda.web.learning.authoring import LEAD
from varda.web.visit import Visit


async def path_of(visit: Visit, also: str = "") -> list[Place]:
    """The reader's path."""
    now, person = visit.parts.clock.now(), visit.session.actor
    sessions = await visit.parts.people.sessions(person, now)
    return await learning_of(visit).path(courses_of(visit), person, sessions, now, also=also)


def courses_of(visit: Visit) -> dict[str, Course]:
    """The courses in use."""
    return training.known(visit.powers.in_force)


def learning_of(visit: Visit) -> Learning:
    """What people have done."""
    return Learning(visit.parts.door.database, visit.parts.door.catalogue, visit.parts.build)


async def leading(visit: Visit, hsa: str) -> tuple[str, str]:
    """The unit (HSA-id, name) that is asked for, the own one where none is. Raises `Refused` for who leads neither it
    nor, by mandate, the training of an organisation above it, and alike for one that is not there.
    """
    session, database = visit.session, visit.parts.door.database
    if hsa in ("", session.unit) and visit.powers.has("manage-unit"):
        return session.unit, session.unit_name
    asked = hsa or session.unit
    known = await Organisations(database).known([asked])
    if asked not in known or not await Mandates(database).held(session.actor, LEAD, asked, visit.parts.clock.now()):
        raise Refused("The training of a unit is seen by who leads it.")
    return asked, known[asked].name
