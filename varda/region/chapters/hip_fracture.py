"""Hip fracture: a fall at home, X-ray, operation within a day, rehabilitation, home with help and bone protection."""

from datetime import timedelta

from varda.region.chapters.stays import Stay, admit
from varda.region.chronicle import Chronicle
from varda.region.model import Bed

FRACTURE = Stay(
    ward="ortopedi",
    code="S72.0",
    reason="Fall med höftsmärta",
    history=(
        "{alder}-årig {kon} som halkade på hallmattan i går kväll. Kunde inte stödja på benet. Ingen skallskada.",
        "Föll på väg till toaletten i natt. Hittades av hemtjänsten på morgonen. Smärta i höger höft.",
    ),
    status="Benet förkortat och utåtroterat. Smärta vid rörelse i höften. Distalstatus utan anmärkning.",
    assessment=("Dislocerad kollumfraktur. Operationsanmäls.", "Kollumfraktur efter fall i samma plan, operation inom ett dygn."),
    plan="Halvprotes. Smärtlindring, trombosprofylax och tidig mobilisering. Bedömning av fallrisk och trycksårsrisk.",
    nursing=(
        "Uppe i stol till måltiderna. Förband torrt och helt. Smärtlindrad i vila.",
        "Hjälp av två vid förflyttning. Vändschema nattetid. Hälarna avlastade, ingen rodnad.",
        "Katetern är avvecklad och patienten kissar själv. Äter halva portioner, får näringsdryck.",
    ),
    outcome=(
        "Opererad med halvprotes utan komplikation. Mobiliserad med rollator. Får gå med full belastning.",
        "Operation dagen efter ankomst. Kortvarig förvirring postoperativt som gått i regress. Går med gåbord.",
    ),
    vitals={"systolic": (146, 128), "diastolic": (80, 72), "puls": (92, 78), "andning": (18, 16),
            "saturation": (94, 96), "temp": (36.9, 37.0)},
    labs={"hb": (126, 104), "kreatinin": (88, 84), "crp": (12, 46), "na": (137, 138), "kalium": (4.0, 4.1)},
    days=(6, 11),
    doses=("dalteparin", "oxikodon", "paracetamol"),
    image=("Höftled och bäcken", "Fall. Fraktur?",
           "Dislocerad kollumfraktur. Inga ytterligare frakturer i bäckenet. Inget tecken till skelettmetastas."),
    measures=("NFB19",),
    rehabilitation=True,
    social=("Bor ensam i lägenhet på andra våningen utan hiss.", "Bor med sin partner i villa. Klarar sig med rollator.",
            "Har trygghetslarm och hemtjänst en gång om dagen."),
)  # fmt: skip


def tell(life: Chronicle, bed: Bed | None = None) -> None:
    """The stay, then rehabilitation, osteoporosis treatment and municipal home care."""
    start = life.days_ago(life.chance.randint(1, 7)) if bed else life.days_ago(life.chance.randint(40, 1400))
    out = admit(life, FRACTURE, start, bed)
    why = life.problem("M81.9", start)
    life.medicate("alendronsyra", start + timedelta(days=30), why)
    life.medicate("kalcium-d", start, why)
    life.medicate("paracetamol", start, why, until=start + timedelta(days=120))
    if bed:
        return
    rehab = life.unit("rehabilitation")
    for visit in life.follow_ups(
        out + timedelta(days=16), 14, rehab, "physiotherapist", "Träning efter höftfraktur", most=5
    ):
        visit.measure(smarta=life.chance.randint(0, 4)).perform("QG001")
        visit.note(
            "fysioterapi",
            aktuellt=life.say("Går inomhus med rollator.", "Har börjat gå ut med käpp.", "Rädd för att falla igen."),
            status="Smärta {smarta} av 10 vid belastning. Nedsatt styrka i höftens utåtförare.",
            atgard="Styrke- och balansträning i grupp och hemprogram.",
            planering=life.say("Fortsatt träning en gång i veckan.", "Ny bedömning om en månad."),
        )
    life.home_care(out)
