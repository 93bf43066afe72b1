"""The beds of my unit, and who lies in them."""

from dataclasses import dataclass

from varda.record import Record

OPEN = "arrived,triaged,in-progress,onleave"


@dataclass(frozen=True, slots=True)
class Bed:
    """A bed by the id of its Location. `is_free` counts admissions of this unit only."""

    id: str
    name: str
    is_free: bool


async def beds(record: Record) -> list[Bed]:
    """Every bed of the unit by name; empty for a unit without beds."""
    unit = f"Organization/{record.session.organization}"
    places = await record.search("Location", [("organization", unit), ("_count", "200")])
    found = [one for one in places.matches if _is_bed(one.resource)]
    if not found:
        return []
    stays = await record.search("Encounter", [("class", "IMP"), ("status", OPEN), ("_count", "500")])
    taken = {
        where["location"].get("reference")
        for stay in stays.matches
        for where in stay.resource.get("location", ())
        if where.get("status", "active") == "active"
    }
    named = [Bed(one.id, str(one.resource.get("name", one.id)), one.reference not in taken) for one in found]
    return sorted(named, key=lambda bed: bed.name)


def _is_bed(place: dict[str, object]) -> bool:
    kind = place.get("physicalType")
    return isinstance(kind, dict) and any(coding.get("code") == "bd" for coding in kind.get("coding", ()))
