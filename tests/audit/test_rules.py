"""Each rule of log review finds what it is for and lets the ordinary pass. Pure: no database."""

from datetime import UTC, datetime, timedelta

import pytest

from varda.audit import rules
from varda.audit.reading import Logged
from varda.audit.rules import Human, Known

NOON = datetime(2026, 3, 4, 11, tzinfo=UTC)  # a Wednesday
VERA, BO = 17, 18


def row(**changed: object) -> Logged:
    given: dict[str, object] = {
        "chain": 1, "place": 1, "at": NOON, "action": "read", "outcome": "given", "actor": "astrid", "on_behalf": "",
        "role": "physician", "assignment": "astrid-c", "unit": "C", "provider": "R", "purpose": "care",
        "patients": (VERA,), "category": "Observation", "origin": "1", "what": "Observation/7", "build": "b",
        "request": "r",
    }  # fmt: skip
    return Logged(**(given | changed))  # type: ignore[arg-type] # the mapping holds every type of field


KNOWN = Known(
    patients={
        VERA: Human(frozenset({"1"}), "åkesson", "storgatan 1 50330"),
        BO: Human(frozenset({"2"}), "ek", "lillgatan 2 50330", is_protected=True),
    },
    staff={
        "astrid": Human(frozenset({"9"}), "lund", "parken 3 50330"),
        "vera": Human(frozenset({"1"}), "åkesson", "storgatan 1 50330"),
        "sven": Human(frozenset({"8"}), "åkesson", ""),
        "granne": Human(frozenset({"7"}), "berg", "storgatan 1 50330"),
    },
    colleagues={"C": frozenset({"9", "2"})},
    related=lambda patient, unit, at: (patient, unit) == (VERA, "S") and at < NOON,
)
LATER, SOONER = NOON + timedelta(hours=1), NOON - timedelta(hours=1)
NIGHT = NOON.replace(hour=1)
CHOICE = row(action="choice", outcome="done", at=SOONER)


@pytest.mark.parametrize(
    ("rule", "day", "found"),
    [
        ("no-relation", [CHOICE, row()], 1),
        ("no-relation", [row()], 0),  # without a choice it was a care relation that opened
        ("no-relation", [row(action="choice", at=NOON - timedelta(hours=13)), row()], 0),
        ("no-relation", [row(action="choice", at=SOONER, unit="S"), row(unit="S", at=NOON - timedelta(minutes=1))], 0),
        ("no-relation", [CHOICE, row(action="find")], 0),
        ("no-relation", [CHOICE, row(assignment="other")], 0),
        ("own-record", [row(actor="vera")], 1),
        ("own-record", [row()], 0),
        ("colleague", [row(patients=(BO,))], 1),
        ("colleague", [row(patients=(BO,), unit="S")], 0),
        ("same-surname", [row(actor="sven")], 1),
        ("same-surname", [row(actor="vera")], 0),  # herself: that is another rule's
        ("same-address", [row(actor="granne")], 1),
        ("same-address", [row(actor="sven")], 0),
        ("protected", [row(patients=(VERA, BO))], 1),
        ("protected", [row()], 0),
        ("emergency", [row(action="emergency", outcome="done")], 1),
        ("emergency", [row(action="request", outcome="done")], 1),
        ("emergency", [CHOICE], 0),
        ("refused", [row(outcome="refused", place=n) for n in range(3)], 1),
        ("refused", [row(outcome="refused", place=n) for n in range(2)], 0),
        ("refused", [row(outcome="refused", place=n, patients=(n,)) for n in range(3)], 0),
        ("county-search", [row(action="find-in-county", patients=(VERA, BO))], 1),
        ("county-search", [row(action="find-in-county", patients=(VERA, BO)), row(at=LATER)], 0),
        ("county-search", [row(action="find-in-county"), row(action="choice", outcome="done", at=LATER)], 0),
        ("county-search", [row(at=SOONER), row(action="find-in-county")], 1),  # it was opened before
        ("county-search", [row(action="find-in-county"), row(at=LATER, actor="bo")], 1),  # by somebody else
        ("county-search", [row(action="find-in-county"), row(at=LATER, outcome="refused")], 1),
        ("county-search", [row(action="find-in-county", patients=())], 0),  # nobody was shown
        ("county-search", [row(action="find-in-county", patients=()) for _ in range(10)], 1),
        ("county-search", [row(action="find-in-county", at=SOONER)] * 10 + [row()], 1),
        ("county-search", [row(action="find-in-county", at=SOONER)] * 9 + [row()], 0),
        ("county-search", [row(action="find-in-county", outcome="refused")], 0),
        ("county-search", [row(action="find")] * 20, 0),
        ("outside-hours", [row(at=NIGHT, patients=(n,)) for n in range(25)], 1),
        ("outside-hours", [row(at=NIGHT, patients=(n % 5,)) for n in range(25)], 0),
        ("outside-hours", [row(patients=(n,)) for n in range(25)], 0),
        ("outside-hours", [row(at=NIGHT, patients=(n,), actor=a) for n in range(25) for a in ("a", "b")], 0),
    ],
)
def test_a_rule_finds_what_it_is_for(rule: str, day: list[Logged], found: int) -> None:
    assert len([one for one in rules.suspicions(day, KNOWN) if one.rule == rule]) == found


def test_everything_that_one_person_did_with_one_patient_is_one_suspicion() -> None:
    day = [CHOICE, row(place=2), row(place=3, at=LATER)]
    (one,) = [one for one in rules.suspicions(day, KNOWN) if one.rule == "no-relation"]
    assert (one.actor, one.unit, one.patient, [r.place for r in one.rows]) == ("astrid", "C", VERA, [1, 2, 3])


@pytest.mark.parametrize(
    ("at", "outside"),
    [
        (datetime(2026, 3, 4, 5, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 4, 6, tzinfo=UTC), False),
        (datetime(2026, 3, 4, 17, tzinfo=UTC), True),
        (datetime(2026, 7, 1, 5, tzinfo=UTC), False),  # summer time
        (datetime(2026, 3, 7, 11, tzinfo=UTC), True),  # a Saturday
    ],
)
def test_hours_are_swedish(at: datetime, outside: bool) -> None:
    assert rules.is_outside_hours(at) is outside
