"""Childhood: the health programme from the first week to school, the vaccines of the programme, and its infections."""

from datetime import date, timedelta

from varda.region import entries
from varda.region.chapters.stays import Stay, admit
from varda.region.chronicle import Chronicle
from varda.region.model import Bed
from varda.region.terms.drugs import ATC
from varda.region.terms.vaccines import CHILD_PROGRAMME, VACCINES

BRONCHIOLITIS = Stay(
    ward="barn",
    code="J21.9",
    reason="Andningsbesvär hos litet barn",
    history=("Snuva och hosta i tre dagar, nu snabb andning och äter sämre. Syskon förkylt.",),
    status="Indragningar och fina rassel bilateralt. God hudfärg. Hjärta: inga blåsljud.",
    assessment=("Akut bronkiolit, sannolikt RS-virus.",),
    plan="Syrgas vid behov, sondmatning vid behov, vätskelista. Förälder medvårdar.",
    nursing=("Äter två tredjedelar av målen. Sugs i näsan före mat.", "Lugnare andning idag, sovit två timmar i sträck."),
    outcome=("Förbättrades efter några dagar med syrgas och sondmat. Äter själv vid utskrivning.",),
    vitals={"systolic": (92, 90), "diastolic": (54, 54), "puls": (158, 128), "andning": (56, 36),
            "saturation": (89, 96), "temp": (38.4, 37.2)},
    labs={"crp": (14, 8), "hb": (116, 115), "na": (136, 138)},
    days=(2, 5),
    social=("Bor med båda föräldrarna och ett äldre syskon.",),
)  # fmt: skip

VISITS: tuple[tuple[int, str], ...] = (
    # age in days, what the health visitor looks at
    (10, "Hembesök: amning, sömn och trygghet i hemmet. Naveln fin."),
    (28, "Lyfter huvudet kort, följer med blicken. Läkarundersökning utan anmärkning."),
    (44, "Tittar i ögonen och ler. Lyfter huvudet i bukläge. Samtal om föräldrarnas mående."),
    (91, "Greppar efter skallra, jollrar. Vaccination enligt program."),
    (154, "Vänder sig. Råd om smakportioner. Vaccination enligt program."),
    (190, "Sitter med stöd, äter smakportioner. Läkarundersökning utan anmärkning."),
    (250, "Hembesök: sitter stadigt, samtal om olycksfall i hemmet."),
    (365, "Går utmed möbler, säger mamma eller pappa. Råd om tandborstning."),
    (555, "Går själv, pekar och förstår enkla uppmaningar. Vaccination enligt program."),
    (920, "Talar i tvåordsmeningar. Språkscreening utan anmärkning."),
    (1110, "Berättar vad han eller hon gjort. Hälsosamtal om mat, sömn och rörelse."),
    (1470, "Ritar huvudfoting, hoppar på ett ben. Syn- och hörselprövning utan anmärkning."),
    (1980, "Klarar gränskontroll inför skolstart. Vaccination enligt program."),
)

STEPS: dict[int, tuple[str, tuple[str, ...]]] = {
    # age in days of the visit: the visit of the programme, and its steps that are noted by hand
    28: ("w4", ("physician",)),
    44: ("w6", ("mood",)),
    91: ("m3", ("other-parent",)),
    190: ("m6", ("physician",)),
    365: ("m10", ("physician",)),
    920: ("m30", ("language",)),
    1110: ("y3", ("health-talk",)),
    1470: ("y4", ("vision", "hearing")),
    1980: ("y5", ("health-talk",)),
}


def vaccinate(life: Chronicle, day: date, vaccine: str, dose: int, specialty: str = "") -> None:
    """One dose given at the health centre; a vaccination in line needs no contact of its own."""
    atc, text = VACCINES[vaccine]
    when = life.clock(day)
    resource = {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": entries.coded(ATC, atc, text),
        "patient": life.subject,
        "occurrenceDateTime": entries.instant(when),
        "primarySource": True,
        "lotNumber": f"V{when:%y%m}{life.person.index % 90 + 10}",
        "performer": [{"actor": life.who(life.centre, "nurse", specialty).reference}],
        "protocolApplied": [{"doseNumberPositiveInt": dose}],
    }
    life.add(resource, life.centre)


def tell(life: Chronicle, bed: Bed | None = None) -> None:
    """Child health visits up to five and a half, vaccines to twelve, school health in between; told for those under 19."""
    days = (life.today - life.person.born).days
    for age, seen in VISITS:
        if age < days:
            _health_visit(life, age, seen)
    _next_visit(life, days)
    for vaccine, dose, at in CHILD_PROGRAMME:
        if at.days < days and life.happens(0.97):
            vaccinate(life, life.person.born + at, vaccine, dose, "barnhälsovård")
    if bed and life.age < 3:
        admit(life, BRONCHIOLITIS, life.days_ago(life.chance.randint(1, 3)), bed)


def _health_visit(life: Chronicle, age: int, seen: str) -> None:
    when = life.clock(life.person.born + timedelta(days=age))
    visit = life.visit(when, life.centre, "nurse", "Barnhälsovård", specialty="barnhälsovård")
    height, weight, head = life.body.grown(age)
    visit.measure(vikt=life.around(weight, weight * 0.03), langd=height)
    if age < 1000:
        visit.measure(huvud=head)
    visit.diagnose("Z00.1", days=1)
    if age in STEPS and life.happens(0.95):
        of, steps = STEPS[age]
        for step in steps:
            visit.noted("child-health", of, step)
    visit.note(
        "barnhalsovard",
        patientberattelse=life.say(
            "Föräldrarna tycker att det går bra.", "Sover oroligt men äter bra.", "Glad och nyfiken."
        ),
        status=seen,
        matvarden="Vikt {vikt} kg, längd {langd} cm" + (", huvudomfång {huvud} cm." if age < 1000 else "."),
        bedomning=life.say("Följer sin kurva, åldersadekvat utveckling.", "God tillväxt och normal utveckling."),
    )


def _next_visit(life: Chronicle, days: int) -> None:
    upcoming = next((age for age, _ in VISITS if age >= days), None)
    if upcoming is not None and upcoming - days < 200:
        when = life.clock(life.person.born + timedelta(days=upcoming + 3))
        life.book(max(when, life.clock(life.today + timedelta(days=4))), life.centre, "nurse", "Barnhälsovård")
