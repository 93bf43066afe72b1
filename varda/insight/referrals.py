"""Referrals from outside hospitals to a hospital's clinic, ward or emergency department, by the month of writing.

Where one went is asked of the Organization that performs it. What names none that is known here is not counted, nor
what is sent from one unit of a hospital to another. A month without any tells nothing: they are brought in from other
systems, and none may mean that none has come yet (http://hl7.org/fhir/R4/servicerequest.html).
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from varda.care.facts import codes, first_moment
from varda.care.programmes import KIND
from varda.insight.months import between, lacking
from varda.record import Counting, Events

_RECEIVES = frozenset({"hospital", "clinic", "ward", "emergency"})
_NOT_SENT = ("draft", "revoked", "entered-in-error", "unknown")
_Organizations = Mapping[str, Mapping[str, Any]]


async def reckoned(counting: Counting, as_of: date) -> dict[str, Events]:
    """How many of each month that is not known yet, and of how many people; nothing of a unit in a hospital."""
    sent: dict[str, list[tuple[int, Collection[str]]]] = {name: [] for name in lacking(counting, as_of)}
    if not sent or _is_within(counting.organization, await counting.organizations([counting.organization])):
        return {}
    async for page in counting.owned("ServiceRequest", between("authored", sent, as_of)):
        for who, stored in page:
            moment = first_moment(stored.resource, "authoredOn")
            if moment and stored.resource.get("status") not in _NOT_SENT and (name := f"{moment.day:%Y-%m}") in sent:
                sent[name].append((who, _receivers(stored.resource)))
    known = await counting.organizations({one for some in sent.values() for _, ids in some for one in ids})
    there = {one for one in known if _receives(one, known)}
    people = {name: [who for who, ids in some if there & {*ids}] for name, some in sent.items()}
    return {name: Events((len(some),), (len(set(some)),)) for name, some in people.items() if some}


def _receivers(referral: Mapping[str, Any]) -> list[str]:
    said = [one.get("reference", "") for one in referral.get("performer", ())]
    return [one.removeprefix("Organization/") for one in said if one.startswith("Organization/")]


def _receives(one: str, known: _Organizations) -> bool:
    return bool(codes(known[one].get("type"), KIND) & _RECEIVES) and _is_within(one, known)


def _is_within(one: str, known: _Organizations) -> bool:
    """Whether it is a hospital or a part of one."""
    passed = set[str]()
    while one in known and one not in passed:
        if "hospital" in codes(known[one].get("type"), KIND):
            return True
        passed.add(one)
        one = known[one].get("partOf", {}).get("reference", "").removeprefix("Organization/")
    return False
