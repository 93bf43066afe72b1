"""Pregnancy and birth: visits to the midwife with belly measure and blood pressure, the birth, the check afterwards."""

from datetime import date, timedelta

from varda.care.pregnancies import ENDED, LOCAL, OUTCOMES
from varda.region.chronicle import Chronicle
from varda.region.model import Bed

WEEKS = (9, 16, 25, 29, 32, 34, 36, 38, 40)
"""Pregnancy weeks in which the midwife is met."""


def expect(life: Chronicle, birth: date, bed: Bed | None = None) -> None:
    """A pregnancy that ends, or will end, on a day; with a bed she is at the maternity ward now."""
    clinic = life.unit("maternity")
    weight = life.weight(birth - timedelta(days=280))
    for week in WEEKS:
        day = birth - timedelta(weeks=40 - week, days=2)
        if day >= life.today:
            life.book(life.clock(day + timedelta(days=2)), clinic, "midwife", f"Barnmorskebesök vecka {week}")
            break
        _check(life, day, week, weight + max(0, week - 8) * 0.42, birth)
    if birth <= life.today:
        _birth(life, birth, bed)


def tell(life: Chronicle, bed: Bed | None = None) -> None:
    """A woman with a bed has just given birth; others expect a child within half a year or had one some years ago."""
    if bed:
        expect(life, life.days_ago(life.chance.randint(0, 1)), bed)
    elif life.happens(0.3):
        expect(life, life.today + timedelta(days=life.chance.randint(14, 170)))
    else:
        expect(life, life.days_ago(life.chance.randint(20, min(3000, max(30, (life.age - 20) * 365)))))


STEPS: dict[int, tuple[tuple[str, str], ...]] = {
    # week: visits of the programme and their steps that are noted by hand
    9: (("w6", "habits"), ("w8", "blood-group"), ("w8", "infections"), ("w8", "violence"), ("w8", "diagnostics")),
    25: (("w16", "pertussis"), ("w18", "scan")),
    29: (("w28", "rhd"),),
    34: (("w31", "birth-talk"),),
    38: (("w36", "presentation"),),
}


def _check(life: Chronicle, day: date, week: int, weight: float, birth: date) -> None:
    visit = life.visit(life.clock(day), life.unit("maternity"), "midwife", f"Barnmorskebesök vecka {week}")
    visit.measure(systolic=life.around(114, 7), diastolic=life.around(70, 5), vikt=weight)
    for of, step in STEPS.get(week, ()):
        visit.noted("maternity", of, step)
    if week == WEEKS[0]:
        visit.expected(birth)
        visit.labs(
            "Inskrivningsprover",
            hb=life.around(126, 7),
            ferritin=life.around(38, 18),
            glukos=life.around(4.8, 0.3),
            tsh=1.4,
        )
        visit.diagnose("Z34.9", days=(birth - visit.when.date()).days)
        visit.note(
            "barnmorska",
            anamnes=life.say("Väntar sitt första barn.", "Andra graviditeten, första förlossningen okomplicerad.")
            + " Mår illa på morgonen. Röker inte, dricker ingen alkohol.",
            matvarden="Blodtryck {bt} mmHg, vikt {vikt} kg. Hb {hb} g/l, ferritin {ferritin} µg/l, P-glukos {glukos} mmol/l.",
            planering="Ultraljud i vecka 18. Nytt besök i vecka 16. Samtal om levnadsvanor genomfört.",
        )
        return
    visit.tests(hb=life.around(121 if week > 20 else 125, 6))
    if week < 24:
        visit.note(
            "barnmorska",
            aktuellt="Mår bättre, illamåendet har släppt.",
            matvarden="Blodtryck {bt} mmHg, vikt {vikt} kg, Hb {hb} g/l.",
        )
        return
    visit.measure(sfmatt=week - life.chance.randint(0, 2), fosterljud=life.around(142, 9))
    visit.note(
        "barnmorska",
        aktuellt=life.say(
            "Mår bra, känner fosterrörelser dagligen.", "Ont i ryggen kvällstid. Fosterrörelser som vanligt."
        ),
        matvarden="Blodtryck {bt} mmHg, vikt {vikt} kg, Hb {hb} g/l. Symfys-fundusmått {sfmatt} cm, fosterljud ua.",
        bedomning="Normal graviditet.",
        planering=life.say(
            "Föräldragrupp erbjuden. Åter enligt basprogram.", "Samtal om förlossningen. Åter enligt basprogram."
        ),
    )


def _birth(life: Chronicle, birth: date, bed: Bed | None) -> None:
    clinic = life.unit("maternity")
    start = min(life.clock(birth, life.chance.randint(0, 6 if bed else 22)), life.now - timedelta(hours=2))
    ward = life.county.units[bed.ward] if bed else life.unit("ward:kvinna")
    stay = life.visit(start, ward, "midwife", "Förlossning", kind="IMP")
    stay.lie_in(bed, start, None if bed else start + timedelta(hours=50))
    stay.measure(systolic=life.around(122, 8), diastolic=life.around(76, 6), puls=life.around(88, 8), temp=36.9)
    stay.measure(blodforlust=round(life.around(380, 120), -1))
    stay.diagnose("O80.9")
    child = life.say("en pojke", "en flicka")
    stay.note(
        "forlossning",
        resultat=f"Spontan värkstart. Föder {child} i fullgången tid. Andas och skriker direkt. Blodförlust {{blodforlust}} ml.",
        matvarden="Blodtryck {bt} mmHg, puls {puls}, temp {temp} °C.",
        planering="Amning påbörjas. Hemgång planeras efter barnläkarundersökning.",
    )
    after = life.clock(birth + timedelta(days=1), 14)
    if after < life.now:
        stay.at(after, "midwife").measure(systolic=life.around(116, 6), diastolic=life.around(72, 5), temp=36.8)
        stay.note("omvardnad", omvardnad="Livmodern väl sammandragen, sparsam avslagsblödning. Blodtryck {bt} mmHg. "
                  + life.say("Amningen fungerar.", "Får hjälp med amningsställning."))  # fmt: skip
    ended = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": LOCAL, "code": ENDED}], "text": "Graviditetens avslut"},
        "subject": life.subject,
        "effectiveDateTime": birth.isoformat(),
        "valueCodeableConcept": {"coding": [{"system": LOCAL, "code": "birth"}], "text": OUTCOMES["birth"][0]},
        "performer": [stay.author.reference],
    }
    life.add(ended, clinic)
    day = birth + timedelta(weeks=9)
    if day >= life.today:
        life.book(life.clock(day), life.unit("maternity"), "midwife", "Efterkontroll")
        return
    check = life.visit(life.clock(day), life.unit("maternity"), "midwife", "Efterkontroll")
    check.measure(systolic=life.around(115, 7), diastolic=life.around(71, 5), vikt=life.weight(day) + 2).labs(
        "Kontroll", hb=life.around(124, 7)
    )
    check.diagnose("Z39.2", days=1)
    check.note(
        "barnmorska",
        aktuellt=life.say("Mår bra. Ammar helt.", "Trött men mår bra. Delammar.") + " EPDS utan anmärkning.",
        matvarden="Blodtryck {bt} mmHg, Hb {hb} g/l.",
        planering="Preventivmedel diskuterade. Avslutas på barnmorskemottagningen.",
    )
    if life.happens(0.5):
        life.medicate("desogestrel", day, until=day + timedelta(days=700))
