"""What a course is: steps of a few minutes each, whom it is for, what must come before it, and how long it lasts.

A course is files (decision 38); `reading` makes these values of them. What is done is kept by the codes of course and
step: a step that must be done anew gets a new code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from varda.catalogue import Words
from varda.introduction.training.goals import Exercise

Kind = Literal["introduction", "base", "add-on", "self-test", "pre-training", "track"]
KINDS: tuple[Kind, ...] = ("self-test", "pre-training", "introduction", "base", "add-on", "track")
"""In the order in which a path shows them. `pre-training` is given by a self-test; a `track` makes somebody a coach or
an instructor."""
StepKind = Literal["text", "picture", "film", "question", "exercise", "class"]
STEP_KINDS: tuple[StepKind, ...] = ("text", "picture", "film", "question", "exercise", "class")
DUTIES: Mapping[str, Words] = {
    "coach": Words("Coach", "Coach"),
    "instructor": Words("Instruktör", "Instructor"),
}
"""What somebody may be appointed to beside the work, so that a track is theirs."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that may be chosen."""

    words: Words
    is_right: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `text` is Markdown in each language. A film is an address or a file of the course, with its captions
    in a file of each language; `explanation` is shown when a question is answered."""

    code: str
    kind: StepKind
    title: Words
    text: Words
    answers: tuple[Answer, ...] = ()
    explanation: Words | None = None
    picture: str = ""
    described: Words | None = None
    film: str = ""
    captions: Words | None = None
    exercise: Exercise | None = None

    @property
    def right(self) -> frozenset[int]:
        """The places of the right answers."""
        return frozenset(nth for nth, one in enumerate(self.answers) if one.is_right)


@dataclass(frozen=True, slots=True)
class For:
    """Whom a course is for. `roles` are those of the catalogue (empty: everybody), `functions` narrow it to who may
    write in one of them, `providers` ("region", "municipality") to who works there, `duties` to who is appointed.
    """

    roles: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    providers: frozenset[str] = frozenset()
    duties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Course:
    """One course. `version` is the fingerprint of its files, `minutes` what it takes, `refresh` after how many months
    it is done anew (0: never). A self-test gives the course `gives` to who has fewer than `enough` right answers.
    `class_minutes` is the length of its class (0: it has none); where people must have come it is a step as well.
    """

    code: str
    kind: Kind
    title: Words
    about: Words
    minutes: int
    steps: tuple[Step, ...]
    version: str
    whom: For = field(default_factory=For)
    requires: tuple[str, ...] = ()
    refresh: int = 0
    gives: str = ""
    enough: int = 0
    is_withdrawn: bool = False
    class_minutes: int = 0

    def step(self, code: str) -> Step | None:
        """A step by its code."""
        return next((one for one in self.steps if one.code == code), None)

    @property
    def is_of_team(self) -> bool:
        """Whether several professions of a unit practise it together, at a copied unit that they share."""
        return any(one.team for one in self.exercises)

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """Its exercises, in order."""
        return tuple(one.exercise for one in self.steps if one.exercise)
