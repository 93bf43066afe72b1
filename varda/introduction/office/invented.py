"""What an invented programme office keeps, by the same verbs as people use. The same seed gives the same."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from varda.catalogue import Deciding, Rights
from varda.introduction.office import decisions, forums
from varda.introduction.office.documents import Documents, Draft
from varda.introduction.office.risks import Risks, Wanted
from varda.introduction.programme import DECIDES, LOCAL, OFFICE, Mandate, Mandates
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
_DOCUMENTS = (
    ("INF-001", "Införandestrategi", 2),
    ("INF-002", "Mandat och beslutsordning", 1),
    ("INF-003", "Risk- och problemhantering", 1),
    ("INF-004", "Kriterier vid gateway", 2),
    ("INF-005", "Utbildningsplan", 1),
    ("INF-006", "Plan för migrering", 1),
    ("INF-007", "Reservrutiner vid driftstart", 1),
    ("INF-008", "Förstärkt stöd efter driftstart", 0),
)
"""Number, title, and how many approved versions there are."""
_POINTS = (
    "Genomgång av läget i varje kommun.\nUtbildningssalarna räcker inte i oktober.\nNästa gång: reservrutiner.",
    "Coacherna har haft sin första träff.\nFrågor om kort och behörigheter samlas.",
)
_TAKEN = ("Inventera salar för utbildning", "Samla frågor om kort och behörigheter")


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
    group = next(one for one in held if one.role.code == DECIDES)
    await _documents(Documents(database), office, group, now)
    await _decided(decisions.Decisions(database), group, now)
    await _met(forums.Forums(database), office, leads, now)
    return made + len(_CENTRAL_RISKS)


async def _documents(documents: Documents, office: Mandate, group: Mandate, now: datetime) -> None:
    """The controlled documents of the programme; the last waits for its approval."""
    for nth, (number, title, versions) in enumerate(_DOCUMENTS):
        first = now - timedelta(days=200 - 10 * nth)
        text = f"# {title}\n\nEtt påhittat styrande dokument för det påhittade länet.\n".encode()

        def draft(at: datetime, title: str = title, text: bytes = text) -> Draft:
            return Draft(title, "Programkontoret", _day(at), name="dokument.md", content=text)

        made = await documents.opened(number, "", draft(first), _by(office), first)
        if versions:
            await documents.decide(made, 1, "", _by(group), first + timedelta(days=4), approved=True)
        for version in range(2, versions + 1):
            later = first + timedelta(days=40 * (version - 1))
            await documents.write(made, draft(later), _by(office), later)
            await documents.decide(made, version, "", _by(group), later + timedelta(days=3), approved=True)


async def _decided(kept: decisions.Decisions, group: Mandate, now: datetime) -> None:
    """One decision, with what was weighed and who was of another mind."""
    at = now - timedelta(days=45)
    await kept.write(
        decisions.Wanted(
            title="Pionjärenheter före bred start i södra området",
            body=DECIDES,
            taken_on=_day(at),
            decided="Två enheter startar först. Övriga startar när utvärderingen är behandlad.",
            minutes="Styrgruppen § 12",
            alternatives=(
                decisions.Alternative("Alla på en gång", "Kort tid med två system", "Fel drabbar alla samtidigt", 3),
                decisions.Alternative("Pionjärer först", "Fel hittas innan de drabbar alla", "Sex veckor längre", 8),
            ),
            dissent=(decisions.Dissent("En ledamot", "Två system samtidigt sliter på personalen."),),
            gateway="south-delivery.g5",
        ),
        _by(group),
        at,
    )


async def _met(kept: forums.Forums, office: Mandate, leads: Sequence[Mandate], now: datetime) -> None:
    """The forum of the municipalities, with what was taken on."""
    for back, points in zip((35, 7), _POINTS, strict=True):
        at = now - timedelta(days=back)
        due = _day(at + timedelta(days=14))
        taken = [forums.Taken(words, lead.person, due) for words, lead in zip(_TAKEN, leads, strict=False)]
        roles = ("programme-office", "implementation-lead", "training-lead")
        await kept.write(forums.Wanted("municipalities", _day(at), roles, points, taken), _by(office), at)


def _day(at: datetime) -> date:
    return at.astimezone(STOCKHOLM).date()


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
    due = _day(began) + timedelta(days=chance.randint(20, 120))
    return Wanted(str(kind), str(words), int(str(probability)), int(str(consequence)), owner.person, str(measures), due)


def _by(mandate: Mandate) -> Deciding:
    return Deciding(mandate.person, mandate.name, "", Rights(frozenset(), {}))
