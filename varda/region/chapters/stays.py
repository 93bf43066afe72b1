"""A hospital stay: emergency visit, admission, the days on the ward and the discharge letter.

What is particular to a disease is declared as a `Stay` beside that disease; here is only how days on a ward go. Values move
from the first to the second number of each pair while the patient recovers.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from varda.region.chronicle import Chronicle
from varda.region.contact import Contact
from varda.region.model import Bed, Unit

Course = dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """What a stay is about. `ward` is a specialty; `nursing` is in order of recovery; texts may quote figures of their moment."""

    ward: str
    code: str
    reason: str
    history: tuple[str, ...]
    status: str
    assessment: tuple[str, ...]
    plan: str
    nursing: tuple[str, ...]
    outcome: tuple[str, ...]
    vitals: Course
    labs: Course
    days: tuple[int, int] = (3, 7)
    doses: tuple[str, ...] = ()
    image: tuple[str, str, str] | None = None
    measures: tuple[str, ...] = ()
    rehabilitation: bool = False
    emergency: bool = True
    social: tuple[str, ...] = field(
        default=("Bor med anhörig i villa.", "Bor ensam i lägenhet med hiss.", "Klarar sig själv hemma sedan tidigare.")
    )


def admit(life: Chronicle, stay: Stay, start: date, bed: Bed | None = None) -> date:
    """Tell a stay from `start`; with a bed the patient is still there. Answers the last day told."""
    length = life.chance.randint(*stay.days)
    end = None if bed else start + timedelta(days=length)
    ward = life.county.units[bed.ward] if bed else life.unit(f"ward:{stay.ward}")
    arrival = life.clock(start, life.chance.randint(0, 11))
    if stay.emergency:
        _emergency(life, stay, arrival - timedelta(hours=5), ward)
    admission = life.visit(arrival, ward, "physician", stay.reason, kind="IMP")
    admission.lie_in(bed, arrival, life.clock(end, 13) if end else None)
    admission.diagnose(stay.code, days=length + 20)
    last = end or life.today
    for day in range(min((last - start).days, 8) + 1):
        _day(life, stay, admission, start + timedelta(days=day), day / max(length, 3))
    if end:
        _discharge(life, stay, admission, ward, end)
    return last


def _now(life: Chronicle, course: Course, part: float) -> dict[str, float]:
    part = min(part, 1.0)
    found = {}
    for key, (worst, better) in course.items():
        value = worst + (better - worst) * part
        found[key] = value + life.around(0, abs(value) * (0.002 if key in ("temp", "saturation", "na") else 0.04))
    return found


def _emergency(life: Chronicle, stay: Stay, when: datetime, ward: Unit) -> None:
    visit = life.visit(when, life.unit("emergency"), "physician", stay.reason, kind="EMER")
    visit.vitals(**_now(life, stay.vitals, 0))
    visit.labs("Akutprover", **_now(life, stay.labs, 0))
    if stay.image:
        visit.image(*stay.image)
    visit.note(
        "akut",
        kontaktorsak=f"{stay.reason}.",
        aktuellt=life.say(*stay.history),
        status="Blodtryck {bt} mmHg, puls {puls} slag/min, andningsfrekvens {andning}, saturation {saturation} %, "
        "temp {temp} °C. " + (_SCORE if life.age >= 16 else "") + stay.status,
        bedomning=life.say(*stay.assessment),
        planering=f"Inläggning på {ward.name}.",
    )


def _day(life: Chronicle, stay: Stay, admission: Contact, day: date, part: float) -> None:
    if part == 0:
        _first_day(life, stay, admission)
    step = min(int(part * len(stay.nursing)), len(stay.nursing) - 1)
    for hour in (7, 14, 20) if admission.encounter["status"] == "in-progress" else (7, 14):
        when = life.clock(day, hour)
        if admission_start(admission) <= when <= life.now:
            admission.at(when, "nurse").vitals(**_now(life, stay.vitals, part))
            if hour == 7 and stay.doses:
                admission.give(life.chance.choice(stay.doses))
            if hour == 14:
                admission.note(
                    "omvardnad",
                    omvardnad=f"{stay.nursing[step]} {life.say(*_WARD_LIFE)}",
                    matvarden=_MEASURED + (_SCORE if life.age >= 16 else ""),
                )
    if 0 < part <= 1 and life.happens(0.6):
        _round(life, stay, admission, day, part)
    if stay.rehabilitation and 0 < part <= 1 and life.happens(0.45):
        _training(life, admission, day)


_EARLY = ("Trött men något förbättrad sedan i går.", "Natten har varit orolig, lugnare i morse.", "Ungefär som i går.")
_LATE = ("Mår bättre i dag.", "Natten har varit lugn, sovit sju timmar.", "Uppe och går i korridoren.")
_EARLY_PLAN = ("Fortsatt behandling enligt plan.", "Nya prover i övermorgon.", "Behandlingen oförändrad i dag.")
_LATE_PLAN = ("Planeras för hemgång.", "Hem inom ett par dagar om fortsatt förbättring.", "Utskrivning förbereds.")
_WARD_LIFE = (
    "Anhörig har varit på besök.",
    "Fått hjälp med morgontoalett.",
    "Har ringsignal inom räckhåll.",
    "Ätit frukost och lunch på avdelningen.",
    "Fallriskbedömning genomförd.",
    "Informerad om dagens planering.",
    "Vilat under eftermiddagen.",
)
_MEASURED = "Blodtryck {bt} mmHg, puls {puls}, saturation {saturation} %, temp {temp} °C. "
_SCORE = "NEWS2 {news2} poäng. "


def admission_start(admission: Contact) -> datetime:
    """When the stay began."""
    return datetime.fromisoformat(admission.encounter["period"]["start"])


def _first_day(life: Chronicle, stay: Stay, admission: Contact) -> None:
    when = admission_start(admission) + timedelta(minutes=50)
    if when > life.now:
        return
    admission.at(when, "physician").vitals(**_now(life, stay.vitals, 0))
    for measure in stay.measures:
        admission.perform(measure)
    for dose in stay.doses:
        admission.prescribe(dose, days=stay.days[1])
    admission.note(
        "inskrivning",
        kontaktorsak=f"{stay.reason}.",
        anamnes=life.say(*stay.history),
        psykosocialt=life.say(*stay.social),
        status="Blodtryck {bt} mmHg, puls {puls} slag/min, saturation {saturation} %, temp {temp} °C. " + stay.status,
        bedomning=life.say(*stay.assessment),
        planering=stay.plan,
    )


def _round(life: Chronicle, stay: Stay, admission: Contact, day: date, part: float) -> None:
    when = life.clock(day, 10)
    if when > life.now:
        return
    admission.at(when, "physician").labs("Rondprover", **_now(life, stay.labs, part))
    answers = ", ".join(f"{_SHORT[key]} {{{key}}}" for key in list(stay.labs)[:3])
    admission.note(
        "daganteckning",
        aktuellt=life.say(*_LATE) if part > 0.6 else life.say(*_EARLY),
        matvarden=f"Dagens prover: {answers}.",
        planering=life.say(*_LATE_PLAN) if part > 0.6 else life.say(*_EARLY_PLAN),
    )


_SHORT = {
    "hb": "Hb", "crp": "CRP", "lpk": "LPK", "kreatinin": "kreatinin", "na": "natrium", "kalium": "kalium",
    "laktat": "laktat", "probnp": "NT-proBNP", "troponin": "troponin T", "glukos": "glukos", "albumin": "albumin",
    "inr": "INR", "ldl": "LDL", "tpk": "TPK", "alat": "ALAT", "tsh": "TSH",
}  # fmt: skip


def _training(life: Chronicle, admission: Contact, day: date) -> None:
    when = life.clock(day, 11)
    if when > life.now:
        return
    admission.at(when, "physiotherapist").perform("QG001").measure(smarta=life.chance.randint(1, 5))
    admission.note(
        "fysioterapi",
        status=life.say(
            "Förflyttar sig från säng till stol med stöd av en person. ",
            "Går 20 meter med rollator och tillsyn. ",
            "Går självständigt i korridoren, tränar trappgång. ",
        )
        + "Smärta vid rörelse {smarta} av 10.",
        bedomning=life.say("Nedsatt styrka och balans, god motivation.", "Gör framsteg, behov av fortsatt träning."),
        planering=life.say("Daglig träning på avdelningen.", "Hemträningsprogram och gånghjälpmedel ordnas."),
    )
    if life.happens(0.4):
        admission.at(when + timedelta(hours=2), "occupational-therapist").note(
            "arbetsterapi",
            funktion=life.say(
                "Klarar måltider och personlig hygien vid handfat; behöver hjälp med dusch och påklädning nedtill.",
                "Självständig i av- och påklädning sittande. Osäker i köksaktivitet.",
            ),
            planering=life.say("Hembesök före utskrivning.", "Förskriver toalettförhöjning och griptång."),
        )


def _discharge(life: Chronicle, stay: Stay, admission: Contact, ward: Unit, end: date) -> None:
    admission.at(life.clock(end, 12), "physician").vitals(**_now(life, stay.vitals, 1))
    admission.note(
        "epikris",
        kontaktorsak=f"{stay.reason}.",
        resultat=life.say(*stay.outcome),
        matvarden="Vid utskrivning blodtryck {bt} mmHg, puls {puls}, saturation {saturation} %, temp {temp} °C.",
        lakemedel="Aktuell läkemedelslista är genomgången med patienten, som har fått den skriftligt.",
        planering=f"Återbesök på {life.centre.name} inom fyra veckor.",
    )
