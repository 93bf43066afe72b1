"""Every shipped exercise is solved and failed by what is done in the record, so that none drifts from it (F196).

The wrong patient fails until it is struck, what was done before does not count, and a job judges without seeing more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.care.conftest import astrid, bo, cia, clock, door
from tests.introduction.training.solutions import SOLUTIONS, TEAMS, Solving
from tests.record import world
from tests.record.conftest import NOW
from varda.access import Session
from varda.access.people import People
from varda.care import attention
from varda.catalogue import ROLES
from varda.introduction import training
from varda.introduction.training import Doer, Exercise, Judgement
from varda.introduction.training.exercises import fits
from varda.introduction.training.goals import Condition
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Malformed, Refused
from varda.record import Door, Owner, Wish
from varda.region.forms import FORMS
from varda.region.terms import lists

__all__ = ["astrid", "bo", "cia", "clock", "door"]

JUDGE = Session(kind="job", actor="practice", name="practice", reach="county", scopes=("read",))
EXERCISES = [(one.code, exercise.code) for one in training.shipped().values() for exercise in one.exercises]


def exercise_of(course: str, step: str) -> Exercise:
    return next(one for one in training.shipped()[course].exercises if one.code == step)


async def learner(door: Door, database: Database, role: str, name: str = "liv") -> Session:
    """Somebody of a profession at cardiology."""
    licence = ROLES[role].licence
    county = [
        world.person(name, name.capitalize(), "Ny", *([licence] if licence else [])),
        world.assignment(name, "cardiology", role),
    ]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in [*county, *lists(), *FORMS]])
    return await People(database).session(f"SE9999999999-{name}", "", NOW)


async def admitted(door: Door, exercise: Exercise) -> dict[str, str]:
    """The exercise's patients and one more, admitted to cardiology; ids by key."""
    keys = [*(one.key for one in exercise.patients), "stranger"]
    owner = Owner(world.CARDIOLOGY, world.REGION)
    async with door.opened(world.SYSTEM, "administration") as record:
        for nth, key in enumerate(keys):
            who = world.patient(f"{key}-x", key.capitalize(), "Lindqvist", f"1941030{nth + 1}-XC0{nth + 1}")
            await record.write([Wish("update", who, owner=Owner("", ""))])
            await record.write([Wish("update", world.contact(f"{key}-stay", f"{key}-x", "cardiology"), owner=owner)])
        # Whoever is a stranger has what the first patient has, so that the same can be done there by mistake.
        for key, one in zip(keys, [*exercise.patients, exercise.patients[0]], strict=True):
            for nth, entry in enumerate(one.entries):
                await record.write([Wish("update", entered(entry, f"{key}-x", nth), owner=owner)])
    return {key: f"{key}-x" for key in keys}


def entered(entry: Mapping[str, Any], patient: str, nth: int) -> dict[str, Any]:
    return {**entry, "id": f"{patient}-{nth}", "subject": {"reference": f"Patient/{patient}"}}


async def solve(door: Door, who: Session, solving: Solving, patients: Mapping[str, str]) -> None:
    async with door.opened(who, "care") as record:
        await solving(record, patients)


async def judge(door: Door, exercise: Exercise, patients: Mapping[str, str], since: datetime = NOW) -> Judgement:
    async with door.opened(JUDGE, "training") as record:
        return await training.judged(record, exercise, patients, [Doer("liv", since)])


def test_each_exercise_has_a_solution() -> None:
    assert set(EXERCISES) == set(SOLUTIONS) | set(TEAMS)
    for course, step in EXERCISES:
        assert set(exercise_of(course, step).team) == set(TEAMS.get((course, step), ()))


@pytest.mark.parametrize(("course", "step"), list(TEAMS))
async def test_a_team_solves_it_together_and_nobody_for_another(
    door: Door, database: Database, course: str, step: str
) -> None:
    """Each goal is reached by the profession that it names, and by no other (INTRODUCTION 2, team exercises)."""
    exercise, solving = exercise_of(course, step), TEAMS[course, step]
    team = {role: await learner(door, database, role, f"liv{nth}") for nth, role in enumerate(solving)}
    doers = [Doer(f"liv{nth}", NOW, role) for nth, role in enumerate(solving)]
    patients = await admitted(door, exercise)
    for role, deed in solving.items():
        assert not (await judged(door, exercise, patients, doers)).is_passed
        await solve(door, team[role], deed, patients)
        told = await judged(door, exercise, patients, doers)
        assert all(one.is_met for one in told.goals if one.goal.by == role)
    assert (await judged(door, exercise, patients, doers)).is_passed
    turned = [replace(one, profession="secretary") for one in doers]
    assert [one.is_met for one in (await judged(door, exercise, patients, turned)).goals] == [False] * 4
    without = [one for one in doers if one.profession != "nurse"]
    assert [one.goal.code for one in (await judged(door, exercise, patients, without)).goals if not one.is_met] == [
        "nursing"
    ]
    await solve(door, team["nurse"], solving["nurse"], {"ture": patients["stranger"]})
    assert (await judged(door, exercise, patients, doers)).wrong == "stranger"


async def judged(door: Door, exercise: Exercise, patients: Mapping[str, str], doers: Sequence[Doer]) -> Judgement:
    async with door.opened(JUDGE, "training") as record:
        return await training.judged(record, exercise, patients, doers)


