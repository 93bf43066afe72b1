"""The invented county: organisations, staff and patients with believable lives, for demo, training and bench.

Pure: no database and no clock; seed, number of patients and `now` are passed in, and the same answers come back.
Persons carry national reserve numbers of one letter block only, so that none can belong to anyone.
"""

from varda.region.model import Assignment, Bed, County, DemoPerson, Item, Life, Municipality, Person, Unit
from varda.region.staff import DEMO_CENTRE, DEMO_HOME_CARE, DEMO_PEOPLE, DEMO_WARD
from varda.region.telling import county, life, lives, society

__all__ = [
    "DEMO_CENTRE",
    "DEMO_HOME_CARE",
    "DEMO_PEOPLE",
    "DEMO_WARD",
    "Assignment",
    "Bed",
    "County",
    "DemoPerson",
    "Item",
    "Life",
    "Municipality",
    "Person",
    "Unit",
    "county",
    "life",
    "lives",
    "society",
]
