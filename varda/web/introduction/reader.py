"""What every page of the introduction has: who asks, what they may write, and the words of what is shown."""

from collections.abc import Iterable

from varda.access.organisations import Organisation, Organisations
from varda.catalogue import Deciding
from varda.introduction.cutover import Notice, Notices
from varda.introduction.office import Due, Reminders
from varda.introduction.programme import LOCAL, OFFICE, Mandates, Plans
from varda.kernel.errors import Absent
from varda.record.powers import worker
from varda.web.language import N_
from varda.web.visit import Visit

KIND_WORDS = {
    "area": N_("area"),
    "delivery": N_("delivery"),
    "phase": N_("phase"),
    "event": N_("event"),
    "package": N_("work package"),
    "activity": N_("activity"),
    "milestone": N_("milestone"),
    "gateway": N_("gateway"),
    "freeze": N_("freeze"),
    "go-live": N_("go-live"),
}
STATE_WORDS = {
    "planned": N_("planned"),
    "running": N_("running"),
    "paused": N_("paused"),
    "stopped": N_("stopped"),
}
PROGRESS_WORDS = {
    "done": N_("done"),
    "critical": N_("critical"),
    "begun": N_("begun"),
    "planned": N_("planned"),
}
STAND_WORDS = {
    "done": N_("done"),
    "late": N_("late"),
    "coming": N_("coming"),
}
SORT_WORDS = {
    "municipality": N_("municipality"),
    "administration": N_("administration"),
    "private": N_("private provider"),
}


async def asking(visit: Visit) -> Deciding:
    """Whoever reads the page, as somebody who may have a mandate."""
    session = visit.session
    rights = await visit.parts.door.catalogue.rights(worker(session), visit.parts.clock.now())
    return Deciding(session.actor, session.name, session.unit, rights)


async def may(visit: Visit, roles: str | Iterable[str], organisation: str = "") -> bool:
    """Whether the reader holds any of the roles, so that what takes one is offered."""
    now = visit.parts.clock.now()
    return await mandates(visit).held(visit.session.actor, roles, organisation, now) is not None


async def may_plan(visit: Visit, organisation: str) -> bool:
    """Whether the reader may change an organisation's own plan."""
    return await may(visit, (OFFICE, *LOCAL), organisation)


def plans(visit: Visit) -> Plans:
    """The plans."""
    return Plans(visit.parts.door.database)


def mandates(visit: Visit) -> Mandates:
    """The appointments."""
    return Mandates(visit.parts.door.database)


async def names(visit: Visit, hsas: Iterable[str]) -> dict[str, str]:
    """What organisations are called, by HSA-id."""
    found: dict[str, Organisation] = await Organisations(visit.parts.door.database).known({one for one in hsas if one})
    return {hsa: one.name for hsa, one in found.items()}


def number_in(visit: Visit, name: str) -> int:
    """The number of something in the address. Raises `Absent` for what is none."""
    text = visit.part(name)
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise Absent("There is no such entry.")
    return int(text)


async def due(visit: Visit) -> dict[str, list[Due] | dict[str, str]]:
    """The status reports that the reader has to send, as introduction/_due.html shows them; noted as told."""
    session, database = visit.session, visit.parts.door.database
    found = await Reminders(database).of(session.actor, session.name, visit.parts.clock.now())
    return {"due": found, "due_names": await names(visit, [one.organisation for one in found]) if found else {}}


async def notices(visit: Visit) -> dict[str, list[Notice]]:
    """What the reader has to do soon in a cut-over, as cutover/_notices.html shows it; noted as told."""
    database, now = visit.parts.door.database, visit.parts.clock.now()
    return {"steps_soon": await Notices(database).of(visit.session.actor, now)}
