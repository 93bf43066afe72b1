"""Dementia: memory tests at the health centre, diagnosis, medicine, and home care from the municipality."""

from datetime import timedelta

from varda.region.chronicle import Chronicle
from varda.region.model import Bed


def tell(life: Chronicle, bed: Bed | None = None) -> None:
    """Investigation, yearly controls with falling MMSE, and municipal care from a year after debut."""
    del bed
    debut = life.years_ago(1, 6)
    score = float(life.chance.randint(20, 25))
    first = life.visit(life.clock(debut), life.centre, "physician", "Minnesutredning")
    first.measure(mmse=score, **life.pressure(), vikt=life.weight(debut))
    first.labs(
        "Minnesprover",
        b12=life.around(310, 80),
        tsh=life.around(2.1, 0.7),
        na=life.around(139, 2),
        hb=life.around(life.body.haemoglobin, 5),
        glukos=5.9,
    )
    first.image("DT hjärna", "Minnesnedsättning. Atrofi? Infarkter? Tumör?",
                "Lätt till måttlig atrofi, mest uttalad medialt temporalt. Inga färska infarkter. Ingen tumör eller blödning.")  # fmt: skip
    why = first.diagnose("G30.1" if life.happens(0.65) else "F03.9", lasting=True)
    first.note(
        "lakarbesok",
        anamnes="Anhörig beskriver smygande minnessvikt under två år. "
        + life.say("Har gått vilse på väg hem.", "Upprepar frågor och glömmer spisen."),
        status="Vänlig, söker ord. MMSE {mmse} av 30. Blodtryck {bt} mmHg.",
        matvarden="Kobalaminer {b12} pmol/l, TSH {tsh} mIE/l, natrium {na} mmol/l, Hb {hb} g/l.",
        bedomning="Demenssjukdom.",
        planering="Donepezil provas. Kontakt med kommunens demenssjuksköterska. Körförbud diskuterat och accepterat.",
    )
    life.medicate("donepezil", debut, why)
    for visit in life.follow_ups(debut + timedelta(days=340), 350, life.centre, "physician", "Demensuppföljning"):
        score = max(6, score - life.chance.uniform(1, 4))
        visit.measure(
            mmse=score,
            vikt=life.weight(visit.when.date()),
            **life.pressure(),
        )
        visit.note(
            "lakarbesok",
            anamnes=life.say("Anhöriga hjälper med ekonomi och inköp.", "Oro på kvällarna enligt anhörig."),
            status="MMSE {mmse} av 30. Vikt {vikt} kg. Blodtryck {bt} mmHg.",
            bedomning="Långsam försämring.",
            planering=life.say("Avlastning genom dagverksamhet.", "Ansökan om särskilt boende diskuteras."),
        )
    life.home_care(debut + timedelta(days=300))
