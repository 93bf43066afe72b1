"""What brings people to care in ordinary years: colds, backs, skin, a sprain; and what the health centre asks all."""

from dataclasses import dataclass
from datetime import date

from varda.region import entries
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
              story=("Snuva, hosta och halsont i fem dagar.", "Hosta som inte ger sig, sover dåligt.", "Täppt näsa och ont i bihålorna i en vecka.", "Feber i två dagar, nu mest trött och hostig."),
              status="Svalg lätt rodnat. Lungor: inga biljud. Temp {temp} °C.", assessment="Virusinfektion i övre luftvägarna.",
              plan=("Egenvårdsråd. Åter vid försämring.", "Inga antibiotika. Vila och dryck.")),
    Complaint(weight=2, code="J03.9", reason="Halsont", fever=True, crp=58, ages=(4, 60), drug="penicillin", days=7,
              story=("Halsont och feber sedan tre dagar, svårt att svälja.", "Hög feber i natt och ont i halsen. Ingen hosta eller snuva.",),
              status="Rodnade tonsiller med beläggningar, ömma körtlar på halsen. Temp {temp} °C.",
              assessment="Tonsillit, snabbtest för streptokocker positivt.", plan=("Antibiotika i sju dagar.",)),
    Complaint(weight=2, code="H66.9", reason="Öronvärk", fever=True, crp=26, ages=(0, 10), drug="amoxicillin", days=5,
              story=("Förkyld sedan en vecka, i natt skrikig och tar sig för örat.",),
              status="Rodnad buktande trumhinna höger, vänster utan anmärkning. Temp {temp} °C.",
              assessment="Akut öroninflammation.", plan=("Aktiv exspektans, antibiotika om ingen förbättring på två dagar.",)),
    Complaint(weight=1.5, code="A09.9", reason="Kräkningar och diarré", fever=True, crp=18, role="nurse",
              story=("Kräkningar i natt och lös avföring. Flera i familjen är sjuka.", "Diarré i tre dagar efter en resa. Dricker men äter lite.",),
              status="Inga tecken till uttorkning. Buken mjuk. Temp {temp} °C.", assessment="Magsjuka.",
              plan=("Vätskeersättning i små mängder. Ny kontakt vid tecken till uttorkning.",)),
    Complaint(weight=2.2, code="N30.0", reason="Sveda vid vattenkastning", ages=(16, 95), sex="female", drug="pivmecillinam",
              days=5, role="nurse", story=("Sveda och trängningar sedan två dagar. Ingen feber eller flanksmärta.", "Täta trängningar och obehag nedtill i magen sedan i går. Känner igen besvären.",),
              status="Opåverkad, ingen dunkömhet över njurarna.", assessment="Nedre urinvägsinfektion.",
              plan=("Antibiotika i fem dagar.",)),
    Complaint(weight=3, code="M54.5", reason="Ryggsmärta", ages=(20, 85), drug="naproxen", days=10,
              story=("Ont i ländryggen efter flytt i helgen. Ingen utstrålning.", "Återkommande ryggsmärta, värre vid sittande arbete.", "Vaknade med ryggskott, svårt att få på sig strumporna.", "Stel och öm i ländryggen sedan trädgårdsarbete."),
              status="Ömhet paravertebralt. Lasègue negativ bilateralt. Normal kraft och känsel. Inga röda flaggor.",
              assessment="Ospecifik ländryggssmärta.", plan=("Håll igång. Remiss till fysioterapeut.", "Råd om aktivitet och smärtlindring.")),
    Complaint(weight=1.5, code="M17.9", reason="Knäsmärta", ages=(52, 90), drug="paracetamol-vb", days=180,
              story=("Smärta i knät vid gång och i trappor sedan ett år.", "Knät stelt på morgonen, mjuknar efter en stund. Kan gå två kilometer.",),
              status="Lätt utgjutning, krepitationer, inskränkt flexion.", assessment="Knäartros.",
              plan=("Artrosskola hos fysioterapeut.",)),
    Complaint(weight=1.5, code="L30.9", reason="Eksem", ages=(0, 80), drug="hydrokortison", days=30,
              story=("Kliande utslag i armvecken som kommer och går.", "Torr och irriterad hud på händerna.", "Klåda och rodnad på halsen sedan byte av tvättmedel."),
              status="Rodnad och lichenifiering i böjveck. Inga tecken till infektion.", assessment="Eksem.",
              plan=("Mjukgörande dagligen och kortisonkräm i kur.",)),
    Complaint(weight=1.2, code="G43.9", reason="Huvudvärk", ages=(14, 60), drug="sumatriptan", days=365,
              story=("Halvsidig bultande huvudvärk med illamående två gånger i månaden.",),
              status="Neurologstatus utan anmärkning. Ingen nackstyvhet.", assessment="Migrän.",
              plan=("Triptan vid anfall. Huvudvärksdagbok.",)),
    Complaint(weight=1.4, code="S93.4", reason="Vrickad fot", ages=(8, 65), role="physiotherapist",
              story=("Trampade snett på innebandyträningen i går.", "Halkade på en våt trapp i morse, vrickade foten inåt.",),
              status="Svullnad och ömhet framför yttre fotknölen. Kan gå. Ingen skelettömhet.", assessment="Fotledsdistorsion.",
              plan=("Tryckförband, avlastning och balansträning enligt program.",)),
    Complaint(weight=1.4, code="K21.9", reason="Halsbränna", ages=(25, 85), drug="omeprazol", days=56,
              story=("Halsbränna och sura uppstötningar, värst på kvällen.", "Brännande känsla bakom bröstbenet efter måltid. Inga sväljningsbesvär.",),
              status="Buken mjuk och oöm.", assessment="Refluxsjukdom utan alarmsymtom.", plan=("Omeprazol i åtta veckor, råd om kost.",)),
    Complaint(weight=1.2, code="F43.8", reason="Stress och sömnsvårigheter", ages=(22, 63),
              story=("Hög belastning på arbetet, sover dåligt och glömmer saker.", "Orolig efter besked om uppsägning, svårt att varva ner.",),
              status="Formell och emotionell kontakt god. Inga suicidtankar.", assessment="Stressreaktion.",
              plan=("Sjukskrivning två veckor, samtal med psykolog och plan för återgång.",)),
    Complaint(weight=1, code="M75.1", reason="Axelsmärta", ages=(30, 80), role="physiotherapist",
              story=("Ont i axeln vid arbete ovan axelhöjd sedan två månader.", "Kan inte ligga på axeln om natten. Ingen skada.",),
              status="Smärtbåge 60–120 grader. Nedsatt kraft vid utåtrotation.", assessment="Subakromiell smärta.",
              plan=("Träningsprogram i tolv veckor.",)),
    Complaint(weight=0.8, code="D50.9", reason="Trötthet", ages=(15, 50), sex="female", drug="jarn", days=100,
              story=("Trött sedan flera månader, rikliga menstruationer.", "Andfådd i trappor och yr när hon reser sig. Rikliga blödningar.",), status="Blek. Hjärta: inga blåsljud.",
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


def tell(life: Chronicle, bed: Bed | None = None, *, controlled: bool = False) -> None:
    """Common complaints over at most ten years, health checks, seasonal vaccines; surgery for those in such a bed."""
    years = min(10.0, max(0.3, life.age - 0.2))
    rate = 1.6 if life.age < 6 else 0.6 if life.age < 18 else 0.9
    for _ in range(int(life.chance.uniform(0.3, 1.35) * rate * years)):
        _complaint(life, life.days_ago(life.chance.uniform(2, years * 365)))
    if life.age >= 40 and not controlled:
        for day in (life.days_ago(back * 365 + life.chance.randint(30, 330)) for back in range(0, 10, 4)):
            _health_check(life, day)
    _seasonal_vaccines(life)
    for _ in range(int(life.chance.uniform(0, 0.35) * years)):
        _phone_call(life, life.days_ago(life.chance.uniform(3, years * 365)))
    if life.age >= 25 and life.happens(0.08):
        statement = entries.own_medicine(life.say("paracetamol-vb", "kobalamin"), life.years_ago(0.2, 3).isoformat())
        life.add(statement | {"subject": life.subject}, life.centre)
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
        visit.tests(crp=max(1, life.around(one.crp, one.crp * 0.7)))
    if age > 35 and not one.fever:
        visit.measure(**life.pressure())
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


_CALLS = (
    ("Fråga om provsvar", "Undrar över svar på prover tagna förra veckan.", "Proverna är utan anmärkning, meddelat."),
    ("Receptförnyelse", "Medicinen tar slut nästa vecka.", "Läkare ombeds förnya receptet."),
    (
        "Rådgivning feber",
        "Feber och värk sedan två dagar, dricker bra.",
        "Egenvårdsråd. Ny kontakt om febern inte går ner.",
    ),
    ("Ombokning av tid", "Kan inte komma på bokad tid.", "Ny tid ges."),
    ("Rådgivning utslag", "Kliande utslag på magen sedan i går. Ingen svullnad i ansiktet.", "Egenvårdsråd ges."),
)


def _phone_call(life: Chronicle, day: date) -> None:
    reason, story, answer = life.chance.choice(_CALLS)
    call = life.visit(life.clock(day), life.centre, "nurse", reason, kind="VR")
    call.note("telefon", kontaktorsak=f"{reason}.", aktuellt=story, atgard=answer)


def _health_check(life: Chronicle, day: date) -> None:
    visit = life.visit(life.clock(day), life.centre, "nurse", "Hälsosamtal")
    creatinine, filtered = life.body.kidney(life.age_on(day))
    weight = life.weight(day)
    visit.measure(
        **life.pressure(),
        vikt=weight,
        langd=life.body.height,
        bmi=weight / (life.body.height / 100) ** 2,
    )
    visit.labs("Hälsoprover", glukos=life.around(5.5, 0.5), ldl=life.around(3.2, 0.8), hdl=life.around(1.5, 0.3),
               hb=life.around(life.body.haemoglobin, 5), kreatinin=creatinine, egfr=filtered)  # fmt: skip
    visit.diagnose("Z00.0", days=1)
    visit.note(
        "sjukskoterskebesok",
        patientberattelse=life.say(
            "Känner sig frisk. Rör på sig ett par gånger i veckan.",
            "Vill röra på sig mer och gå ner i vikt.",
            "Sover bra. Promenerar med hunden varje dag.",
            "Dricker vin till helgen, röker inte.",
        ),
        matvarden="Blodtryck {bt} mmHg, vikt {vikt} kg, BMI {bmi}. P-glukos {glukos} mmol/l, LDL {ldl} mmol/l, Hb {hb} g/l.",
        atgard="Samtal om matvanor, fysisk aktivitet, tobak och alkohol.",
        planering=life.say("Nytt hälsosamtal om några år.", "Fysisk aktivitet på recept erbjuds."),
    )


def _seasonal_vaccines(life: Chronicle) -> None:
    for back in range(6):
        day = date(life.today.year - back, 11, life.chance.randint(1, 28))
        age = life.age_on(day)
        if day >= life.today or age < 18 or not life.happens(0.7 if age >= 65 else 0.12):
            continue
        vaccinate(life, day, "influensa", 1)
        if age >= 65 and day.year >= 2022:
            vaccinate(life, day, "covid", day.year - 2018)
    for dose, day in enumerate((date(2021, 5, 10), date(2021, 6, 21), date(2021, 12, 13)), 1):
        if life.age_on(day) >= 18 and day < life.today and life.happens(0.88):
            vaccinate(life, day, "covid", dose)
