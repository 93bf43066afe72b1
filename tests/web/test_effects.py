"""Effect goals on screens: the line of each organisation, what is empty in sight, and few people nowhere (F222)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.introduction.programme.conftest import LEADER, OLGA, to
from tests.record.world import BORAS, HOME_CARE
from tests.web.conftest import NOW, SignIn
from varda.introduction.effects import INDICATORS, Aim, Outcome
from varda.introduction.experience import Effort, Experience
from varda.introduction.programme import Mandates, Participant, Participants
from varda.kernel.db import Database
from varda.record import Door
from varda.web.effects.drawing import drawn

KIM = "SE9999999999-kim"
AT = "/introduction/goals/digital-invitations"
AIM = {
    "organisation": BORAS, "owner": KIM, "baseline": "12,5", "baseline_on": "2025-01-01", "target": "30",
    "target_on": "2027-12-31", "source": "Basmätning",
}  # fmt: skip
OUTCOME = {"organisation": BORAS, "period": "2026-01-01", "value": "18,5", "people": "900", "source": "Lokal statistik"}


@pytest.fixture
async def county(door: Door, database: Database) -> Database:
    """Kim is the benefit lead of Borås; home care takes part as well, and nobody has told anything there."""
    mandates = Mandates(database)
    await mandates.give(to("olga", "programme-office", opens=NOW), LEADER, NOW)
    await mandates.give(to(KIM, "benefit-lead", BORAS, opens=NOW, name="Kim"), OLGA, NOW)
    await mandates.give(to("SE9999999999-per", "programme-office", opens=NOW, name="Per"), OLGA, NOW)
    some = [Participant(BORAS, "south", "municipality", ("option-1",)), Participant(HOME_CARE, "south", "private")]
    await Participants(database).keep(some, OLGA, NOW)
    return database


async def test_a_benefit_lead_tells_and_everybody_sees_the_way(county: Database, signed_in: SignIn) -> None:
    kim, dan = await signed_in("kim", "nurse"), await signed_in("dan", "nurse")
    assert "0 av 2" in (await dan.get("/introduction/goals")).text
    assert (await kim.post(f"{AT}/aim", data=AIM)).headers["location"] == AT
    assert (await kim.post(f"{AT}/outcome", data=OUTCOME)).headers["location"] == AT
    page = (await dan.get(AT)).text
    assert page.count("<polyline") == 1
    assert "18,5" in page
    assert "inget utfall" in page, "what is empty is in sight"
    assert "/outcome" not in page
    assert "1 av 2" in (await dan.get("/introduction/goals")).text
    assert "18,5" in (await dan.get(f"/introduction/goals?organisation={BORAS}")).text
    for path in ("aim", "outcome"):
        assert (await dan.post(f"{AT}/{path}", data=AIM | OUTCOME)).status_code == 403
    table = (await dan.get("/introduction/goals.csv")).text
    assert f"g1;digital-invitations;%;{BORAS};Boras;12,5;2025-01-01;30;2027-12-31;2026-01-01;18,5;900" in table
    assert table.count("\r\n") == 1 + 2 * len(INDICATORS), "what is empty is a row as well"
    for nowhere in ("/introduction/goals/happiness", "/introduction/goals?organisation=nowhere"):
        assert (await dan.get(nowhere)).status_code == 404


async def test_what_care_data_tell_is_offered_to_nobody_to_type(county: Database, signed_in: SignIn) -> None:
    kim = await signed_in("kim", "nurse")
    page = (await kim.get("/introduction/goals/coded")).text
    assert "skrivs inte in av någon" in page
    assert "/coded/outcome" not in page
    assert (await kim.post("/introduction/goals/coded/outcome", data=OUTCOME)).status_code == 409
    assert "En bokning säger ännu inte hur patienten kallades." in (await kim.get(AT)).text


async def test_administrative_time_stands_beside_baseline_and_target_in_both_languages(
    county: Database, signed_in: SignIn
) -> None:
    """F222, F264: on the indicator's page and the organisation's, with its line, and in the table."""
    kim, at = await signed_in("kim", "nurse"), "/introduction/goals/admin"
    await kim.post(f"{at}/aim", data=AIM | {"baseline": "20", "target": "12"})
    for mark in (b"1", b"2", b"3", b"4", b"5"):
        await Experience(county).count(BORAS, Effort("note-signed", 3, 1, 690), mark, NOW - timedelta(days=90))
        await Experience(county).count(HOME_CARE, Effort("note-signed", 3, 1, 690), b"1", NOW - timedelta(days=90))
    page = (await kim.get(at)).text
    for said in ("Så räknas det:", "där minst fem räknats under kvartalet", "11,5", "kv 4 2025", "<polyline", "nådd"):
        assert said in page, said
    assert "enheterna är för små för att visas" in page, "of home care one person"
    assert "11,5" in (await kim.get(f"/introduction/goals?organisation={BORAS}")).text
    table = (await kim.get("/introduction/goals.csv")).text
    assert f"g7;admin;min;{BORAS};Boras;20;2025-01-01;12;2027-12-31;2025-10-01;11,5;;Varda;yes" in table
    assert f"g7;admin;min;{HOME_CARE};" in table
    assert table.count("11,5") == 1
    kim.cookies.set("varda_language", "en")
    for code, said in (
        ("admin", "by day and person, of those who chose to be counted"),
        ("repeated", "It is a sign that the patient had to tell again, and no proof"),
        ("referrals", "Referrals from units outside hospitals to a clinic"),
        ("guarantee", "(F55) and waiting lists (F70) will, once they are there."),
    ):
        page = (await kim.get(f"/introduction/goals/{code}")).text
        assert said in page, code


async def test_few_people_are_told_of_neither_on_the_page_nor_in_the_table(county: Database, signed_in: SignIn) -> None:
    kim = await signed_in("kim", "nurse")
    assert (await kim.post(f"{AT}/outcome", data={**OUTCOME, "value": "73,25", "people": "4"})).status_code == 303
    page = (await kim.get(AT)).text
    assert "färre än 5 personer" in page
    assert "0 av 2 organisationer har ett utfall" in page
    for path in (AT, "/introduction/goals.csv", f"/introduction/goals?organisation={BORAS}"):
        assert "73,25" not in (await kim.get(path)).text, path


async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    county: Database, signed_in: SignIn
) -> None:
    kim = await signed_in("kim", "nurse")
    for path, data, wrong, said in (
        ("aim", AIM, {"baseline": "tolv"}, "aim-baseline-wrong"), ("aim", AIM, {"target_on": ""}, "aim-target-wrong"),
        ("aim", AIM, {"baseline_on": "snart"}, "aim-baseline_on-wrong"),
        ("outcome", OUTCOME, {"value": "101"}, "outcome-value-wrong"),
        ("outcome", OUTCOME, {"value": "1e999999"}, "outcome-value-wrong"),
        ("outcome", OUTCOME, {"period": ""}, "outcome-period-wrong"),
        ("outcome", OUTCOME, {"people": ""}, "outcome-people-wrong"),
    ):  # fmt: skip
        answer = await kim.post(f"{AT}/{path}", data=data | wrong)
        assert answer.status_code == 422, wrong
        assert f'id="{said}"' in answer.text, wrong
        assert f'value="{data["source"]}"' in answer.text


async def test_the_action_plan_goes_from_goals_to_the_vision(county: Database, signed_in: SignIn) -> None:
    per, dan = await signed_in("per", "nurse"), await signed_in("dan", "nurse")
    at = "/introduction/action-plan"
    said = {"focus": "digital", "year": "2027", "words": "30 % digitalt"}
    assert (await dan.post(at, data=said)).status_code == 403
    assert (await per.post(at, data=said | {"year": "snart"})).status_code == 422
    assert (await per.post(at, data=said)).status_code == 303
    assert (await per.post(f"{at}/1", data={"act": "reached", "reason-1": ""})).status_code == 422
    assert (await per.post(f"{at}/1", data={"act": "reached", "reason-1": "Statistik i mars"})).status_code == 303
    page = (await dan.get(at)).text
    assert "30 % digitalt" in page
    assert "Statistik i mars" in page
    assert "Vision" in page
    assert (await per.post(f"{at}/9", data={"act": "reached", "reason-9": "x"})).status_code == 404


def test_the_line_goes_from_the_baseline_by_each_outcome() -> None:
    one = INDICATORS["ready"]
    aim = Aim(one.code, BORAS, KIM, "Kim", Decimal(6), date(2025, 1, 1), Decimal(2), date(2026, 12, 31), "", "", NOW)

    def told(period: date, value: str) -> Outcome:
        return Outcome(one.code, BORAS, period, Decimal(value), 90, "")

    trend = drawn(aim, [told(date(2025, 7, 1), "4"), told(date(2026, 1, 1), "1.5")], one)
    assert trend is not None
    assert len(trend.points.split()) == 3
    assert trend.is_reached, "lower is better"
    ys = [float(point.split(",")[1]) for point in trend.points.split()]
    assert ys == sorted(ys), "down"
    assert drawn(None, [told(date(2026, 1, 1), "1.5")], one) is None
    assert drawn(None, [], one) is None
