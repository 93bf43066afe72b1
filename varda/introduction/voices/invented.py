"""Invented questions, answers and traffic reports, by the same verbs as people use; the same seed gives the same. Some
reports are untouched, so that what is empty is in sight."""

from datetime import datetime, timedelta
from random import Random

from varda.catalogue import NOTHING, Deciding
from varda.introduction.programme import LOCAL, OFFICE, Mandate, Mandates, Participants
from varda.introduction.voices.codes import PROFESSIONS, ROLES
from varda.introduction.voices.senders import Senders
from varda.introduction.voices.surveys import Answer, Question, Surveys
from varda.introduction.voices.traffic import Traffic, TrafficReports
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database

_CLOSED = ("Vad ska nästa område göra annorlunda?", "What should the next area do differently?")
_OPEN = ("Vad behöver du för att känna dig trygg vid driftstart?", "What do you need to feel safe at the start?")
_LONG = timedelta(days=30)
_ANSWERS = 90
_BEGINS = (
    "Det tog lång tid att",
    "Vi visste inte hur vi skulle",
    "Det gick bra att",
    "Öva mer på att",
    "Ingen svarade när vi skulle",
)
_ENDS = ("skriva ut.", "signera.", "hitta rätt lista.", "logga in.", "få svar från coachen.", "skriva in patienter.")
_AREAS = ("Södra sjukhusvården", "Södra primärvården")
_TOLD = (
    Traffic("green", "Coacher utsedda", "Grundkursen", "Genrep i mars", ""),
    Traffic("yellow", "Lokal plan beslutad", "Schemaläggning av kurser", "Pappersrutin",
            "Två enheter saknar lokal för kurs"),
    Traffic("red", "", "Rekrytering av instruktörer", "", "Skrivare saknas på tre enheter"),
)  # fmt: skip


async def fill(database: Database, now: datetime, seed: int = 1) -> int:
    """Fill a closed question, an open one and a round of reports, unless something has been asked; gives the number of
    answers.
    """
    surveys, chance = Surveys(database, Senders()), Random(f"{seed}:voices")  # noqa: S311 - invented words, not a secret
    held = await Mandates(database).in_force(now)
    office = next((one for one in held if one.role.code == OFFICE), None)
    if office is None or await surveys.all():
        return 0
    then = max(now - _LONG, office.opens)
    day, today = then.astimezone(STOCKHOLM).date(), now.astimezone(STOCKHOLM).date()
    closed = await surveys.ask(Question(*_CLOSED, day, day + _LONG / 2, may_be_anonymous=True), _by(office), then)
    await surveys.ask(Question(*_OPEN, today, today + _LONG, may_be_anonymous=True), _by(office), now)
    places = sorted(await Participants(database).all())
    for number in range(_ANSWERS):
        said = Answer(
            f"{chance.choice(_BEGINS)} {chance.choice(_ENDS)}", chance.choice(places[:6]),
            chance.choice(list(PROFESSIONS)), chance.choices(list(ROLES), weights=(8, 3, 1, 1, 1))[0],
            chance.random() < 0.7, is_anonymous=True,
        )  # fmt: skip
        await surveys.answer(closed, said, Deciding(f"voice-{number}", "", "", NOTHING), then)
    await _report(database, held, office, now)
    return _ANSWERS


async def _report(database: Database, held: list[Mandate], office: Mandate, now: datetime) -> None:
    reports, local = TrafficReports(database), [one for one in held if one.role.code in LOCAL]
    leads = {one.organisation: one for one in local}
    number = await reports.open(now.astimezone(STOCKHOLM).date(), _AREAS, sorted(leads)[:8], _by(office), now)
    for nth, one in enumerate(await reports.of(number)):
        if nth % 3:  # every third is untouched
            told = _TOLD[nth % len(_TOLD)]
            await reports.send((number, one.sub_area, one.administration), told, _by(leads[one.administration]), now)


def _by(mandate: Mandate) -> Deciding:
    return Deciding(mandate.person, mandate.name, mandate.organisation, NOTHING)
