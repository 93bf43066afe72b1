"""What the pages of downtime share: whose unit it is, and what the reader may do there."""

from varda.introduction.downtime import Folder, Packs, Phrases
from varda.kernel.errors import Refused
from varda.web.visit import Visit

AT = "/downtime"
_NO_PATIENTS = "What the unit has for downtime is for those who meet its patients."


def by(visit: Visit) -> tuple[str, str]:
    """Who does something: HSA-id and name."""
    return visit.session.actor, visit.session.name


def leads(visit: Visit) -> bool:
    """Whether the reader leads the own unit."""
    return visit.powers.has("manage-unit")


def require_patients(visit: Visit) -> None:
    """Raise `Refused` unless the reader's role meets the unit's patients."""
    if not visit.powers.meets_patients:
        raise Refused(_NO_PATIENTS)


def packs(visit: Visit) -> Packs:
    """When packs were made."""
    return Packs(visit.parts.door.database)


def phrases(visit: Visit) -> Phrases:
    """Which phrase each unit uses."""
    return Phrases(visit.parts.door.database)


def folder(visit: Visit) -> Folder:
    """Where the packs lie."""
    return Folder(visit.parts.packs)
