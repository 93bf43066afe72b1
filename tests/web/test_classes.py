"""Classes on screens: booked by oneself and by who leads the unit, planned by who is appointed, and who came by a code
that the phone reads (F200, F201, F202)."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

import pytest

from tests.introduction.programme.conftest import LEADER, OLGA, to
from tests.record import world
from tests.web.conftest import NOW, SignIn
from tests.web.test_authoring import TOML, in_use
from tests.web.test_authoring import two as authors
from tests.web.test_learning import words
from varda.introduction import training
from varda.introduction.classes import (
    Bookings,
    Gathering,
    Period,
    Planning,
    Proposals,
    Room,
    Wanted,
    Whom,
    at,
    code,
    reckon,
)
from varda.introduction.programme import Mandates
from varda.introduction.training import Learning
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door

DAY = date(2026, 3, 9)
TEACHER = "SE9999999999-ines"


@pytest.fixture
async def planning(door: Door, database: Database) -> Planning:
    """Ines may teach the nurses' course; Olga is the programme office, Per leads the instructors."""
    mandates = Mandates(database)
    await mandates.give(to("olga", "programme-office", opens=NOW), LEADER, NOW)
    await mandates.give(to("SE9999999999-per", "instructor-lead", opens=NOW, name="Per"), OLGA, NOW)
    for course in ("track-coach", "track-instructor", "base-nurse", "introduction"):
        await database.run(
            "insert into training.finished values ($1, $2, 'v', $3, null, 0, 'b')", TEACHER, course,
            NOW - timedelta(days=9),
        )  # fmt: skip
    await database.run(
        "insert into training.duty (person, name, duty, unit, is_on, given_by, given_name, given_at) "
        "values ($1, 'Ines Ny', 'instructor', 'u', true, 'g', 'G', $2)", TEACHER, NOW - timedelta(days=9),
    )  # fmt: skip
    return Planning(database)


def wanted(day: date = DAY, seats: int = 1, minute: int = 480) -> Wanted:
    return Wanted(
        "base-nurse", "remote", at(day, minute), at(day, minute + 180), seats, address="https://meet.example/1",
        teachers=((TEACHER, "Ines Ny"),),
    )  # fmt: skip


async def test_a_learner_books_a_class_sees_it_on_the_path_and_takes_it_along(
    planning: Planning, signed_in: SignIn
) -> None:
    number = await planning.plan(wanted(), "p", NOW)
    liv, bo, dan = await signed_in("liv", "nurse"), await signed_in("bo", "nurse"), await signed_in("dan", "physician")
    assert "Boka ett kurstillfälle (180 min)" in await words(liv, "/learning")
    assert "1 plats är ledig" in await words(liv, "/learning/classes")
    assert (await liv.post(f"/learning/classes/{number}/book")).status_code == 303
    path = await words(liv, "/learning")
    assert "2026-03-09 08:00–11:00" in path
    assert "Boka ett kurstillfälle" not in path
    assert (await bo.post(f"/learning/classes/{number}/book")).status_code == 303
    assert "Du står på väntelistan" in await words(bo, f"/learning/classes/{number}")
    assert "Inget kurstillfälle krävs" not in await words(dan, "/learning/classes")
    assert (await dan.post(f"/learning/classes/{number}/book")).status_code == 403
    taken = await liv.get("/learning/classes/mine.ics")
    assert taken.headers["content-type"].startswith("text/calendar")
    assert "DTSTART:20260309T070000Z" in taken.text
    assert (await liv.post(f"/learning/classes/{number}/leave")).status_code == 303
    assert "Du har en plats." in await words(bo, f"/learning/classes/{number}")
    assert "Du är inte bokad på något kurstillfälle." in await words(liv, "/learning/classes")
    for path in ("x", "9999", "99999999999999999999"):
        assert (await liv.get(f"/learning/classes/{path}")).status_code == 404


