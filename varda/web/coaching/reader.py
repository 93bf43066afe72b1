"""What the pages of coaches share: the register as the county's courses stand now, and whoever leads the unit."""

from varda.access.organisations import Organisations
from varda.introduction import training
from varda.introduction.coaching import Calls, Floorwalkers, Loans, Register
from varda.introduction.training import Learning
from varda.kernel.errors import Absent, Refused
from varda.web.visit import Visit

AT = "/coaching"


def learning(visit: Visit) -> Learning:
    """What people have finished."""
    return Learning(visit.parts.door.database, visit.parts.door.catalogue, visit.parts.build)


def register(visit: Visit) -> Register:
    """Who is a coach where."""
    return Register(visit.parts.door.database, learning(visit), training.known(visit.powers.in_force))


def calls(visit: Visit) -> Calls:
    """Calls for a coach."""
    return Calls(visit.parts.door.database, register(visit))


def loans(visit: Visit) -> Loans:
    """Who is lent to whom."""
    return Loans(visit.parts.door.database)


def floorwalkers(visit: Visit) -> Floorwalkers:
    """Who walks the floors."""
    return Floorwalkers(visit.parts.door.database, learning(visit), training.known(visit.powers.in_force))


async def names(visit: Visit, hsas: set[str]) -> dict[str, str]:
    """Organisations by HSA-id, as they are called."""
    known = await Organisations(visit.parts.door.database).known(hsas)
    return {hsa: one.name for hsa, one in known.items()}


def require_leading(visit: Visit) -> None:
    """Raise `Refused` for who does not lead the unit of the assignment."""
    if not visit.powers.has("manage-unit"):
        raise Refused("Coaches are lent by those who lead the two units.")


def number(visit: Visit, name: str) -> int:
    """A number of the path. Raises `Absent` for what is none."""
    text = visit.part(name)
    if not (text.isascii() and text.isdecimal()) or len(text) > 15:
        raise Absent("There is no such entry.")
    return int(text)
