"""Questions to everybody and traffic reports on screens: who may, what is told when, and nothing typed is lost."""

import re
from datetime import timedelta

import pytest

from tests.introduction.programme.conftest import LEADER, OLGA, to
from tests.record.world import BORAS, REGION
from tests.web.conftest import NOW, SignIn, Visitor
from varda.introduction.programme import Mandates, Participant, Participants
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door

QUESTION = {
    "sv": "Hur gick det?",
    "en": "How did it go?",
    "opens": "2026-03-01",
    "closes": "2026-03-10",
    "anonymous": "yes",
}
ANSWER = {
    "words": "Ingen hittade skrivaren.", "administration": REGION, "profession": "nurse", "role": "ordinary",
    "worked": "yes", "name": "without",
}  # fmt: skip
TOLD = {"status": "red", "done": "", "ongoing": "Kurser", "planned": "", "obstacles": "Skrivare saknas"}


@pytest.fixture
async def appointed(door: Door, database: Database) -> Database:
    """Per as the office, Kim for Borås; Borås and the region take part."""
    mandates = Mandates(database)
    await mandates.give(to("olga", "programme-office", opens=NOW), LEADER, NOW)
    await mandates.give(to("SE9999999999-per", "programme-office", opens=NOW), OLGA, NOW)
    await mandates.give(to("SE9999999999-kim", "project-lead", BORAS, opens=NOW), OLGA, NOW)
    some = [Participant(BORAS, "south", "municipality"), Participant(REGION, "south", "administration")]
    await Participants(database).keep(some, OLGA, NOW)
    return database


async def asked(per: Visitor) -> None:
    assert (await per.post("/voices", data=QUESTION)).status_code == 303


@pytest.mark.usefixtures("appointed")
async def test_who_works_here_answers_once_and_nothing_is_told_until_it_is_closed(
    signed_in: SignIn, clock: SetClock
) -> None:
    """F257; decision 47."""
    per, liv = await signed_in("per", "nurse"), await signed_in("liv", "nurse")
    refused = await liv.post("/voices", data=QUESTION)
    assert refused.status_code == 403
    wrong = await per.post("/voices", data=QUESTION | {"closes": "2026-01-01"})
    assert wrong.status_code == 422
    assert "Hur gick det?" in wrong.text, "nothing typed is lost"
    await asked(per)
    own = re.search(rf'<option value="{REGION}"\s+selected>', (await liv.get("/voices/1")).text)
    assert own, "where her unit belongs is chosen beforehand"
    lacking = await liv.post("/voices/1", data=ANSWER | {"profession": "", "worked": "yes"})
    assert lacking.status_code == 422
    assert "Ingen hittade skrivaren." in lacking.text
    assert (await liv.post("/voices/1", data=ANSWER | {"worked": ""})).status_code == 422
    assert (await liv.post("/voices/1", data=ANSWER)).headers["location"] == "/voices/1?sent=yes"
    again = await liv.post("/voices/1", data=ANSWER | {"words": "En gång till"})
    assert again.status_code == 409
    assert "En gång till" in again.text
    assert "1 svar" not in (await per.get("/voices/1")).text
    clock.instant += timedelta(days=20)
    eva = await signed_in("eva", "nurse")
    late = await eva.post("/voices/1", data=ANSWER)
    assert late.status_code == 409
    few = (await eva.get("/voices/1")).text
    assert "Färre än fem" in few
    assert "Ingen hittade skrivaren." not in few


@pytest.mark.usefixtures("appointed")
async def test_figures_of_a_closed_question_fold_the_small(signed_in: SignIn, clock: SetClock) -> None:
    """F257: eight nurses and two physicians."""
    per = await signed_in("per", "nurse")
    await asked(per)
    for number in range(10):
        one = await signed_in(f"n{number}", "nurse")
        data = ANSWER | {"profession": "nurse" if number < 8 else "physician", "name": "with"}
        assert (await one.post("/voices/1", data=data)).status_code == 303
    clock.instant += timedelta(days=20)
    page = (await (await signed_in("eva", "nurse")).get("/voices/1")).text
    assert "10 svar." in page
    assert ">2<" not in page, "two physicians are not told of"