async def test_who_leads_the_unit_books_its_people_and_sees_hours_and_who_has_no_seat(
    planning: Planning, signed_in: SignIn
) -> None:
    number = await planning.plan(wanted(seats=5), "p", NOW)
    liv, gun = await signed_in("liv", "nurse"), await signed_in("gun", "unit-manager", "administration")
    unit = await words(gun, "/learning/unit")
    assert "utan plats Grundkurs för sjuksköterskor" in unit
    assert re.search(r"har ingen plats på ett kurstillfälle som krävs", unit)
    page = await words(gun, f"/learning/classes/{number}")
    assert "Liv Ny" in page
    mine = {"person": "SE9999999999-liv"}
    assert (await gun.post(f"/learning/classes/{number}/book", data=mine)).status_code == 303
    unit = await words(gun, "/learning/unit")
    assert "2026-03-09 08:00" in unit
    assert "3,0" in unit  # hours with a seat ahead
    assert (await liv.post(f"/learning/classes/{number}/leave", data={"person": "SE9999999999-gun"})).status_code == 403
    assert (await gun.post(f"/learning/classes/{number}/leave", data=mine)).status_code == 303
    assert "har tagits bort." in await words(liv, "/learning")
    stranger = {"person": "SE9999999999-astrid"}
    assert (await gun.post(f"/learning/classes/{number}/book", data=stranger)).status_code in (403, 409)


async def test_who_is_appointed_plans_and_is_told_what_is_in_the_way(planning: Planning, signed_in: SignIn) -> None:
    per, liv = await signed_in("per", "nurse"), await signed_in("liv", "nurse")
    for path in ("rooms", "new"):
        assert (await liv.get(f"/learning/classes/{path}")).status_code == 403
        assert (await liv.post(f"/learning/classes/{path}", data={})).status_code == 403
        assert (await per.get(f"/learning/classes/{path}")).status_code == 200
    room = {"name": "Solhem 1", "place": "Borås", "seats": "12"}
    assert (await per.post("/learning/classes/rooms", data=room)).status_code == 303
    again = await per.post("/learning/classes/rooms", data=room)
    assert again.status_code == 422
    assert "Det finns redan en lokal med det namnet." in again.text
    assert 'value="Solhem 1"' in again.text
    period = {"title": "Söder", "opens": "2026-10-05", "closes": "2026-11-30", "passes": "08:00 13:00", "share": "20",
              "teaches": "6", "remote": "0"}  # fmt: skip
    assert (await per.post("/learning/classes/periods", data=period)).status_code == 303
    wrong = await per.post("/learning/classes/periods", data=period | {"opens": "2026-10-06", "passes": "soon"})
    assert wrong.status_code == 422
    assert "En period går från en måndag till en senare." in wrong.text
    asked = {"course": "base-nurse", "kind": "room", "room": "1", "day": "2026-03-09", "from": "08:00", "to": "11:00",
             "teacher": TEACHER}  # fmt: skip
    assert "Ines Ny" in (await per.get("/learning/classes/new?course=base-nurse")).text
    planned = await per.post("/learning/classes/new", data=asked)
    assert planned.status_code == 303, planned.text
    taken = await per.post("/learning/classes/new", data=asked | {"from": "10:00", "to": "12:00"})
    assert taken.status_code == 409
    assert "har kurstillfälle 1 (base-nurse) då, 2026-03-09 08.00–11.00" in taken.text
    assert 'value="2026-03-09"' in taken.text
    empty = await per.post("/learning/classes/new", data=asked | {"day": "", "teacher": ""})
    assert empty.status_code == 422
    at_ = planned.headers["location"]
    assert (await per.post(f"{at_}/tell", data={"state": "confirmed"})).status_code == 303
    there = {"day": "2026-03-10", "from": "13:00", "to": "16:00", "room": ""}
    assert (await liv.post(f"{at_}/move", data=there)).status_code == 403
    for wrong_, field_ in (({"day": ""}, "13:00"), ({"to": "12:00"}, "12:00"), ({"day": "2020-01-01"}, "2020-01-01")):
        again = await per.post(f"{at_}/move", data=there | wrong_)
        assert again.status_code == 422
        assert f'value="{field_}"' in again.text  # what was typed is there
        assert "<details open>" in again.text
    other = await planning.plan(wanted(date(2026, 3, 11)), "p", NOW)
    taken = await per.post(f"{at_}/move", data=there | {"day": "2026-03-11", "from": "09:00", "to": "11:00"})
    assert taken.status_code == 409
    assert f"har kurstillfälle {other} (base-nurse) då" in taken.text
    assert 'value="2026-03-11"' in taken.text
    assert (await per.post(f"{at_}/move", data=there)).status_code == 303
    assert "2026-03-10 13:00–16:00 blir av" in await words(liv, at_)
    assert "Det skulle vara 2026-03-09 08:00." in await words(liv, at_)
    assert (await liv.post(f"{at_}/book")).status_code == 303
    assert (await liv.post(f"{at_}/tell", data={"state": "cancelled", "why": "x"})).status_code == 403
    assert (await per.post(f"{at_}/move", data=there | {"from": "12:00", "to": "15:00"})).status_code == 303
    assert "flyttat Det skulle vara 2026-03-10 13:00." in await words(liv, "/learning")
    assert (await per.post(f"{at_}/tell", data={"state": "cancelled", "why": "Läraren är sjuk"})).status_code == 303
    assert "Läraren är sjuk" in await words(liv, "/learning")


