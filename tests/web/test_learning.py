"""The learning portal: my path step by step, until a right is granted that waited for it (F198, F204, F206, F207)."""

import re
from datetime import timedelta
from html import unescape

import pytest

from tests.introduction.training.solutions import SOLUTIONS
from tests.record import world
from tests.web.conftest import SignIn, Visitor
from varda.access import Session
from varda.access.people import People
from varda.catalogue import Deciding, Proposal, Rights
from varda.introduction import training
from varda.introduction.training import Doer, Learning, Taken
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door, Owner, Wish

JUDGE = Session(kind="job", actor="practice", name="practice", reach="county", scopes=("read",))


async def words(visitor: Visitor, path: str) -> str:
    """What a page says, without its tags."""
    answer = await visitor.get(path)
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


async def through(visitor: Visitor, course: str) -> None:
    """Every step of a course but its exercises, as somebody does it."""
    for step in training.shipped()[course].steps:
        data = {"answer": [str(nth) for nth in sorted(step.right)]} if step.kind == "question" else {}
        if step.kind != "exercise":
            answer = await visitor.post(f"/learning/{course}/{step.code}", data=data)
            assert answer.status_code in (200, 303), answer.text


async def test_a_new_nurse_gets_the_right_that_waits_when_the_base_course_is_finished(
    door: Door, database: Database, clock: SetClock, signed_in: SignIn
) -> None:
    """New nurse → introduction → base course with three checked exercises → right granted → seen on the unit's page."""
    await waits_for_course(door)
    liv, gun = await signed_in("liv", "nurse"), await signed_in("gun", "unit-manager", "administration")
    path = await words(liv, "/learning")
    assert "0 av 3 kurser som krävs är klara." in path
    assert "du arbetar som sjuksköterska på Cardiology" in path
    assert "Öppnas efter: Introduktion till Varda" in path
    assert (await liv.post("/learning/base-nurse/day")).status_code == 403
    assert not await may_sign(door, "liv")
    await through(liv, "introduction")
    assert "1 av 3 kurser som krävs är klara." in await words(liv, "/learning")
    clock.instant += timedelta(minutes=5)
    await through(liv, "base-nurse")
    refused = await liv.post("/learning/base-nurse/note-exercise")
    assert refused.status_code == 403
    assert "övningsmiljön" in refused.text
    assert "Grundkurs för sjuksköterskor Grundkurs 0 av 1, 0 %" in await words(gun, "/learning/unit")
    await exercises(door, database, clock)
    assert "2 av 3 kurser som krävs är klara. Fortsätt: Ta emot en patient tillsammans" in await words(liv, "/learning")
    clock.instant += timedelta(seconds=2)
    assert await may_sign(door, "liv")
    unit = await words(gun, "/learning/unit")
    assert "Grundkurs för sjuksköterskor Grundkurs 1 av 1, 100 %" in unit
    assert re.search(r"Liv Ny .{0,40}redo", unit)
    shown = await words(liv, "/learning/base-nurse/note-exercise")
    assert "Övningen är löst. Den tog dig 8 handgrepp och 60 sekunder; den kortaste vägen tar 4." in shown
    assert "Ctrl Enter signerar" in shown


async def waits_for_course(door: Door) -> None:
    """The county decides that signing forms waits for the base course."""
    boss = [
        Deciding(f"SE9999999999-{one}", one, "", Rights(frozenset({("change-rights", "special")}), {}))
        for one in ("per", "eva")
    ]
    wanted = Proposal("nurse", ("F26", "sign"), True, "Införandet", door.clock.now(), course="base-nurse")
    number = await door.catalogue.propose(wanted, boss[0], door.clock.now())
    await door.catalogue.decide(number, boss[1], door.clock.now(), approved=True)


async def session_of(door: Door, name: str) -> Session:
    return await People(door.database).session(f"SE9999999999-{name}", "", door.clock.now())


async def may_sign(door: Door, name: str) -> bool:
    async with door.opened(await session_of(door, name), "care") as record:
        return record.powers.may("sign", "F26")


