"""High blood pressure: found at a visit, confirmed at home, treated in steps until the target, then a yearly control."""

from datetime import date

from varda.region.chronicle import Chronicle
from varda.region.model import Bed, Resource

STEPS = (("enalapril", 12), ("amlodipin", 10), ("hydroklortiazid", 9))


def tell(life: Chronicle, bed: Bed | None = None) -> None:
    """Debut, titration and yearly controls up to today."""
    del bed
    debut = life.years_ago(2, 11)
    pressure = life.chance.uniform(158, 178)
    why = _found(life, debut, pressure)
    _controlled(life, debut, pressure, why)


def _found(life: Chronicle, debut: date, pressure: float) -> Resource:
    first = life.visit(life.clock(debut), life.centre, "physician", "Högt blodtryck")
    creatinine, filtered = life.body.kidney(life.age_on(debut))
    first.measure(systolic=pressure, diastolic=pressure * 0.57, puls=life.around(74, 8), vikt=life.weight(debut))
    first.labs(
        "Blodtrycksprover", na=141, kalium=life.around(4.0, 0.3), kreatinin=creatinine, egfr=filtered, glukos=5.6
    )
    first.perform("AF022")
    why = first.diagnose("I10.9", lasting=True)
    first.note(
        "lakarbesok",
        anamnes=life.say(
            "Förhöjt blodtryck vid upprepade mätningar hos sjuksköterska och hemma. Ingen huvudvärk eller bröstsmärta.",
            "Kommer efter två veckors hemmätning. Far hade högt blodtryck. Röker inte.",
        ),
        status="Gott allmäntillstånd. Hjärta: regelbunden rytm, inga blåsljud. Blodtryck {bt} mmHg, puls {puls} slag/min.",
        matvarden="Kreatinin {kreatinin} µmol/l, kalium {kalium} mmol/l, eGFR {egfr} ml/min. EKG: sinusrytm.",
        bedomning="Essentiell hypertoni.",
        planering="Enalapril sätts in. Nytt blodtryck och prover om fyra veckor. Råd om salt, alkohol och motion.",
    )
    return why


def _controlled(life: Chronicle, debut: date, pressure: float, why: Resource) -> None:
    life.medicate(STEPS[0][0], debut, why)
    pressure -= STEPS[0][1]
    step = 1
    for visit in life.follow_ups(
        life.days_ago((life.today - debut).days - 35), 330, life.centre, "nurse", "Blodtryckskontroll"
    ):
        pressure += life.chance.uniform(-2, 3)
        systolic = life.around(pressure, 6)
        visit.measure(systolic=systolic, diastolic=pressure * 0.57 + life.around(0, 4), puls=life.around(70, 8))
        creatinine, filtered = life.body.kidney(int(visit.figures["alder"]))
        visit.labs(
            "Blodtrycksprover",
            kreatinin=creatinine,
            egfr=filtered,
            kalium=life.around(4.1, 0.3),
            na=life.around(140, 2),
        )
        visit.note(
            "sjukskoterskebesok",
            patientberattelse=life.say(
                "Mår bra, tar sina tabletter varje morgon.",
                "Har ibland lite yrsel på morgonen.",
                "Mäter trycket hemma och för bok.",
                "Har börjat cykla till arbetet eller affären.",
                "Oroar sig för sitt blodtryck efter att ett syskon fått stroke.",
            ),
            matvarden="Blodtryck {bt} mmHg sittande, puls {puls}. Kreatinin {kreatinin} µmol/l, kalium {kalium} mmol/l.",
            bedomning="Blodtrycket är välreglerat." if systolic < 141 else "Blodtrycket är över målvärdet.",
            planering="Ny kontroll om ett år." if systolic < 141 else "Samråd med läkare om behandlingen.",
        )
        if step < len(STEPS) and systolic >= 141:
            drug, effect = STEPS[step]
            life.medicate(drug, visit.when.date(), why)
            pressure -= effect
            step += 1
