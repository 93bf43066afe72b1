"""COPD: years of smoking, spirometry, inhalers; worse spells at home and sometimes a stay in hospital."""

from varda.region.chapters.stays import Stay, admit
from varda.region.chronicle import Chronicle
from varda.region.model import Bed

EXACERBATION = Stay(
    ward="lung",
    code="J44.1",
    reason="Andnöd vid KOL",
    history=(
        "Sedan tre dagar ökad andnöd, hosta och missfärgade upphostningar. Hemma utan syrgas.",
        "{alder}-årig {kon} med svår KOL, ökat bruk av vidbehovsmedicin den senaste veckan.",
    ),
    status="Förlängt expirium, ronki över båda lungfälten. Använder hjälpmuskler. Inga bensvullnader.",
    assessment=("Akut exacerbation av KOL.", "KOL-exacerbation, sannolikt utlöst av virusinfektion."),
    plan="Inhalationer, prednisolon i fem dagar, syrgas med mål 88–92 %. Antibiotika på grund av purulenta sputa.",
    nursing=(
        "Inhalerar fyra gånger per dygn. Sitter uppe i stol. Lär sig sluten läppandning.",
        "Orolig vid andnöd, lugnar sig med stöd. Äter små portioner, får näringsdryck.",
    ),
    outcome=("Förbättrades på inhalationer, prednisolon och antibiotika. Syrgasen kunde avslutas.",),
    vitals={"systolic": (142, 130), "diastolic": (82, 76), "puls": (108, 84), "andning": (28, 18),
            "saturation": (86, 92), "temp": (37.9, 36.9)},
    labs={"crp": (58, 12), "lpk": (12.4, 9.1), "hb": (144, 141), "kreatinin": (76, 72), "kalium": (3.9, 4.0)},
    doses=("prednisolon", "amoxicillin"),
    image=("Lungröntgen", "KOL med försämring. Pneumoni? Pneumotorax?",
           "Emfysematösa lungor med avplanade diafragmavalv. Inga infiltrat. Inget pneumotorax."),
)  # fmt: skip


def tell(life: Chronicle, bed: Bed | None = None) -> None:
    """Spirometry at the health centre, yearly nurse visits, worse spells in winter."""
    debut = life.years_ago(3, 10)
    volume = life.chance.uniform(1.3, 2.1)
    first = life.visit(life.clock(debut), life.centre, "physician", "Långvarig hosta")
    first.measure(fev1=volume, saturation=life.around(95, 1), vikt=life.weight(debut)).perform("AG053").perform("DV112")
    why = first.diagnose("J44.9", lasting=True)
    first.note(
        "lakarbesok",
        anamnes=life.say("Har rökt 15 cigaretter om dagen i 35 år.", "Före detta rökare, slutade för två år sedan.")
        + " Hosta med slem varje vinter och andfåddhet i backar.",
        status="Nedsatta andningsljud, inga biljud. Saturation {saturation} %.",
        matvarden="Spirometri: FEV1 {fev1} liter efter bronkdilatation, nedsatt kvot.",
        bedomning="Kroniskt obstruktiv lungsjukdom.",
        planering="Tiotropium och salbutamol. Stöd till rökstopp. Vaccination mot influensa och pneumokocker.",
    )
    life.medicate("tiotropium", debut, why)
    life.medicate("salbutamol", debut, why)
    for visit in life.follow_ups(
        life.days_ago((life.today - debut).days - 120), 360, life.centre, "nurse", "KOL-mottagning"
    ):
        volume = max(0.7, volume - life.chance.uniform(0.01, 0.08))
        visit.measure(fev1=volume, saturation=life.around(94, 1.4), vikt=life.weight(visit.when.date()))
        visit.note(
            "sjukskoterskebesok",
            patientberattelse=life.say("Klarar sina promenader men får vila i backar.", "Mer slem än förra året."),
            matvarden="FEV1 {fev1} liter, saturation {saturation} %, vikt {vikt} kg.",
            atgard=life.say("Inhalationstekniken är genomgången.", "Rökstopp diskuteras, vill ha ny kontakt i höst."),
            planering=life.say(
                "Ny spirometri om ett år.",
                "Remiss till fysioterapeut för konditionsträning erbjuds.",
                "Influensavaccination i höst. Åter om ett år.",
            ),
        )
    for _ in range(life.chance.randint(0, 3)):
        _at_home(life, why_days=life.chance.randint(20, 1500))
    if volume < 1.3:
        life.medicate("budesonid-formoterol", life.years_ago(0.5, 2), why)
        admit(life, EXACERBATION, life.years_ago(0.3, 2))
    if bed:
        admit(life, EXACERBATION, life.days_ago(life.chance.randint(1, 5)), bed)


def _at_home(life: Chronicle, why_days: int) -> None:
    visit = life.visit(life.clock(life.days_ago(why_days)), life.centre, "physician", "Försämring av KOL")
    visit.measure(
        saturation=life.around(92, 1.5),
        temp=life.around(37.4, 0.4),
        andning=life.around(22, 2),
        puls=life.around(88, 6),
    )
    visit.tests(crp=life.around(28, 18), lpk=life.around(10.2, 1.5))
    cause = visit.diagnose("J44.1")
    visit.prescribe("prednisolon", cause, 5).prescribe("amoxicillin", cause, 7)
    visit.note(
        "lakarbesok",
        aktuellt="Ökad andfåddhet och gulgröna upphostningar i några dagar.",
        status="Spridda ronki. Saturation {saturation} %, andningsfrekvens {andning}, temp {temp} °C.",
        matvarden="CRP {crp} mg/l.",
        bedomning="Exacerbation av KOL som kan behandlas hemma.",
        planering="Prednisolon i fem dagar och antibiotika. Åter vid försämring.",
    )
