"""How somebody lives (F34, F35): small forms, the last answer beside, and two scores with switches of their own."""

import re
from datetime import timedelta
from itertools import product

import pytest

from varda.access import Session
from varda.care import living
from varda.care.living import alcohol, frailty
from varda.catalogue import functions_of
from varda.kernel.clock import SetClock
from varda.kernel.errors import Absent, Unprocessable
from varda.record import Door
from varda.web.language import LANGUAGES, translations


async def known(door: Door, who: Session, patient: str = "vera") -> dict[str, list[living.Answer]]:
    async with door.opened(who, "care") as record:
        return await living.known(record, patient)


async def test_what_is_answered_is_kept_with_what_was_said_before(door: Door, astrid: Session, clock: SetClock) -> None:
    async with door.opened(astrid, "care") as record:
        assert await living.keep(record, "vera", "habits", {"smoking": "daily", "activity": "90"}) == 2
    clock.instant += timedelta(days=30)
    async with door.opened(astrid, "care") as record:
        assert await living.keep(record, "vera", "habits", {"smoking": "former", "snuff": ""}) == 1
    found = await known(door, astrid)
    assert [one.choice for one in found["72166-2"]] == ["former", "daily"]
    assert [one.text for one in found["72166-2"]] == ["har slutat", "dagligen"]
    assert found["activity-minutes"][0].text == "90 min/vecka"
    assert "snuff" not in found
    assert found["72166-2"][0].by == "Astrid Lund, Physician"


@pytest.mark.parametrize("form", living.FORMS)
async def test_every_form_keeps_every_answer(door: Door, astrid: Session, form: str) -> None:
    said = {one.key: list(one.choices)[-1] if one.choices else "0" for one in living.FORMS[form].questions}
    async with door.opened(astrid, "care") as record:
        await living.keep(record, "vera", form, said)
    assert set(await known(door, astrid)) == {one.code for one in living.FORMS[form].questions}


@pytest.mark.parametrize(
    ("form", "said", "path"),
    [
        ("habits", {}, "smoking"), ("habits", {"smoking": "much"}, "smoking"),
        ("habits", {"activity": "9000"}, "activity"),
        ("habits", {"activity": "-1"}, "activity"), ("habits", {"activity": "två"}, "activity"),
        ("habits", {"activity": "1e3"}, "activity"), ("habits", {"activity": "9" * 5000}, "activity"),
        ("social", {"housing": "own; drop"}, "housing"),
    ],
)  # fmt: skip
async def test_what_cannot_be_right_is_said_at_its_field(
    door: Door, astrid: Session, form: str, said: dict[str, str], path: str
) -> None:
    with pytest.raises(Unprocessable) as wrong:
        async with door.opened(astrid, "care") as record:
            await living.keep(record, "vera", form, said)
    assert [one.path for one in wrong.value.problems] == [path]
    assert await known(door, astrid) == {}


def test_audit_c_is_the_sum_of_three_answers_and_never_of_two() -> None:
    for given in product("01234", repeat=3):
        points = alcohol.points(dict(zip(alcohol.QUESTIONS, given, strict=True)))
        assert points is not None
        assert sum(points.values()) == sum(map(int, given))
    assert alcohol.points({}) is None
    assert alcohol.points({"often": "0"}) == {"often": 0, "amount": 0, "six": 0}
    for lacking in ({"often": "2"}, {"amount": "1", "six": "1"}, {"often": "5", "amount": "0", "six": "0"}):
        with pytest.raises(Unprocessable):
            alcohol.points(lacking)


@pytest.mark.parametrize(
    ("total", "sex", "risk"),
    [(4, "female", False), (5, "female", True), (5, "male", False), (6, "male", True), (5, "other", True),
     (4, "", False)],
)  # fmt: skip
def test_risk_is_that_of_the_public_health_agency(total: int, sex: str, *, risk: bool) -> None:
    assert alcohol.is_risk(total, sex) == risk


@pytest.mark.parametrize("typed", ["", "0", "10", "5.5", "five", "٥", "-1", "9" * 5000])
def test_a_step_of_frailty_is_one_of_nine(typed: str) -> None:
    with pytest.raises(Unprocessable):
        frailty.step(typed)
    assert [frailty.step(str(number)) for number in range(1, 10)] == list(frailty.STEPS)


async def test_scores_are_kept_with_their_version_and_have_switches_of_their_own(door: Door, astrid: Session) -> None:
    async with door.opened(astrid, "care") as record:
        assert await living.keep_frailty(record, "vera", {"cfs": "6"}) == 6
        assert await living.keep_alcohol(record, "vera", {"often": "3", "amount": "1", "six": "1"}) == 5
    async with door.opened(astrid, "care") as record:
        found = (await record.compartment("vera", {"Observation": 9}))["Observation"]
    of = {functions_of(one.resource): one.resource for one in found if one.id != "hb-cardiology"}
    assert set(of) == {("F34",), ("F35",)}
    assert of["F34",]["code"]["coding"][0]["version"] == frailty.VERSION
    said = await known(door, astrid)
    assert (said[living.CFS][0].number, said[living.AUDIT_C][0].is_risk) == (6, True)


async def test_out_of_reach_is_absent(door: Door, cia: Session) -> None:
    """A1, A13."""
    async with door.opened(cia, "care") as record:
        with pytest.raises(Absent):
            await living.keep(record, "vera", "habits", {"smoking": "never"})
    async with door.opened(cia, "care") as record:
        with pytest.raises(Absent):
            await living.keep_frailty(record, "vera", {"cfs": "6"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_and_answer_is_said_in_every_language(language: str) -> None:
    said = [one.label for form in living.FORMS.values() for one in form.questions]
    said += [en for form in living.FORMS.values() for one in form.questions for _, en in one.choices.values()]
    said += [en for _, en, _ in alcohol.QUESTIONS.values()] + [en for _, en in frailty.STEPS.values()]
    said += [en for _, _, answers in alcohol.QUESTIONS.values() for _, en in answers]
    known = translations(language)
    assert [one for one in said if one not in known._catalog] == []  # type: ignore[attr-defined] # of gettext
    if language == "sv":
        words = [one for one in said if re.search(r"[a-z]{3}", one)]
        assert [one for one in words if known.gettext(one) == one] == []
