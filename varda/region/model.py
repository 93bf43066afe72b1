"""The nouns of the invented county: units, assignments, persons and what is handed out.

Frozen values only; nothing here draws by chance or reads a clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Resource = dict[str, Any]
"""A FHIR R4 resource as plain data; decimals are Decimal."""


@dataclass(frozen=True, slots=True)
class Item:
    """One resource and its owner: the HSA-id of a care unit, or "" where the county owns it."""

    resource: Resource
    unit: str


@dataclass(frozen=True, slots=True)
class Life:
    """Everything that is told of one invented patient, oldest references first (Patient is the first item); an item may
    come a second time, as a later version."""

    patient_id: str
    items: list[Item]

    @property
    def newest(self) -> list[Item]:
        """Each item once, as it stands at last."""
        return list({(one.resource["resourceType"], one.resource["id"]): one for one in self.items}.values())


@dataclass(frozen=True, slots=True)
class Municipality:
    """One of the 49 municipalities: official code, inhabitants in thousands, and what an address there looks like."""

    code: str
    name: str
    area: str
    thousands: float
    postal: str
    towns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation in the tree. `kinds` are codes of organization-kind; `provider` is the care provider's HSA-id."""

    hsa: str
    name: str
    kinds: tuple[str, ...]
    parent: str
    provider: str
    municipality: str
    specialty: str = ""
    beds: int = 0
    phone: str = ""

    @property
    def reference(self) -> Resource:
        """A FHIR Reference to the unit's Organization."""
        return {"reference": f"Organization/{self.hsa}", "display": self.name}

    @property
    def place(self) -> Resource:
        """A FHIR Reference to the unit's own Location."""
        return {"reference": f"Location/{self.hsa}", "display": self.name}

    def is_a(self, kind: str) -> bool:
        """Whether the unit carries this code of organization-kind."""
        return kind in self.kinds


@dataclass(frozen=True, slots=True)
class Assignment:
    """One person's work at one unit (medarbetaruppdrag). `hsa` is the assignment's own HSA-id (commissionHsaId),
    `role` the profession, `purpose` what the assignment is for."""

    hsa: str
    person: str
    given: str
    family: str
    role: str
    title: str
    unit: str
    specialty: str = ""
    purpose: str = "care"

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"

    @property
    def reference(self) -> Resource:
        """A FHIR Reference to the Practitioner, shown as name and title."""
        return {"reference": f"Practitioner/{self.person}", "display": f"{self.name}, {self.title}"}


@dataclass(frozen=True, slots=True)
class Bed:
    """A bed of a ward: the id of its Location, what it is called and its ward's HSA-id."""

    id: str
    name: str
    ward: str

    @property
    def reference(self) -> Resource:
        """A FHIR Reference to the bed's Location."""
        return {"reference": f"Location/{self.id}", "display": self.name}


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A well-known invented member of staff, for sign-in by choice. `assignments` are HSA-ids, the usual one first."""

    key: str
    hsa: str
    name: str
    title: str
    assignments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One invented inhabitant before anything has happened. `number` is a national reserve number of our block."""

    index: int
    id: str
    given: str
    family: str
    sex: str
    born: date
    number: str
    municipality: Municipality
    street: str
    town: str
    postal: str
    phone: str
    email: str
    protected: bool
    centre: Unit
    bed: Bed | None
    mother: int | None = None
    child: int | None = None

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"

    @property
    def is_female(self) -> bool:
        """Sex as registered."""
        return self.sex == "female"


@dataclass(frozen=True, slots=True)
class County:
    """The organisations, staff and beds of one county, with the look-ups that lives need."""

    seed: int
    units: Mapping[str, Unit]
    assignments: Mapping[str, tuple[Assignment, ...]]
    beds: tuple[Bed, ...]
    municipalities: Mapping[str, Municipality]
    centres: Mapping[str, tuple[Unit, ...]]
    by_kind: Mapping[tuple[str, str], tuple[Unit, ...]]

    def at(self, unit: str, role: str) -> tuple[Assignment, ...]:
        """Those who care for patients in one role at one unit, never empty: without the role, all."""
        staff = tuple(one for one in self.assignments[unit] if one.purpose == "care")
        return tuple(one for one in staff if one.role == role) or staff
