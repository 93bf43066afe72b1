"""From a course to the training environment and back: what is not one's own, not here or not right does nothing."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.introduction.training.solutions import SOLUTIONS
from tests.support import signing_in
from tests.web.conftest import SignIn, Visitor
from varda.access.people import People
from varda.catalogue import Deciding, Declaration, Rights
from varda.introduction import training
from varda.introduction.practice import Ground, Post, Word
from varda.introduction.practice.lives import SEED, Kind, monday
from varda.introduction.training import Learning
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door
from varda.region import fill

COURSE, STEP = "base-nurse", "vitals-exercise"
GO = f"/practice/go?course={COURSE}&exercise={STEP}"


@pytest.fixture
def home(tmp_path: Path) -> Post:
    post = Post(tmp_path, "home", "0.1.0+test")
    post.open("http://varda.test")
    return post


@pytest.fixture
def there(home: Post) -> Post:
    post = replace(home, side="training")
    post.open("http://training.test")
    return post


@pytest.fixture
async def ground(door: Door, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> Ground:
    told = monday(clock.now())
    monkeypatch.setattr("varda.introduction.practice.lives.kinds", lambda _: [Kind("ward", (131,), told)])
    await fill.fill_known(door, fill.Shared(SEED, told), {})
    ground = Ground(door)
    await ground.prepare(clock.now())
    return ground


@pytest.fixture
async def learner(signed_in: SignIn, visitor_of: Callable[..., Visitor], home: Post) -> AsyncIterator[Visitor]:
    """Liv, a nurse, at home."""
    await signed_in("liv", "nurse")
    async with visitor_of(post=home) as visitor:
        await signing_in.signed_in(visitor, "SE9999999999-liv", "SE9999999999-liv-cardiology")
        yield visitor


@pytest.fixture
async def practising(visitor_of: Callable[..., Visitor], there: Post, ground: Ground) -> AsyncIterator[Visitor]:
    """A browser at the training environment, not signed in."""
    async with visitor_of(post=there, ground=ground, environment="training") as visitor:
        yield visitor


def inside(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


async def come(learner: Visitor, practising: Visitor) -> str:
    """Liv at her place to practise; its address."""
    sent = await learner.get(GO)
    assert sent.headers["location"].startswith("http://training.test/practice/come?word=")
    place = (await practising.get(inside(sent.headers["location"]))).headers["location"]
    answer = await signing_in.signed_in(practising, "SE9999999999-liv", goes_to=place)
    assert answer.headers["location"] == place
    return place


async def test_there_and_back_with_what_was_right(
    door: Door, database: Database, learner: Visitor, practising: Visitor, ground: Ground
) -> None:
    place = await come(learner, practising)
    assert "Spara Majs mätvärden" in (await practising.get(place)).text
    early = await practising.get(f"{place}/{STEP}/home")
    assert (early.status_code, "inte rätt än" in early.text) == (403, True)
    assert (await practising.post(f"{place}/begin", data={"exercise": STEP})).headers["location"] == "/patients"
    not_yet = await practising.post(f"{place}/check", data={"exercise": STEP, "actions": "2", "seconds": "9"})
    assert "Allt är inte rätt än." in not_yet.text
    seat = (await ground.seats("SE9999999999-liv"))[0]
    liv = await People(database).session(seat.person, seat.assignment, door.clock.now())
    async with door.opened(liv, "care") as record:
        await SOLUTIONS[COURSE, STEP][1](record, seat.patients)
    right = await practising.post(f"{place}/check", data={"exercise": STEP, "actions": "12", "seconds": "70"})
    assert "Allt är rätt." in right.text
    assert "12 handgrepp och 70 sekunder" in right.text
    back = (await practising.get(f"{place}/{STEP}/home")).headers["location"]
    assert (await learner.get(inside(back))).status_code == 403  # the course opens after the introduction
    learning = Learning(database, door.catalogue, "0.1.0+test")
    for step in training.shipped()["introduction"].steps:
        await learning.step_done("SE9999999999-liv", training.shipped()["introduction"], step, door.clock.now())
    assert (await learner.get(inside(back))).headers["location"] == f"/learning/{COURSE}/{STEP}"
    assert STEP in await learning.done("SE9999999999-liv", COURSE)


async def test_a_training_link_opened_at_home_does_nothing(learner: Visitor, there: Post, home: Post) -> None:
    link = inside((await learner.get(GO)).headers["location"])
    answer = await learner.get(link)
    assert (answer.status_code, "Det här är inte övningsmiljön" in answer.text) == (404, True)
    assert (await learner.get("/practice")).status_code == 404
    stranger = await learner.get(f"{GO}&class=team:SE9999999999-other")
    assert (stranger.status_code, "din egen enhets" in stranger.text) == (403, True)


async def test_a_result_is_its_own_persons_and_of_the_course_as_it_stands(
    learner: Visitor, there: Post, home: Post, clock: SetClock
) -> None:
    course = training.shipped()[COURSE]
    mine = Word(kind="home", build="", person="SE9999999999-liv", course=COURSE, exercise=STEP, material=course.version)
    for word, why in (
        (replace(mine, person="SE9999999999-astrid"), "Någon annan är inloggad"),
        (replace(mine, material="old"), "Kursen har ändrats"),
        (replace(mine, exercise="nothing"), "ingen sådan övning"),
    ):
        answer = await learner.get(inside(there.address(word, clock.now())))
        assert answer.status_code in (403, 404)
        assert why in answer.text
    forged = await learner.get("/practice/home?word=a.b.c")
    assert (forged.status_code, "inte gjord av Varda" in forged.text) == (403, True)


async def test_nobody_comes_with_a_word_of_another_course_text_or_sits_at_anothers_place(
    learner: Visitor, practising: Visitor, home: Post, clock: SetClock, ground: Ground
) -> None:
    other = Word(
        kind="come", build="", person="SE9999999999-liv", name="Liv Ny", role="nurse", unit_kind="ward", course=COURSE,
        exercise=STEP, material="old",
    )  # fmt: skip
    answer = await practising.get(inside(home.address(other, clock.now())))
    assert (answer.status_code, "ser annorlunda ut" in answer.text) == (403, True)
    assert await ground.seats("SE9999999999-liv") == []
    place = await come(learner, practising)
    assert (await practising.get("/practice")).headers["location"] == place
    assert (await practising.get("/practice/99")).status_code == 404
    assert (await practising.post("/practice/99/check", data={"exercise": STEP})).status_code == 404
    fresh = (await practising.post(f"{place}/anew")).headers["location"]
    assert fresh != place
    assert (await practising.get(place)).status_code in (303, 404)


async def test_where_nothing_is_open_the_page_says_so(learner: Visitor) -> None:
    answer = await learner.get(GO)
    assert (answer.status_code, "inte öppnad här än" in answer.text) == (503, True)


async def test_a_county_s_own_exercise_is_practised_and_counts(
    door: Door, learner: Visitor, practising: Visitor, ground: Ground, clock: SetClock
) -> None:
    """What a county has changed of a course is practised as it reads there, by the same link (F208)."""
    files = training.files_of(COURSE) | {
        f"{STEP}.exercise.toml": training.files_of(COURSE)[f"{STEP}.exercise.toml"].replace(
            "Spara Majs", "Spara hos oss Majs"
        )
    }
    per, eva = (
        Deciding(f"SE9999999999-{one}", one, "", Rights(frozenset({("design-courses", "special")}), {}))
        for one in ("per", "eva")
    )
    own = door.catalogue.declarations
    wanted = Declaration(training.KIND, COURSE, training.content(files), clock.now(), "Vår avdelning")
    number = await own.propose(wanted, per, clock.now(), "design-courses")
    await own.decide(number, training.KIND, eva, clock.now(), "design-courses", approved=True)
    clock.instant += timedelta(seconds=2)
    place = await come(learner, practising)
    assert "Spara hos oss Majs mätvärden" in (await practising.get(place)).text
    (seat,) = await ground.seats("SE9999999999-liv")
    assert seat.material == training.read(COURSE, files).version
