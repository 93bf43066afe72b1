"""From assignments to a curriculum, from steps to a finished course that a right may wait for (F195, F199, F203)."""

from datetime import UTC, datetime, timedelta

import pytest

from varda.access import Session
from varda.catalogue import ROLES, Catalogue, Words
from varda.introduction import training
from varda.introduction.training import Course, Finished, Learning, Step
from varda.introduction.training.curriculum import path, required
from varda.introduction.training.model import For
from varda.kernel.db import Database
from varda.kernel.errors import Refused

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
W = Words("x", "x")
KALLE = "SE9999999999-kalle"


def course(code: str, kind: str = "base", *requires: str, steps: int = 2, **more: object) -> Course:
    made = tuple(Step(f"s{nth}", "text", W, W) for nth in range(steps))
    return Course(code, kind, W, W, 5, made, "v1", requires=requires, **more)  # type: ignore[arg-type] # kinds as words


def at(role: str, unit: str = "Kardiologen", purpose: str = "care", **more: object) -> Session:
    return Session(
        kind="staff", actor=KALLE, name="Kalle", role=role, unit=f"SE-{unit}", unit_name=unit,
        assignment_purpose=purpose, **more,  # type: ignore[arg-type] # fields of a session
    )  # fmt: skip


COURSES = {
    one.code: one
    for one in (
        course("intro", "introduction"),
        course("nurses", "base", "intro", whom=For(frozenset({"nurse"}), providers=frozenset({"region"}))),
        course("municipal", "base", "intro", whom=For(frozenset({"nurse"}), providers=frozenset({"municipality"}))),
        course("doctors", "base", "intro", whom=For(frozenset({"physician"}))),
        course("drugs", "add-on", "nurses", whom=For(frozenset({"nurse", "physician"}), frozenset({"F37"}))),
        course("coach", "track", "intro", whom=For(duties=frozenset({"coach"}))),
        course("basics", "pre-training"),
        course("test", "self-test", gives="basics", enough=2),
    )
}


def test_assignments_give_the_curriculum_with_every_reason() -> None:
    found = required(COURSES, [at("nurse"), at("nurse", "Hemsjukvården", is_municipal=True)])
    assert list(found) == ["intro", "nurses", "municipal"]
    assert [one.unit for one in found["intro"]] == ["Kardiologen", "Hemsjukvården"]
    assert [one.unit for one in found["municipal"]] == ["Hemsjukvården"]
    ((doctor,),) = [required(COURSES, [at("physician")])["drugs"]]
    assert doctor.functions == ("F37",)
    assert "drugs" not in required(COURSES, [at("nurse")])


def test_a_person_in_nine_roles_has_each_course_once() -> None:
    roles = [one.profession for one in ROLES.values() if "care" in one.purposes][:9]
    found = required(training.shipped(), [at(role, f"Enhet {nth}") for nth, role in enumerate(roles)])
    assert len(set(roles)) == 9
    assert len(found["introduction"]) == 9
    assert next(iter(found)) == "introduction"
    assert len(found) == len(set(found))


def test_what_a_course_asks_for_a_duty_and_a_self_test_ask_as_well() -> None:
    only = {code: one for code, one in COURSES.items() if code != "intro"} | {
        "intro": course("intro", "add-on", whom=For(frozenset({"dietitian"})))
    }
    found = required(only, [at("physician")])
    assert found["intro"][0].course in ("doctors", "drugs")
    assert required(COURSES, [at("home-help")], ["coach"])["coach"][0].duty == "coach"
    assert required(COURSES, [], (), ["basics"])["basics"][0].test == "test"
    assert required(COURSES, []) == {}


def test_what_is_open_closed_done_and_to_be_done_anew() -> None:
    reasons = required(COURSES, [at("nurse")])
    assert {one.course.code: one.state for one in path(COURSES, reasons, {}, {"intro": ["s0"]}, NOW)} == {
        "intro": "begun", "nurses": "closed", "test": "open",
    }  # fmt: skip
    done = {"intro": Finished("intro", "v1", NOW - timedelta(days=700), NOW + timedelta(days=10))}
    states = {one.course.code: one for one in path(COURSES, reasons, done, {}, NOW)}
    assert (states["intro"].state, states["nurses"].state) == ("soon", "open")
    assert path(COURSES, reasons, done, {}, NOW + timedelta(days=11))[0].state == "past"
    assert path(COURSES, reasons, done, {}, NOW + timedelta(days=11))[1].missing == ("intro",)


def test_a_course_that_is_withdrawn_keeps_what_was_done_and_is_asked_of_nobody() -> None:
    courses = COURSES | {"doctors": course("doctors", "base", "intro", is_withdrawn=True, whom=COURSES["doctors"].whom)}
    assert "doctors" not in required(courses, [at("physician")])
    assert "doctors" not in [one.course.code for one in path(courses, {}, {}, {}, NOW)]
    (kept,) = [one for one in path(courses, {}, {}, {"doctors": ["s0"]}, NOW) if one.course.code == "doctors"]
    assert (kept.done, kept.is_required) == (1, False)


async def finish(learning: Learning, one: Course, now: datetime, *right: bool) -> Finished | None:
    found = None
    for nth, step in enumerate(one.steps):
        taken = training.Taken(is_right=right[nth] if right else True)
        found = await learning.step_done(KALLE, one, step, now + timedelta(seconds=nth), taken)
    return found


