"""Heart failure: breathlessness, swollen legs and a high NT-proBNP; a stay in hospital, then titration and weighing."""

from datetime import date, timedelta

from varda.region.chapters.stays import Stay, admit
from varda.region.chronicle import Chronicle
from varda.region.model import Bed, Resource

DECOMPENSATED = Stay(
    ward="kardiologi",
    code="I50.9",
    reason="Andnöd och viktuppgång vid hjärtsvikt",
    history=(
        "Sedan en vecka tilltagande andfåddhet, sover med högt huvudläge. Svullna ben och viktuppgång fem kilo.",
        "{alder}-årig {kon} med känd hjärtsvikt. Tilltagande trötthet och andnöd vid minsta ansträngning.",
    ),
    status="Rassel basalt bilateralt över lungorna. Pittingödem upp till knäna. Hjärta: inga säkra blåsljud.",
    assessment=("Försämrad hjärtsvikt med övervätskning.", "Dekompenserad hjärtsvikt, sannolikt på grund av infektion."),
    plan="Furosemid intravenöst, vätskerestriktion, daglig vikt. Kontroll av elstatus dagligen.",
    nursing=(
        "Vätskelista förs. God diures. Patienten vägs varje morgon och sitter uppe till måltiderna.",
        "Mindre andfådd idag. Har sovit med två kuddar. Benen lindade. Trycksår: inga tecken.",
    ),
    outcome=(
        "God effekt av diuretika med viktnedgång och regress av ödemen. Utökad sviktbehandling.",
        "Förbättrades snabbt på intravenöst furosemid och mobiliserades. Ekokardiografi visade ejektionsfraktion 35–40 %.",
    ),
    vitals={"systolic": (148, 124), "diastolic": (86, 74), "puls": (102, 74), "andning": (26, 16),
            "saturation": (89, 96), "temp": (37.0, 36.7)},
    labs={"probnp": (6400, 2600), "kreatinin": (118, 108), "kalium": (4.6, 4.1), "na": (134, 138), "hb": (128, 131),
          "crp": (22, 6), "troponin": (31, 24)},
    days=(4, 8),
    doses=("furosemid",),
    image=("Lungröntgen", "Andnöd. Stas? Infiltrat?",
           ("Förstorat hjärta. Vidgade lungkärl och små pleuravätskor bilateralt som vid stas. Inga säkra infiltrat. "
            "Inget pneumotorax.")),
    measures=("AF063", "AF022"),
)  # fmt: skip


def tell(life: Chronicle, bed: Bed | None = None) -> None:
    """First stay some years ago (or now, with a bed), then the heart clinic and the health centre."""
    debut = life.years_ago(1, 6)
    why = _found(life, debut)
    out = admit(life, DECOMPENSATED, debut)
    for drug in ("furosemid", "bisoprolol", "spironolakton" if life.happens(0.6) else "empagliflozin"):
        life.medicate(drug, debut, why)
    if life.happens(0.7):
        life.medicate("losartan" if "enalapril" in life.medicines else "enalapril", debut, why)
    _followed(life, out)
    if bed:
        admit(life, DECOMPENSATED, life.days_ago(life.chance.randint(1, 6)), bed)
    if life.age >= 78:
        life.home_care(out)


def _found(life: Chronicle, debut: date) -> Resource:
    first = life.visit(life.clock(debut - timedelta(days=12)), life.centre, "physician", "Andfåddhet")
    first.measure(
        systolic=life.around(142, 10),
        diastolic=life.around(84, 6),
        puls=life.around(92, 8),
        vikt=life.weight(debut) + 4,
    )
    first.labs(
        "Sviktprover",
        probnp=life.around(3900, 1200),
        kreatinin=life.around(98, 12),
        kalium=4.2,
        hb=life.around(131, 8),
        tsh=1.9,
    )
    why = first.diagnose("I50.9", lasting=True)
    first.note(
        "lakarbesok",
        anamnes="{alder}-årig {kon} som blivit andfådd vid gång i trappor och svullen om fötterna.",
        status="Blodtryck {bt} mmHg, puls {puls}, vikt {vikt} kg. Lätta ankelödem.",
        matvarden="NT-proBNP {probnp} ng/l, kreatinin {kreatinin} µmol/l, Hb {hb} g/l.",
        bedomning="Misstänkt hjärtsvikt.",
        planering="Remiss för ekokardiografi. Furosemid sätts in. Söker akut vid försämring.",
    )
    first.refer(
        life.unit("clinic:kardiologi"),
        "Andfåddhet, högt NT-proBNP. Tacksam ekokardiografi.",
        "Ekokardiografi: ejektionsfraktion 38 %. Måttligt vidgat vänster förmak. Inga betydande klaffel.",
        days=40,
    )
    return why


def _followed(life: Chronicle, out: date) -> None:
    peptide = 2500.0
    clinic = life.unit("clinic:kardiologi")
    for visit in life.follow_ups(out + timedelta(days=14), 120, clinic, "nurse", "Sviktmottagning", most=5):
        peptide = max(600, peptide * life.chance.uniform(0.75, 1.02))
        creatinine, filtered = life.body.kidney(int(visit.figures["alder"]), strain=18)
        visit.measure(
            systolic=life.around(122, 8),
            diastolic=life.around(72, 6),
            puls=life.around(68, 6),
            vikt=life.weight(visit.when.date()),
        )
        visit.labs(
            "Sviktprover",
            probnp=peptide,
            kreatinin=creatinine,
            egfr=filtered,
            kalium=life.around(4.4, 0.3),
            na=life.around(139, 2),
        )
        visit.note(
            "sjukskoterskebesok",
            patientberattelse=life.say("Orkar mer än tidigare.", "Blir andfådd i uppförsbacke men klarar sig inomhus."),
            matvarden="Vikt {vikt} kg, blodtryck {bt} mmHg, puls {puls}. NT-proBNP {probnp} ng/l, kalium {kalium} mmol/l.",
            planering=life.say("Dosen höjs enligt schema.", "Oförändrad dos. Väger sig dagligen hemma."),
        )
