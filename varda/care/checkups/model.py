"""What one form of a check-up asks for: all that waits in a course now, and what each is noted as. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from varda.care import pregnancies
from varda.care.programmes import Course, Row, Turn
from varda.care.vaccinations import DOUBTS
from varda.care.vitals import MEASURES


@dataclass(frozen=True, slots=True)
class Given:
    """A dose that waits. `name` is the beginning of the names of its fields."""

    turn: Turn
    row: Row

    @property
    def name(self) -> str:
        """visit.step"""
        return f"{self.turn.visit.code}.{self.row.step.code}"


@dataclass(frozen=True, slots=True)
class Checkup:
    """`contact` is the reason that a contact for it has, empty where none waits; `vitals` and `signs` the keys of what
    is measured, of `vitals.MEASURES` and `pregnancies.MEASURES`; `steps` are noted by hand, `doses` given.
    """

    contact: str
    vitals: tuple[str, ...]
    signs: tuple[str, ...]
    steps: tuple[Given, ...]
    doses: tuple[Given, ...]

    @property
    def names(self) -> set[str]:
        """The fields that it asks for, but whether the check-up took place."""
        doses = {f"{one.name}.{key}" for one in self.doses for key in _OF_A_DOSE}
        return {*self.vitals, *self.signs, *(one.name for one in self.steps), *doses}

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits that is noted here."""
        return not (self.contact or self.vitals or self.signs or self.steps or self.doses)


def checkup(course: Course) -> Checkup:
    """What waits now, the latest visit first: that is the one that is kept today."""
    some = [Given(turn, row) for turn in reversed(course.open) for row in turn.missing]
    codes = {code for one in some for code in one.row.step.observation}
    contacts = (one.row.step.contact[0] for one in some if one.row.step.contact)
    return Checkup(
        contact=next(contacts, ""),
        vitals=tuple(key for key, one in MEASURES.items() if codes & _meant(key, one)),
        signs=tuple(key for key, one in pregnancies.MEASURES.items() if one[0] in codes),
        steps=tuple(one for one in some if one.row.by_hand and not one.row.step.contact),
        doses=tuple(one for one in reversed(some) if one.row.step.vaccine),
    )


_PRESSURE = ("systolic", "diastolic")
_OF_A_DOSE = ("product", "batch", "site", *(f"sure-{one}" for one in DOUBTS))


def _meant(key: str, measure: Any) -> set[str]:
    return {measure.code, *measure.also, *(("85354-9",) if key in _PRESSURE else ())}


def fields(of: Given, form: Mapping[str, str]) -> dict[str, str]:
    """What the form says of one dose, by the names that a single one has."""
    return {key: form.get(f"{of.name}.{key}", "") for key in _OF_A_DOSE}


def asked(form: Mapping[str, str]) -> set[str]:
    """The fields of a form that a check-up can ask for: measures, and what belongs to a step of a visit."""
    return {name for name in form if name in MEASURES or name in pregnancies.MEASURES or "." in name}
