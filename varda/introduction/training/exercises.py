"""Whether an exercise is solved: judged through the door, from what was done, as the access log tells it.

What somebody wrote is known by the log alone and uniformly: an item's own author may be a unit, or a colleague whom it
names. An item that fits a goal but stands at another patient fails the exercise until it is struck.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from varda.care import notes
from varda.catalogue import Words
from varda.introduction.training.goals import Condition, Exercise, Goal, Resource
from varda.kernel.errors import Malformed
from varda.record import Record, deeds

_MOST = 300
_ADDRESSES = frozenset({"reference", "system", "url", "id", "contentType", "data", "use", "status"})


@dataclass(frozen=True, slots=True)
class Told:
    """How a goal stands. The hint is said while it is not reached."""

    goal: Goal
    is_met: bool

    @property
    def hint(self) -> Words | None:
        """What to try, where something is missing."""
        return None if self.is_met else self.goal.hint


@dataclass(frozen=True, slots=True)
class Judgement:
    """How an exercise stands: each goal, what was done that must not be (`broken`), and whether something that a goal
    asks for was written about the wrong patient (`wrong`, a key of the invented patients; empty: no). `lacks_own`: a
    team has done all of it, and whoever asks not what their profession is to do.
    """

    goals: tuple[Told, ...]
    broken: tuple[Goal, ...] = ()
    wrong: str = ""
    lacks_own: bool = False

    @property
    def is_passed(self) -> bool:
        """Whether all of it is right."""
        return all(one.is_met for one in self.goals) and not self.broken and not self.wrong and not self.lacks_own


@dataclass(frozen=True, slots=True)
class Doer:
    """Somebody whose deeds count: the id of the Practitioner, the profession where a team practises ("": the only one),
    and since when."""

    id: str
    since: datetime
    profession: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody did about one patient: items as they stand now, and the kinds of data that were read."""

    items: tuple[Resource, ...]
    read: frozenset[str]


async def judged(record: Record, exercise: Exercise, patients: Mapping[str, str], doers: Sequence[Doer]) -> Judgement:
    """Judge what the learner, or a team, did about the invented `patients` (id by key; all of the copied unit, so that
    the wrong one is seen). A goal of a profession is reached by whoever has it. Raises `Malformed` when a patient whom
    the exercise names is missing.
    """
    if missing := sorted({one.patient for one in (*exercise.goals, *exercise.forbidden)} - set(patients)):
        raise Malformed(f"The exercise {exercise.code} needs the patient {missing[0]}, who is not among those there.")
    done = {key: [(one, await _done(record, exercise, id_, one)) for one in doers] for key, id_ in patients.items()}
    return _judgement(exercise, done)


def _judgement(exercise: Exercise, done: Mapping[str, Sequence[tuple[Doer, Done]]]) -> Judgement:
    goals = tuple(Told(one, _met(one.condition, one.by, done[one.patient])) for one in exercise.goals)
    broken = tuple(one for one in exercise.forbidden if _met(one.condition, one.by, done[one.patient]))
    wanted: dict[Condition, set[str]] = defaultdict(set)
    for one in exercise.goals:
        wanted[one.condition].add(one.patient)
    strays = (
        key for condition, right in wanted.items() if not condition.is_read
        for key, about in done.items() if key not in right and _met(condition, "", about)
    )  # fmt: skip
    return Judgement(goals, broken, next(strays, ""))


def _met(condition: Condition, by: str, about: Sequence[tuple[Doer, Done]]) -> bool:
    theirs = [done for doer, done in about if by in ("", doer.profession)]
    if condition.is_read:
        return any(condition.type in one.read for one in theirs)
    return any(fits(condition, item) for one in theirs for item in one.items)


async def _done(record: Record, exercise: Exercise, patient: str, doer: Doer) -> Done:
    told = await deeds.of(record, f"Practitioner/{doer.id}", patient, doer.since)
    types = {one.condition.type for one in (*exercise.goals, *exercise.forbidden) if not one.condition.is_read}
    if not types & {name.partition("/")[0] for name in told.written}:
        return Done((), told.read)
    found = await record.compartment(patient, dict.fromkeys(sorted(types), _MOST))
    items = (one for stored in found.values() for one in stored if one.reference in told.written)
    return Done(tuple(one.resource for one in items), told.read)


def fits(condition: Condition, resource: Resource) -> bool:
    """Whether an item is all that a condition asks for. Pure."""
    c = condition
    return (
        resource.get("resourceType") == c.type
        and (not c.statuses or bool(c.statuses & set(_statuses(resource))))
        and _coded(c.code, resource.get("code"), resource.get("type"), resource.get("activity"))
        and _coded(c.category, resource.get("category"), resource.get("class"))
        and (not c.form or str(resource.get("questionnaire", "")).startswith(c.form))
        and _worded(c, resource)
        and _numbered(c, resource)
    )


def _statuses(resource: Resource) -> Iterator[str]:
    if "status" in resource:
        yield str(resource["status"])
    for name in ("clinicalStatus", "verificationStatus"):
        yield from (str(one.get("code", "")) for one in resource.get(name, {}).get("coding", ()))


def _coded(wanted: str, *concepts: Any) -> bool:
    if not wanted:
        return True
    codes = [code for concept in concepts for code in _codes(concept)]
    begins = wanted.removesuffix("*")
    return any(code.startswith(begins) if wanted.endswith("*") else code == wanted for code in codes)


def _codes(concept: Any) -> Iterator[str]:
    for one in concept if isinstance(concept, list) else [concept or {}]:
        if isinstance(one, Mapping):
            yield str(one.get("code", ""))
            yield from (str(coding.get("code", "")) for coding in one.get("coding", ()))


def _worded(condition: Condition, resource: Resource) -> bool:
    if not condition.texts and not condition.keyword:
        return True
    if resource.get("resourceType") == "Composition":
        parts = notes.note(resource).parts
        said = " ".join(one.text for one in parts if condition.keyword in ("", one.code))
    else:
        said = " ".join(_strings(resource))
    words = said.casefold()
    return bool(words.strip()) and all(one.casefold() in words for one in condition.texts)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            if name not in _ADDRESSES:
                yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def _numbered(condition: Condition, resource: Resource) -> bool:
    c = condition
    if c.value is None and c.least is None and c.most is None:
        return True
    return any(
        (c.value is None or one == c.value)
        and (c.least is None or one >= c.least)
        and (c.most is None or one <= c.most)
        for one in _numbers(resource)
    )


def _numbers(resource: Resource) -> Iterable[Decimal]:
    for one in (resource, *resource.get("component", ())):
        for value in (one.get("valueQuantity", {}).get("value"), one.get("valueInteger")):
            if value is not None:
                yield Decimal(str(value))
