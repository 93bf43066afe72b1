"""Depression: assessed at the health centre, PHQ-9 falling over months with talks and medicine; some need a ward."""

from datetime import date, timedelta

from varda.region.chapters.stays import Stay, admit
from varda.region.chronicle import Chronicle
from varda.region.model import Bed, Resource

PSYCHIATRIC = Stay(
    ward="psykiatri",
    code="F32.1",
    reason="Djup nedstämdhet",
    history=("Tilltagande nedstämdhet de senaste veckorna, sover dåligt och äter lite. Tankar på att livet är meningslöst.",),
    status="Formell och emotionell kontakt god. Sänkt grundstämning. Inga psykotiska symtom. Förnekar suicidplaner.",
    assessment=("Depressiv episod, behov av heldygnsvård.",),
    plan="Frivillig vård. Extra tillsyn det första dygnet. Fortsatt antidepressiv behandling, samtal dagligen.",
    nursing=("Deltar i gemensam frukost. Kort samtal om dagen som gått. Sovit fem timmar.",
             "Mest på rummet. Tar emot stöd och har ringt anhörig."),
    outcome=("Gradvis förbättrad stämning och sömn. Inga kvarvarande suicidtankar vid utskrivning.",),
    vitals={"systolic": (128, 122), "diastolic": (78, 74), "puls": (82, 72), "andning": (16, 14),
            "saturation": (98, 98), "temp": (36.8, 36.7)},
    labs={"hb": (138, 138), "tsh": (1.8, 1.8), "na": (140, 140)},
    days=(5, 14),
    emergency=False,
)  # fmt: skip


def tell(life: Chronicle, bed: Bed | None = None) -> None:
    """One episode over about a year; the psychologist meets the patient six times."""
    debut = life.days_ago(life.chance.randint(60, 2600))
    score = float(life.chance.randint(14, 20))
    why = _found(life, debut, score)
    until = debut + timedelta(days=420)
    life.medicate("sertralin", debut, why, until=until)
    if life.happens(0.4):
        life.medicate("propiomazin", debut, why, until=debut + timedelta(days=120))
    _talks(life, debut + timedelta(days=12), score)
    life.recovered("F32.1", until)
    if bed:
        admit(life, PSYCHIATRIC, life.days_ago(life.chance.randint(2, 8)), bed)


def _found(life: Chronicle, debut: date, score: float) -> Resource:
    first = life.visit(life.clock(debut), life.centre, "physician", "Nedstämdhet")
    first.measure(phq9=score, **life.pressure())
    first.labs(
        "Blodprover",
        hb=life.around(life.body.haemoglobin, 5),
        tsh=life.around(1.9, 0.7),
        b12=life.around(340, 90),
        glukos=life.around(5.3, 0.4),
    )
    why = first.diagnose("F32.1", lasting=True)
    first.note(
        "lakarbesok",
        kontaktorsak="Nedstämdhet och sömnsvårigheter.",
        aktuellt=life.say(
            "Sedan ett par månader trött, ledsen och utan lust. Svårt att koncentrera sig.",
            "Nedstämd efter en separation. Vaknar tidigt på morgonen och grubblar.",
        )
        + " Inga suicidplaner.",
        status="Psykiskt: samlad, sänkt grundstämning. Blodtryck {bt} mmHg. PHQ-9 {phq9} poäng.",
        matvarden="Hb {hb} g/l, TSH {tsh} mIE/l, kobalaminer {b12} pmol/l.",
        bedomning="Medelsvår depressiv episod.",
        planering="Sertralin sätts in. Samtalskontakt med psykolog. Återbesök om tre veckor.",
    )
    return why


def _talks(life: Chronicle, start: date, score: float) -> None:
    for visit in life.follow_ups(start, 21, life.centre, "psychologist", "Samtal med psykolog", most=6):
        score = max(2, score - life.chance.uniform(0.5, 3.2))
        visit.measure(phq9=score).perform("DU011")
        visit.note(
            "psykolog",
            aktuellt=life.say(
                "Har kommit ut på promenader tre gånger.",
                "Svår vecka med mycket oro.",
                "Sover bättre och har träffat vänner.",
            ),
            status="PHQ-9 {phq9} poäng.",
            atgard=life.say(
                "Arbete med beteendeaktivering.",
                "Genomgång av tankemönster och hemuppgift.",
                "Vidmakthållandeplan påbörjad.",
            ),
            planering="Nytt samtal om cirka tre veckor.",
        )