async def test_a_finished_course_stands_where_rights_ask_for_it(database: Database) -> None:
    catalogue = Catalogue(database)
    learning = Learning(database, catalogue, "b1")
    one = course("intro", "introduction", refresh=12)
    with pytest.raises(Refused, match="opens when"):
        await learning.step_done(KALLE, COURSES["nurses"], COURSES["nurses"].steps[0], NOW)
    assert await learning.step_done(KALLE, one, one.steps[0], NOW) is None
    assert await learning.done(KALLE, "intro") == {"s0"}
    finished = await learning.step_done(KALLE, one, one.steps[1], NOW)
    assert finished is not None
    assert finished.until is not None
    assert finished.until - NOW == timedelta(days=365.25)
    row = await database.one("select person, course, opens, closes from catalogue.finished_course")
    assert tuple(row.values()) == (KALLE, "intro", NOW, finished.until)
    assert await learning.step_done(KALLE, one, one.steps[0], NOW + timedelta(days=9)) is None  # looked at again
    assert await learning.done(KALLE, "intro") == set()
    again = await finish(learning, one, NOW + timedelta(days=350))
    assert again is not None
    assert (await learning.finished(KALLE))["intro"].at == again.at


async def test_a_step_that_is_taken_back_is_as_if_not_done_and_what_is_finished_stays(database: Database) -> None:
    """F202: the newest word counts, whichever way and however often."""
    learning, one = Learning(database, Catalogue(database), "b1"), course("intro", "introduction")
    minute = timedelta(minutes=1)
    await learning.step_undone(KALLE, one, one.steps[0], NOW)
    assert await learning.step_done(KALLE, one, one.steps[0], NOW + minute) is None
    await learning.step_undone(KALLE, one, one.steps[0], NOW + 2 * minute)
    assert await learning.done(KALLE, "intro") == set()
    assert await learning.took(KALLE, "intro", "s0") is None
    (who,) = await learning.of_unit({"intro": one}, [at("nurse")], NOW + 2 * minute)
    assert who.places["intro"].done == 0
    assert await learning.step_done(KALLE, one, one.steps[1], NOW + 3 * minute) is None
    assert await learning.step_done(KALLE, one, one.steps[0], NOW + 4 * minute) is not None
    await learning.step_undone(KALLE, one, one.steps[0], NOW + 5 * minute)
    assert await learning.finishers([KALLE, "SE-other"], "intro", NOW) == {KALLE}
    assert await learning.done(KALLE, "intro") == set()


async def test_what_was_cut_short_between_the_two_is_finished_at_the_next_look(database: Database) -> None:
    learning, one = Learning(database, Catalogue(database), "b1"), COURSES["intro"]
    await finish(learning, one, NOW)
    await database.run("insert into catalogue.finished_course values ('x', 'intro', now(), null)")
    async with database.transaction() as work:
        rows = await work.all("select count(*) as n from training.finished")
    assert rows[0]["n"] == 1
    assert await learning.settle(KALLE, one, NOW + timedelta(days=1)) is None


async def test_a_self_test_gives_the_course_that_helps(database: Database) -> None:
    learning, test = Learning(database, Catalogue(database), "b1"), COURSES["test"]
    await finish(learning, test, NOW, True, False)
    places = await learning.path(COURSES, KALLE, [], NOW + timedelta(hours=1))
    assert [(one.course.code, one.is_required) for one in places] == [("basics", True), ("test", False)]
    assert places[1].finished is not None
    assert places[1].finished.right == 1


async def test_a_course_withdrawn_midway_can_be_finished_by_who_began_and_by_nobody_else(database: Database) -> None:
    learning = Learning(database, Catalogue(database), "b1")
    one = course("old", "add-on")
    await learning.step_done(KALLE, one, one.steps[0], NOW)
    gone = course("old", "add-on", is_withdrawn=True)
    with pytest.raises(Refused, match="withdrawn"):
        await learning.step_done("SE-other", gone, gone.steps[0], NOW)
    assert await learning.step_done(KALLE, gone, gone.steps[1], NOW) is not None


async def test_nobody_teaches_what_they_have_not_finished(database: Database) -> None:
    learning, kalle = Learning(database, Catalogue(database), "b1"), at("nurse")
    late = NOW + timedelta(hours=1)
    for nth, code in enumerate(("intro", "nurses")):
        await finish(learning, COURSES[code], NOW + timedelta(minutes=nth))
    assert await learning.teachers(COURSES, "nurses", late) == [], "nobody who is appointed to nothing"
    await learning.appoint(kalle, "coach", at("unit-manager"), NOW, is_on=True)
    assert await learning.teachers(COURSES, "nurses", late) == [], "nor without the track"
    await finish(learning, COURSES["coach"], NOW + timedelta(minutes=3))
    assert [person for person, _ in await learning.teachers(COURSES, "nurses", late)] == [KALLE]
    assert await learning.teachers(COURSES, "doctors", late) == [], "nor a course that they have not finished"
    (who,) = await learning.of_unit(COURSES, [kalle], NOW + timedelta(hours=1))
    assert (who.duties, who.is_ready, list(who.places)) == (("coach",), True, ["intro", "nurses", "coach"])
    with pytest.raises(Refused, match="own unit"):
        await learning.appoint(kalle, "coach", at("unit-manager", "Annan"), NOW, is_on=True)
