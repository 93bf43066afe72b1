"""Who lives in the county: age, sex, home, health centre, family, and which bed, each from the patient's own stream.

Patient `k` depends on the seed and on `k` alone, never on how many there are: a filling can be resumed, divided among
processes and grown. Beds are dealt by arithmetic (`bed_of`), so that two patients never lie in one.
"""

from bisect import bisect
from datetime import date, datetime
from itertools import accumulate
from random import Random

from varda.region import identities, names, staff
from varda.region.model import Bed, County, Municipality, Person
from varda.region.places import MUNICIPALITIES
from varda.region.staff import DEMO_CENTRE, DEMO_WARD

_AGES: tuple[tuple[int, int, float], ...] = (
    # from, to, share of the inhabitants in per cent (Sweden's pyramid, rounded)
    (0, 5, 6.6),
    (6, 12, 8.6),
    (13, 17, 5.9),
    (18, 29, 14.4),
    (30, 39, 14.1),
    (40, 49, 12.4),
    (50, 59, 12.8),
    (60, 69, 10.9),
    (70, 79, 9.3),
    (80, 89, 4.5),
    (90, 99, 0.5),
)
_AGE_SHARES = tuple(accumulate(share for _, _, share in _AGES))
_SIZES = tuple(accumulate(place.thousands for place in MUNICIPALITIES))

_WARD_AGES: dict[str, tuple[int, int, str]] = {
    # specialty of the ward: youngest, oldest, sex ("" = either)
    "kvinna": (21, 40, "female"),
    "barn": (1, 14, ""),
    "psykiatri": (20, 64, ""),
    "onkologi": (48, 82, "female"),
    "ortopedi": (70, 95, ""),
    "geriatrik": (76, 96, ""),
    "stroke": (58, 92, ""),
    "kirurgi": (30, 84, ""),
    "infektion": (45, 90, ""),
    "intensiv": (45, 80, ""),
    "kardiologi": (58, 90, ""),
    "lung": (58, 86, ""),
    "medicin": (62, 94, ""),
    "neurologi": (45, 82, ""),
}

FIRST, EVERY = 3, 8
"""Of the first `DENSE` patients each eighth lies on a ward, later each fortieth, until nine beds in ten are taken."""
DENSE, SPARSE = 1800, 40
DEMO_BEDS = 12
MOTHER, CHILD = 14, 15
"""Of every twenty patients, number 14 is a mother and number 15 her youngest child, unless either lies in a bed."""


def slot_of(index: int) -> int | None:
    """The number of the bed that patient `index` is dealt, or None for those at home."""
    if index < DENSE:
        slot, rest = divmod(index - FIRST, EVERY)
    else:
        slot, rest = divmod(index - DENSE, SPARSE)
        slot += DENSE // EVERY
    return None if rest else slot


def bed_of(county: County, index: int) -> Bed | None:
    """The bed of patient `index`, if one is dealt. The demo ward is filled first, one in four."""
    slot = slot_of(index)
    if slot is None or slot >= len(county.beds) * 9 // 10:
        return None
    return county.beds[slot]


def deal(beds: list[Bed]) -> tuple[Bed, ...]:
    """The order in which beds are taken: the demo ward's twelve with every fourth turn, others across all wards."""
    known = [bed for bed in beds if bed.ward == DEMO_WARD][:DEMO_BEDS]
    ward_seats: dict[str, int] = {}
    spread = []
    for bed in beds:
        if bed.ward != DEMO_WARD:
            ward_seats[bed.ward] = seat = ward_seats.get(bed.ward, -1) + 1
            spread.append((seat, bed))
    rest = [bed for _, bed in sorted(spread, key=lambda pair: pair[0])]
    order: list[Bed] = []
    while known or rest:
        order += known[:1] + rest[:3]
        known, rest = known[1:], rest[3:]
    return (*order, *(bed for bed in beds if bed.ward == DEMO_WARD and bed not in order))


def stream(seed: int, index: int, what: str) -> Random:
    """The patient's own source of chance for one purpose."""
    return Random(f"{seed}:{index}:{what}")  # noqa: S311 - invented lives, not secrets


def person(county: County, index: int, now: datetime) -> Person:
    """Patient `index` of the county, as the population register knows them at `now`."""
    chance = stream(county.seed, index, "person")
    bed = bed_of(county, index)
    sex, age = _sex_and_age(county, index, bed, chance, now.date())
    born = _born(now.date(), age, index, county.seed)
    place = _home(county, index, bed, chance)
    centres = county.centres[place.code]
    centre = county.units[DEMO_CENTRE] if _of_the_demo_centre(index, place) else chance.choice(centres)
    given, family = names.given(chance, sex, born.year), names.family(chance)
    given, family = staff.patient_names(index) or (given, family)
    street, town = names.street(chance), chance.choice(place.towns)
    postal = f"{place.postal} {chance.randint(10, 99)}"
    mother, child = _family(county, index)
    if mother is not None:
        her = person(county, mother, now)
        family, centre = her.family, her.centre
        place, street, town, postal = her.municipality, her.street, her.town, her.postal
    return Person(
        index=index, id=f"p{index}", given=given, family=family, sex=sex, born=born,
        number=identities.reserve_number(born, index), municipality=place,
        street=street, town=town, postal=postal,
        phone=identities.mobile(chance), email=identities.email(given, family, index),
        protected=index % 83 == 40, centre=centre, bed=bed, mother=mother, child=child,
    )  # fmt: skip


def _of_the_demo_centre(index: int, place: Municipality) -> bool:
    return place.code == "1490" and index % 2 == 1


def _sex_and_age(county: County, index: int, bed: Bed | None, chance: Random, today: date) -> tuple[str, int]:
    mother, child = _family(county, index)
    sex = "female" if chance.random() < 0.497 else "male"
    if index in staff.PATIENTS:
        _, sex, year = staff.PATIENTS[index]
        return sex, today.year - year
    if bed:
        youngest, oldest, needed = _WARD_AGES[county.units[bed.ward].specialty]
        return needed or sex, chance.randint(youngest, oldest)
    if child is not None:
        return "female", chance.randint(26, 38)
    if mother is not None:
        return sex, chance.randint(0, 4)
    youngest, oldest, _ = _AGES[bisect(_AGE_SHARES, chance.random() * _AGE_SHARES[-1])]
    return ("female" if youngest >= 80 and chance.random() < 0.25 else sex), chance.randint(youngest, oldest)


def _born(today: date, age: int, index: int, seed: int) -> date:
    born = identities.born_in(today.year - age, index, seed)
    return born if born < today else born.replace(year=born.year - 1)


def _home(county: County, index: int, bed: Bed | None, chance: Random) -> Municipality:
    """By inhabitants, but every seventh lives in Borås (first to go live), and the admitted near their ward."""
    place = MUNICIPALITIES[bisect(_SIZES, chance.random() * _SIZES[-1])]
    if bed:
        ward = county.units[bed.ward]
        near = county.municipalities[ward.municipality]
        return near if chance.random() < 0.6 or place.area != near.area else place
    return county.municipalities["1490"] if index % 7 == 1 else place


def _family(county: County, index: int) -> tuple[int | None, int | None]:
    """The index of this patient's mother and of her youngest child, where the county holds both."""
    if index % 20 == CHILD and _free(county, index, index - 1):
        return index - 1, None
    if index % 20 == MOTHER and _free(county, index, index + 1):
        return None, index + 1
    return None, None


def _free(county: County, *indexes: int) -> bool:
    return all(bed_of(county, index) is None for index in indexes)
