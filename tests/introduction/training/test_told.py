"""What people learn is told to a learning record store: each event once, nothing lost, self-tests never (F207)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.lrs import KEY, WORD, Lrs
from varda.catalogue import Catalogue
from varda.exchange.xapi import Actors, Outbox, Store, send
from varda.introduction.training import Learning, Taken, shipped
from varda.introduction.training.told import told
from varda.kernel.db import Database

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
AT_HOME = Actors("https://varda.example.org")
LIV = "SE9999999999-liv"


@pytest.fixture
async def learned(database: Database) -> Outbox:
    """Liv has finished the introduction, tried a self-test, and done an exercise; it is in the outbox."""
    learning, courses = Learning(database, Catalogue(database), "0.1.0+test"), shipped()
    for code in ("introduction", "computer-test"):
        for step in courses[code].steps:
            await learning.step_done(LIV, courses[code], step, NOW, Taken(tries=2 if step.kind == "question" else 0))
    nurse = courses["base-nurse"]
    exercise = next(one for one in nurse.steps if one.exercise)
    await learning.step_done(LIV, nurse, exercise, NOW, Taken(True, 1, 8, 60))
    await told(database, courses, AT_HOME, NOW)
    return Outbox(database)


def store(lrs: Lrs, secret: str = WORD) -> Store:
    return Store("https://lrs.example.org/xapi", KEY, secret, lrs.transport)


async def test_each_event_is_told_once_in_the_words_of_the_standard(database: Database, learned: Outbox) -> None:
    """F207: experienced, answered, attempted, passed, completed; a self-test is between a person and the portal."""
    lrs = Lrs()
    sent = await send(learned, store(lrs), NOW)
    verbs = [one["verb"]["id"].rpartition("/")[2] for one in lrs.statements.values()]
    steps = len(shipped()["introduction"].steps)
    assert sent == len(verbs) == steps + 3
    assert {one: verbs.count(one) for one in set(verbs)} == {
        "experienced": steps - 1, "answered": 1, "completed": 1, "attempted": 1, "passed": 1
    }  # fmt: skip
    assert "computer-test" not in str(lrs.statements)
    passed = next(one for one in lrs.statements.values() if one["verb"]["id"].endswith("/passed"))
    assert passed["actor"] == {
        "objectType": "Agent", "account": {"homePage": "https://varda.example.org", "name": LIV}
    }  # fmt: skip
    assert passed["result"]["duration"] == "PT60S"
    assert passed["context"]["contextActivities"]["parent"][0]["id"] == "https://varda.example.org/learning/base-nurse"
    await told(database, shipped(), AT_HOME, NOW + timedelta(minutes=1))
    assert await send(learned, store(lrs), NOW + timedelta(hours=1)) == 0, "told again, it is the same"
    assert (await learned.stock()).waiting == 0


async def test_a_step_that_is_taken_back_is_voided_and_what_is_done_anew_is_told_anew(database: Database) -> None:
    """F202, F207: somebody did not come after all. Told late or twice, it is the same."""
    learning, courses, lrs = Learning(database, Catalogue(database), "0.1.0+test"), shipped(), Lrs()
    outbox, minute = Outbox(database), timedelta(minutes=1)
    course = courses["introduction"]
    step = next(one for one in course.steps if one.kind == "text")
    await learning.step_done(LIV, course, step, NOW)
    await learning.step_undone(LIV, course, step, NOW + minute)
    for late in (2 * minute, 3 * minute):
        await told(database, courses, AT_HOME, NOW + late)
        await send(outbox, store(lrs), NOW + late + timedelta(seconds=1))
    assert (await outbox.stock()).parked == {}
    assert lrs.valid == []
    assert lrs.asked == 1, "both by one request, in their order"
    (done,) = [one for one in lrs.statements.values() if "definition" in one["object"]]
    (gone,) = [one for one in lrs.statements.values() if one["object"]["objectType"] == "StatementRef"]
    assert gone["object"]["id"] == done["id"]
    assert gone["verb"]["id"] == "http://adlnet.gov/expapi/verbs/voided"
    assert gone["timestamp"] == "2026-03-02T09:01:00.000000Z"
    assert LIV not in str(gone)
    await learning.step_undone(LIV, course, step, NOW + 4 * minute)  # nothing is there to be taken back
    await learning.step_done(LIV, course, step, NOW + 5 * minute)
    await told(database, courses, AT_HOME, NOW + 6 * minute)
    await send(outbox, store(lrs), NOW + 7 * minute)
    assert [one["timestamp"] for one in lrs.valid] == ["2026-03-02T09:05:00.000000Z"]
    await learning.step_undone(LIV, course, step, NOW + 8 * minute)
    await told(database, courses, AT_HOME, NOW + 9 * minute)
    await send(outbox, store(lrs), NOW + 10 * minute)
    assert lrs.valid == []
    assert len(lrs.statements) == 4


async def test_while_the_store_is_away_everything_waits_and_later_each_time(learned: Outbox) -> None:
    lrs = Lrs()
    lrs.is_down = True
    assert await send(learned, store(lrs), NOW) == 0
    stock = await learned.stock()
    assert stock.waiting > 5
    assert stock.trouble == "the store does not answer (ConnectError)"
    lrs.is_down = False
    assert await send(learned, store(lrs), NOW + timedelta(seconds=29)) == 0
    assert await send(learned, store(lrs, "wrong"), NOW + timedelta(seconds=31)) == 0
    assert (await learned.stock()).trouble == "401 Unauthorized"
    assert await send(learned, store(lrs), NOW + timedelta(seconds=31 + 59)) == 0, "twice as long"
    assert await send(learned, store(lrs), NOW + timedelta(seconds=31 + 61)) == stock.waiting


async def test_a_sender_that_died_halfway_loses_nothing_and_doubles_nothing(learned: Outbox) -> None:
    lrs = Lrs()
    taken = await learned.take(NOW)
    assert await send(learned, store(lrs), NOW + timedelta(minutes=1)) == 0, "another sender passes them by"
    lrs.statements = {taken[0].id: dict(taken[0].body), taken[1].id: dict(taken[1].body) | {"stored": "elsewhere"}}
    assert await send(learned, store(lrs), NOW + timedelta(minutes=3)) == len(taken), "what is there already counts"
    assert len(lrs.statements) == len(taken)


async def test_what_the_store_refuses_is_parked_with_its_reason_and_keeps_nothing_back(learned: Outbox) -> None:
    lrs = Lrs(refuses=lambda one: one["verb"]["id"].endswith("/completed"))
    waiting = (await learned.stock()).waiting
    assert await send(learned, store(lrs), NOW) == waiting - 1
    stock = await learned.stock()
    assert stock.waiting == 0
    assert stock.parked == {"400 malformed: object.definition is not allowed here": 1}
    assert await send(learned, store(lrs), NOW + timedelta(days=1)) == 0
    lrs.refuses = lambda _: False
    assert await learned.unpark(NOW + timedelta(days=1)) == 1
    assert await send(learned, store(lrs), NOW + timedelta(days=1)) == 1


async def test_a_pseudonym_is_the_same_each_time_and_names_nobody(database: Database, learned: Outbox) -> None:
    """The secret stays here; without it nobody can make the pseudonym, nor the ids of statements."""
    hidden = Actors("https://varda.example.org", b"secret of this installation")
    lrs = Lrs()
    await database.run("delete from exchange.statement")
    await told(database, shipped(), hidden, NOW)
    await send(learned, store(lrs), NOW)
    names = {one["actor"]["account"]["name"] for one in lrs.statements.values()}
    assert names == {hidden.account(LIV)}
    assert LIV not in str(lrs.statements)
    assert hidden.account(LIV) != Actors("https://varda.example.org", b"another").account(LIV)


def test_a_secret_is_shown_nowhere() -> None:
    assert WORD not in repr(Store("https://lrs.example.org/xapi", KEY, WORD))
