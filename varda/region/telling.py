"""From seed to county and lives: the order in which things are told, nothing else."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from varda.region import chapters, forms, organisations, patients, population, staff, terms
from varda.region.chapters import filled, living
from varda.region.chronicle import Chronicle
from varda.region.model import County, Item, Life


@lru_cache(maxsize=4)
def county(seed: int) -> County:
    """The organisations, staff and beds of the county of this seed."""
    units = {unit.hsa: unit for unit in organisations.tree()}
    found = organisations.index(units)
    return County(
        seed=seed,
        units=units,
        assignments=staff.roster(units, seed),
        beds=population.deal([bed for unit in units.values() for bed in organisations.beds(unit)]),
        municipalities=organisations.PLACES,
        centres={code: found["health-centre", code] for code in organisations.PLACES},
        by_kind=found,
    )


def society(seed: int, now: datetime) -> list[Item]:
    """Organisations, locations, staff and assignments: what belongs to the county and not to a patient."""
    land = county(seed)
    items = [Item(organisations.organization(unit), "") for unit in land.units.values()]
    items += [Item(register, "") for register in organisations.registers()]
    items += [Item(words, "") for words in terms.lists()]
    items += [Item(place, "") for unit in land.units.values() for place in organisations.locations(unit)]
    items += [Item(one, "") for one in forms.FORMS]
    people = {one.person: one for posts in land.assignments.values() for one in posts}
    items += [Item(staff.practitioner(one, seed), "") for one in people.values()]
    items += [
        Item(staff.practitioner_role(one, land.units[one.unit], now), "")
        for posts in land.assignments.values()
        for one in posts
    ]
    return items


def lives(patients: int, seed: int, now: datetime, start: int = 0) -> Iterator[Life]:
    """The lives of patients `start` … `patients - 1`; patient k is the same whatever the number."""
    for index in range(start, patients):
        yield life(index, seed, now)


def life(index: int, seed: int, now: datetime) -> Life:
    """The life of one patient up to `now`, with what is booked ahead."""
    land = county(seed)
    person = population.person(land, index, now)
    chance = population.stream(seed, index, "life")
    today = now.date()
    age = (today - person.born).days // 365
    mother = None if person.mother is None else population.person(land, person.mother, now)
    child = None if person.child is None else population.person(land, person.child, now)
    items = [Item(patients.patient(person), "")]
    items += patients.kin(person, age, chance, mother, child)
    items.append(patients.listing(person, today, chance))
    written = Chronicle(person, land, now, chance)
    written.child_born = child.born if child else None
    chapters.tell(written)
    chapters.decide(written)
    living.tell(written, population.stream(seed, index, "living"))
    filled.tell(written, population.stream(seed, index, "forms"))
    return Life(person.id, items + sorted(written.items, key=_when))


_WHEN = (
    "effectiveDateTime",
    "authoredOn",
    "authored",
    "onsetDateTime",
    "date",
    "performedDateTime",
    "occurrenceDateTime",
    "recordedDate",
    "recorded",
    "dateTime",
    "start",
)


def _when(item: Item) -> str:
    """When an entry came about: a life is handed out, and numbered by the store, from the oldest to the newest."""
    resource = item.resource
    found = next((resource[key] for key in _WHEN if key in resource), None)
    return str(found or (resource.get("period") or resource["effectivePeriod"])["start"])
