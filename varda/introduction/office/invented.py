"""Invented risks for the invented programme, by the same verbs as people use. The same seed gives the same."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from varda.catalogue import Deciding, Rights
from varda.introduction.office.risks import Risks, Wanted
from varda.introduction.programme import LOCAL, OFFICE, Mandate, Mandates
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database

_LOCAL_RISKS = (
    ("risk", "Ersättare saknas när alla ska utbildas", 4, 4, "Bemanningen planeras om i höst"),
    ("risk", "Korten hinner inte levereras före driftstart", 3, 4, "Beställning i god tid, reservkort"),
    ("problem", "Två av tre skrivare fungerar inte på hemvården", 0, 3, "Felanmält"),
    ("risk", "Coacherna slutar före driftstart", 2, 3, ""),
    ("problem", "Nätet räcker inte på landsbygden", 0, 4, "Mobil uppkoppling provas"),
    ("risk", "Rutinerna för samordnad planering är inte överenskomna", 3, 3, "Möte med sjukhuset"),
)
_CENTRAL_RISKS = (
    ("south", "risk", "Genrepet sammanfaller med semestrarna", 3, 5, "Flytta två veckor"),
    ("west", "risk", "Kopplingen till laboratoriet försenas", 4, 4, "Tidigare prov av svaren"),
    ("", "risk", "För få instruktörer till två områden samtidigt", 3, 4, "Rekrytera i höst"),
    ("", "problem", "Driftstatistiken kommer en vecka sent", 0, 2, "Ny leverans avtalad"),
)


async def fill(database: Database, now: datetime, seed: int = 1) -> int:
    """Fill what an invented programme office keeps, unless there is some; gives how many risks and problems."""
    risks, chance = Risks(database), Random(f"{seed}:office")  # noqa: S311 - an invented office, not a secret
    held = await Mandates(database).in_force(now)
    office = next((one for one in held if one.role.code == OFFICE), None)
    if office is None or await risks.all() or await risks.all(closed=True):
        return 0
    leads = [one for one in held if one.role.code == LOCAL[0]]
    made = 0
    for lead in leads:
        made += await _local(risks, lead, chance, now)
    for place, kind, words, probability, consequence, measures in _CENTRAL_RISKS:
        wanted = _wanted((kind, words, probability, consequence, measures), office, chance, now)
        await risks.raised(place, wanted, _by(office), now - timedelta(days=chance.randint(3, 50)))
    return made + len(_CENTRAL_RISKS)


async def _local(risks: Risks, lead: Mandate, chance: Random, now: datetime) -> int:
    """What one local project has raised; some of it has been given up a level, and some is closed."""
    some = chance.sample(_LOCAL_RISKS, chance.choice((0, 1, 1, 2)))
    for said in some:
        began = now - timedelta(days=chance.randint(2, 90))
        wanted = _wanted(said, lead, chance, began)
        number = await risks.raised(lead.organisation, wanted, _by(lead), began)
        fate = chance.random()
        if fate < 0.2:
            await risks.move(number, 1, up=True, reason="Flera kommuner har samma", by=_by(lead), now=now)
        elif fate < 0.35:
            closed = Wanted(wanted.kind, wanted.words, wanted.probability, wanted.consequence, wanted.owner,
                            wanted.measures, wanted.due, "closed")  # fmt: skip
            await risks.say(number, 1, closed, "Åtgärden har haft avsedd verkan", _by(lead), now)
    return len(some)


def _wanted(said: Sequence[object], owner: Mandate, chance: Random, began: datetime) -> Wanted:
    kind, words, probability, consequence, measures = said
    due = began.astimezone(STOCKHOLM).date() + timedelta(days=chance.randint(20, 120))
    return Wanted(str(kind), str(words), int(str(probability)), int(str(consequence)), owner.person, str(measures), due)


def _by(mandate: Mandate) -> Deciding:
    return Deciding(mandate.person, mandate.name, "", Rights(frozenset(), {}))
