"""Care relations, derived from what care does anyway: listing, contact, admission, referral, plan, team, booking
(PDL 4:1, RULES A1).

Pure: a resource in, the reach it gives out. The door stores it in the transaction of the write it comes from.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from varda.search.kinds.date import span

ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)

OWNER = ""
"""The unit that the item belongs to: a booking and a plan are its own doing."""

# A contact that is over gives no relation by itself; following up is an active choice or a new contact. One that is
# planned is prepared for, so that its relation does not wait for its time. A referral is to the one who is asked, until
# the answer: the order is then completed, and a contact carries on.
_IN_FORCE = {
    "EpisodeOfCare": {"active", "planned", "onhold"},
    "Encounter": {"planned", "arrived", "triaged", "in-progress", "onleave"},
    "CareTeam": {"active"},
    "ServiceRequest": {"active", "on-hold"},
    "CarePlan": {"active", "on-hold"},
    "Appointment": {"proposed", "pending", "booked", "arrived", "checked-in", "waitlist"},
}
_ENDED = {
    "EpisodeOfCare": {"finished"},
    "Encounter": {"finished"},
    "CareTeam": {"inactive"},
    "ServiceRequest": {"completed"},
    "CarePlan": {"completed"},
    "Appointment": {"fulfilled"},
}
_AFTER_BOOKING = timedelta(days=1)
"""What was booked is written about afterwards, the same day or the next morning."""


@dataclass(frozen=True, slots=True)
class Reach:
    """That a unit may reach a patient's data, from when to when: by the id of its Organization, or `OWNER`."""

    organization: str
    opens: datetime
    closes: datetime


def derived(resource: dict[str, Any]) -> list[Reach]:
    """The care relations that one resource makes. Most resources make none."""
    type_ = resource["resourceType"]
    return list(_RULES[type_](resource)) if resource.get("status") in _IN_FORCE.get(type_, ()) else []


def begun(resource: dict[str, Any], now: datetime) -> Iterator[Reach]:
    """The care relations that it makes or has made: begun, though they may have ended since (SVOD 3:1; A8)."""
    type_ = resource["resourceType"]
    if resource.get("status") in _IN_FORCE.get(type_, set()) | _ENDED.get(type_, set()):
        yield from (one for one in _RULES[type_](resource) if one.opens <= now)


def _listing(episode: dict[str, Any]) -> Iterator[Reach]:
    yield from _within(episode.get("managingOrganization"), episode.get("period"))


def _contact(encounter: dict[str, Any]) -> Iterator[Reach]:
    yield from _within(encounter.get("serviceProvider"), None)


def _team(team: dict[str, Any]) -> Iterator[Reach]:
    for organization in team.get("managingOrganization") or []:
        yield from _within(organization, team.get("period"))
    for participant in team.get("participant") or []:
        for reference in (participant.get("onBehalfOf"), participant.get("member")):
            yield from _within(reference, participant.get("period") or team.get("period"))


def _referral(order: dict[str, Any]) -> Iterator[Reach]:
    for performer in order.get("performer") or []:
        yield from _within(performer, None)


def _plan(plan: dict[str, Any]) -> Iterator[Reach]:
    yield Reach(OWNER, *lasting(plan.get("period")))


def _booking(appointment: dict[str, Any]) -> Iterator[Reach]:
    _, closes = lasting({"end": appointment.get("end") or appointment.get("start")})
    yield Reach(OWNER, ALWAYS, min(closes, FOREVER - _AFTER_BOOKING) + _AFTER_BOOKING)


_RULES = {
    "EpisodeOfCare": _listing,
    "Encounter": _contact,
    "CareTeam": _team,
    "ServiceRequest": _referral,
    "CarePlan": _plan,
    "Appointment": _booking,
}
RELATING = tuple(_RULES)
"""Types whose items make relations."""


def _within(reference: dict[str, Any] | None, period: dict[str, Any] | None) -> Iterator[Reach]:
    target = (reference or {}).get("reference", "")
    if target.startswith("Organization/"):
        yield Reach(target.removeprefix("Organization/"), *lasting(period))


def lasting(period: dict[str, Any] | None) -> tuple[datetime, datetime]:
    """From when to when a Period lasts: the first instant of its start to the last of its end; open where none is."""
    given = period or {}
    low, high = _span(given.get("start")), _span(given.get("end"))
    return (low[0] if low else ALWAYS), (high[1] if high else FOREVER)


def _span(text: Any) -> tuple[datetime, datetime] | None:
    try:
        return span(text) if isinstance(text, str) else None
    except ValueError:
        return None
