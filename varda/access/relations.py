"""Care relations, derived from what care does anyway: listing, contact, admission, team, booking (PDL 4:1, RULES A1).

Pure: a resource in, the reach it gives out. The door stores it in the transaction of the write it comes from.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from varda.search.kinds.date import span

ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)

_OPEN_CONTACT = {"planned", "arrived", "triaged", "in-progress", "onleave"}


@dataclass(frozen=True, slots=True)
class Reach:
    """That a unit (by the id of its Organization) may reach a patient's data, from when to when."""

    organization: str
    opens: datetime
    closes: datetime


def derived(resource: dict[str, Any]) -> list[Reach]:
    """The care relations that one resource makes. Most resources make none."""
    rule = _RULES.get(resource["resourceType"])
    return list(rule(resource)) if rule else []


def _listing(episode: dict[str, Any]) -> Iterator[Reach]:
    if episode.get("status") in ("active", "planned", "onhold"):
        yield from _within(episode.get("managingOrganization"), episode.get("period"))


def _contact(encounter: dict[str, Any]) -> Iterator[Reach]:
    # A contact that is over gives no relation by itself; following up is an active choice or a new contact. One that
    # is planned is prepared for, so that its relation does not wait for its time.
    if encounter.get("status") in _OPEN_CONTACT:
        yield from _within(encounter.get("serviceProvider"), None)


def _team(team: dict[str, Any]) -> Iterator[Reach]:
    if team.get("status") == "active":
        for organization in team.get("managingOrganization") or []:
            yield from _within(organization, team.get("period"))
        for participant in team.get("participant") or []:
            for reference in (participant.get("onBehalfOf"), participant.get("member")):
                yield from _within(reference, participant.get("period") or team.get("period"))


_RULES = {"EpisodeOfCare": _listing, "Encounter": _contact, "CareTeam": _team}


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
