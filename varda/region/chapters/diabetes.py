"""Type 2 diabetes: found at the health centre, followed twice a year, treated in steps as HbA1c drifts upward."""

from varda.region.chronicle import Chronicle
from varda.region.contact import Contact
from varda.region.model import Bed

STEPS = ("metformin", "empagliflozin", "semaglutid", "glargin")
"""Treatment in the order it is added; each step lowers HbA1c (mmol/mol) by the amount below."""
EFFECT = {"metformin": 12, "empagliflozin": 8, "semaglutid": 11, "glargin": 12}


def tell(life: Chronicle, bed: Bed | None = None) -> None:
    """Debut with thirst or by chance, then controls by physician and diabetes nurse up to today."""
    del bed
    debut = life.years_ago(2, 9)
    first = life.visit(life.clock(debut), life.centre, "physician", "Nyupptäckt diabetes")
    level = life.chance.uniform(62, 82)
    _measure(life, first, level)
    why = first.diagnose("E11.9", lasting=True)
    first.note(
        "lakarbesok",
        anamnes=life.say(
            "{alder}-årig {kon} som de senaste månaderna känt sig trött och törstig och kissat ofta på natten.",
            "Förhöjt blodsocker vid hälsokontroll. Inga tydliga symtom. Diabetes hos en förälder.",
        ),
        status="Blodtryck {bt} mmHg, vikt {vikt} kg, BMI {bmi}. Fotstatus utan anmärkning.",
        matvarden="HbA1c {hba1c} mmol/mol, P-glukos {glukos} mmol/l, kreatinin {kreatinin} µmol/l, LDL {ldl} mmol/l.",
        bedomning="Diabetes typ 2. Informeras om sjukdomen, kost och fysisk aktivitet.",
        planering="Insätter metformin. Remiss till ögonbottenfotografering. Tid till diabetessköterska inom två veckor.",
    )
    first.refer(
        life.unit("clinic:medicin"),
        "Nyupptäckt diabetes typ 2. Tacksam ögonbottenfotografering.",
        "Ögonbottenfoto båda ögonen: inga tecken till diabetesretinopati. Ny kontroll om tre år.",
    )
    life.medicate("metformin", debut, why)
    level -= EFFECT["metformin"]
    step = 1
    controls = life.follow_ups(
        life.days_ago((life.today - debut).days - 90),
        185,
        life.centre,
        "nurse",
        "Diabeteskontroll",
        specialty="diabetes",
    )
    for visit in controls:
        level = max(42, level + life.chance.uniform(-2, 3.6))
        _measure(life, visit, level)
        rising = level > 60 and step < len(STEPS)
        _nurse_note(life, visit, rising)
        if rising:
            life.medicate(STEPS[step], visit.when.date(), why)
            level -= EFFECT[STEPS[step]]
            step += 1
    life.medicate("atorvastatin", debut, why)
    if life.age > 70 and life.happens(0.35):
        life.problem("N18.3", life.years_ago(1, 3))


def _measure(life: Chronicle, visit: Contact, level: float) -> None:
    weight = life.weight(visit.when.date())
    creatinine, filtered = life.body.kidney(int(visit.figures["alder"]))
    visit.measure(**life.pressure(), vikt=weight, langd=life.body.height)
    visit.measure(bmi=weight / (life.body.height / 100) ** 2)
    visit.labs(
        "Diabeteskontroll",
        hba1c=level,
        glukos=level / 9.2 + life.around(1.0, 0.8),
        kreatinin=creatinine,
        egfr=filtered,
        ldl=life.around(2.4, 0.7),
        uacr=abs(life.around(1.8, 1.4)),
    )


def _nurse_note(life: Chronicle, visit: Contact, rising: bool) -> None:
    visit.note(
        "sjukskoterskebesok",
        patientberattelse=life.say(
            "Tycker att det fungerar bra. Promenerar de flesta dagar.",
            "Har svårt att få till regelbundna måltider, särskilt i samband med helger.",
            "Funderar mycket på maten. Vill träffa dietist.",
            "Går i vattengymnastik på tisdagar och känner sig starkare.",
            "Har slarvat med medicinen under semestern.",
            "Mår bra. Har bytt ut läsk mot vatten och äter mer grönsaker.",
            "Mäter blodsocker ibland på morgonen, har inte haft några känningar.",
        ),
        status="Blodtryck {bt} mmHg. Vikt {vikt} kg (BMI {bmi}). "
        + life.say("Fötter: god cirkulation, känsel intakt.", "Fötter: torr hud, pulsar finns, inga sår."),
        matvarden="HbA1c {hba1c} mmol/mol. P-glukos {glukos} mmol/l. eGFR {egfr} ml/min.",
        bedomning="HbA1c över målvärdet." if rising else life.say("HbA1c inom målområdet.", "Stabilt läge."),
        planering="Läkare kontaktad, behandlingen utökas. Nytt prov om tre månader."
        if rising
        else life.say(
            "Oförändrad behandling. Ny kontroll om ett halvår.", "Fortsätter som tidigare, åter om sex månader."
        ),
    )
