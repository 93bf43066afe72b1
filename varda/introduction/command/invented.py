"""Invented faults and cases of the support for the invented county, told by the same verbs as people use."""

from datetime import datetime, timedelta

from varda.access.people import People
from varda.catalogue import Deciding, Rights
from varda.introduction.command.incidents import COMMAND, SUPPORT, Incidents, Telling
from varda.introduction.command.support import Cases
from varda.introduction.programme import OFFICE, Appointment, Mandates
from varda.kernel.db import Database
from varda.region.staff import DEMO_PEOPLE

_TOLD = (
    ("ward-nurse", 190, Telling("rights", 3, "Kommer inte åt listan efter byte av uppdrag.", "F77", "patients")),
    ("municipal-nurse", 95, Telling("rights", 3, "Samma sak hos oss, två av fem kommer inte in.", "F77", "patients")),
    ("ward-physician", 60, Telling("slow", 2, "Provsvaren tar lång tid att öppna.", "F49", "chart/results")),
    ("ward-nurse", 40, Telling("print", 2, "Skrivaren i expeditionen tar inte emot.", "", "other")),
    ("municipal-nurse", 12, Telling("wrong", 4, "Uppgiften stod kvar som ogjord fast den var klar.", "F87", "inbox")),
)
"""Whose, how many minutes ago, and what."""
_ASKED = (
    ("ward-nurse", 55, "Kortläsaren blinkar rött.", "tagen"),
    ("municipal-nurse", 20, "Hur byter jag språk?", ""),
    ("ward-physician", 6, "Skärmen är svart efter omstart.", ""),
)


async def fill(database: Database, now: datetime) -> int:
    """Fill them in, unless there are some; gives how many faults are open."""
    incidents, cases, people = Incidents(database), Cases(database), People(database)
    if found := await incidents.open():
        return len(found)
    known = {one.key: one.hsa for one in DEMO_PEOPLE}
    held = await Mandates(database).in_force(now)
    office = next((one for one in held if one.role.code == OFFICE), None)
    if office is None:
        return 0
    by = Deciding(office.person, office.name, "", Rights(frozenset(), {}))
    leader = next(one for one in DEMO_PEOPLE if one.key == "rights-administrator")
    for role in (COMMAND, SUPPORT):
        wanted = Appointment(
            leader.hsa, leader.name, role, "", now - timedelta(days=3), None, "Utsedd inför driftstart"
        )
        await Mandates(database).give(wanted, by, now - timedelta(days=3))
    for key, ago, said in _TOLD:
        at = now - timedelta(minutes=ago)
        await incidents.tell(said, await people.session(known[key], "", at), "0.1.0", at)
    lead = await people.session(leader.hsa, "", now)
    for key, ago, words, taken in _ASKED:
        at = now - timedelta(minutes=ago)
        await cases.ask(await people.session(known[key], "", at), "other", words, "", at)
        if taken:
            waiting = await cases.waiting()
            await cases.step(waiting[-1].support, "take", "", lead, at + timedelta(minutes=2))
    first = (await incidents.open())[0]
    await incidents.step(first.fault, "take", "", lead, now - timedelta(minutes=80))
    return len(await incidents.open())
