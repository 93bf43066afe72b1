"""Asthma: wheeze in childhood or later, pollen and colds; a yearly visit and now and then a bad spell."""

from varda.region.chapters.stays import Stay, admit
from varda.region.chronicle import Chronicle
from varda.region.model import Bed

CHILD_ATTACK = Stay(
    ward="barn",
    code="J45.9",
    reason="Andningsbesvär vid astma",
    history=("Förkyld sedan två dagar. I natt tilltagande andningsbesvär trots inhalationer hemma.",),
    status="Indragningar, förlängt expirium och ronki bilateralt. Leker något mellan inhalationerna.",
    assessment=("Akut astma utlöst av virusinfektion.",),
    plan="Upprepade inhalationer, kortison peroralt, övervakning av saturation.",
    nursing=("Inhalerar var tredje timme. Förälder medvårdar. Dricker bra.", "Sovit gott. Mindre hosta i morse."),
    outcome=("Förbättrades på inhalationer och kortison. Behandlingsplan skriven till förskola eller skola.",),
    vitals={"systolic": (108, 104), "diastolic": (64, 62), "puls": (128, 102), "andning": (38, 24),
            "saturation": (91, 97), "temp": (37.9, 37.0)},
    labs={"crp": (18, 8), "hb": (124, 124)},
    days=(1, 3),
    social=("Bor med föräldrar och syskon.",),
)  # fmt: skip


def tell(life: Chronicle, bed: Bed | None = None) -> None:
    """Debut, yearly controls, inhalers; sensitisation to pollen in some."""
    if life.age < 2:  # wheeze in infants is not called asthma yet
        return
    debut = life.years_ago(1, min(9, max(1.1, life.age - 1)))
    first = life.visit(life.clock(debut), life.centre, "physician", "Pip i bröstet")
    first.measure(saturation=life.around(97, 1), andning=life.around(20, 3)).labs(
        "Blodprover", hb=life.around(132, 8), lpk=life.around(7, 1.2)
    )
    why = first.diagnose("J45.9", lasting=True)
    first.note(
        "lakarbesok",
        anamnes=life.say("Återkommande hosta nattetid och pip vid förkylning.", "Andfådd vid idrott och i kall luft."),
        status="Lätta ronki vid forcerad utandning. Saturation {saturation} %, andningsfrekvens {andning}.",
        bedomning="Astma.",
        planering="Budesonid dagligen och salbutamol vid behov. Inhalationsteknik instruerad.",
    )
    life.medicate("budesonid", debut, why)
    life.medicate("salbutamol", debut, why)
    for visit in life.follow_ups(
        life.days_ago((life.today - debut).days - 60), 380, life.centre, "nurse", "Astmakontroll"
    ):
        visit.measure(saturation=life.around(98, 1))
        if life.age_on(visit.when.date()) > 7:
            visit.measure(fev1=life.around(3.1 if life.person.is_female else 3.9, 0.4)).perform("AG053")
        visit.note(
            "sjukskoterskebesok",
            patientberattelse=life.say(
                "Bra astmakontroll, tar vidbehovsmedicin mindre än en gång i veckan.",
                "Hostar ibland på natten vid förkylning.",
                "Klarar idrott utan besvär.",
                "Besvär under björksäsongen.",
            ),
            status="Saturation {saturation} %. Inhalationstekniken är god.",
            planering=life.say(
                "Oförändrad behandling.", "Dosen sänks till en inhalation dagligen efter pollensäsongen."
            ),
        )
    if life.happens(0.35):
        life.medicate("desloratadin", debut, why)
    if bed:
        admit(life, CHILD_ATTACK, life.days_ago(life.chance.randint(1, 2)), bed)
