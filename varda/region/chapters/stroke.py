"""Stroke: sudden weakness, CT, stroke unit, rehabilitation; secondary prevention and follow-up for years."""

from datetime import timedelta

from varda.region.chapters.stays import Stay, admit
from varda.region.chronicle import Chronicle
from varda.region.model import Bed

INFARCTION = Stay(
    ward="stroke",
    code="I63.9",
    reason="Plötslig svaghet i arm och ben",
    history=(
        "Insjuknade kl. 9 med svaghet i höger arm och sluddrigt tal. Larm via ambulans.",
        "Vaknade med domning och svaghet i vänster kroppshalva. Senast frisk kvällen innan.",
    ),
    status="Vaken och orienterad. Central facialispares, armen faller inom fem sekunder. NIHSS 6. Hjärta: inga blåsljud.",
    assessment=("Misstänkt hjärninfarkt, utanför trombolysfönster.", "Akut hjärninfarkt."),
    plan="Sväljbedömning, telemetri i 48 timmar, klopidogrel och statin. Tidig mobilisering, logoped vid behov.",
    nursing=(
        "Sväljer tunn vätska utan att hosta. Behöver påminnas om den svagare sidan.",
        "Uppe i rullstol. Tränar påklädning med undersköterska. Trött efter lunch.",
    ),
    outcome=(
        "Gradvis förbättring av kraften. Kvarstående lätt svaghet i handen. Utreds med ultraljud halskärl utan stenos.",
        "Snabb återhämtning, skrivs ut till hemmet med tidig understödd rehabilitering.",
    ),
    vitals={"systolic": (172, 142), "diastolic": (94, 80), "puls": (80, 72), "andning": (17, 15),
            "saturation": (96, 97), "temp": (36.8, 36.8)},
    labs={"glukos": (7.4, 6.1), "ldl": (3.6, 3.4), "hb": (141, 138), "kreatinin": (82, 80), "inr": (1.0, 1.0), "crp": (6, 8)},
    days=(5, 10),
    doses=("klopidogrel",),
    image=("DT hjärna", "Plötslig halvsidig svaghet. Blödning? Infarkt?",
           ("Ingen blödning. Lågattenuerande område i mediaterritoriet som vid färsk infarkt. Inget tecken till tumör. "
            "Inga extraaxiella vätskeansamlingar.")),
    rehabilitation=True,
)  # fmt: skip


def tell(life: Chronicle, bed: Bed | None = None) -> None:
    """The stay; for those at home a visit to the stroke nurse, yearly controls, home care for the oldest."""
    start = life.days_ago(life.chance.randint(1, 6)) if bed else life.years_ago(0.3, 6)
    out = admit(life, INFARCTION, start, bed)
    why = life.problem("I63.9", start, life.unit("ward:stroke"))
    life.medicate("atorvastatin-40", start, why)
    if "apixaban" not in life.medicines:
        life.medicate("klopidogrel", start, why)
    if bed:
        return
    for visit in life.follow_ups(
        out + timedelta(days=90), 340, life.centre, "nurse", "Uppföljning efter stroke", most=6
    ):
        visit.measure(**life.pressure(), puls=life.around(70, 6))
        visit.labs("Kontrollprover", ldl=life.around(1.7, 0.4), hdl=life.around(1.4, 0.3), glukos=life.around(5.8, 0.5))
        visit.note(
            "sjukskoterskebesok",
            patientberattelse=life.say("Blir trött mot kvällen men klarar vardagen.", "Handen är fortfarande klumpig."),
            matvarden="Blodtryck {bt} mmHg. LDL {ldl} mmol/l.",
            bedomning=life.say("God sekundärprevention.", "Behandlingsmålen är uppnådda."),
            planering="Fortsatt behandling. Ny kontroll om ett år.",
        )
    if life.age >= 80 or life.happens(0.3):
        life.home_care(out)
