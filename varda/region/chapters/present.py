"""Today and what is to come: who is booked, has arrived or is in the room; referrals that wait for an answer."""

from datetime import timedelta

from varda.region.chronicle import Chronicle
from varda.region.staff import DEMO_CENTRE

_REASONS = (
    "Provsvar",
    "Läkemedelsgenomgång",
    "Ryggsmärta",
    "Hudförändring",
    "Yrsel",
    "Trötthet",
    "Uppföljning",
    "Intyg",
)
_WAITING = (
    ("ortopedi", "Långvarig knäsmärta trots artrosskola. Ställningstagande till operation."),
    ("neurologi", "Återkommande yrsel och känselnedsättning. Tacksam bedömning."),
    ("kardiologi", "Bröstsmärta vid ansträngning. Tacksam arbetsprov och bedömning."),
    ("kirurgi", "Gallstensanfall vid upprepade tillfällen. Tacksam bedömning."),
)


def tell(life: Chronicle) -> None:
    """One in eight has a visit at the health centre today, one in four one later on, one in fourteen waits elsewhere."""
    if life.person.bed:
        return
    if life.happens(0.3 if life.centre.hsa == DEMO_CENTRE else 0.12):
        _today(life)
    if life.happens(0.22):
        when = life.clock(life.today + timedelta(days=life.chance.randint(3, 60)))
        life.book(when, life.centre, life.say("physician", "nurse"), life.chance.choice(_REASONS))
    if life.age >= 18 and life.happens(0.07):
        specialty, question = life.chance.choice(_WAITING)
        visit = life.visit(
            life.clock(life.days_ago(life.chance.randint(4, 110))), life.centre, "physician", "Remissbedömning"
        )
        clinic = life.unit(f"clinic:{specialty}")
        visit.measure(**life.pressure()).refer(clinic, question)
        visit.note(
            "lakarbesok",
            aktuellt=question,
            status="Blodtryck {bt} mmHg.",
            planering=f"Remiss skickad till {clinic.name}.",
        )
        if life.happens(0.5):
            life.book(
                life.clock(life.today + timedelta(days=life.chance.randint(5, 70))),
                clinic,
                "physician",
                "Nybesök på remiss",
            )


def _today(life: Chronicle) -> None:
    hour, role, reason = (
        life.chance.randint(8, 15),
        life.say("physician", "physician", "nurse"),
        life.chance.choice(_REASONS),
    )
    when = life.clock(life.today, hour)
    ahead = (when - life.now).total_seconds() / 60
    state = "planned" if ahead > 20 else "arrived" if ahead > 0 else "in-progress" if ahead > -40 else "finished"
    booking = {"planned": "booked", "arrived": "arrived"}.get(state, "fulfilled")
    reference = life.book(when, life.centre, role, reason, booking)
    visit = life.visit(when, life.centre, role, reason, status=state)
    visit.encounter["appointment"] = [reference]