@pytest.mark.parametrize(("course", "step"), [one for one in EXERCISES if one in SOLUTIONS])
async def test_it_is_failed_by_nothing_and_by_the_wrong_patient_and_solved_by_what_is_right(
    door: Door, database: Database, course: str, step: str
) -> None:
    exercise, (role, solving) = exercise_of(course, step), SOLUTIONS[course, step]
    who = await learner(door, database, role)
    patients = await admitted(door, exercise)
    nothing = await judge(door, exercise, patients)
    assert not nothing.is_passed
    assert [one.hint for one in nothing.goals] == [one.hint for one in exercise.goals]
    wrong = dict.fromkeys(patients, patients["stranger"])
    await solve(door, who, solving, wrong)
    strayed = await judge(door, exercise, patients)
    writes = any(not one.condition.is_read for one in exercise.goals)
    assert strayed.wrong == ("stranger" if writes else "")
    assert not strayed.is_passed
    await solve(door, who, solving, patients)
    both = await judge(door, exercise, patients)
    assert all(one.is_met for one in both.goals)
    assert both.is_passed is not writes
    right = await judge(door, exercise, {key: id_ for key, id_ in patients.items() if key != "stranger"})
    assert right.is_passed
    assert [one.hint for one in right.goals] == [None] * len(exercise.goals)


async def test_what_was_done_before_and_what_somebody_else_did_does_not_count(
    door: Door, database: Database, clock: SetClock, astrid: Session
) -> None:
    exercise, (role, solving) = exercise_of("base-nurse", "warn-exercise"), SOLUTIONS["base-nurse", "warn-exercise"]
    who = await learner(door, database, role)
    patients = await admitted(door, exercise)
    await solve(door, who, solving, patients)
    assert (await judge(door, exercise, patients)).is_passed
    assert not (await judge(door, exercise, patients, NOW + timedelta(minutes=1))).is_passed
    other = await admitted(door, exercise)
    clock.instant += timedelta(minutes=2)
    async with door.opened(astrid, "care") as record:
        await attention.note_allergy(record, other["stranger"], {"substance": "Penicillin"})
    assert not (await judge(door, exercise, {"maj": other["stranger"]})).is_passed


async def test_what_is_written_about_the_wrong_patient_is_forgiven_when_it_is_struck(
    door: Door, database: Database
) -> None:
    exercise, (role, solving) = exercise_of("base-nurse", "warn-exercise"), SOLUTIONS["base-nurse", "warn-exercise"]
    who = await learner(door, database, role)
    patients = await admitted(door, exercise)
    await solve(door, who, solving, {"maj": patients["stranger"]})
    await solve(door, who, solving, patients)
    assert (await judge(door, exercise, patients)).wrong == "stranger"
    async with door.opened(who, "care") as record:
        (here,) = (await record.compartment(patients["stranger"], {"AllergyIntolerance": 5}))["AllergyIntolerance"]
        await attention.judge_allergy(record, patients["stranger"], here.id, here.version, "strike", "Fel patient")
    assert (await judge(door, exercise, patients)).is_passed


async def test_a_forbidden_goal_is_broken_by_the_namesake(door: Door, database: Database) -> None:
    exercise, (role, solving) = exercise_of("base-nurse", "vitals-exercise"), SOLUTIONS["base-nurse", "vitals-exercise"]
    who = await learner(door, database, role)
    patients = await admitted(door, exercise)
    await solve(door, who, solving, {"maj": patients["majbritt"]})
    found = await judge(door, exercise, patients)
    assert [one.code for one in found.broken] == ["namesake"]
    assert found.wrong == "majbritt"


async def test_a_patient_who_is_not_there_is_said_and_nobody_judges_a_colleague(
    door: Door, database: Database, astrid: Session
) -> None:
    exercise = exercise_of("base-nurse", "warn-exercise")
    who = await learner(door, database, "nurse")
    patients = await admitted(door, exercise)
    with pytest.raises(Malformed, match="needs the patient maj"):
        await judge(door, exercise, {})
    with pytest.raises(Refused, match="log review"):
        async with door.opened(astrid, "care") as record:
            await training.judged(record, exercise, patients, [Doer("liv", NOW)])
    async with door.opened(who, "care") as record:  # the learner may ask how it goes
        assert not (await training.judged(record, exercise, patients, [Doer("liv", NOW)])).is_passed


PULSE = {
    "resourceType": "Observation", "status": "final", "code": {"coding": [{"code": "8867-4"}], "text": "Puls"},
    "category": [{"coding": [{"code": "vital-signs"}]}], "valueQuantity": {"value": 95},
    "component": [{"valueQuantity": {"value": Decimal("7.5")}}],
}  # fmt: skip
SICK = {
    "resourceType": "Condition", "clinicalStatus": {"coding": [{"code": "active"}]},
    "code": {"coding": [{"code": "I50.9", "display": "Hjärtsvikt"}]}, "subject": {"reference": "Patient/hjärna"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "resource", "is_it"),
    [
        (Condition("Observation", frozenset({"final"}), "8867-4", "vital-signs", value=Decimal(95)), PULSE, True),
        (Condition("Observation", value=Decimal("7.5")), PULSE, True),
        (Condition("Observation", value=Decimal(94)), PULSE, False),
        (Condition("Observation", least=Decimal(90), most=Decimal(100)), PULSE, True),
        (Condition("Observation", least=Decimal(96)), PULSE, False),
        (Condition("Observation", frozenset({"preliminary"})), PULSE, False),
        (Condition("Condition", frozenset({"active"}), "I50*", texts=("hjärtsvikt",)), SICK, True),
        (Condition("Condition", code="I50"), SICK, False),
        (Condition("Condition", texts=("hjärna",)), SICK, False),
        (Condition("Condition"), PULSE, False),
        (Condition("QuestionnaireResponse", form="https://x/form"),
         {"resourceType": "QuestionnaireResponse", "questionnaire": "https://x/form|2"}, True),
    ],
)  # fmt: skip
def test_the_language_of_goals(condition: Condition, resource: dict[str, Any], is_it: bool) -> None:
    assert fits(condition, resource) is is_it