async def exercises(door: Door, database: Database, clock: SetClock) -> None:
    """What happens in the training environment: done, judged by a job, and told home."""
    course = training.shipped()["base-nurse"]
    learning = Learning(database, door.catalogue, "0.1.0+test")
    for key, number in (("maj", "19410302-XC01"), ("majbritt", "19441119-XC02")):
        who = world.patient(key, key.capitalize(), "Lindqvist", number)
        owner = Owner(world.CARDIOLOGY, world.REGION)
        async with door.opened(world.SYSTEM, "administration") as record:
            await record.write([Wish("update", who, owner=Owner("", ""))])
            await record.write([Wish("update", world.contact(f"{key}-stay", key, "cardiology"), owner=owner)])
    since, patients = clock.now(), {"maj": "maj", "majbritt": "majbritt"}
    liv = await session_of(door, "liv")
    for step in course.steps:
        if step.exercise is None:
            continue
        _, solving = SOLUTIONS["base-nurse", step.code]
        async with door.opened(liv, "care") as record:
            await solving(record, patients)
        async with door.opened(JUDGE, "training") as record:
            found = await training.judged(record, step.exercise, patients, [Doer("liv", since)])
        assert found.is_passed
        await learning.step_done(liv.actor, course, step, clock.now(), Taken(actions=8, seconds=60))


async def test_a_question_is_tried_until_it_is_right_and_the_path_resumes(signed_in: SignIn) -> None:
    liv = await signed_in("liv", "nurse")
    assert (await liv.get("/learning/introduction/go-on")).headers["location"] == "/learning/introduction/why"
    assert (await liv.post("/learning/introduction/why")).headers["location"] == "/learning/introduction/effects"
    assert (await liv.get("/learning/introduction/go-on")).headers["location"] == "/learning/introduction/effects"
    empty = await liv.post("/learning/introduction/log")
    assert empty.status_code == 422
    assert "Välj ett svar." in empty.text
    wrong = await liv.post("/learning/introduction/log", data={"answer": "0", "tries": "0"})
    assert "Inte rätt än." in wrong.text
    assert 'name="tries" value="1"' in " ".join(wrong.text.split())
    right = await liv.post("/learning/introduction/log", data={"answer": "1", "tries": "1"})
    assert "Behörighet räcker inte." in right.text
    assert "Nästa steg" in right.text
    assert "Behörighet räcker inte." in (await liv.get("/learning/introduction/log")).text
    assert (await liv.post("/learning/introduction/log", data={"answer": "99"})).status_code == 422


async def test_the_self_test_gives_pre_training_and_only_its_own_person_sees_how_it_went(signed_in: SignIn) -> None:
    liv, gun = await signed_in("liv", "nurse"), await signed_in("gun", "unit-manager", "administration")
    for step in training.shipped()["computer-test"].steps:
        said = next(nth for nth, one in enumerate(step.answers) if not one.is_right)
        assert (await liv.post(f"/learning/computer-test/{step.code}", data={"answer": str(said)})).status_code == 303
    assert "0 av 5 svar var rätt." in await words(liv, "/learning/computer-test")
    assert "självtestet gav den" in await words(liv, "/learning")
    unit = await words(gun, "/learning/unit")
    assert "Självtest" not in unit
    assert "Förkurs" not in unit


async def test_a_remark_is_answered_and_its_state_is_seen(signed_in: SignIn) -> None:
    liv, gun = await signed_in("liv", "nurse"), await signed_in("gun", "unit-manager", "administration")
    at = "/learning/introduction/find"
    assert (await liv.post(f"{at}/remark", data={"said": " "})).status_code == 422
    assert (await liv.post(f"{at}/remark", data={"said": "Vad är <b>Ctrl</b>?"})).status_code == 303
    assert "inte besvarad än" in (await liv.get(at)).text
    listed = (await gun.get("/learning/remarks")).text
    assert "Vad är &lt;b&gt;Ctrl&lt;/b&gt;?" in listed
    assert "öppen" in listed
    assert (await liv.get("/learning/remarks")).status_code == 403
    assert (await liv.post("/learning/remarks/1", data={"said": "Själv"})).status_code == 403
    assert (await gun.post("/learning/remarks/1", data={"said": ""})).status_code == 422
    assert (await gun.post("/learning/remarks/1", data={"said": "Tangenten längst ned."})).status_code == 303
    assert (await gun.post("/learning/remarks/1", data={"said": "Igen"})).status_code == 409
    assert (await gun.post("/learning/remarks/2", data={"said": "Vem?"})).status_code == 404
    assert "Tangenten längst ned." in (await liv.get(at)).text
    bea = await signed_in("bea", "nurse")
    assert "Tangenten längst ned." not in (await bea.get(at)).text


