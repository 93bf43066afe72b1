"""The reference cases, number by number: 1,225 answers of ten administrations (F257), and 20 traffic reports of which
13 were filled in (F256)."""

from datetime import date, timedelta
from random import Random

import pytest

from tests.introduction.programme.conftest import NOW, OLGA, somebody
from tests.introduction.voices.conftest import ADMINISTRATIONS
from varda.introduction.voices import Answer, Question, Surveys, Traffic, TrafficReports
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Lacking, Unprocessable

ADMINISTRATION = dict(zip(ADMINISTRATIONS.values(), (591, 196, 110, 95, 80, 57, 41, 25, 22, 8), strict=True))
PROFESSION = {
    "nurse": 250, "other": 228, "administrative": 214, "physician": 161, "manager": 145, "assistant-nurse": 109,
    "allied-health": 71, "midwife": 32, "psychologist": 15,
}  # fmt: skip
ROLE = {"ordinary": 956, "coach": 155, "operations-expert": 56, "change-ambassador": 51, "trainer": 7}
WORKED = {"yes": 821, "no": 404}
DAY = timedelta(days=1)
KIM = somebody("kim")
SAID = Traffic("yellow", "", "Införande av läkemedelsmodulen", "", "")


def generated(seed: int) -> list[Answer]:
    """The same 1,225 for the same seed: each background as often as in the reference case, put together by chance."""
    chance = Random(seed)
    columns = []
    for counts in (ADMINISTRATION, PROFESSION, ROLE, WORKED):
        column = [code for code, count in counts.items() for _ in range(count)]
        chance.shuffle(column)
        columns.append(column)
    return [
        Answer(f"Svar {number}", place, profession, role, worked == "yes", chance.random() < 0.4)
        for number, (place, profession, role, worked) in enumerate(zip(*columns, strict=True))
    ]


async def test_the_reference_case_of_1225_answers(surveys: Surveys, county: Database) -> None:
    today = date(2026, 3, 2)
    question = Question("Vad har du varit med om?", "What have you been through?", today, today, True)
    number = await surveys.ask(question, OLGA, NOW)
    answers = generated(1)
    for person, answer in enumerate(answers):
        await surveys.answer(number, answer, somebody(f"p{person}"), NOW)
    figures = await surveys.figures(number, NOW + DAY)
    assert figures.answers == 1225
    for part, wanted in {"administration": ADMINISTRATION, "profession": PROFESSION, "role": ROLE}.items():
        found = figures.parts[part]
        assert found is not None
        assert list(found.parts.items()) == list(wanted.items()), "as told, and the largest first"
        assert (found.folded, found.rest) == ((), 0)
    worked = figures.parts["worked"]
    assert worked is not None
    assert (worked.parts, round(100 * worked.parts["yes"] / figures.answers)) == (WORKED, 67)
    named = await county.all("select 1 from voices.answer where person is not null")
    assert len(named) == sum(not one.is_anonymous for one in answers)
    assert 600 < len(named) < 900


async def test_the_reference_case_of_20_traffic_reports(county: Database, administrations: list[str]) -> None:
    reports = TrafficReports(county)
    asked = await reports.open(date(2026, 3, 6), ["Vårdprocess", "Läkemedel"], administrations, OLGA, NOW)
    expected = await reports.of(asked)
    assert len(expected) == 20
    for one in expected[:13]:
        await reports.send((asked, one.sub_area, one.administration), SAID, KIM, NOW)
    found = await reports.of(asked)
    assert [one.told for one in found[:13]] == [SAID] * 13
    untouched = [(one.sub_area, one.administration) for one in found if one.told is None]
    assert untouched == [("Läkemedel", administration) for administration in administrations[3:]]
    assert (len(found), len(untouched)) == (20, 7)


async def test_a_traffic_report_that_tells_nothing_is_none(county: Database, administrations: list[str]) -> None:
    reports = TrafficReports(county)
    with pytest.raises(Lacking):
        await reports.open(date(2026, 3, 6), ["Läkemedel"], administrations, KIM, NOW)
    with pytest.raises(Unprocessable) as wrong:
        await reports.open(date(2026, 3, 6), [" "], ["SE-NOWHERE"], OLGA, NOW)
    assert set(wrong.value.by_path) == {"sub_areas", "administrations"}
    asked = await reports.open(date(2026, 3, 6), ["Läkemedel"], administrations[:1], OLGA, NOW)
    at = (asked, "Läkemedel", administrations[0])
    with pytest.raises(Unprocessable, match="not sent"):
        await reports.send(at, Traffic("green", " ", "", "", ""), KIM, NOW)
    with pytest.raises(Lacking):
        await reports.send(at, SAID, OLGA, NOW)
    for wrong_place in ((asked, "Vårdprocess", administrations[0]), (asked, "Läkemedel", administrations[1])):
        with pytest.raises(Absent):
            await reports.send(wrong_place, SAID, KIM, NOW)
    for status in ("red", "green"):
        await reports.send(at, Traffic(status, "Klart", "", "", ""), KIM, NOW)
    (found,) = await reports.of(asked)
    assert found.told == Traffic("green", "Klart", "", "", "")
    assert found.sent_name == "Kim"
