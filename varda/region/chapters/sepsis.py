"""Infection with sepsis: fever, low pressure, lactate; antibiotics within the hour, days on a ward, slow strength."""

from datetime import timedelta

from varda.region.chapters.stays import Stay, admit
from varda.region.chronicle import Chronicle
from varda.region.model import Bed

UROSEPSIS = Stay(
    ward="infektion",
    code="A41.9",
    reason="Frossa och hög feber",
    history=(
        "{alder}-årig {kon} som insjuknat sedan i går med frossa, feber och flanksmärta. Kräkts två gånger.",
        "Sveda vid vattenkastning i tre dagar, nu hög feber, frossa och trötthet. Anhörig larmade.",
    ),
    status="Blek och klam. Dunkömhet över höger njure. Buken mjuk. Lungor: inga biljud. Inga hudutslag.",
    assessment=("Sepsis, troligt fokus i urinvägarna. Larmkedja startad.", "Misstänkt urosepsis med hypotension."),
    plan="Odlingar tagna före antibiotika. Bredspektrumantibiotika, vätska och täta kontroller. Urinmätning varje timme.",
    nursing=(
        "Täta kontroller enligt NEWS2. Timdiures god. Patienten är trött men vaken och adekvat.",
        "Druckit och ätit lite bättre. Perifer infart utan rodnad. Uppe på toaletten med stöd.",
    ),
    outcome=(
        "Växt av E. coli i blod och urin, känslig för given behandling. Feberfri efter tre dygn, byte till tabletter.",
        "God effekt av antibiotika och vätska. Blodtrycket stabiliserades under första dygnet.",
    ),
    vitals={"systolic": (88, 126), "diastolic": (52, 74), "puls": (122, 78), "andning": (26, 16),
            "saturation": (92, 97), "temp": (39.6, 37.0)},
    labs={"crp": (265, 42), "lpk": (18.6, 8.4), "laktat": (3.8, 1.1), "kreatinin": (148, 88), "hb": (126, 122),
          "tpk": (138, 260), "na": (133, 139), "kalium": (4.2, 4.0)},
    days=(5, 9),
    doses=("piperacillin", "cefotaxim", "paracetamol"),
    measures=("DT016",),
)  # fmt: skip

PNEUMONIA = Stay(
    ward="medicin",
    code="J18.9",
    reason="Feber och hosta",
    history=(
        "Hosta och feber sedan fyra dagar, tilltagande andnöd och håll i höger sida.",
        "{alder}-årig {kon} som blivit trött och förvirrad. Har hostat den senaste veckan.",
    ),
    status="Rassel basalt höger. Inga ödem. Hjärta: regelbunden rytm, inga blåsljud. Nackstyvhet saknas.",
    assessment=("Samhällsförvärvad pneumoni, CRB-65 två poäng.", "Lobär pneumoni."),
    plan="Cefotaxim intravenöst, syrgas med mål över 94 %. Sputumodling.",
    nursing=("Djupandas i motståndsventil. Febern på nedgående.", "Hostar upp slem. Ätit halv portion. Sitter uppe."),
    outcome=("Förbättrades på antibiotika. Byte till tabletter dag tre. Ingen syrgas vid utskrivning.",),
    vitals={"systolic": (118, 130), "diastolic": (68, 76), "puls": (108, 80), "andning": (26, 17),
            "saturation": (90, 96), "temp": (39.2, 36.9)},
    labs={"crp": (198, 34), "lpk": (15.2, 8.2), "hb": (132, 130), "kreatinin": (94, 80), "na": (134, 138), "laktat": (1.9, 1.0)},
    days=(3, 6),
    doses=("cefotaxim", "paracetamol"),
    image=("Lungröntgen", "Feber och hosta. Infiltrat?",
           "Infiltrat i höger underlob som vid pneumoni. Ingen pleuravätska. Inga förstorade hiluskörtlar."),
)  # fmt: skip


def tell(life: Chronicle, bed: Bed | None = None) -> None:
    """The stay, and a check at the health centre a month later."""
    stay = UROSEPSIS if life.happens(0.55) else PNEUMONIA
    start = life.days_ago(life.chance.randint(1, 5)) if bed else life.days_ago(life.chance.randint(45, 2200))
    out = admit(life, stay, start, bed)
    if bed:
        return
    visit = life.visit(life.clock(out + timedelta(days=28)), life.centre, "physician", "Återbesök efter sjukhusvård")
    visit.measure(**life.pressure(), temp=36.7, vikt=life.weight(visit.when.date()) - 2)
    visit.labs(
        "Kontrollprover", crp=life.around(4, 3), hb=life.around(life.body.haemoglobin, 5), kreatinin=life.around(82, 9)
    )
    visit.note(
        "lakarbesok",
        aktuellt=life.say("Fortfarande trött men orken kommer tillbaka.", "Mår bra igen och har börjat promenera."),
        status="Gott allmäntillstånd. Blodtryck {bt} mmHg, temp {temp} °C.",
        matvarden="CRP {crp} mg/l, Hb {hb} g/l, kreatinin {kreatinin} µmol/l.",
        bedomning="God återhämtning efter infektion.",
        planering="Inga ytterligare kontroller.",
    )
