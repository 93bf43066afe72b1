"""Which invented patients a copied unit has, and how one copy's are told apart from another's. Pure.

The lives are those of the invented county, told as of a Monday at 08.00. A copy has them under ids and reserve numbers
of its own, at a unit of its own; what other units wrote of them stays those units', so that learners meet walls too.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from varda.access.projection import AHEAD
from varda.introduction.training import Patient
from varda.kernel.clock import STOCKHOLM
from varda.region import DEMO_CENTRE, DEMO_HOME_CARE, DEMO_PEOPLE, DEMO_WARD, Assignment, Item, Life, Unit, county, life
from varda.region.identities import RESERVE_NUMBER, hsa, reserve_number
from varda.region.model import Bed
from varda.region.organisations import beds, locations, organization
from varda.region.staff import practitioner_role

SEED = 1
KINDS = {"ward": DEMO_WARD, "health-centre": DEMO_CENTRE, "home-care": DEMO_HOME_CARE}
"""Which unit of the invented county each kind is copied from."""
MOST = 8
"""Patients of a copied unit, those with the shortest histories: a copy is made while somebody waits."""
LOOKED_AT = 500
"""Lives among which they are found."""
MOST_COPIES = 3_000
"""Reserve numbers of a birthday: one a copy for patients of the unit, and one for those of exercises."""
_KNOWN = frozenset(person.hsa for person in DEMO_PEOPLE)
"""Whom one may sign in as in a demo: they practise as themselves, and are nobody's colleague beside that."""
_BEGINS = time(8)
_CARE = {
    "ward": ("IMP", "inpatient encounter"),
    "health-centre": ("AMB", "ambulatory"),
    "home-care": ("HH", "home health"),
}
_OF_PATIENT = frozenset({"AllergyIntolerance", "Immunization", "EpisodeOfCare", "RelatedPerson", "Device"})
_Found = tuple[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of unit to practise at: its patients by their numbers in the county, told as of a Monday at 08.00."""

    name: str
    patients: tuple[int, ...]
    told: datetime

    @property
    def unit(self) -> Unit:
        """The unit that is copied."""
        return county(SEED).units[KINDS[self.name]]


@dataclass(frozen=True, slots=True)
class Copy:
    """One copied unit: everything that is written of it, colleagues and patients included. `names` are its patients'
    ids by p1, p2 …, in the order in which the unit lists them."""

    unit: Unit
    items: Sequence[Item]
    names: Mapping[str, str]


def monday(now: datetime) -> datetime:
    """08.00 on the Monday of this week, Swedish time."""
    day = now.astimezone(STOCKHOLM).date()
    return datetime.combine(day - timedelta(days=day.weekday()), _BEGINS, STOCKHOLM)


def kinds(told: datetime) -> list[Kind]:
    """Each kind with its patients. Looks through some hundred lives, which takes seconds.

    Nobody has a relative among other patients, who would not come along, and no two share a birthday: that is how
    the reserve numbers of the copies never meet.
    """
    found: dict[str, list[_Found]] = {name: [] for name in KINDS}
    births: dict[int, date] = {}
    for index in range(LOOKED_AT):
        lived = life(index, SEED, told)
        born = str(lived.items[0].resource["birthDate"])
        if _names_others(lived):
            continue
        births[index] = date.fromisoformat(born)
        for name, unit in KINDS.items():
            if nearness := _nearness(lived, unit):
                found[name].append(((nearness, len(lived.items)), index))
    taken: set[date] = set()
    return [Kind(name, _chosen(sorted(some), births, taken), told) for name, some in found.items()]


def _chosen(some: Sequence[_Found], births: Mapping[int, date], taken: set[date]) -> tuple[int, ...]:
    chosen: list[int] = []
    for _, index in some:
        if births[index] not in taken and len(chosen) < MOST:
            taken.add(births[index])
            chosen.append(index)
    return tuple(sorted(chosen))


def _nearness(lived: Life, unit: str) -> int:
    """1 for whoever is at the unit now, 2 for who is booked there, 3 for who is listed or followed; 0 for nobody of
    theirs."""
    near = {"Encounter": (1, "in-progress"), "Appointment": (2, "booked"), "EpisodeOfCare": (3, "active")}
    mine = (one.resource for one in lived.newest if one.unit == unit and one.resource["resourceType"] in near)
    found = [near[one["resourceType"]] for one in mine if one["status"] == near[one["resourceType"]][1]]
    return min((nearness for nearness, _ in found), default=0)


def _names_others(lived: Life) -> bool:
    me = f"Patient/{lived.patient_id}"
    return any(one.startswith("Patient/") and one != me for item in lived.items for one in _said(item.resource))


def _said(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _said(one)]
    if isinstance(value, list):
        return [text for one in value for text in _said(one)]
    return [value] if isinstance(value, str) else []


def called(kind: Kind, number: int) -> str:
    """What a copied unit is called: nobody takes it for the real one."""
    return f"{kind.unit.name} – övning {number}"


def copied(kind: Kind, number: int) -> Copy:
    """Copy `number` (from 1) of a kind of unit, its clock not set yet."""
    old, land = kind.unit, county(SEED)
    unit = replace(old, hsa=hsa(f"X{number:05d}"), name=called(kind, number))
    items = [Item(organization(unit), ""), *(Item(place, "") for place in locations(unit))]
    colleagues = (one for one in land.assignments[old.hsa] if one.purpose == "care" and one.person not in _KNOWN)
    items += [Item(_colleague(one, unit, kind.told), "") for one in colleagues]
    names = {}
    for nth, index in enumerate(kind.patients, 1):
        lived = life(index, SEED, kind.told)
        items += _moved(lived, number, old.hsa, unit.hsa)
        names[f"p{nth}"] = _mine(number, lived.patient_id)
    return Copy(unit, items, names)


def placed(kind: Kind, number: int, unit: Unit, patients: Sequence[Patient]) -> Copy:
    """The invented patients of exercises, at a copied unit and in its care since yesterday, with what their record has
    from the start. `names` are their ids by their keys; one who is in several exercises is there once."""
    items: list[Item] = []
    names: dict[str, str] = {}
    places = list(beds(unit))[::-1]  # from the last bed, where nobody of the ward lies
    for one in patients:
        if one.key not in names:
            names[one.key] = _mine(number, one.key)
            items += _in_care(one, kind, number, unit, places[len(names) - 1] if places else None)
        items += [
            Item(_about(entry, names[one.key], f"{one.key}-{len(items) + nth}", number), unit.hsa)
            for nth, entry in enumerate(one.entries)
        ]
    return Copy(unit, items, names)


def _in_care(one: Patient, kind: Kind, number: int, unit: Unit, bed: Bed | None) -> list[Item]:
    name = f"{one.given} {one.family}"
    person: dict[str, Any] = {
        "resourceType": "Patient",
        "id": _mine(number, one.key),
        "identifier": [
            {
                "use": "official",
                "system": RESERVE_NUMBER,
                "value": reserve_number(date.fromisoformat(one.born), MOST_COPIES + number),
            }
        ],
        "active": True,
        "name": [{"use": "official", "text": name, "family": one.family, "given": [one.given]}],
        "gender": one.gender,
        "birthDate": one.born,
    }
    since = (kind.told - timedelta(days=1)).isoformat()
    code, display = _CARE[kind.name]
    contact: dict[str, Any] = {
        "resourceType": "Encounter",
        "id": _mine(number, f"{one.key}-contact"),
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": code, "display": display},
        "subject": {"reference": f"Patient/{_mine(number, one.key)}", "display": name},
        "period": {"start": since},
        "serviceProvider": unit.reference,
    }
    if bed:
        contact["location"] = [{"location": bed.reference, "status": "active", "period": {"start": since}}]
    return [Item(person, ""), Item(contact, unit.hsa)]


def _about(entry: Mapping[str, Any], patient: str, id_: str, number: int) -> dict[str, Any]:
    """An entry of an exercise's patient: it says neither whose it is nor what it is called."""
    whose = "patient" if entry["resourceType"] in _OF_PATIENT else "subject"
    return {**entry, "id": _mine(number, id_), whose: {"reference": f"Patient/{patient}"}}


def clocked(unit: Unit, ahead: timedelta) -> Item:
    """The copied unit with its clock set."""
    seconds = {"url": AHEAD, "valueInteger": math.ceil(ahead.total_seconds())}
    return Item(organization(unit) | {"extension": [seconds]}, "")


def _colleague(one: Assignment, unit: Unit, told: datetime) -> dict[str, Any]:
    assignment = f"{unit.hsa}{one.hsa.rpartition('-')[2]}"
    return practitioner_role(replace(one, hsa=assignment, unit=unit.hsa), unit, told)


def _mine(number: int, id_: str) -> str:
    return f"x{number}-{id_}"


def _moved(lived: Life, number: int, old: str, new: str) -> list[Item]:
    """A life at another unit: ids, references to them and the reserve number are the copy's own."""
    names: dict[str, str] = {}
    for item in lived.items:
        type_, id_ = item.resource["resourceType"], item.resource["id"]
        names[f"{type_}/{id_}"] = f"{type_}/{_mine(number, id_)}"
    person = lived.items[0].resource
    number_before = person["identifier"][0]["value"]
    names[number_before] = reserve_number(date.fromisoformat(person["birthDate"]), number)
    place = re.compile(rf"{re.escape(old)}(?![A-Z0-9])")  # the unit and its beds, not those who work there
    return [
        Item(
            _told(item.resource, names, place, new) | {"id": _mine(number, item.resource["id"])},
            new if item.unit == old else item.unit,
        )
        for item in lived.items
    ]


def _told(value: Any, names: Mapping[str, str], place: re.Pattern[str], new: str) -> Any:
    if isinstance(value, dict):
        return {key: _told(one, names, place, new) for key, one in value.items()}
    if isinstance(value, list):
        return [_told(one, names, place, new) for one in value]
    return (names.get(value) or place.sub(new, value)) if isinstance(value, str) else value