async def test_who_leads_a_unit_plans_classes_at_its_own_place_and_nowhere_else(
    planning: Planning, signed_in: SignIn, database: Database
) -> None:
    """F201: planned, moved and cancelled by hand; a room, a distance or another unit is for those who are appointed."""
    gun, liv = await signed_in("gun", "unit-manager", "administration"), await signed_in("liv", "nurse")
    await signed_in("ines", "nurse")
    unit = world.CARDIOLOGY
    assert f'href="/learning/classes/new?unit={unit}"' in (await gun.get("/learning/unit")).text
    assert "Planera ett kurstillfälle på enheten" in await words(gun, "/learning/classes")
    assert (await gun.get("/learning/classes/rooms")).status_code == 403
    assert f'value="{unit}"' in (await gun.get(f"/learning/classes/new?unit={unit}")).text
    form = await words(gun, f"/learning/classes/new?unit={unit}&course=base-nurse")
    assert "På enheten: Cardiology" in form
    asked = {"course": "base-nurse", "kind": "unit", "unit": unit, "organisation": unit, "seats": "4", "from": "08:00",
             "day": "2026-03-09", "to": "11:00", "teacher": TEACHER}  # fmt: skip
    room = await planning.keep_room(Room("Solhem", "", 9))
    for wrong in (
        {"organisation": ""}, {"organisation": world.REGION}, {"kind": "remote", "address": "https://m.example"},
        {"kind": "room", "room": str(room)}, {"unit": world.HOME_CARE},
        {"unit": world.HOME_CARE, "organisation": world.HOME_CARE},
    ):  # fmt: skip
        assert (await gun.post("/learning/classes/new", data=asked | wrong)).status_code == 403, wrong
    assert (await liv.post("/learning/classes/new", data=asked)).status_code == 403
    bad = await gun.post("/learning/classes/new", data=asked | {"seats": "0", "day": "2020-01-01"})
    assert bad.status_code == 422
    assert 'value="2020-01-01"' in bad.text
    planned = await gun.post("/learning/classes/new", data=asked)
    assert planned.status_code == 303
    at_ = planned.headers["location"]
    page = await words(liv, at_)
    assert "På enheten: Cardiology · 4 platser" in page
    assert (await gun.post(f"{at_}/book", data={"person": "SE9999999999-liv", "unit": unit})).status_code == 303
    there = {"day": "2026-03-10", "from": "13:00", "to": "16:00"}
    assert (await liv.post(f"{at_}/move", data=there)).status_code == 403
    assert (await gun.post(f"{at_}/move", data=there | {"room": str(room)})).status_code == 303
    one = await planning.one(int(at_.rpartition("/")[2]))
    assert (one.kind, one.unit, one.starts) == ("unit", unit, at(date(2026, 3, 10), 780))
    assert (await liv.post(f"{at_}/tell", data={"state": "cancelled", "why": "x"})).status_code == 403
    assert (await gun.post(f"{at_}/tell", data={"state": "cancelled", "why": "Kuren"})).status_code == 303
    theirs = replace(wanted(), kind="unit", unit=unit, address="", organisation=world.REGION)
    other = await planning.plan(theirs, "p", NOW)
    assert (await gun.post(f"/learning/classes/{other}/move", data=there)).status_code == 403, "the region's own"
    await Mandates(database).give(
        to("SE9999999999-bea", "training-lead", world.BORAS, opens=NOW, name="Bea"), OLGA, NOW
    )
    bea = await signed_in("bea", "nurse")
    strange = await bea.post("/learning/classes/new", data=asked | {"organisation": world.BORAS, "unit": unit})
    assert strange.status_code == 422
    assert "Du planerar inte för den enheten" in strange.text


