"""Care by the municipality: a team around the patient, a plan, and a nurse who comes home every few weeks."""

from datetime import date

from varda.region import entries
from varda.region.chronicle import Chronicle
from varda.region.model import Resource, Unit

_PLAN_ACTIVITIES = (
    "Sjuksköterska gör hembesök var tredje vecka",
    "Läkemedelsdosett delas varannan vecka",
    "Vikt och blodtryck kontrolleras varje månad",
    "Fallförebyggande åtgärder enligt arbetsterapeut",
    "Träning av gång och balans tillsammans med hemtjänsten",
)


def tell(life: Chronicle) -> None:
    """From the day that some other chapter asked for home care; visits of the last two years are told."""
    since = life.home_care_since
    if since is None or since > life.today:
        return
    unit = life.municipal
    _team(life, unit, since)
    _plan(life, unit, since)
    first = max(since, life.days_ago(640))
    for visit in life.follow_ups(first, 33, unit, "nurse", "Hembesök", kind="HH"):
        visit.measure(**life.pressure(), puls=life.around(72, 7), vikt=life.weight(visit.when.date()))
        visit.note(
            "hemsjukvard",
            aktuellt=life.say(
                "Sitter i fåtöljen och är glad över besök.",
                "Hemtjänsten har rapporterat att {hon} äter lite sämre.",
                "Har sovit dåligt men har inte ont.",
                "Dottern på besök, nöjd med hur det fungerar.",
                "Något mer andfådd än förra gången men pigg.",
            ),
            omvardnad=life.say(
                "Dosetten är delad för två veckor.",
                "Stödstrumpor på. Huden på underbenen hel, inga sår.",
                "Omläggning av sår på vänster underben, minskar i storlek.",
                "Fötterna är smorda. Inga trycksår.",
            ),
            matvarden="Blodtryck {bt} mmHg, puls {puls}, vikt {vikt} kg.",
            planering=life.say(
                "Nytt besök om tre till fyra veckor.", "Fortsätter enligt vårdplan.", "Kontaktar läkare om vikten ökar."
            ),
        )


def _team(life: Chronicle, unit: Unit, since: date) -> None:
    members: list[Resource] = []
    for role in ("nurse", "assistant-nurse", "occupational-therapist"):
        one = life.who(unit, role)
        members.append({"role": [{"text": one.title}], "member": one.reference, "onBehalfOf": unit.reference})
    team = {
        "resourceType": "CareTeam",
        "status": "active",
        "name": f"Hemsjukvårdsteam {life.person.municipality.name}",
        "subject": life.subject,
        "period": {"start": since.isoformat()},
        "participant": members,
        "managingOrganization": [unit.reference],
    }
    life.add(team, unit)


def _plan(life: Chronicle, unit: Unit, since: date) -> None:
    author = life.who(unit, "nurse")
    activities = [
        {"detail": {"status": "in-progress", "description": text}} for text in _PLAN_ACTIVITIES if life.happens(0.7)
    ]
    plan: Resource = {
        "resourceType": "CarePlan",
        "status": "active",
        "intent": "plan",
        "title": "Vårdplan hemsjukvård",
        "description": "Målet är att kunna bo kvar hemma tryggt med god symtomlindring.",
        "subject": life.subject,
        "created": entries.instant(life.clock(since)),
        "author": author.reference,
        "period": {"start": since.isoformat()},
        "addresses": list(life.problems.values())[:3],
    }
    if not plan["addresses"]:
        del plan["addresses"]
    if activities:
        plan["activity"] = activities
    life.add(plan, unit)
