"""CarePlan, CareTeam and EpisodeOfCare read into plans and the people and units around a patient."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.facts import Moment, first_moment, label, newest_first, shown


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan in force: what it is called, what it says and what is to be done."""

    id: str
    title: str
    text: str
    steps: tuple[str, ...]
    at: Moment | None
    by: str


@dataclass(frozen=True, slots=True)
class Involved:
    """Somebody who takes part in the care: a unit, or a person with a part."""

    name: str
    part: str


def plans(resources: Iterable[Mapping[str, Any]]) -> list[Plan]:
    """Plans that are active, on hold or drafted, newest first."""
    return newest_first(_plan(one) for one in resources if one.get("status") in ("active", "on-hold", "draft"))


def involved(teams: Iterable[Mapping[str, Any]], episodes: Iterable[Mapping[str, Any]]) -> list[Involved]:
    """Teams and listings in force, each name once with the part it plays."""
    found: dict[str, str] = {}
    for one in episodes:
        if one.get("status") in ("active", "planned"):
            found.setdefault(shown(one.get("managingOrganization")), label(one.get("type")))
    for team in teams:
        if team.get("status") == "active":
            for member in team.get("participant", ()):
                found.setdefault(shown(member.get("member")), label(member.get("role")))
            for unit in team.get("managingOrganization", ()):
                found.setdefault(shown(unit), str(team.get("name", "")))
    return [Involved(name, part) for name, part in found.items() if name]


def _plan(one: Mapping[str, Any]) -> Plan:
    details = [step.get("detail", {}) for step in one.get("activity", ())]
    steps = [str(step.get("description") or label(step.get("code"))) for step in details]
    return Plan(
        one["id"],
        str(one.get("title") or label(one.get("category"))),
        str(one.get("description", "")),
        tuple(step for step in steps if step),
        first_moment(one, "created", "period"),
        shown(one.get("author") or next(iter(one.get("contributor", ())), None)),
    )
