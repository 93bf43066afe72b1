"""Atrial fibrillation: palpitations and an irregular pulse; rate control and protection against stroke."""

from varda.region.chronicle import Chronicle
from varda.region.model import Bed


def tell(life: Chronicle, bed: Bed | None = None) -> None:
    """Found at the emergency department, followed yearly at the health centre."""
    del bed
    debut = life.years_ago(1, 8)
    first = life.visit(life.clock(debut, 16), life.unit("emergency"), "physician", "Hjärtklappning", kind="EMER")
    first.vitals(life.around(138, 10), life.around(84, 6), life.around(132, 12), 18, life.around(97, 1), 36.8)
    first.labs(
        "Akutprover",
        hb=life.around(life.body.haemoglobin, 5),
        kalium=life.around(4.0, 0.3),
        kreatinin=life.around(84, 10),
        tsh=1.6,
        troponin=9,
    )
    first.perform("AF022")
    why = first.diagnose("I48.9", lasting=True)
    first.note(
        "akut",
        kontaktorsak="Hjärtklappning.",
        aktuellt="Sedan i morse snabb och oregelbunden hjärtrytm. " + life.say("Ingen bröstsmärta.", "Lätt yrsel."),
        status="Hjärta: oregelbunden rytm, frekvens {puls}. Blodtryck {bt} mmHg. Lungor: inga biljud.",
        matvarden="EKG: förmaksflimmer. Hb {hb} g/l, kalium {kalium} mmol/l, kreatinin {kreatinin} µmol/l.",
        bedomning="Nydebuterat förmaksflimmer. Indikation för antikoagulantia.",
        planering="Metoprolol och apixaban sätts in. Återbesök på vårdcentralen.",
    )
    life.medicate("apixaban", debut, why)
    life.medicate("metoprolol", debut, why)
    unit = life.centre
    for visit in life.follow_ups(
        life.days_ago((life.today - debut).days - 40), 350, unit, "physician", "Kontroll av flimmer"
    ):
        creatinine, filtered = life.body.kidney(int(visit.figures["alder"]))
        visit.measure(**life.pressure(), puls=life.around(76, 8), vikt=life.weight(visit.when.date()))
        visit.labs(
            "Flimmerkontroll",
            hb=life.around(life.body.haemoglobin, 5),
            tpk=life.around(240, 40),
            kreatinin=creatinine,
            egfr=filtered,
        )
        visit.note(
            "lakarbesok",
            aktuellt=life.say(
                "Inga blödningar. Känner sällan av flimret.", "Kortare episoder av hjärtklappning kvällstid."
            ),
            status="Oregelbunden rytm, frekvens {puls}. Blodtryck {bt} mmHg.",
            matvarden="Hb {hb} g/l, kreatinin {kreatinin} µmol/l, eGFR {egfr} ml/min.",
            bedomning="Välfungerande frekvensreglering.",
            planering="Fortsatt apixaban i oförändrad dos. Årlig kontroll.",
        )
