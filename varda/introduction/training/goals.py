"""An exercise as data: invented patients, what must be true of the record afterwards, and what must not.

A goal is an AND of conditions on one item that the learner wrote since the exercise began, or on what they read. The
language is small on purpose: a county that wants another condition asks those who keep the package (decision 38).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from varda.catalogue import Words

Resource = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Patient:
    """An invented patient of an exercise: who it is, and the entries that the record has of them from the start."""

    key: str
    given: str
    family: str
    born: str
    gender: str
    about: Words
    entries: tuple[Resource, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """What one item must be, all of it. `type` is its FHIR type, `statuses` one of which it has, `code` and `category`
    codes that stand in it (a beginning where they end in *), `texts` words that stand in it – under `keyword`, in a
    note –, `value`, `least` and `most` its number, `form` the address of the form that it answers.

    `is_read` asks for reading instead: that the learner has opened what is of `type`.
    """

    type: str
    statuses: frozenset[str] = frozenset()
    code: str = ""
    category: str = ""
    keyword: str = ""
    texts: tuple[str, ...] = ()
    value: Decimal | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    form: str = ""
    is_read: bool = False


@dataclass(frozen=True, slots=True)
class Goal:
    """Something to reach, or that must not be: a condition on an item of one invented patient. `by` is the profession
    whose deed it is where a team practises together; empty is anybody who practises.
    """

    code: str
    words: Words
    hint: Words
    patient: str
    condition: Condition
    by: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """One step of the shortest way, and the actions that it takes."""

    words: Words
    actions: int


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise. `budget` is the most actions it should take: the shortest way's, unless more are allowed."""

    code: str
    task: Words
    patients: tuple[Patient, ...]
    goals: tuple[Goal, ...]
    forbidden: tuple[Goal, ...]
    way: tuple[Way, ...]
    budget: int

    @property
    def team(self) -> tuple[str, ...]:
        """The professions that it takes, in the order of their goals; empty where one person does all of it."""
        return tuple(dict.fromkeys(one.by for one in self.goals if one.by))
