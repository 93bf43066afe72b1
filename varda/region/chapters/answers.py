"""Answers of the last days at the health centre: what a physician finds in the morning and has not signed yet."""

from datetime import timedelta

from varda.region.chronicle import Chronicle
from varda.region.contact import Contact
from varda.region.staff import DEMO_CENTRE

_CULTURES = (
    ("Urinodling", "Mittstråleurin", "Ingen växt av bakterier. Inget talar för urinvägsinfektion vid provtagningen."),
    ("Urinodling", "Mittstråleurin",
     ("Växt av Escherichia coli, 10^8 CFU/l.\n\nKänslig: nitrofurantoin, pivmecillinam, cefadroxil.\n"
     "Resistent: trimetoprim.\n\nInga tecken till ESBL.")),
    ("Svalgodling", "Svalg", "Inga betahemolytiska streptokocker påvisade.\nEj odlat för anaeroba bakterier."),
    ("Sårodling", "Sår, vänster underben",
     "Riklig växt av Staphylococcus aureus.\nMRSA ej påvisad. Ingen växt av betahemolytiska streptokocker."),
    ("Fecesodling", "Feces", "Ingen växt av Salmonella, Shigella, Campylobacter eller Yersinia."),
    ("PAD hudexcision", "Hud, rygg: pigmenterad förändring. Melanom?",
     ("Hudexcidat 14 × 8 mm. Mikroskopiskt ses ett dysplastiskt nevus.\n\nIngen malignitet. Resektionsränderna är "
     "fria, utan kvarvarande nevusceller.\n\nDiagnos: Dysplastiskt nevus, inga tecken till melanom.")),
)  # fmt: skip
_PICTURES = (
    ("Lungröntgen", "Hosta i sex veckor, f.d. rökare. Malignitet?",
     ("Jämförelse med undersökning för två år sedan.\n\nInga infiltrat. Inga tumörsuspekta förändringar. Ingen "
     "pleuravätska och inget pneumothorax. Hjärtat ej förstorat.\n\nUtlåtande: Inget avvikande.")),
    ("DT buk", "Viktnedgång 8 kg på tre månader. Malignitet?",
     ("Ingen tidigare undersökning att jämföra med.\n\nLevern utan fokala förändringar. Inga förstorade lymfkörtlar "
     "retroperitonealt. Båda njurarna utan avflödeshinder.\n\nI pancreassvansen en 22 mm stor, svagt attenuerande "
     "förändring som inte kan avgränsas från mjälthilus.\n\nUtlåtande: Misstänkt expansivitet i pancreas. "
     "Inga säkra metastaser. Vidare utredning rekommenderas.")),
)  # fmt: skip


def tell(life: Chronicle) -> None:
    """Most of the demo centre's adults, one in ten elsewhere, have been tested in the last days."""
    if life.person.bed or life.age < 18 or not life.happens(0.7 if life.centre.hsa == DEMO_CENTRE else 0.1):
        return
    when = life.clock(life.days_ago(life.chance.randint(1, 4)))
    if when > life.now - timedelta(hours=4):
        return
    visit = life.visit(when, life.centre, "physician", "Provtagning")
    _tests(life, visit)
    if life.happens(0.4):
        visit.culture(*life.chance.choice(_CULTURES))
    if life.happens(0.3):
        visit.image(*life.chance.choice(_PICTURES))


def _tests(life: Chronicle, visit: Contact) -> None:
    blood = life.body.haemoglobin
    if life.happens(0.12):
        visit.labs(
            "Elektrolytstatus", na=life.around(118, 1), kalium=life.around(6.4, 0.2), kreatinin=life.around(196, 9)
        )
    elif life.happens(0.12):
        visit.labs("Blodstatus", hb=life.around(64, 3), lpk=life.around(6.1, 1), tpk=life.around(402, 20), ferritin=6)
    elif life.happens(0.35):
        visit.labs(
            "Blodstatus och CRP", hb=life.around(blood - 14, 5), lpk=life.around(12.8, 1.5), crp=life.around(74, 20)
        )
    else:
        visit.labs("Blodstatus", hb=life.around(152, 3), lpk=life.around(6, 1), tpk=life.around(240, 30))
    if life.happens(0.5):
        visit.labs("Sköldkörtelprov", tsh=life.around(1.8, 0.8))