async def test_classes_that_are_near_moved_or_ended_stand_above_the_inbox_and_are_not_counted(
    planning: Planning, signed_in: SignIn, clock: SetClock
) -> None:
    """F201: where work begins, beside the path; nothing waits there, so the top bar counts none of it."""
    number = await planning.plan(wanted(DAY + timedelta(days=14), seats=5), "p", NOW)
    liv, bo = await signed_in("liv", "nurse"), await signed_in("bo", "nurse")
    assert (await liv.post(f"/learning/classes/{number}/book")).status_code == 303
    mine = "Ditt kurstillfälle"
    assert mine not in await words(liv, "/inbox"), "three weeks ahead"
    await planning.move(number, wanted(DAY + timedelta(days=15), seats=5), "p", NOW)
    page = await words(liv, "/inbox")
    assert mine in page
    assert "2026-03-24 08:00–11:00" in page
    assert "Det skulle vara 2026-03-23 08:00." in page
    clock.instant = NOW + timedelta(days=8)
    liv = await signed_in("liv", "nurse")
    assert mine not in await words(liv, "/inbox"), "told for a week"
    clock.instant = at(DAY + timedelta(days=9), 480).astimezone(NOW.tzinfo)
    liv, bo = await signed_in("liv", "nurse"), await signed_in("bo", "nurse")
    assert "2026-03-24 08:00–11:00" in await words(liv, "/inbox"), "within a week"
    assert mine not in await words(bo, "/inbox")
    assert (await liv.get("/inbox/waiting")).json()["waiting"] == 0
    await planning.tell(number, "cancelled", "p", "Läraren är sjuk", clock.now())
    page = await words(liv, "/inbox")
    assert "Läraren är sjuk" in page
    assert mine not in page
    assert "Ingenting väntar" in page
    other = await planning.plan(wanted(DAY + timedelta(days=40), seats=5), "p", clock.now())
    assert (await liv.post(f"/learning/classes/{other}/book")).status_code == 303
    assert "Läraren är sjuk" not in await words(liv, "/inbox"), "another seat has taken its place"


async def test_a_local_planner_rules_over_the_rooms_of_their_own_line_only(
    planning: Planning, signed_in: SignIn, database: Database
) -> None:
    """F200: rooms of others are neither closed nor planned in; those of nobody are open to all who plan."""
    mandates = Mandates(database)
    await mandates.give(to("SE9999999999-bea", "training-lead", world.BORAS, opens=NOW, name="Bea"), OLGA, NOW)
    bea, per = await signed_in("bea", "nurse"), await signed_in("per", "nurse")
    await signed_in("ines", "nurse")
    rooms = {
        whose: await planning.keep_room(Room(f"Sal {whose or 'alla'}", "", 9, organisation=whose))
        for whose in ("", world.REGION, world.BORAS, world.HOME_CARE)
    }
    offered = (await bea.get("/learning/classes/new?course=base-nurse")).text
    assert [f"Sal {whose or 'alla'}," in offered for whose in rooms] == [True, False, True, True]
    asked = {"course": "base-nurse", "kind": "room", "from": "08:00", "to": "11:00", "teacher": TEACHER,
             "organisation": world.BORAS}  # fmt: skip
    for nth, (room, answer) in enumerate(zip(rooms.values(), (303, 422, 303, 303), strict=True)):
        said = asked | {"room": str(room), "day": f"2026-03-{10 + nth}"}
        assert (await bea.post("/learning/classes/new", data=said)).status_code == answer
    assert (await bea.get("/learning/classes/rooms")).text.count('name="act" value="close"') == 2
    for room, answer in zip(rooms.values(), (403, 403, 303, 303), strict=True):
        said = {"act": "close", "room": str(room), "organisation": world.BORAS}
        assert (await bea.post("/learning/classes/rooms", data=said)).status_code == answer
    assert (await bea.post("/learning/classes/rooms", data={"act": "close", "room": "99"})).status_code == 404
    assert {one.number for one in await planning.rooms()} == {rooms[""], rooms[world.REGION]}
    assert (await per.post("/learning/classes/rooms", data={"act": "close", "room": str(rooms[""])})).status_code == 303


