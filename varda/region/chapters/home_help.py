"""Home help by the municipality's social care: a plan and its tasks, for most of those who have home care as well."""

from datetime import timedelta

from varda.region import entries
from varda.region.chronicle import Chronicle
from varda.region.model import Resource
from varda.region.population import stream

SHARE = 0.7
_HELP = (
    "Hjälp med dusch en gång i veckan",
    "Matdistribution måndag till fredag",
    "Städning varannan vecka",
    "Inköp en gång i veckan",
    "Trygghetslarm dygnet runt",
    "Ledsagning till vårdbesök",
)
_TASKS = ("Byt batteri i trygghetslarmet", "Uppföljning av biståndsbeslut", "Hembesök inför ny genomförandeplan")


def tell(life: Chronicle) -> None:
    """From the day that home care began; the plan gives the unit its relation to the person."""
    since = life.home_care_since
    chance = stream(life.county.seed, life.person.index, "home help")
    if since is None or since > life.today or chance.random() >= SHARE:
        return
    unit = life.unit("home-help")
    assessor, helper = life.who(unit, "needs-assessor"), life.who(unit, "home-help")
    chosen = [text for text in _HELP if chance.random() < 0.5] or [_HELP[0]]
    plan: Resource = {
        "resourceType": "CarePlan",
        "status": "active",
        "intent": "plan",
        "title": "Genomförandeplan hemtjänst",
        "description": "Målet är att kunna bo kvar hemma med stöd i det dagliga livet.",
        "subject": life.subject,
        "created": entries.instant(life.clock(since)),
        "author": assessor.reference,
        "period": {"start": since.isoformat()},
        "activity": [{"detail": {"status": "in-progress", "description": text}} for text in chosen],
    }
    reference = life.add(plan, unit)
    for text in chance.sample(_TASKS, chance.randint(0, 2)):
        ordered = life.clock(max(since, life.today - timedelta(days=chance.randint(1, 40))), 9)
        task = {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "description": text,
            "for": life.subject,
            "basedOn": [reference],
            "authoredOn": entries.instant(min(ordered, life.now)),
            "requester": assessor.reference,
            "owner": helper.reference,
        }
        life.add(task, unit)