async def test_the_unit_s_page_is_for_who_leads_it_and_shows_no_other_unit(signed_in: SignIn) -> None:
    liv, gun = await signed_in("liv", "nurse"), await signed_in("gun", "unit-manager", "administration")
    assert (await liv.get("/learning/unit")).status_code == 403
    page = await words(gun, "/learning/unit")
    assert "Liv Ny" in page
    assert "Bo Ek" not in page  # works at surgery
    appointed = await gun.post("/learning/unit", data={"person": "SE9999999999-liv", "duty": "coach", "act": "appoint"})
    assert appointed.status_code == 303
    assert "Coach" in await words(gun, "/learning/unit")
    assert (await gun.post("/learning/unit", data={"person": "SE9999999999-bo", "duty": "coach"})).status_code == 422
    assert (await liv.post("/learning/unit", data={"person": "x"})).status_code == 403
    assert "du är utsedd till coach" in await words(liv, "/learning")
    ended = await gun.post("/learning/unit", data={"person": "SE9999999999-liv", "duty": "coach", "act": "end"})
    assert ended.status_code == 303
    assert "du är utsedd till coach" not in await words(liv, "/learning")


async def test_another_role_s_course_may_be_looked_at_and_waits_for_the_same(signed_in: SignIn) -> None:
    liv = await signed_in("liv", "nurse")
    course = await words(liv, "/learning/base-physician")
    assert "Kursen öppnas när du är klar med: Introduktion till Varda" in course
    assert "Krävs eftersom" not in course
    assert (await liv.get("/learning/base-physician/overview")).headers["location"] == "/learning/base-physician"
    await through(liv, "introduction")
    assert "Börja" in await words(liv, "/learning/base-physician")
    assert (await liv.post("/learning/base-physician/overview")).status_code == 303
    assert re.search(r"Också öppet för mig.*Grundkurs för läkare påbörjad", await words(liv, "/learning"))


async def test_a_picture_is_shown_with_what_it_shows_and_nothing_else_is_given_out(signed_in: SignIn) -> None:
    liv = await signed_in("liv", "nurse")
    page = (await liv.get("/learning/introduction/whole")).text
    assert 'alt="En journal på skärmen:' in page
    picture = await liv.get("/learning/introduction/file/record.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert picture.content.startswith(b"<svg")
    for name in ("course.toml", "sv.md", "..%2Fbase-nurse%2Fcourse.toml"):
        assert (await liv.get(f"/learning/introduction/file/{name}")).status_code == 404


@pytest.mark.parametrize(
    "path", ["/learning/nothing", "/learning/introduction/nothing", "/learning/introduction/file/x"]
)
async def test_what_is_not_there_is_not_there(signed_in: SignIn, path: str) -> None:
    assert (await (await signed_in("liv", "nurse")).get(path)).status_code == 404


async def test_everything_is_said_in_english_too(signed_in: SignIn) -> None:
    liv = await signed_in("liv", "nurse")
    liv.cookies.set("varda_language", "en")
    assert "Required because you work as nurse at Cardiology" in await words(liv, "/learning")
    assert "Why we change" in await words(liv, "/learning/introduction")
    assert "Today one patient's data lie in many" in await words(liv, "/learning/introduction/why")


async def test_a_film_is_shown_with_its_captions_in_the_own_language(signed_in: SignIn) -> None:
    liv = await signed_in("liv", "nurse")
    await through(liv, "introduction")
    shown = " ".join((await liv.get("/learning/base-nurse/note")).text.split())
    assert 'src="/learning/base-nurse/file/note.webm"' in shown
    assert 'srclang="sv" default src="/learning/base-nurse/file/note.sv.vtt"' in shown
    film = await liv.get("/learning/base-nurse/file/note.webm")
    assert (film.headers["content-type"], film.content[:4]) == ("video/webm", b"\x1aE\xdf\xa3")
    for language, said in (("sv", "Skriv under sökordet."), ("en", "Write under the keyword.")):
        captions = await liv.get(f"/learning/base-nurse/file/note.{language}.vtt")
        assert captions.headers["content-type"].startswith("text/vtt")
        assert said in captions.text
    assert (await liv.get("/learning/base-nurse/file/course.toml")).status_code == 404