async def test_who_waits_does_not_see_where_a_class_at_a_distance_meets(
    planning: Planning, signed_in: SignIn, database: Database
) -> None:
    """F200: and what is no class at a distance has no link, whatever was stored."""
    number = await planning.plan(wanted(), "p", NOW)
    liv, bo, ines = [await signed_in(name, "nurse") for name in ("liv", "bo", "ines")]
    for one, sees in ((liv, True), (bo, False)):
        await one.post(f"/learning/classes/{number}/book")
        assert ("meet.example" in (await one.get(f"/learning/classes/{number}")).text) == sees
        assert ("meet.example" in (await one.get("/learning/classes/mine.ics")).text) == sees
    assert "meet.example" in (await ines.get(f"/learning/classes/{number}")).text
    await database.run("update classes.occasion set kind = 'unit', unit = 'u', address = 'javascript:alert(1)'")
    for one in (liv, bo, ines):
        assert "javascript:" not in (await one.get(f"/learning/classes/{number}")).text


async def test_the_phone_reads_the_code_and_the_instructor_sees_who_came(
    planning: Planning, signed_in: SignIn, clock: SetClock, database: Database, door: Door
) -> None:
    number = await planning.plan(wanted(seats=5), "p", NOW)
    liv, ines, bo = [await signed_in(name, "nurse") for name in ("liv", "ines", "bo")]
    for one in (liv, bo):
        assert (await one.post(f"/learning/classes/{number}/book")).status_code == 303
    assert (await liv.get(f"/learning/classes/{number}/code")).status_code == 403
    here = f"/learning/classes/{number}/here"
    good = {"code": code(b"s" * 32, number, clock.now())}
    assert (await liv.post(here, data=good)).status_code == 403  # the introduction is not finished
    await training_done(database, door, "SE9999999999-liv", clock)
    assert (await liv.post(here, data=good)).status_code == 409  # long before it begins
    clock.instant = at(DAY, 475).astimezone(NOW.tzinfo)
    liv, ines = await signed_in("liv", "nurse"), await signed_in("ines", "nurse")  # a week later they sign in anew
    assert "<svg" in (await ines.get(f"/learning/classes/{number}/code")).text
    said = code(b"s" * 32, number, clock.now())
    assert "Jag är här" in (await liv.get(f"{here}?code={said}")).text
    assert (await liv.post(here, data={"code": "old"})).status_code == 403
    assert (await liv.post(here, data={"code": said})).status_code == 303
    assert "Det är noterat att du är här." in (await liv.get(here)).text
    assert "Koden är för gammal" in (await ines.get(f"{here}?code=old")).text
    fragment = await ines.get(f"/learning/classes/{number}/code", headers={"HX-Request": "true"})
    assert "Liv Ny" in fragment.text
    assert "<html" not in fragment.text
    by_hand = {"person": "SE9999999999-bo"}
    assert (await ines.post(f"/learning/classes/{number}/present", data=by_hand)).status_code == 303
    not_here = by_hand | {"act": "absent"}
    assert (await ines.post(f"/learning/classes/{number}/present", data=not_here)).status_code == 303
    page = await words(ines, f"/learning/classes/{number}")
    assert re.search(r"Liv Ny var här", page)
    assert re.search(r"Bo Ny uteblev", page)
    assert (await ines.post(f"/learning/classes/{number}/present", data={"person": "nobody"})).status_code == 404
    assert "Kursen är klar och förblir det" not in page
    await database.run(
        "insert into training.finished values ('SE9999999999-bo', 'base-nurse', 'v', $1, null, 0, 'b')", NOW
    )
    assert "Bo Ny uteblev Kursen är klar och förblir det" in await words(ines, f"/learning/classes/{number}")
    await database.run(
        "insert into training.finished values ('SE9999999999-bo', 'base-nurse', 'v', $1, $2, 0, 'b')",
        NOW + timedelta(minutes=1), clock.now(),
    )  # fmt: skip
    assert "Kursen är klar och förblir det" not in await words(ines, f"/learning/classes/{number}")


