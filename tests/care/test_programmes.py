"""F13: where somebody stands in a programme of check-ups, and that a speciality is a file and nothing else."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.record import world
from varda.access import Session
from varda.care import programmes
from varda.care.patients import person
from varda.care.programmes import PROGRAMMES, Span, Turn, drawn, followed, read
from varda.care.programmes.model import Undeclared
from varda.kernel.errors import Absent, Lacking, Unprocessable
from varda.record import Door, Owner, Wish
from varda.record.discretion import is_withheld

BORN = date(2025, 3, 1)
CHILD = PROGRAMMES["child-health"]

KNEES = """
code = "knees"
sv = "Knäskola"
en = "Knee school"
counts = "age"
until = "90 y"
[sources]
county = { title = "Länets knäskola", url = "https://example.org/" }
[vaccines]
flu = { sv = "Influensa", en = "Influenza", atc = ["J07BB02"] }
[steps]
squat = { sv = "Knäböj", en = "Squats" }
weight = { sv = "Vikt", en = "Weight", observation = ["29463-7"] }
pain = { sv = "Smärtformulär", en = "Form on pain", form = "https://example.org/pain" }
class = { sv = "Lektion", en = "Lesson", contact = ["Knäskola"] }
flu = { sv = "Influensa", en = "Influenza", vaccine = "flu", dose = 1 }
[[visits]]
code = "first"
sv = "Första gången"
en = "The first time"
from = "40 y"
until = "41 y"
source = "county"
steps = ["class", "squat", "weight", "pain", "flu"]
[[visits]]
code = "second"
sv = "Andra gången"
en = "The second time"
from = "50 y"
until = "51 y"
source = "county"
steps = ["class", "weight"]
"""


def given(atc: str, day: str, dose: int = 0, **more: Any) -> dict[str, Any]:
    said = {"protocolApplied": [{"doseNumberPositiveInt": dose}]} if dose else {}
    code = {"vaccineCode": {"coding": [{"code": atc}]}, "occurrenceDateTime": day}
    return {"resourceType": "Immunization", "id": f"{atc}-{day}", "status": "completed"} | code | said | more


def weighed(day: str, value: float = 4.2, **more: Any) -> dict[str, Any]:
    said = {"valueQuantity": {"value": value, "unit": "kg"}, "effectiveDateTime": day}
    return (
        {"resourceType": "Observation", "id": day, "status": "final", "code": {"coding": [{"code": "29463-7"}]}}
        | said
        | more
    )


def standing(today: date, **found: Any) -> dict[str, str]:
    """The state of every step, as visit/step."""
    turns = drawn(CHILD, {"age": BORN}, found, today)
    return {f"{turn.visit.code}/{row.step.code}": row.state for turn in turns for row in turn.rows}


@pytest.mark.parametrize(
    ("span", "day", "after"),
    [
        ("6 w", date(2025, 3, 1), date(2025, 4, 12)), ("5 d", date(2025, 2, 26), date(2025, 3, 3)),
        ("1 m", date(2025, 1, 31), date(2025, 2, 28)), ("12 m", date(2024, 2, 29), date(2025, 2, 28)),
        ("4 y", date(2024, 2, 29), date(2028, 2, 29)), ("18 m", date(2025, 8, 31), date(2027, 2, 28)),
    ],
)  # fmt: skip
def test_months_and_years_go_by_the_calendar(span: str, day: date, after: date) -> None:
    number, _, unit = span.partition(" ")
    assert Span(int(number), unit).after(day) == after


def test_each_day_of_a_childhood_has_a_state_for_each_step_and_never_goes_back() -> None:
    order = ["coming", "due", "overdue", "passed"]
    before: dict[str, str] = {}
    for days in range(0, 7 * 366, 5):
        now = standing(BORN + timedelta(days=days))
        assert all(order.index(now[step]) >= order.index(state) for step, state in before.items())
        before = now
    assert before["y5-vaccines/dtp-4"] == "overdue", "a vaccine stays asked for"
    assert before["w6-vaccines/rota-1"] == "passed", "but not this one, which is too late"
    assert before["w4/weight"] == "passed", "a later visit has asked for the same"


def test_a_step_is_due_in_its_window_then_overdue() -> None:
    assert standing(date(2025, 3, 21))["w4/physician"] == "coming"
    assert standing(date(2025, 3, 22))["w4/physician"] == "due"
    assert standing(date(2025, 4, 5))["w4/physician"] == "due"
    assert standing(date(2025, 4, 6))["w4/physician"] == "overdue"


def test_a_value_is_that_of_the_visit_in_whose_time_it_was_measured() -> None:
    now = standing(
        date(2025, 5, 1), Observation=[weighed("2025-03-23"), weighed("2025-03-07", status="entered-in-error")]
    )
    assert (now["newborn/weight"], now["w4/weight"], now["w6/weight"]) == ("passed", "done", "overdue")
    assert (
        standing(date(2025, 5, 1), Observation=[weighed("2025-03-07", status="preliminary")])["newborn/weight"]
        == "passed"
    )


def test_doses_count_by_their_number_and_only_what_was_given() -> None:
    today = date(2026, 4, 1)
    some = [given("J07CA09", "2025-06-01", 1), given("J07CA09", "2025-08-01", 2), given("J07CA06", "2026-03-05")]
    now = standing(today, Immunization=some)
    assert [now[f"{at}/hexa-{n}"] for n, at in ((1, "m3-vaccines"), (2, "m5-vaccines"), (3, "m12-vaccines"))] == [
        "done"
    ] * 3
    now = standing(
        today, Immunization=[given("J07CA09", "2025-08-01", 2), given("J07CA09", "2025-06-01", 1, status="not-done")]
    )
    assert (now["m3-vaccines/hexa-1"], now["m5-vaccines/hexa-2"]) == ("overdue", "done")
    assert standing(today, Immunization=[given("J07BB02", "2025-06-01", 1)])["m3-vaccines/hexa-1"] == "overdue"


def test_who_is_followed_by_which_programme() -> None:
    def of(born: str, **more: Any) -> list[str]:
        who = person({"resourceType": "Patient", "id": "c", "birthDate": born} | more)
        return [one.programme.code for one in followed(who, {}, date(2026, 3, 1))]

    assert of("2025-03-01") == ["child-health"]
    assert of("2019-03-02") == ["child-health"]
    assert of("2019-03-01") == []
    assert of("2026-03-02") == []
    assert of("2025-03") == [], "no window can be reckoned from a month"
    assert of("2025-03-01", deceasedDateTime="2025-05-01") == []


def test_a_third_speciality_is_a_file_and_nothing_else() -> None:
    knees = read(KNEES, "knees.toml")
    found: dict[str, Any] = {
        "Encounter": [
            {"id": "e", "status": "finished", "reasonCode": [{"text": "Knäskola"}], "period": {"start": "2021-05-01"}},
        ],
        "Observation": [weighed("2021-05-01", 80)],
        "QuestionnaireResponse": [
            {"id": "q", "status": "completed", "questionnaire": "https://example.org/pain|2", "authored": "2021-05-02"},
        ],
        "Immunization": [given("J07BB02", "2021-11-01")],
        "Procedure": [
            {"id": "p", "status": "completed", "performedDateTime": "2021-05-01",
             "code": {"coding": [{"system": programmes.STEP, "code": "knees/first/squat"}]}}
        ],
    }  # fmt: skip
    first, second = drawn(knees, {"age": date(1980, 6, 1)}, found, date(2026, 3, 1))
    assert [row.state for row in first.rows] == ["done"] * 5
    assert [row.evidence.reference for row in first.rows if row.evidence] == [
        "Encounter/e", "Procedure/p", "Observation/2021-05-01", "QuestionnaireResponse/q",
        "Immunization/J07BB02-2021-11-01",
    ]  # fmt: skip
    assert (second.state, second.first) == ("coming", date(2030, 6, 1))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('counts = "age"', 'counts = "moon"', "counts is"), ('until = "90 y"', "", "until says to which age"),
        ('from = "50 y"', 'from = "5O y"', "'5O y' is no time"),
        ('from = "50 y"', 'from = "30 y"', "before the one above"),
        ('until = "51 y"', 'until = "49 y"', "ends before it begins"),
        ('"squat", ', '"jump", ', "'jump' is named"),
        ('vaccine = "flu", dose', 'vaccine = "cold", dose', "'cold' is named"),
        ('code = "second"', 'code = "first"', "twice"),
        ('form = "https://example.org/pain"', 'form = "x", contact = ["y"]', "several ways"),
        ('source = "county"\nsteps = ["class", "weight"]', 'source = "x"\nsteps = ["class"]', "source 'x'"),
        ('code = "knees"', 'code = "knees', "knees.toml"),
        ("[sources]", 'panels = ["stars"]\n[sources]', "no panel 'stars'"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_understood_says_where_and_why(before: str, after: str, said: str) -> None:
    assert before in KNEES
    with pytest.raises(Undeclared, match=said):
        read(KNEES.replace(before, after), "knees.toml")


@pytest.mark.parametrize("programme", PROGRAMMES.values(), ids=list(PROGRAMMES))
def test_what_is_declared_names_its_sources_and_kinds_of_unit(programme: programmes.Programme) -> None:
    assert all(visit.source in programme.sources for visit in programme.visits)
    assert all(title and url.startswith("https://") for title, url in programme.sources.values())
    assert programme.units
    assert all(step.words.sv and step.words.en for visit in programme.visits for step in visit.steps)


async def baby(door: Door, unit: str = world.CARDIOLOGY) -> None:
    """Somebody of ten weeks (2026-03-01), with a contact at a unit."""
    small = world.patient("kim", "Kim", "Åkesson", "20251221-XA15")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([
            Wish("update", small, owner=Owner(unit, world.REGION)),
            Wish("update", world.contact("kims", "kim", "cardiology"), owner=Owner(unit, world.REGION)),
        ])  # fmt: skip


async def turns(door: Door, who: Session) -> dict[str, Turn]:
    async with door.opened(who, "care") as record:
        found = await programmes.course(record, "kim", "child-health")
    return {one.visit.code: one for one in found.turns}


async def test_what_is_noted_by_hand_stands_with_who_and_when(door: Door, astrid: Session) -> None:
    await baby(door)
    step = ("child-health", "w6", "mood")
    assert (await turns(door, astrid))["w6"].state == "overdue"
    async with door.opened(astrid, "care") as record:
        await programmes.note_step(record, "kim", step, "done", "2026-02-10", "")
    row = (await turns(door, astrid))["w6"].rows[1]
    assert row.evidence is not None
    assert (row.state, row.evidence.by, str(row.evidence.at and row.evidence.at.day)) == (
        "done", "Astrid Lund, Physician", "2026-02-10",
    )  # fmt: skip
    async with door.opened(astrid, "care") as record:
        await programmes.note_step(
            record, "kim", ("child-health", "w6-vaccines", "rota-1"), "not-done", "", "Föräldrarna avböjer."
        )
    row = (await turns(door, astrid))["w6-vaccines"].rows[0]
    assert (row.state, row.evidence and row.evidence.text) == ("not-done", "Föräldrarna avböjer.")


@pytest.mark.parametrize(
    ("step", "how", "day", "text", "path"),
    [
        ("w6/mood", "", "", "", "how"), ("w6/mood", "not-done", "", " ", "text"),
        ("w6/mood", "done", "2027-01-01", "", "day"), ("w6/mood", "done", "2020-01-01", "", "day"),
        ("w6/mood", "done", "igår", "", "day"), ("w6/weight", "done", "", "", "how"),
        ("w6-vaccines/rota-1", "done", "", "", "how"),
    ],
)  # fmt: skip
async def test_what_cannot_be_right_is_said_at_its_field(
    door: Door, astrid: Session, step: str, how: str, day: str, text: str, path: str
) -> None:
    await baby(door)
    visit, _, code = step.partition("/")
    with pytest.raises(Unprocessable) as wrong:
        async with door.opened(astrid, "care") as record:
            await programmes.note_step(record, "kim", ("child-health", visit, code), how, day, text)
    assert [one.path for one in wrong.value.problems] == [path]


async def test_out_of_reach_is_absent_and_no_adult_has_a_childhood(door: Door, astrid: Session, cia: Session) -> None:
    """A1, A13."""
    await baby(door)
    for who, patient, code in (
        (cia, "kim", "child-health"),
        (astrid, "vera", "child-health"),
        (astrid, "kim", "knees"),
    ):
        async with door.opened(who, "care") as record:
            with pytest.raises(Absent):
                await programmes.course(record, patient, code)


async def test_a_role_that_does_not_read_vaccinations_reads_no_course(door: Door, cia: Session) -> None:
    async with door.opened(replace(cia, role="receptionist"), "care") as record:
        with pytest.raises(Lacking):
            await programmes.course(record, "kim", "child-health")


def test_what_was_done_in_a_pregnancy_before_is_not_done_in_this_one() -> None:
    def of(day: str) -> dict[str, str]:
        code = {"coding": [{"system": programmes.STEP, "code": "maternity/w28/rhd"}]}
        noted = {"id": "p", "status": "completed", "performedDateTime": day, "code": code}
        since = {"gestation": date(2025, 1, 1)}
        some = drawn(PROGRAMMES["maternity"], since, {"Procedure": [noted]}, date(2025, 8, 1))
        return {f"{turn.visit.code}/{row.step.code}": row.state for turn in some for row in turn.rows}

    assert of("2022-08-01")["w28/rhd"] == "overdue"
    assert of("2025-07-20")["w28/rhd"] == "done"


def test_a_dose_without_a_number_is_the_first_that_the_programme_has() -> None:
    today = date(2030, 6, 1)
    assert standing(today, Immunization=[given("J07CA02", "2030-03-05")])["y5-vaccines/dtp-4"] == "done"
    said = {"protocolApplied": [{"doseNumberString": "2"}]}
    now = standing(today, Immunization=[given("J07AL52", "2025-08-05", **said)])
    assert (now["m3-vaccines/pneumo-1"], now["m5-vaccines/pneumo-2"]) == ("overdue", "done")


@pytest.mark.parametrize(
    ("code", "visit", "step"),
    [("child-health", "w6", "mood"), ("child-health", "m3", "other-parent"), ("maternity", "w8", "violence"),
     ("maternity", "after", "mood")],
)  # fmt: skip
def test_what_touches_others_at_home_is_declared_to_be_kept_back(code: str, visit: str, step: str) -> None:
    found = PROGRAMMES[code].found(visit, step)
    assert found is not None
    assert found[1].is_withheld


async def test_a_note_of_mood_is_kept_back_from_the_patient_s_own_view(door: Door, astrid: Session) -> None:
    """A17: the guardians share it."""
    await baby(door)
    async with door.opened(astrid, "care") as record:
        mood = await programmes.note_step(record, "kim", ("child-health", "w6", "mood"), "done", "", "EPDS 17 poäng")
        seen = await programmes.note_step(record, "kim", ("child-health", "w4", "physician"), "done", "", "")
    async with door.opened(astrid, "care") as record:
        assert is_withheld((await record.read("Procedure", mood)).resource)
        assert not is_withheld((await record.read("Procedure", seen)).resource)
