"""An open question, answered by each for themselves, with or without their name (F257)."""

from dataclasses import replace
from datetime import date, timedelta

import asyncpg
import pytest

from tests.introduction.programme.conftest import NOW, OLGA, somebody
from tests.introduction.voices.conftest import ADMINISTRATIONS
from varda.introduction.voices import Answer, Question, Senders, Surveys
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Lacking, Unprocessable

TODAY, DAY = date(2026, 3, 2), timedelta(days=1)
QUESTION = Question("Vad har du varit med om?", "What have you been through?", TODAY, TODAY + 13 * DAY, True)
ANSWER = Answer("  Inloggningen tog en timme.\n", ADMINISTRATIONS["sas"], "nurse", "ordinary", True, False)
AFTER = NOW + 14 * DAY
ASTA, BO = somebody("asta"), somebody("bo")


async def test_the_office_asks_and_everybody_answers_once(surveys: Surveys, county: Database) -> None:
    with pytest.raises(Lacking):
        await surveys.ask(QUESTION, ASTA, NOW)
    number = await surveys.ask(QUESTION, OLGA, NOW)
    (asked,) = await surveys.all()
    assert (asked.survey, asked.question) == (number, QUESTION)
    await surveys.answer(number, ANSWER, ASTA, NOW)
    for later in (ANSWER, replace(ANSWER, is_anonymous=True)):
        with pytest.raises(Conflict, match="have answered"):
            await Surveys(county, Senders()).answer(number, later, ASTA, NOW + 3 * DAY)
    (kept,) = await county.all("select * from voices.answer")
    assert (kept["words"], kept["person"], kept["said_on"]) == (ANSWER.words, "asta", TODAY)
    for change in ("update voices.answer set words = 'Bra'", "delete from voices.answer"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await county.run(change)


async def test_without_a_name_nothing_stored_names_who_wrote(surveys: Surveys, county: Database) -> None:
    number = await surveys.ask(QUESTION, OLGA, NOW)
    await surveys.answer(number, replace(ANSWER, is_anonymous=True), BO, NOW)
    (kept,) = await county.all("select * from voices.answer")
    assert (kept["person"], kept["said_on"], kept["words"]) == (None, None, ANSWER.words)
    tables = await county.all("select table_name from information_schema.tables where table_schema = 'voices'")
    assert len(tables) == 6
    for table in tables:
        rows = await county.all(f"select to_jsonb(t)::text as said from voices.{table['table_name']} t")
        assert not [row["said"] for row in rows if '"bo"' in row["said"].lower()]
    with pytest.raises(asyncpg.CheckViolationError):
        await county.run(
            "insert into voices.answer select gen_random_uuid(), survey, null, '2026-03-02', administration, "
            "profession, role, worked, words from voices.answer"
        )


async def test_one_sender_floods_no_question(surveys: Surveys, county: Database) -> None:
    number = await surveys.ask(QUESTION, OLGA, NOW)
    nameless = replace(ANSWER, is_anonymous=True)
    await surveys.answer(number, nameless, BO, NOW)
    for _ in range(3):
        with pytest.raises(Conflict, match="once a day"):
            await surveys.answer(number, nameless, BO, NOW + timedelta(hours=23))
    await surveys.answer(number, nameless, ASTA, NOW)
    await surveys.answer(number, nameless, BO, NOW + DAY)
    assert len(await county.all("select 1 from voices.answer")) == 3


def test_what_fails_may_be_sent_again() -> None:
    """A sender whose answer was not kept is not held to have answered."""
    senders = Senders()
    with pytest.raises(ZeroDivisionError), senders.once(1, "bo", NOW):
        print(1 // 0)
    with senders.once(1, "bo", NOW):
        pass
    with pytest.raises(Conflict), senders.once(1, "bo", NOW):
        pass


async def test_a_question_is_answered_while_it_is_open(surveys: Surveys) -> None:
    number = await surveys.ask(replace(QUESTION, opens=TODAY + DAY), OLGA, NOW)
    for when in (NOW, AFTER):
        with pytest.raises(Conflict, match="cannot be answered today"):
            await surveys.answer(number, ANSWER, ASTA, when)
    await surveys.answer(number, ANSWER, ASTA, NOW + 13 * DAY)
    with pytest.raises(Absent):
        await surveys.answer(number + 1, ANSWER, ASTA, NOW)


async def test_what_is_wrong_is_told_at_its_place(surveys: Surveys) -> None:
    with pytest.raises(Unprocessable) as unfit:
        await surveys.ask(replace(QUESTION, sv=" ", closes=TODAY - DAY), OLGA, NOW)
    assert set(unfit.value.by_path) == {"sv", "closes"}
    number = await surveys.ask(replace(QUESTION, may_be_anonymous=False), OLGA, NOW)
    with pytest.raises(Unprocessable) as wrong:
        await surveys.answer(number, Answer(" \n", "SE-NOWHERE", "king", "queen", True, True), ASTA, NOW)
    assert set(wrong.value.by_path) == {"words", "administration", "profession", "role", "anonymous"}


async def test_nothing_is_told_before_the_question_is_closed_or_of_few(surveys: Surveys) -> None:
    """Answers of today less those of yesterday would tell of one person."""
    number = await surveys.ask(QUESTION, OLGA, NOW)
    for person in range(4):
        await surveys.answer(number, ANSWER, somebody(f"p{person}"), NOW)
    with pytest.raises(Conflict, match="until the question is closed"):
        await surveys.figures(number, NOW + 13 * DAY)
    figures = await surveys.figures(number, AFTER)
    assert figures.answers is None
    assert set(figures.parts.values()) == {None}


async def test_a_small_administration_is_folded_with_others(surveys: Surveys) -> None:
    """Where nothing may be told, which administrations have answered at all is not told either."""
    number = await surveys.ask(QUESTION, OLGA, NOW)
    sizes = {"sas": 9, "su": 6, "nu": 3, "sv": 2}
    for name, size in sizes.items():
        for person in range(size):
            said = replace(ANSWER, administration=ADMINISTRATIONS[name])
            await surveys.answer(number, said, somebody(f"{name}{person}"), NOW)
    figures = await surveys.figures(number, AFTER)
    by_place, by_profession = figures.parts["administration"], figures.parts["profession"]
    assert by_place is not None
    assert by_profession is not None
    assert figures.answers == 20
    assert by_place.parts[ADMINISTRATIONS["sas"]] == 9
    assert set(by_place.folded) == {ADMINISTRATIONS[name] for name in ("su", "nu", "sv")}
    assert by_place.rest == 11
    assert by_profession.parts["nurse"] == 20
    assert by_profession.parts["midwife"] == 0