async def test_did_not_come_takes_the_step_back_and_what_is_refused_is_not_noted(
    planning: Planning, signed_in: SignIn, clock: SetClock, database: Database, door: Door
) -> None:
    """F202: the newest word counts, and where the course is closed nothing is kept."""
    gun, per = await authors(signed_in)
    with_class = TOML.replace('en = "Dress it"', 'en = "Dress it"\nkind = "class"')
    with_class = with_class.replace("minutes = 5", "minutes = 5\nclass_minutes = 180")
    await in_use(gun, per, clock, **{"file-course.toml": with_class})
    number = await planning.plan(replace(wanted(seats=5), course="wounds"), "p", NOW)
    other = await planning.plan(replace(wanted(seats=5, minute=780), course="wounds"), "p", NOW)
    liv = await signed_in("liv", "nurse")
    assert (await liv.post(f"/learning/classes/{number}/book")).status_code == 303
    clock.instant = at(DAY, 475).astimezone(NOW.tzinfo)
    ines, learning = await signed_in("ines", "nurse"), Learning(database, door.catalogue, "b")
    said = {"person": "SE9999999999-liv"}

    async def noted(act: str, status: int = 303) -> set[str]:
        clock.instant += timedelta(seconds=1)
        answer = await ines.post(f"/learning/classes/{number}/present", data=said | {"act": act})
        assert answer.status_code == status
        return await learning.done("SE9999999999-liv", "wounds")

    assert await noted("here", 403) == set()
    assert "Liv Ny var här" not in await words(ines, f"/learning/classes/{number}")
    await training_done(database, door, "SE9999999999-liv", clock)
    assert await noted("here") == {"two"}
    assert await noted("absent") == set()
    assert await noted("here") == {"two"}
    whom = Whom("SE9999999999-liv", "Liv Ny", "u", {})
    await Bookings(database).came(await planning.one(other), whom, "hand", TEACHER, clock.now())
    assert await noted("absent") == {"two"}  # done at the other class


async def training_done(database: Database, door: Door, person: str, clock: SetClock) -> None:
    """The introduction, finished."""
    course = training.shipped()["introduction"]
    learning = Learning(database, door.catalogue, "b")
    for step in course.steps:
        await learning.step_done(person, course, step, clock.now())


async def test_when_i_cannot_come_is_said_and_taken_away(planning: Planning, signed_in: SignIn) -> None:
    liv = await signed_in("liv", "nurse")
    said = {"first": "2026-03-09", "last": "2026-03-10", "why": "night"}
    assert (await liv.post("/learning/classes/away", data=said)).status_code == 303
    page = await words(liv, "/learning/classes")
    assert "nattpass, 2026-03-09 17:00 – 2026-03-11 18:00" in page
    for wrong in ({"last": ""}, {"last": "2026-03-01"}, {"why": "x"}):
        assert (await liv.post("/learning/classes/away", data=said | wrong)).status_code == 422
    for far in ({"last": "9999-12-31"}, {"first": "0001-01-01"}, {"last": "2030-01-01"}):
        answer = await liv.post("/learning/classes/away", data=said | far)
        assert answer.status_code == 422
        assert "inom två år" in answer.text
    assert (await liv.post("/learning/classes/away", data={"act": "end", "away": "1"})).status_code == 303
    assert "nattpass, 2026" not in await words(liv, "/learning/classes")


async def test_a_class_of_a_course_that_is_withdrawn_says_so(planning: Planning, signed_in: SignIn) -> None:
    liv = await signed_in("liv", "nurse")
    number = await planning.plan(
        Wanted("gone", "remote", at(DAY, 480), at(DAY, 660), 5, address="https://m.example", teachers=((TEACHER, ""),)),
        "p", NOW,
    )  # fmt: skip
    assert "Kursen är indragen." in await words(liv, f"/learning/classes/{number}")
    assert (await liv.post(f"/learning/classes/{number}/book")).status_code == 403