@pytest.mark.usefixtures("appointed")
async def test_an_untouched_report_is_in_sight_until_its_own_send_it(signed_in: SignIn) -> None:
    """F256."""
    per, kim, liv = [await signed_in(name, "nurse") for name in ("per", "kim", "liv")]
    wanted = {"day": "2026-03-05", "sub_areas": "Sjukhus\nPrimärvård", "administrations": [BORAS, REGION]}
    assert (await liv.post("/voices/traffic", data=wanted)).status_code == 403
    assert (await per.post("/voices/traffic", data=wanted | {"sub_areas": " "})).status_code == 422
    assert (await per.post("/voices/traffic", data=wanted | {"day": ""})).status_code == 422
    assert (await per.post("/voices/traffic", data=wanted)).status_code == 303
    assert "4 är orörda" in (await liv.get("/voices/traffic")).text
    at = f"/voices/traffic/1/0/{BORAS}"
    assert (await liv.post(at, data=TOLD)).status_code == 403
    nothing = await kim.post(at, data=TOLD | {"ongoing": "", "obstacles": " "})
    assert nothing.status_code == 422
    unsaid = await kim.post(at, data=TOLD | {"status": ""})
    assert unsaid.status_code == 422
    assert "Skrivare saknas" in unsaid.text
    assert (await kim.post(at, data=TOLD)).headers["location"] == "/voices/traffic?round=1"
    page = (await liv.get("/voices/traffic?round=1")).text
    assert "3 är orörda" in page
    assert "Skrivare saknas" in page
    for nowhere in (f"/voices/traffic/1/2/{BORAS}", f"/voices/traffic/9/0/{BORAS}", "/voices/traffic/1/x/y",
                    "/voices/traffic?round=x", "/voices/x", "/voices/9"):  # fmt: skip
        assert (await liv.get(nowhere)).status_code == 404, nowhere


@pytest.mark.usefixtures("appointed")
async def test_two_coders_mark_and_code_and_how_far_they_agree_is_told(
    signed_in: SignIn, clock: SetClock, database: Database
) -> None:
    """F262, F263: who codes sees the words alone, and nothing of what the other gave."""
    for name in ("ada", "bea"):
        await Mandates(database).give(to(f"SE9999999999-{name}", "experience-coder", opens=NOW, name=name), OLGA, NOW)
    await asked(await signed_in("per", "nurse"))
    liv = await signed_in("liv", "nurse")
    said = ANSWER | {"words": "Ingen hittade skrivaren. Jag var rädd!\nÖva mer", "name": "with"}
    assert (await liv.post("/voices/1", data=said)).status_code == 303
    clock.instant += timedelta(days=20)
    eva, ada, bea = [await signed_in(name, "nurse") for name in ("eva", "ada", "bea")]
    for at in ("/voices/1/coding", "/voices/1/marking"):
        assert (await eva.get(at)).status_code == 403, at
    page = (await ada.get("/voices/1/marking")).text
    spans = re.findall(r'value="(\d+-\d+)"', page)
    assert len(spans) == 3, "three sentences"
    assert "Liv" not in page.partition("<main")[2]
    answer = re.search(r'name="answer" value="([^"]+)"', page)
    assert answer
    assert (await ada.post("/voices/1/marking", data={"answer": answer[1]})).status_code == 422
    assert (await ada.post("/voices/1/marking", data={"answer": "x", "sentence": spans})).status_code == 404
    assert (await ada.post("/voices/1/marking", data={"answer": answer[1], "sentence": spans})).status_code == 303
    assert (await bea.post("/voices/1/marking", data={"answer": answer[1], "sentence": spans})).status_code == 303
    assert "Inget svar väntar" in (await ada.get("/voices/1/marking")).text
    for coder, kinds in ((ada, ["fact", "feeling", "opinion"]), (bea, ["fact", "feeling", "fact"])):
        for kind in kinds:
            shown = (await coder.get("/voices/1/coding")).text
            statement = re.search(r'name="statement" value="(\d+)"', shown)
            assert statement
            assert "checked" not in shown.partition("<main")[2].partition("</main>")[0], "nothing of the other"
            given = {"statement": statement[1], "kind": kind, "code": "printing"}
            wrong = await coder.post("/voices/1/coding", data=given | {"code": ""})
            assert wrong.status_code == 422
            assert (await coder.post("/voices/1/coding", data=given)).status_code == 303
    told = (await ada.get("/voices/1/coding")).text
    assert "3 av 3 utsagor" in told
    assert "67 %" in told
    assert "100 %" in told
