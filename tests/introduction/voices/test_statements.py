"""What was said is marked and coded by people who see no name and not one another's codes (F262, F263)."""

import pytest

from tests.introduction.programme.conftest import NOW, OLGA, somebody
from tests.introduction.voices.test_surveys import AFTER, ANSWER, QUESTION
from varda.introduction.voices import Statements, Surveys
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Lacking, Unprocessable

ADA, BEA, CIA = somebody("ada"), somebody("bea"), somebody("cia")


@pytest.fixture
async def asked(surveys: Surveys, coders: None) -> int:
    """A question with one answer; it is closed at `AFTER`."""
    number = await surveys.ask(QUESTION, OLGA, NOW)
    await surveys.answer(number, ANSWER, somebody("asta"), NOW)
    return number


async def test_who_codes_reads_words_and_no_more_when_the_question_is_closed(asked: int, county: Database) -> None:
    statements = Statements(county)
    with pytest.raises(Conflict):
        await statements.answers(asked, ADA, NOW)
    with pytest.raises(Lacking):
        await statements.answers(asked, OLGA, AFTER)
    assert list((await statements.answers(asked, ADA, AFTER)).values()) == [ANSWER.words]


async def test_what_is_marked_is_in_the_words_of_who_wrote_it(asked: int, county: Database) -> None:
    statements = Statements(county)
    (answer,) = await statements.answers(asked, ADA, AFTER)
    begins = ANSWER.words.index("tog")
    await statements.mark(answer, (begins, begins + 12), ADA, AFTER)
    (found,) = await statements.to_code(asked, BEA, AFTER)
    assert found.words == "tog en timme"
    with pytest.raises(Conflict):
        await statements.mark(answer, (begins, begins + 12), BEA, AFTER)
    for nothing in ((0, 2), (5, 5), (-1, 3), (0, 999)):
        with pytest.raises(Unprocessable):
            await statements.mark(answer, nothing, ADA, AFTER)


async def test_two_coders_agreement_is_measured_and_neither_sees_the_other_s_codes(
    asked: int, county: Database
) -> None:
    statements = Statements(county)
    (answer,) = await statements.answers(asked, ADA, AFTER)
    numbers = [await statements.mark(answer, (2, ends), ADA, AFTER) for ends in (16, 20, 24, 27)]
    with pytest.raises(Unprocessable) as wrong:
        await statements.code(numbers[0], ("rumour", "weather"), ADA, AFTER)
    assert set(wrong.value.by_path) == {"kind", "code"}
    with pytest.raises(Absent):
        await statements.code(999, ("fact", "usability"), ADA, AFTER)
    with pytest.raises(Lacking):
        await statements.code(numbers[0], ("fact", "usability"), CIA, AFTER)
    for number in numbers:
        await statements.code(number, ("feeling", "usability"), ADA, AFTER)
    assert {one.code for one in await statements.to_code(asked, BEA, AFTER)} == {""}
    for number, kind in zip(numbers[:3], ("fact", "fact", "opinion"), strict=True):
        await statements.code(number, (kind, "usability"), ADA, AFTER)
    for number, kind in zip(numbers[:3], ("fact", "opinion", "opinion"), strict=True):
        await statements.code(number, (kind, "usability"), BEA, AFTER)
    (compared,) = await statements.compared(asked, OLGA, AFTER)
    assert (compared.first, compared.second) == ("Ada", "Bea")
    assert compared.kinds is not None
    assert (compared.kinds.statements, compared.kinds.share) == (3, 2 / 3)
    assert compared.kinds.kappa == pytest.approx(0.4)
    assert compared.codes is not None
    assert (compared.codes.share, compared.codes.kappa) == (1.0, None)
    assert len(await county.all("select 1 from voices.coding")) == 10, "what was given before is kept"