async def test_a_proposal_is_looked_at_and_accepted_by_who_plans_for_the_whole_programme(
    planning: Planning, signed_in: SignIn, database: Database, door: Door
) -> None:
    """F202: reckoned from who works here, kept as a draft, accepted; then it is on everybody's path."""
    per, liv, gun, _ = [await signed_in(name, "nurse") for name in ("per", "liv", "gun", "ines")]
    number = await planning.keep_period(
        Period("Söder", "", date(2026, 4, 6), date(2026, 6, 1), remote=10), "p", NOW
    )  # fmt: skip
    period = await planning.period(number)
    proposals, courses = Proposals(database), training.shipped()
    learning = Learning(database, door.catalogue, "b")
    own = await planning.plan(wanted(date(2026, 4, 8), seats=2), "p", NOW)
    gathered = await Gathering(database).of(period, courses, learning, NOW)
    assert {one.person for one in gathered.need.people} >= {f"SE9999999999-{name}" for name in ("per", "liv", "gun")}
    kinds: tuple[Literal["county", "people"], ...] = ("county", "people")
    for kind in kinds:
        content, _ = reckon(gathered, kind, 5, lambda *_: None, lambda *_: None)
        await proposals.keep(period, kind, content, "cli", NOW)
    for path in ("", "/1", "/2"):
        assert (await liv.get(f"/learning/classes/proposals{path}")).status_code == 403
    assert (await liv.post("/learning/classes/proposals/2", data={"act": "accept"})).status_code == 403
    assert "Förslag 2: Söder utkast" in await words(per, "/learning/classes/proposals")
    assert "ingen där får hålla kursen" in await words(per, "/learning/classes/proposals/1")
    page = await words(per, "/learning/classes/proposals/2")
    assert "Vecka 15 2026-04-06 2 0 2" in page
    assert "Av dem på redan planerade kurstillfällen 2" in page
    wrong = await per.post("/learning/classes/proposals/2", data={"act": "accept", "address": "here"})
    assert wrong.status_code == 422
    assert 'value="here"' in wrong.text
    accepted = {"act": "accept", "address": "https://meet.example"}
    assert (await per.post("/learning/classes/proposals/2", data=accepted)).status_code == 303
    assert (await per.post("/learning/classes/proposals/2", data=accepted)).status_code == 409
    assert (await per.post("/learning/classes/proposals/1", data={"act": "decline"})).status_code == 303
    listed = await words(per, "/learning/classes/proposals")
    assert "Förslag 2: Söder godtaget" in listed
    assert "Förslag 1: Söder inte godtaget" in listed
    assert len(await Bookings(database).at(own)) == 2
    for one in (liv, gun):
        assert "Grundkurs för sjuksköterskor 2026-0" in await words(one, "/learning/classes")
    for path in ("9", "x", "99999999999999999999"):
        assert (await per.get(f"/learning/classes/proposals/{path}")).status_code == 404


async def test_classes_near_the_own_unit_come_first_and_what_is_cut_is_said(
    planning: Planning, signed_in: SignIn, database: Database
) -> None:
    """F201: 401 classes earlier and elsewhere do not hide the one of the own region."""
    liv = await signed_in("liv", "nurse")
    await database.run(
        "insert into classes.occasion (course, kind, room, unit, address, organisation, during, seats, state) "
        "select 'base-nurse', 'remote', null, '', 'https://m', 'SE9999999999-far', "
        "tstzrange($1::timestamptz, $1::timestamptz + interval '1 hour'), 5, 'planned' from generate_series(1, 401)",
        at(DAY, 480),
    )  # fmt: skip
    near = replace(wanted(DAY + timedelta(days=9)), organisation=world.REGION)
    number = await planning.plan(near, "p", NOW)
    first = await liv.get("/learning/classes")
    assert f'href="/learning/classes/{number}"' in first.text
    assert "de nära din enhet kommer först" in first.text
    assert "page=1" in first.text
    second = await liv.get("/learning/classes?page=1")
    assert f'href="/learning/classes/{number}"' not in second.text
    assert second.text.count("2026-03-09 08:00–") == 2
    for odd in ("x", "-1", "99999999999"):
        assert (await liv.get(f"/learning/classes?page={odd}")).status_code == 200
