"""Invented baselines, targets and outcomes of the invented county, by the same verbs as people use; the same seed gives
the same. Some organisations have told nothing, so that what is empty is in sight."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from varda.access.organisations import Organisations
from varda.catalogue import Deciding, Rights
from varda.introduction.effects.fan import Fan
from varda.introduction.effects.goals import INDICATORS, Indicator, before, quarter
from varda.introduction.effects.outcomes import LEAD, Figure, Outcomes, Wanted
from varda.introduction.experience import Effort, Experience
from varda.introduction.programme import OFFICE, Mandate, Mandates
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database

_SPANS = {
    "digital-contacts": (12, 30), "digital-invitations": (40, 100), "repeated": (35, 15), "ready": (60, 25),
    "missing": (9, 3), "followed": (20, 45), "coded": (70, 95), "fit": (60, 95), "admin": (20, 12),
    "guideline": (180, 60), "referrals": (210, 170), "emergency": (900, 700), "guarantee": (68, 90),
}  # fmt: skip
"""About where an indicator begins, and what it is to come to."""
_MILESTONES = (
    ("digital", 0, "Alla vårdcentraler erbjuder digital kallelse"),
    ("digital", 1, "30 % av kontakterna är digitala"),
    ("together", 0, "Gemensam utskrivningsplan i södra området"),
    ("together", 2, "Gemensam utskrivningsplan i hela länet"),
    ("safe", 0, "Gemensamma mallar och sökord"),
    ("safe", 1, "Kodade diagnoser vid varje vårdtillfälle"),
    ("staff", 1, "Behörighet vid första arbetspasset"),
    ("staff", 2, "En tredjedel mindre tid för administration"),
    ("learning", 1, "Nya riktlinjer i bruk inom 60 dagar"),
    ("learning", 2, "Öppna jämförelser mellan enheter"),
)


async def fill(database: Database, now: datetime, seed: int = 1) -> int:
    """Fill aims, outcomes and milestones, unless there are some; gives the number of outcomes."""
    outcomes, chance = Outcomes(database), Random(f"{seed}:effects")  # noqa: S311 - invented figures, not a secret
    held = await Mandates(database).in_force(now)
    office = next((one for one in held if one.role.code == OFFICE), None)
    if office is None or await outcomes.aims():
        return 0
    made, leads = 0, [one for one in held if one.role.code == LEAD]
    below = await Organisations(database).below_each([one.organisation for one in leads])
    for lead in leads:
        often = chance.choice((0.0, 0.4, 0.8, 0.9))
        if often:
            await _count(
                Experience(database),
                chance.choice(sorted(below.get(lead.organisation, [lead.organisation]))),
                chance,
                now,
            )
        for known in INDICATORS.values():
            if chance.random() < often:
                made += await _way(outcomes, known, lead, chance, now)
    for focus, ahead, words in _MILESTONES:
        milestone = await Fan(database).set(focus, now.year + ahead, words, _by(office), now)
        if focus == "safe" and not ahead:
            await Fan(database).say(milestone, "reached", "Beslutade av styrgruppen § 9", _by(office), now)
    return made


async def _way(outcomes: Outcomes, known: Indicator, lead: Mandate, chance: Random, now: datetime) -> int:
    """One organisation's way with one indicator; gives how many outcomes it has told."""
    begins, ends = (value * chance.uniform(0.85, 1.1) for value in _SPANS[known.code])
    ends = min(ends, 100) if known.unit == "%" else ends
    today, by = now.astimezone(STOCKHOLM).date(), _by(lead)
    wanted = Wanted(
        lead.person, _rounded(begins), today - timedelta(days=420), _rounded(ends), date(today.year + 1, 12, 31),
        "Basmätning",
    )  # fmt: skip
    await outcomes.aim(known.code, lead.organisation, wanted, by, now)
    period, told = before(quarter(today)), 0
    if known.is_computed:
        return 0
    for step in range(chance.randint(0, 3), 0, -1):
        value = begins + (ends - begins) * chance.uniform(0.5, 1.1) * (4 - step) / 4
        people = chance.choice((3, 40, 120, 900)) if known.of_people else None
        figure = Figure(_rounded(min(value, 100) if known.unit == "%" else value), people)
        at = period
        for _ in range(step - 1):
            at = before(at)
        await outcomes.say((known.code, lead.organisation, at), figure, "Lokal uppföljning", by, now)
        told += 1
    return told


async def _count(experience: Experience, unit: str, chance: Random, now: datetime) -> None:
    """Colleagues of a unit who wanted to be counted, in the two quarters before this one; at some units too few."""
    people, period = chance.choice((3, 6, 7)), quarter(now.astimezone(STOCKHOLM).date())
    for longest in (1000, 1200):
        period = before(period)
        day = datetime.combine(period + timedelta(days=30), time(9), STOCKHOLM)
        for person in range(people):
            effort = Effort("note-signed", chance.randint(2, 4), 2, chance.randint(500, longest))
            await experience.count(unit, effort, bytes([person]), day)


def _rounded(value: float) -> Decimal:
    return Decimal(str(round(value, 1)))


def _by(mandate: Mandate) -> Deciding:
    return Deciding(mandate.person, mandate.name, "", Rights(frozenset(), {}))
