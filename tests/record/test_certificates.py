"""What the door asks of a certificate, by whatever way it comes: who signs it, and that a signed one stays (R1, R2)."""

from typing import Any

import pytest

from tests.record import world
from varda.access.people import People
from varda.access.session import Session
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Refused
from varda.record import Door, Owner, Wish
from varda.record.signing import CATEGORY, FORMS

pytestmark = pytest.mark.anyio

SIGNATURE = {"mode": "legal", "time": "2026-03-01T12:00:00Z", "party": {"reference": "Practitioner/astrid"}}


def certificate(status: str = "preliminary", category: str = "certificate", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Composition", "id": "c1", "status": status, "title": "Intyg", "date": "2026-03-01",
        "type": {"text": "Intyg"}, "subject": {"reference": "Patient/vera"},
        "author": [{"reference": "Practitioner/astrid", "display": "Astrid Lund"}],
        "section": [{"title": "Utlåtande", "text": {
            "status": "additional", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>Frisk.</p></div>'}}],
    }  # fmt: skip
    if category:
        made["category"] = [{"coding": [{"system": CATEGORY, "code": category}]}]
    return made | ({"attester": [SIGNATURE]} if status == "final" else {}) | more


async def stores(door: Door, session: Session, *versions: dict[str, Any]) -> None:
    for one in versions:
        async with door.opened(session, "care") as record:
            await record.update(one)


async def test_a_physician_signs_and_then_it_is_cancelled_and_nothing_else(door: Door, astrid: Session) -> None:
    await stores(door, astrid, certificate(), certificate("final"))
    with pytest.raises(Refused, match="not amended"):
        await stores(door, astrid, certificate("final") | {"status": "amended", "attester": [SIGNATURE, SIGNATURE]})
    with pytest.raises(Refused, match="changes nothing else: title"):
        await stores(door, astrid, certificate("final") | {"status": "entered-in-error", "title": "Annat"})
    await stores(door, astrid, certificate("final") | {"status": "entered-in-error"})
    with pytest.raises(Refused, match="struck"):
        await stores(door, astrid, certificate("final"))


@pytest.mark.parametrize(("before", "after"), [("certificate", ""), ("", "certificate"),
                                               ("certificate", "physical-activity")])  # fmt: skip
async def test_what_it_is_stays(door: Door, astrid: Session, before: str, after: str) -> None:
    """Else a certificate could be signed by whoever signs notes."""
    await stores(door, astrid, certificate(category=before))
    with pytest.raises(Refused, match="becomes no certificate"):
        await stores(door, astrid, certificate(category=after))


async def test_a_nurse_prepares_sick_leave_and_signs_activity_alone(
    door: Door, database: Database, clock: SetClock
) -> None:
    async with door.opened(world.SYSTEM, "administration") as record:
        county = [world.person("kim", "Kim", "Ny", "sjuksköterska"), world.assignment("kim", "cardiology", "nurse")]
        await record.write([Wish("update", one, owner=Owner("", "")) for one in county])
    kim = await People(database).session("SE9999999999-kim", "SE9999999999-kim-cardiology", clock.now())
    mine = {"author": [{"reference": "Practitioner/kim", "display": "Kim Ny"}]}
    signature = SIGNATURE | {"party": {"reference": "Practitioner/kim"}}
    await stores(door, kim, certificate(**mine))
    with pytest.raises(Refused, match="does not sign"):
        await stores(door, kim, certificate("final", **mine, attester=[signature]))
    activity = {"id": "c2", **mine}
    await stores(door, kim, certificate(category="physical-activity", **activity))
    await stores(door, kim, certificate("final", "physical-activity", **activity, attester=[signature]))


def answers(form: str) -> dict[str, Any]:
    """What a Composition contains: the answers to a form."""
    return {"contained": [{"resourceType": "QuestionnaireResponse", "id": "answers", "status": "completed",
                           "questionnaire": form}]}  # fmt: skip


SICK_LEAVE, ACTIVITY = f"{FORMS}certificate/sick-leave|1", f"{FORMS}physical-activity/physical-activity|1"


@pytest.mark.parametrize(
    ("category", "form"),
    [("physical-activity", SICK_LEAVE), ("certificate", ACTIVITY), ("", SICK_LEAVE), ("certificate", f"{FORMS}own/x")],
)
async def test_a_form_is_answered_in_its_own_category_alone(
    door: Door, astrid: Session, category: str, form: str
) -> None:
    """A2: who signs activity on prescription, or notes, signs no sick leave by naming its form."""
    with pytest.raises(Refused, match="is a form of the category"):
        await stores(door, astrid, certificate(category=category, **answers(form)))


async def test_a_form_in_two_categories_is_in_neither(door: Door, astrid: Session) -> None:
    both = [{"coding": [{"system": CATEGORY, "code": one}]} for one in ("certificate", "physical-activity")]
    with pytest.raises(Refused, match="and no other"):
        await stores(door, astrid, certificate(**answers(SICK_LEAVE)) | {"category": both})


async def test_what_is_no_certificate_s_form_is_kept_in_any_note(door: Door, astrid: Session) -> None:
    await stores(door, astrid, certificate(**answers("https://example.org/Questionnaire/elsewhere|2")))
    await stores(door, astrid, certificate(id="c2", **answers(SICK_LEAVE)))


async def test_a_certificate_s_form_is_not_answered_by_itself(door: Door, astrid: Session) -> None:
    """F26 is written by more than those who write certificates."""
    response: dict[str, Any] = {"resourceType": "QuestionnaireResponse", "id": "r1", "status": "in-progress"}
    response |= {"subject": {"reference": "Patient/vera"}, "questionnaire": SICK_LEAVE}
    with pytest.raises(Refused, match="inside the Composition"):
        await stores(door, astrid, response)
    await stores(door, astrid, response | {"questionnaire": "https://example.org/Questionnaire/elsewhere|2"})
