"""Breast cancer in its standardised course of care: suspicion, mammography, surgery, hormone treatment, yearly checks."""

from datetime import date, timedelta

from varda.region.chapters.stays import Stay, admit
from varda.region.chronicle import Chronicle
from varda.region.model import Bed, Resource

FEVER = Stay(
    ward="onkologi",
    code="C50.9",
    reason="Feber under cytostatikabehandling",
    history=("Tio dagar efter andra cytostatikakuren feber och frossa. Illamående, har svårt att äta.",),
    status="Trött men opåverkad. Munslemhinnan rodnad. Ärret i bröstet är läkt. Inga förstorade körtlar i armhålan.",
    assessment=("Neutropen feber efter cytostatika.",),
    plan="Bredspektrumantibiotika, odlingar och daglig blodstatus. Munvård.",
    nursing=("Munvård var fjärde timme. Illamåendet lindrat efter läkemedel.", "Febern på nedgående. Orkat duscha själv."),
    outcome=("Feberfri efter två dygn och stigande blodvärden. Nästa kur skjuts upp en vecka.",),
    vitals={"systolic": (112, 122), "diastolic": (66, 74), "puls": (108, 82), "andning": (20, 15),
            "saturation": (96, 98), "temp": (38.9, 36.8)},
    labs={"lpk": (0.8, 3.1), "hb": (104, 106), "tpk": (96, 148), "crp": (118, 30), "kreatinin": (68, 64)},
    days=(3, 6),
    doses=("piperacillin", "paracetamol"),
)  # fmt: skip


def tell(life: Chronicle, bed: Bed | None = None) -> None:
    """The course from a lump to hormone treatment; with a bed she is in the middle of her chemotherapy."""
    found = life.days_ago(110) if bed else life.days_ago(life.chance.randint(30, 2100))
    side = life.say("vänster", "höger")
    clinic = life.unit("clinic:bröst")
    _suspected(life, found, side)
    why = _investigated(life, found + timedelta(days=8), side)
    surgery = found + timedelta(days=26)
    if surgery < life.today:
        visit = life.visit(life.clock(surgery), clinic, "physician", "Bröstoperation")
        visit.perform("HAB40").measure(**life.pressure(), temp=36.8)
        visit.note("lakarbesok", atgard="{atgard} och sentinel node-diagnostik i narkos. Okomplicerad operation.",
                   status="Blodtryck {bt} mmHg, temp {temp} °C.", planering="Hemgång samma dag. Återbesök med svar.")  # fmt: skip
    if bed:
        admit(life, FEVER, life.days_ago(life.chance.randint(1, 4)), bed)
        return
    life.medicate("letrozol", found + timedelta(days=50), why)
    _followed(life, found + timedelta(days=90))


def _suspected(life: Chronicle, found: date, side: str) -> None:
    first = life.visit(life.clock(found), life.centre, "physician", "Knöl i bröstet")
    first.measure(**life.pressure())
    first.note(
        "lakarbesok",
        aktuellt=f"Har själv känt en knöl i {side} bröst sedan två veckor. Ingen smärta.",
        status=f"Fast resistens, knappt två cm, övre yttre kvadranten {side} bröst. Inga körtlar i armhålan. Blodtryck {{bt}} mmHg.",
        bedomning="Välgrundad misstanke om bröstcancer.",
        planering="Standardiserat vårdförlopp startas i dag. Remiss till bröstmottagning.",
    )
    first.refer(
        life.unit("clinic:bröst"),
        "Välgrundad misstanke om bröstcancer. Standardiserat vårdförlopp.",
        "Mottagen. Kallad för trippeldiagnostik inom en vecka.",
        days=1,
    )


def _investigated(life: Chronicle, day: date, side: str) -> Resource:
    second = life.visit(life.clock(day), life.unit("clinic:bröst"), "physician", "Utredning bröst")
    second.image("Mammografi och ultraljud bröst", "Resistens. Malignitet?",
                 f"Malignitetsmisstänkt förtätning i {side} bröst, 18 mm. Inga förstorade lymfkörtlar i axillen.")  # fmt: skip
    why = second.diagnose("C50.9", lasting=True)
    second.labs(
        "Blodprover",
        hb=life.around(133, 7),
        lpk=life.around(6.4, 1),
        tpk=life.around(250, 40),
        alat=life.around(0.4, 0.1),
    )
    second.note(
        "lakarbesok",
        aktuellt="Kommer för besked efter trippeldiagnostik, har med sig en närstående.",
        matvarden="Hb {hb} g/l, LPK {lpk}, TPK {tpk}.",
        bedomning="Bröstcancer, hormonreceptorpositiv. Genomgången på multidisciplinär konferens.",
        planering="Operation inom tre veckor. Kontaktsjuksköterska och Min vårdplan.",
    )
    return why


def _followed(life: Chronicle, start: date) -> None:
    unit = life.unit("clinic:onkologi")
    for visit in life.follow_ups(start, 180, unit, "nurse", "Uppföljning bröstcancer", most=8):
        visit.measure(vikt=life.weight(visit.when.date())).labs(
            "Blodprover", hb=life.around(129, 7), lpk=life.around(5.4, 1), tpk=life.around(230, 40)
        )
        visit.note(
            "sjukskoterskebesok",
            patientberattelse=life.say(
                "Ledvärk av tabletterna men står ut.",
                "Mår bra, har börjat arbeta halvtid." if life.age < 66 else "Mår bra och är i gång med körsången.",
                "Orolig inför mammografin.",
            ),
            matvarden="Vikt {vikt} kg. Hb {hb} g/l, LPK {lpk}.",
            planering="Årlig mammografi. Kontaktsjuksköterskan nås per telefon.",
        )
