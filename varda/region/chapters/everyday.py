"""What brings people to care in ordinary years: colds, backs, skin, a sprain; and what the health centre asks all."""

from dataclasses import dataclass
from datetime import date

from varda.region.chapters.childhood import vaccinate
from varda.region.chapters.stays import Stay, admit
from varda.region.chronicle import Chronicle
from varda.region.model import Bed


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A common reason for a visit. `weight` is how usual, `ages` whom it meets, `drug` what is prescribed, if anything."""

    weight: float
    code: str
    reason: str
    story: tuple[str, ...]
    status: str
    assessment: str
    plan: tuple[str, ...]
    ages: tuple[int, int] = (0, 100)
    sex: str = ""
    role: str = "physician"
    drug: str = ""
    days: int = 14
    fever: bool = False
    crp: float = 0


COMPLAINTS: tuple[Complaint, ...] = (
    Complaint(weight=5, code="J06.9", reason="Förkylning", fever=True, crp=14, role="nurse",
              story=("Snuva, hosta och halsont i fem dagar.", "Hosta som inte ger sig, sover dåligt."),
              status="Svalg lätt rodnat. Lungor: inga biljud. Temp {temp} °C.", assessment="Virusinfektion i övre luftvägarna.",
              plan=("Egenvårdsråd. Åter vid försämring.", "Inga antibiotika. Vila och dryck.")),
    Complaint(weight=2, code="J03.9", reason="Halsont", fever=True, crp=58, ages=(4, 60), drug="penicillin", days=7,
              story=("Halsont och feber sedan tre dagar, svårt att svälja.",),
              status="Rodnade tonsiller med beläggningar, ömma körtlar på halsen. Temp {temp} °C.",
              assessment="Tonsillit, snabbtest för streptokocker positivt.", plan=("Penicillin i sju dagar.",)),
    Complaint(weight=2, code="H66.9", reason="Öronvärk", fever=True, crp=26, ages=(0, 10), drug="amoxicillin", days=5,
              story=("Förkyld sedan en vecka, i natt skrikig och tar sig för örat.",),
              status="Rodnad buktande trumhinna höger, vänster utan anmärkning. Temp {temp} °C.",
              assessment="Akut öroninflammation.", plan=("Aktiv exspektans, antibiotika om ingen förbättring på två dagar.",)),
    Complaint(weight=1.5, code="A09.9", reason="Kräkningar och diarré", fever=True, crp=18, role="nurse",
              story=("Kräkningar i natt och lös avföring. Flera i familjen är sjuka.",),
              status="Inga tecken till uttorkning. Buken mjuk. Temp {temp} °C.", assessment="Magsjuka.",
              plan=("Vätskeersättning i små mängder. Kontakt om barnet eller den sjuke inte kissar.",)),
    Complaint(weight=2.2, code="N30.0", reason="Sveda vid vattenkastning", ages=(16, 95), sex="female", drug="pivmecillinam",
              days=5, role="nurse", story=("Sveda och trängningar sedan två dagar. Ingen feber eller flanksmärta.",),
              status="Opåverkad, ingen dunkömhet över njurarna.", assessment="Nedre urinvägsinfektion.",
              plan=("Pivmecillinam i fem dagar.",)),
    Complaint(weight=3, code="M54.5", reason="Ryggsmärta", ages=(20, 85), drug="naproxen", days=10,
              story=("Ont i ländryggen efter flytt i helgen. Ingen utstrålning.", "Återkommande ryggsmärta, värre vid sittande arbete."),
              status="Ömhet paravertebralt. Lasègue negativ bilateralt. Normal kraft och känsel. Inga röda flaggor.",
              assessment="Ospecifik ländryggssmärta.", plan=("Håll igång. Remiss till fysioterapeut.", "Råd om aktivitet och smärtlindring.")),
    Complaint(weight=1.5, code="M17.9", reason="Knäsmärta", ages=(52, 90), drug="paracetamol-vb", days=180,
              story=("Smärta i knät vid gång och i trappor sedan ett år.",),
              status="Lätt utgjutning, krepitationer, inskränkt flexion.", assessment="Knäartros.",
              plan=("Artrosskola hos fysioterapeut.",)),
    Complaint(weight=1.5, code="L30.9", reason="Eksem", ages=(0, 80), drug="hydrokortison", days=30,
              story=("Kliande utslag i armvecken som kommer och går.", "Torr och irriterad hud på händerna."),
              status="Rodnad och lichenifiering i böjveck. Inga tecken till infektion.", assessment="Eksem.",
              plan=("Mjukgörande dagligen och kortisonkräm i kur.",)),
    Complaint(weight=1.2, code="G43.9", reason="Huvudvärk", ages=(14, 60), drug="sumatriptan", days=365,
              story=("Halvsidig bultande huvudvärk med illamående två gånger i månaden.",),
              status="Neurologstatus utan anmärkning. Ingen nackstyvhet.", assessment="Migrän.",
              plan=("Triptan vid anfall. Huvudvärksdagbok.",)),
    Complaint(weight=1.4, code="S93.4", reason="Vrickad fot", ages=(8, 65), role="physiotherapist",
              story=("Trampade snett på innebandyträningen i går.",),
              status="Svullnad och ömhet framför yttre fotknölen. Kan gå. Ingen skelettömhet.", assessment="Fotledsdistorsion.",
              plan=("Tryckförband, avlastning och balansträning enligt program.",)),
    Complaint(weight=1.4, code="K21.9", reason="Halsbränna", ages=(25, 85), drug="omeprazol", days=56,
              story=("Halsbränna och sura uppstötningar, värst på kvällen.",),
              status="Buken mjuk och oöm.", assessment="Refluxsjukdom utan alarmsymtom.", plan=("Omeprazol i åtta veckor, råd om kost.",)),
    Complaint(weight=1.2, code="F43.8", reason="Stress och sömnsvårigheter", ages=(22, 63),
              story=("Hög belastning på arbetet, sover dåligt och glömmer saker.",),
              status="Formell och emotionell kontakt god. Inga suicidtankar.", assessment="Stressreaktion.",
              plan=("Sjukskrivning två veckor, samtal med psykolog och plan för återgång.",)),
    Complaint(weight=1, code="M75.1", reason="Axelsmärta", ages=(30, 80), role="physiotherapist",
              story=("Ont i axeln vid arbete ovan axelhöjd sedan två månader.",),
              status="Smärtbåge 60–120 grader. Nedsatt kraft vid utåtrotation.", assessment="Subakromiell smärta.",
              plan=("Träningsprogram i tolv veckor.",)),
    Complaint(weight=0.8, code="D50.9", reason="Trötthet", ages=(15, 50), sex="female", drug="jarn", days=100,
              story=("Trött sedan flera månader, rikliga menstruationer.",), status="Blek. Hjärta: inga blåsljud.",
              assessment="Järnbrist.", plan=("Järntabletter i tre månader, nytt Hb därefter.",)),
)  # fmt: skip

APPENDICITIS = Stay(
    ward="kirurgi",
    code="K35.8",
    reason="Buksmärta",
    history=("Sedan i går smärta kring naveln som vandrat till höger fossa. Illamående, ingen aptit.",),
    status="Buken spänd med släppömhet i höger fossa. Inga bråck.",
    assessment=("Akut appendicit.",),
    plan="Operation samma dygn, antibiotika preoperativt. Fasta.",
    nursing=("Smärtlindrad. Sårförband torra. Druckit och ätit lätt kost.", "Uppe och går. Gaser har avgått."),
    outcome=("Laparoskopisk appendektomi utan komplikation. Appendix inflammerad utan perforation.",),
    vitals={"systolic": (132, 124), "diastolic": (80, 74), "puls": (98, 76), "andning": (18, 14),
            "saturation": (97, 98), "temp": (38.1, 37.0)},
    labs={"crp": (74, 38), "lpk": (14.1, 8.8), "hb": (140, 136), "kreatinin": (76, 74)},
    days=(1, 3),
    doses=("paracetamol", "oxikodon"),
    image=("DT buk", "Smärta höger fossa. Appendicit?",
           "Förtjockad appendix, 11 mm, med omgivande stråkighet. Ingen fri gas. Inga abscesser."),
    measures=("JEA01",),
)  # fmt: skip


def tell(life: Chronicle, bed: Bed | None = None) -> None:
    """Common complaints over at most twelve years, health checks, seasonal vaccines; surgery for those in such a bed."""
    years = min(12.0, max(0.3, life.age - 0.2))
    rate = 1.6 if life.age < 6 else 0.7 if life.age < 18 else 1.1
    for _ in range(int(life.chance.uniform(0.35, 1.5) * rate * years)):
        _complaint(life, life.days_ago(life.chance.uniform(2, years * 365)))
    if life.age >= 40:
        for day in (life.days_ago(back * 365 + life.chance.randint(30, 330)) for back in range(0, 10, 4)):
            _health_check(life, day)
    _seasonal_vaccines(life)
    if bed:
        admit(life, APPENDICITIS, life.days_ago(1), bed)


def _complaint(life: Chronicle, day: date) -> None:
    age = life.age_on(day)
    fitting = [one for one in COMPLAINTS if one.ages[0] <= age <= one.ages[1] and one.sex in ("", life.person.sex)]
    one = life.chance.choices(fitting, weights=[fit.weight for fit in fitting])[0]
    unit = life.unit("on-call-centre") if life.happens(0.08) and one.role != "physiotherapist" else life.centre
    visit = life.visit(life.clock(day), unit, one.role, one.reason)
    if one.fever:
        visit.measure(temp=life.around(37.9, 0.7), puls=life.around(84, 8))
    if one.crp:
        visit.labs("Snabbprover", crp=max(1, life.around(one.crp, one.crp * 0.7)))
    if age > 35 and not one.fever:
        visit.measure(systolic=life.around(128, 12), diastolic=life.around(78, 7))
    if one.code == "D50.9":
        visit.labs("Blodprover", hb=life.around(104, 6), ferritin=life.around(9, 4))
    cause = visit.diagnose(one.code, days=one.days)
    if one.drug:
        visit.prescribe(one.drug, cause, one.days)
    kind = {"nurse": "sjukskoterskebesok", "physiotherapist": "fysioterapi"}.get(one.role, "lakarbesok")
    pressure = " Blodtryck {bt} mmHg." if "bt" in visit.figures else ""
    values = "CRP {crp} mg/l." if one.crp else "Hb {hb} g/l, ferritin {ferritin} µg/l." if one.code == "D50.9" else ""
    visit.note(
        kind,
        kontaktorsak=f"{one.reason}.",
        aktuellt=life.say(*one.story),
        status=one.status + pressure,
        matvarden=values,
        bedomning=one.assessment,
        planering=life.say(*one.plan),
    )


def _health_check(life: Chronicle, day: date) -> None:
    visit = life.visit(life.clock(day), life.centre, "nurse", "Hälsosamtal")
    creatinine, filtered = life.body.kidney(life.age_on(day))
    visit.measure(
        systolic=life.around(129, 9),
        diastolic=life.around(79, 6),
        vikt=life.body.weight,
        langd=life.body.height,
        bmi=life.body.bmi,
    )
    visit.labs("Hälsoprover", glukos=life.around(5.5, 0.5), ldl=life.around(3.2, 0.8), hdl=life.around(1.5, 0.3),
               hb=life.around(134 if life.person.is_female else 148, 7), kreatinin=creatinine, egfr=filtered)  # fmt: skip
    visit.diagnose("Z00.0", days=1)
    visit.note(
        "sjukskoterskebesok",
        patientberattelse=life.say(
            "Känner sig frisk. Rör på sig ett par gånger i veckan.", "Stillasittande arbete, vill gå ner i vikt."
        ),
        matvarden="Blodtryck {bt} mmHg, vikt {vikt} kg, BMI {bmi}. P-glukos {glukos} mmol/l, LDL {ldl} mmol/l, Hb {hb} g/l.",
        atgard="Samtal om matvanor, fysisk aktivitet, tobak och alkohol.",
        planering=life.say("Nytt hälsosamtal om några år.", "Fysisk aktivitet på recept erbjuds."),
    )


def _seasonal_vaccines(life: Chronicle) -> None:
    for back in range(6):
        day = date(life.today.year - back, 11, life.chance.randint(1, 28))
        if day >= life.today or life.age_on(day) < 18:
            continue
        old = life.age_on(day) >= 65
        season = (
            life.visit(life.clock(day), life.centre, "nurse", "Vaccination")
            if life.happens(0.7 if old else 0.12)
            else None
        )
        if season:
            vaccinate(season, "influensa", 1)
            if old and day.year >= 2021:
                vaccinate(season, "covid", min(6, day.year - 2019))
    for dose, day in enumerate((date(2021, 5, 10), date(2021, 6, 21), date(2021, 12, 13)), 1):
        if life.age_on(day) >= 18 and day < life.today and life.happens(0.88):
            vaccinate(life.visit(life.clock(day), life.centre, "nurse", "Covid-19-vaccination"), "covid", dose)
