"""F222: referrals from outside hospitals to hospitals, by where they really went."""

from typing import Any

import pytest

from tests.insight.test_outcomes import HERE, THERE, night, people, said, written
from tests.record import world
from varda.access.session import Session
from varda.insight import Outcome
from varda.kernel.clock import SetClock
from varda.record import Door, Owner, Wish

__all__ = ["people"]  # a fixture


@pytest.fixture
async def hospital(door: Door) -> None:
    """A hospital with a clinic and a laboratory; surgery is one of its wards, cardiology stands outside."""
    some = [
        world.organization("hospital", "SE9999999999-X", "hospital", part_of="region"),
        world.organization("clinic", "SE9999999999-X1", "care-unit", "clinic", part_of="hospital"),
        world.organization("laboratory", "SE9999999999-X2", "care-unit", "laboratory", part_of="hospital"),
        world.organization("private", "SE9999999999-X3", "care-unit", "clinic", part_of="region"),
        world.organization("surgery", world.SURGERY, "care-unit", "ward", part_of="hospital"),
    ]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in some])


def referral(id_: str, who: int, to: str, status: str = "active", day: str = "2026-02-10") -> dict[str, Any]:
    return {
        "resourceType": "ServiceRequest", "id": id_, "status": status, "intent": "order", "authoredOn": day,
        "subject": {"reference": f"Patient/q{who}"}, "performer": [{"reference": to} if "/" in to else {"display": to}],
    }  # fmt: skip


@pytest.mark.usefixtures("people", "hospital")
async def test_what_goes_from_outside_to_a_hospital_s_unit_is_counted(
    door: Door, clock: SetClock, astrid: Session
) -> None:
    """F222: not what goes to a laboratory, to a clinic of its own, nowhere that is known, or was never sent."""
    clinic = "Organization/clinic"
    await written(
        door, HERE, *[referral(f"r{n}", n, clinic) for n in range(6)], referral("again", 1, "Organization/surgery"),
        *[referral(f"l{n}", n, "Organization/laboratory") for n in range(6)],
        *[referral(f"p{n}", n, "Organization/private") for n in range(6)],
        *[referral(f"w{n}", n, "Sahlgrenska") for n in range(6)], referral("lost", 3, "Organization/nowhere"),
        referral("draft", 8, clinic, "draft"), referral("struck", 9, clinic, "entered-in-error"),
        referral("later", 9, clinic, day="2026-03-01"),
    )  # fmt: skip
    await written(door, THERE, *[referral(f"s{n}", n, clinic) for n in range(7)])
    await night(door, clock)
    assert await said(door, astrid, "hospital-referrals", world.REGION) == [Outcome("2026-02", 7, 7, 1, 0)]
    assert await said(door, astrid, "hospital-referrals", world.SURGERY) == [], "a ward of the hospital itself"


@pytest.mark.usefixtures("people", "hospital")
async def test_nothing_is_told_of_few_nor_where_no_referral_has_come(
    door: Door, clock: SetClock, astrid: Session
) -> None:
    """A18: five referrals of four people are few; and none may mean that none was brought in."""
    some = [referral(f"r{n}", n % 4, "Organization/clinic") for n in range(5)]
    await written(
        door, HERE, *some, *[referral(f"l{n}", n, "Organization/laboratory", day="2026-01-10") for n in range(6)]
    )
    await night(door, clock)
    assert await said(door, astrid, "hospital-referrals", world.REGION, "2025") == [Outcome("2026-02", 0, 0, 0, 1)]
