"""F13: the schedule of child health on the screen, and noting a step from its row."""

import httpx
import pytest

from tests.care.test_programmes import KNEES
from tests.record import world
from tests.web.conftest import NOW, SignIn
from tests.web.test_documents import bare, said
from varda.access.people import People
from varda.care import consents, programmes
from varda.kernel.db import Database
from varda.record import Door, Owner, Wish

FRAGMENT = {"HX-Request": "true"}
AT = "/chart/kim/programmes/child-health"


@pytest.fixture(autouse=True)
async def kim(door: Door) -> None:
    """Ten weeks old on 2026-03-01, weighed at four weeks, at cardiology, which is a health centre here."""
    centre = world.organization("cardiology", world.CARDIOLOGY, "care-unit", "health-centre", part_of="region")
    weight = {
        "resourceType": "Observation", "id": "kims-weight", "status": "final", "effectiveDateTime": "2026-01-18",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "subject": {"reference": "Patient/kim"},
        "valueQuantity": {"value": 4.2, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    }  # fmt: skip
    small = [
        world.patient("kim", "Kim", "Åkesson", "20251221-XA15"), world.contact("kims", "kim", "cardiology"), weight,
    ]  # fmt: skip
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", centre, owner=Owner("", ""))])
        await record.write([Wish("update", one, owner=Owner(world.CARDIOLOGY, world.REGION)) for one in small])


async def test_the_overview_shows_what_is_due_at_a_unit_of_the_kind(astrid: httpx.AsyncClient) -> None:
    assert f'hx-get="{AT}/panel"' in (await astrid.get("/chart/kim")).text
    assert "/programmes/" not in (await astrid.get("/chart/vera")).text
    panel = (await astrid.get(f"{AT}/panel")).text
    assert "6–8 veckor" in panel
    assert "Rotavirus dos 1" in panel
    assert "försenat" in panel
    assert "Härnäst: 3–5 månader" in " ".join(panel.split())


async def test_another_kind_of_unit_has_a_link_and_no_panel(door: Door, astrid: httpx.AsyncClient) -> None:
    ward = world.organization("cardiology", world.CARDIOLOGY, "care-unit", "ward", part_of="region")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", ward, owner=Owner("", ""))])
    page = (await astrid.get("/chart/kim")).text
    assert f'href="{AT}"' in page
    assert f"{AT}/panel" not in page


async def test_the_page_shows_what_fulfils_each_step_with_its_source(astrid: httpx.AsyncClient) -> None:
    page = (await astrid.get(AT)).text
    four = page.partition("4 veckor</strong>")[2].partition("</details>")[0]
    assert "4,2 kg" in four
    assert "Rikshandboken" in four
    assert "Tillväxt" in page
    english = (await astrid.get(AT, headers={"Cookie": f"varda_language=en; {_cookies(astrid)}"})).text
    assert "Examination by a physician" in english


async def test_a_step_is_noted_from_its_row_and_the_row_follows(astrid: httpx.AsyncClient) -> None:
    form = (await astrid.get(f"{AT}/w6/mood", headers=FRAGMENT)).text
    assert "Kim Åkesson" in form, "a writing panel carries its patient"
    answer = await astrid.post(f"{AT}/w6/mood", data={"how": "not-done"}, headers=FRAGMENT)
    assert answer.status_code == 422
    assert 'id="text-wrong"' in answer.text
    answer = await astrid.post(f"{AT}/w6/mood", data={"how": "done"}, headers=FRAGMENT)
    assert answer.headers["HX-Redirect"] == AT
    row = (await astrid.get(AT)).text.partition("mående erbjudet")[2].partition("</tr>")[0]
    assert "Astrid Lund, Physician" in row
    assert "Notera" not in row


async def test_what_is_not_there_is_told_plainly(astrid: httpx.AsyncClient) -> None:
    for path in (f"{AT}/w6/nothing", "/chart/kim/programmes/knees", "/chart/vera/programmes/child-health/panel"):
        assert (await astrid.get(path, headers=FRAGMENT)).status_code == 404, path
    assert "/choose" in (await astrid.get("/chart/asa/programmes/child-health")).text, "no relation, no schedule (A1)"


async def test_a_role_is_offered_what_it_may(signed_in: SignIn) -> None:
    una = await signed_in("una", "assistant-nurse")
    page = (await una.get(AT)).text
    assert "4 veckor" in page
    assert f'hx-get="{AT}/w6/mood"' not in page
    assert (await una.post(f"{AT}/w6/mood", data={"how": "done"})).status_code == 403
    rita = await signed_in("rita", "receptionist")
    assert (await rita.get(AT)).status_code == 403
    assert "/programmes/" not in (await rita.get("/chart/kim")).text


async def test_another_speciality_is_on_the_screen_as_soon_as_it_has_a_file(
    astrid: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:

    knees = programmes.read(KNEES.replace('"40 y"', '"1 w"').replace('"41 y"', '"9 y"'), "knees.toml")
    monkeypatch.setitem(programmes.PROGRAMMES, "knees", knees)
    assert "/chart/kim/programmes/knees" in (await astrid.get("/chart/kim")).text
    assert "Knäböj" in (await astrid.get("/chart/kim/programmes/knees")).text
    answer = await astrid.post("/chart/kim/programmes/knees/first/squat", data={"how": "done"}, headers=FRAGMENT)
    assert answer.headers["HX-Redirect"] == "/chart/kim/programmes/knees"
    assert "klar" in (await astrid.get("/chart/kim/programmes/knees")).text.partition("Knäböj")[2].partition("</tr>")[0]


def _cookies(visitor: httpx.AsyncClient) -> str:
    return "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())


async def test_a_dose_is_kept_from_its_row_and_struck_with_a_reason(astrid: httpx.AsyncClient) -> None:
    at = f"{AT}/w6-vaccines/rota-1/vaccine"
    assert f'hx-get="{at}"' in (await astrid.get(AT)).text
    assert "ges i munnen" in (await astrid.get(at, headers=FRAGMENT)).text
    wrong = await astrid.post(at, data={"batch": ""}, headers=FRAGMENT)
    assert wrong.status_code == 422
    assert 'id="batch-wrong"' in wrong.text
    assert (await astrid.post(at, data={"product": "J07BH01", "batch": "AROLC123"}, headers=FRAGMENT)).headers[
        "HX-Redirect"
    ] == AT
    page = (await astrid.get(AT)).text
    assert "AROLC123" in page
    strike = f"{AT}/doses/" + page.partition(f'action="{AT}/doses/')[2].partition('"')[0]
    assert (await astrid.post(strike, data={"reason": "Fel barn", "version": "1"})).status_code == 303
    page = (await astrid.get(AT)).text
    assert "Fel barn" in page
    assert "felaktigt införd" in page


async def test_a_doubtful_dose_asks_and_loses_nothing(astrid: httpx.AsyncClient) -> None:
    at = f"{AT}/m3-vaccines/hexa-1/vaccine"
    answer = await astrid.post(at, data={"product": "J07CA09", "batch": "A21CD", "site": "RT"}, headers=FRAGMENT)
    assert answer.status_code == 422
    assert "tidigare än programmet" in answer.text
    assert 'value="A21CD"' in answer.text
    assert "checked" in answer.text.partition('value="J07CA09"')[2][:60]
    assert "checked" in answer.text.partition('value="RT"')[2][:60]
    answer = await astrid.post(
        at, data={"product": "J07CA09", "batch": "A21CD", "site": "RT", "sure-early": "yes"}, headers=FRAGMENT
    )
    assert answer.headers["HX-Redirect"] == AT


async def test_a_pregnancy_from_its_first_estimate_to_its_end(astrid: httpx.AsyncClient, door: Door) -> None:
    """F16. Vera is past that age, which is nothing that a form decides."""
    at = "/chart/vera/pregnancy"
    assert (await astrid.get("/chart/vera/programmes/maternity", headers=FRAGMENT)).status_code == 404
    wrong = await astrid.post(f"{at}/estimate", data={"method": "ultrasound", "day": "2020-01-01"}, headers=FRAGMENT)
    assert wrong.status_code == 422
    assert 'value="2020-01-01"' in wrong.text
    kept = await astrid.post(f"{at}/estimate", data={"method": "ultrasound", "day": "2026-07-05"}, headers=FRAGMENT)
    assert kept.headers["HX-Redirect"] == "/chart/vera/programmes/maternity"
    page = (await astrid.get("/chart/vera/programmes/maternity")).text
    assert "Vecka 22+0" in page
    assert "enligt ultraljud" in page
    assert "Vecka 18–20, ultraljud" in page
    assert 'href="/chart/vera/programmes/maternity"' in (await astrid.get("/chart/vera")).text
    await astrid.post(f"{at}/measure", data={"fundus": "22", "heart": "142"})
    page = " ".join((await astrid.get("/chart/vera/programmes/maternity")).text.split())
    assert "Symfys-fundusmått" in page
    assert "22+0" in page.partition("Senaste först")[2]
    assert "ingen referens" in page
    assert (await astrid.post(f"{at}/end", data={"outcome": "", "day": ""}, headers=FRAGMENT)).status_code == 422
    await astrid.post(f"{at}/end", data={"outcome": "miscarriage", "day": "2026-03-01"})
    page = (await astrid.get("/chart/vera/programmes/maternity")).text
    assert "Graviditeten avslutades 1 mars: missfall" in " ".join(page.split())
    assert "försenat" not in page
    assert (await astrid.get(f"{at}/nothing")).status_code == 404


@pytest.fixture
async def mira(door: Door) -> None:
    """Thirty years old, at cardiology."""
    some = [world.patient("mira", "Mira", "Ek", "19960214-XA31"), world.contact("miras", "mira", "cardiology")]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner(world.CARDIOLOGY, world.REGION)) for one in some])


async def test_risks_are_noted_and_stand_with_the_week_but_what_is_kept_back(
    astrid: httpx.AsyncClient, mira: None
) -> None:
    """F16; A17: others in the room may read the banner."""
    at = "/chart/mira/programmes/maternity"
    await astrid.post("/chart/mira/pregnancy/estimate", data={"method": "ultrasound", "day": "2026-07-05"})
    noted = {"caesarean": "yes", "violence": "yes", "text": "2021, Borås"}
    assert (await astrid.post(f"{at}/risks", data=noted, headers=FRAGMENT)).headers["HX-Redirect"] == f"{at}?noted=yes"
    page = (await astrid.get(at)).text
    banner = page.partition('class="banner"')[2].partition("</section>")[0]
    assert "Tidigare kejsarsnitt" in banner
    assert "våld" not in banner
    assert "Utsatt för våld" in page
    assert "2021, Borås" in page
    form = (await astrid.get(f"{at}/risks", headers=FRAGMENT)).text
    assert "checked" in form.partition('name="caesarean"')[2][:160]
    assert 'name="was.caesarean"' in form
    stood = {"was.caesarean": "yes", "was.violence": "yes"}
    await astrid.post(f"{at}/risks", data=stood | {"violence": "yes", "rhd": "yes"}, headers=FRAGMENT)
    banner = (await astrid.get("/chart/mira")).text.partition('class="banner"')[2].partition("</section>")[0]
    assert "kejsarsnitt" not in banner
    assert "RhD-negativ" in banner
    assert (await astrid.get(f"{AT}/risks")).status_code == 404


async def test_what_is_said_with_something_kept_back_stands_with_that_alone_and_nothing_is_taken_away_unseen(
    astrid: httpx.AsyncClient, door: Door, mira: None
) -> None:
    """A17: a sentence about violence is read in no entry that is shown to the patient, or to who reads for her."""
    at = "/chart/mira/programmes/maternity"
    await astrid.post("/chart/mira/pregnancy/estimate", data={"method": "ultrasound", "day": "2026-07-05"})
    noted = {"caesarean": "yes", "violence": "yes", "text": "slagen av maken"}
    await astrid.post(f"{at}/risks", data=noted, headers=FRAGMENT)
    # A form that was opened before the colleague's takes nothing of hers away.
    await astrid.post(f"{at}/risks", data={"rhd": "yes"}, headers=FRAGMENT)
    async with door.opened(world.SYSTEM, "administration") as record:
        found = [one.resource for one in (await record.search("Observation", [("patient", "mira")])).matches]
    risks = {one["code"]["coding"][0]["code"]: one for one in found if "valueBoolean" in one}
    assert {code: one["valueBoolean"] for code, one in risks.items()} == {
        "maternity/caesarean": True, "maternity/violence": True, "maternity/rhd": True,
    }  # fmt: skip
    assert [code for code, one in risks.items() if "note" in one] == ["maternity/violence"]
    stood = {f"was.{code}": "yes" for code in ("caesarean", "violence", "rhd")}
    same = dict.fromkeys(("caesarean", "violence", "rhd"), "yes")
    answer = await astrid.post(f"{at}/risks", data=stood | same | {"text": "mer"}, headers=FRAGMENT)
    assert answer.status_code == 422
    assert "Kryssa för" in answer.text


async def test_the_week_stands_in_the_banner_until_the_pregnancy_has_ended(
    astrid: httpx.AsyncClient, signed_in: SignIn, mira: None
) -> None:
    """F16."""
    assert "gravid" not in (await astrid.get("/chart/mira")).text
    await astrid.post("/chart/mira/pregnancy/estimate", data={"method": "ultrasound", "day": "2026-07-05"})
    for path in ("", "/notes", "/programmes/maternity"):
        assert "gravid, vecka 22+0" in (await astrid.get(f"/chart/mira{path}")).text, path
    rita = await signed_in("rita", "receptionist")
    assert "gravid" not in (await rita.get("/chart/mira")).text
    await astrid.post("/chart/mira/pregnancy/end", data={"outcome": "miscarriage", "day": "2026-03-01"})
    assert "gravid" not in (await astrid.get("/chart/mira")).text


async def test_the_week_stands_in_the_banner_of_whoever_is_pregnant(
    astrid: httpx.AsyncClient, door: Door, mira: None
) -> None:
    """By the pregnancy, not by the sex that the register has. That others may have noted an ending is said (A3)."""
    async with door.opened(world.SYSTEM, "administration") as record:
        stored = await record.read("Patient", "mira")
        await record.update(stored.resource | {"gender": "male"})
        theirs = world.haemoglobin("mira", id_="hb-theirs")
        await record.write([Wish("update", theirs, owner=Owner(world.SURGERY, world.REGION))])
    await astrid.post("/chart/mira/pregnancy/estimate", data={"method": "ultrasound", "day": "2026-03-15"})
    page = (await astrid.get("/chart/mira/programmes/maternity")).text
    assert "gravid, vecka 38+0" in page
    assert "kan ha avslutats på annat håll" in page
    assert "Andra har mer i den här journalen" in page


async def test_a_child_is_linked_from_the_page_of_the_pregnancy(astrid: httpx.AsyncClient) -> None:
    """F16."""
    await astrid.post("/chart/vera/pregnancy/estimate", data={"method": "ultrasound", "day": "2026-03-02"})
    assert (await astrid.get("/chart/vera/birth", headers=FRAGMENT)).status_code == 404
    await astrid.post("/chart/vera/pregnancy/end", data={"outcome": "birth", "day": "2026-03-01"})
    page = (await astrid.get("/chart/vera/programmes/maternity")).text
    assert 'hx-get="/chart/vera/birth"' in page
    wrong = await astrid.post("/chart/vera/birth", data={"sex": "male", "weight": "35"}, headers=FRAGMENT)
    assert wrong.status_code == 422
    assert 'id="weight-wrong"' in wrong.text
    kept = await astrid.post(
        "/chart/vera/birth", data={"sex": "male", "weight": "3510", "length": "51"}, headers=FRAGMENT
    )
    assert kept.headers["HX-Redirect"] == "/chart/vera/programmes/maternity?noted=yes"
    page = (await astrid.get("/chart/vera/programmes/maternity")).text
    assert "Pojke Åkesson" in page
    child = (await astrid.post("/palette", data={"q": "Pojke"})).text.partition('href="/chart/')[2].partition('"')[0]
    schedule = (await astrid.get(f"/chart/{child}/programmes/child-health")).text
    assert "Vera Maria Åkesson" in schedule
    assert "3,51" in (await astrid.get(f"/chart/{child}/vitals")).text


async def test_a_child_with_a_number_is_looked_at_before_it_is_linked_and_twins_are_asked_about(
    door: Door, astrid: httpx.AsyncClient
) -> None:
    """F16: whose number it is is confirmed by itself, and so is that the child is another one."""
    noa = world.patient("noa", "Noa", "Sand", "20260301-XB17")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", noa, owner=Owner("", ""))])
    await astrid.post("/chart/vera/pregnancy/estimate", data={"method": "ultrasound", "day": "2026-03-02"})
    await astrid.post("/chart/vera/pregnancy/end", data={"outcome": "birth", "day": "2026-03-01"})
    told = {"identity": "20260301-XB17"}
    asked = await astrid.post("/chart/vera/birth", data=told, headers=FRAGMENT)
    assert asked.status_code == 422
    assert "Noa Sand" in asked.text
    assert 'name="is" value="20260301XB17"' in " ".join(asked.text.split())
    kept = await astrid.post("/chart/vera/birth", data=told | {"is": "20260301XB17"}, headers=FRAGMENT)
    assert "HX-Redirect" in kept.headers
    twin = {"sex": "female", "weight": "2900"}
    asked = await astrid.post("/chart/vera/birth", data=twin, headers=FRAGMENT)
    assert asked.status_code == 422
    assert 'id="more-wrong"' in asked.text
    assert 'value="2900"' in asked.text, "nothing typed is lost"
    assert (
        "HX-Redirect" in (await astrid.post("/chart/vera/birth", data=twin | {"more": "yes"}, headers=FRAGMENT)).headers
    )
    assert (await astrid.get("/chart/vera/programmes/maternity")).text.count("/strike") == 2


async def test_a_wrong_link_is_struck_with_its_reason(astrid: httpx.AsyncClient) -> None:
    """F16; R2: without a reason the page asks for it where it is to stand."""
    await astrid.post("/chart/vera/pregnancy/estimate", data={"method": "ultrasound", "day": "2026-03-02"})
    await astrid.post("/chart/vera/pregnancy/end", data={"outcome": "birth", "day": "2026-03-01"})
    await astrid.post("/chart/vera/birth", data={"sex": "male"}, headers=FRAGMENT)
    page = (await astrid.get("/chart/vera/programmes/maternity")).text
    at = page.partition('action="/chart/vera/birth/')[2].partition('"')[0]
    why = f"why-{at.partition('/')[0]}"
    asked = await astrid.post(f"/chart/vera/birth/{at}", data={"version": "1", why: " "})
    assert asked.status_code == 422
    assert f'id="{why}-wrong"' in asked.text
    struck = await astrid.post(f"/chart/vera/birth/{at}", data={"version": "1", why: "Fel barn"})
    assert struck.headers["location"] == "/chart/vera/programmes/maternity?noted=yes"
    assert "/strike" not in (await astrid.get("/chart/vera/programmes/maternity")).text


async def test_a_midwife_is_offered_a_pregnancy_and_others_are_not(signed_in: SignIn) -> None:
    mia = await signed_in("mia", "midwife")
    assert "pregnancy/estimate" in (await mia.get("/chart/vera")).text
    kim = await signed_in("karl", "physiotherapist")
    assert "pregnancy/estimate" not in (await kim.get("/chart/vera")).text


HANDED = {"recipient": "Elevhälsan, Borås stad", "who": "Mia Åkesson", "how": "present"}


def allergic(id_: str, substance: str) -> dict[str, object]:
    return {
        "resourceType": "AllergyIntolerance", "id": id_, "patient": {"reference": "Patient/kim"},
        "code": {"text": substance},
        "clinicalStatus": {
            "coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}
            ]
        },
    }  # fmt: skip


async def test_the_record_is_handed_over_by_consent_and_noted(
    astrid: httpx.AsyncClient, database: Database, door: Door
) -> None:
    """F13, F14; PDL 3:11 (R6): what, to whom, and by whose consent, before it leaves."""
    before = {
        "resourceType": "Observation", "id": "kims-before", "status": "final", "effectiveDateTime": "2026-01-17",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "subject": {"reference": "Patient/kim"},
        "valueQuantity": {"value": 4.1, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    }  # fmt: skip
    async with door.opened(world.SYSTEM, "administration") as record:
        owner = Owner(world.CARDIOLOGY, world.REGION)
        await record.write([Wish("update", one, owner=owner) for one in (before, allergic("kims-allergy", "Ägg"))])
    await astrid.post(
        f"{AT}/w6-vaccines/rota-1/vaccine", data={"product": "J07BH01", "batch": "AROLC123", "day": "2026-02-10"}
    )
    assert f'href="{AT}/handover"' in (await astrid.get(AT)).text
    for lacking, field in (("recipient", "recipient"), ("who", "who"), ("how", "how")):
        answer = await astrid.post(f"{AT}/handover", data=HANDED | {lacking: ""})
        assert answer.status_code == 422
        assert f'id="{field}-wrong"' in answer.text
    assert await database.all("select 1 from record.copy") == []
    made = await astrid.post(f"{AT}/handover", data=HANDED)
    assert (made.status_code, made.headers["content-type"]) == (200, "application/pdf")
    body = said(made.content)
    for one in (
        "AROLC123",
        "4,2 kg",
        "Rotavirus dos 1",
        "4 veckor",
        "Huvudomfång",
        "inget noterat här",
        "ingår inte",
        "Ägg",
    ):
        assert bare(one) in body, one
    assert bare("försenat") not in body, "others may have done it"
    row = await database.one("select recipient, reason, entries, way from record.copy")
    assert {"Observation/kims-before", "AllergyIntolerance/kims-allergy"} <= {*row["entries"]}, "all that is printed"
    assert row["recipient"] == "Elevhälsan, Borås stad"
    assert row["reason"] == "Överlämning av barnhälsovård. Samtycke av Mia Åkesson, på plats."
    assert "Observation/kims-weight" in row["entries"]
    assert any(one.startswith("Immunization/") for one in row["entries"])
    assert "Mia Åkesson" in (await astrid.get("/chart/kim/corrections")).text


async def test_what_another_provider_wrote_is_not_handed_on(
    door: Door, astrid: httpx.AsyncClient, database: Database
) -> None:
    """Shown here by consent (SVOD 3:1), it is theirs to hand out and not ours."""
    theirs = {
        "resourceType": "Immunization", "id": "theirs", "status": "completed", "lotNumber": "DERAS1",
        "vaccineCode": {"coding": [{"code": "J07BH01"}]}, "patient": {"reference": "Patient/kim"},
        "occurrenceDateTime": "2026-02-01", "protocolApplied": [{"doseNumberPositiveInt": 1}],
    }  # fmt: skip
    async with door.opened(world.SYSTEM, "administration") as record:
        informed = world.decision("information", "kim", id_="told-kim", provider="boras")
        owner = Owner(world.HOME_CARE, world.BORAS)
        await record.write(
            [Wish("update", one, owner=owner) for one in (theirs, informed, allergic("others", "Jordnöt"))]
        )
    person, assignment = "SE9999999999-astrid", "SE9999999999-astrid-cardiology"
    session = await People(database).session(person, assignment, NOW)
    async with door.opened(session, "care") as record:
        await consents.consent_and_open(
            record, "kim", how="present", reason="Vacciner", types=("Immunization", "AllergyIntolerance")
        )
    assert "DERAS1" in (await astrid.get(AT)).text
    assert "Jordnöt" in (await astrid.get(AT)).text
    body = said((await astrid.post(f"{AT}/handover", data=HANDED)).content)
    assert bare("DERAS1") not in body
    assert bare("Jordnöt") not in body
    assert bare("försenat") not in body


async def test_words_that_are_kept_back_are_on_no_paper(astrid: httpx.AsyncClient) -> None:
    """A17: both guardians read what the school is given."""
    text = {"how": "not-done", "text": "Vågar inte tala hemma"}
    assert (await astrid.post(f"{AT}/w6/mood", data=text, headers=FRAGMENT)).status_code == 200
    body = said((await astrid.post(f"{AT}/handover", data=HANDED)).content)
    assert bare("den födande förälderns mående") in body
    assert bare("Vågar inte") not in body


async def test_a_programme_that_hands_nothing_over_says_so(astrid: httpx.AsyncClient) -> None:
    await astrid.post("/chart/vera/pregnancy/estimate", data={"method": "ultrasound", "day": "2026-07-05"})
    at = "/chart/vera/programmes/maternity/handover"
    assert (await astrid.get(at)).status_code == 404
    assert (await astrid.post(at, data=HANDED)).status_code == 404


async def test_all_doubts_stand_above_the_one_press(astrid: httpx.AsyncClient) -> None:
    form = {"product": "J07CA09", "batch": "A21CD", "site": "RT"}
    await astrid.post(f"{AT}/m3-vaccines/hexa-1/vaccine", data=form | {"sure-early": "yes"}, headers=FRAGMENT)
    answer = (await astrid.post(f"{AT}/m5-vaccines/hexa-2/vaccine", data=form, headers=FRAGMENT)).text
    assert "mindre än 4 veckor" in answer
    assert "tidigare än programmet" in answer


async def others_dose(door: Door) -> None:
    """Surgery has given something that cardiology is not shown."""
    theirs = {
        "resourceType": "Immunization", "id": "theirs", "status": "completed", "occurrenceDateTime": "2026-02-01",
        "vaccineCode": {"coding": [{"code": "J07BH01"}]}, "patient": {"reference": "Patient/kim"},
    }  # fmt: skip
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", theirs, owner=Owner(world.SURGERY, world.REGION))])


async def test_more_that_is_not_shown_is_said_once_with_the_way_to_it(door: Door, astrid: httpx.AsyncClient) -> None:
    """A3."""
    assert "kan vara gjort där" not in (await astrid.get(AT)).text
    await others_dose(door)
    page = (await astrid.get(AT)).text
    assert page.count("kan vara gjort där") == 1
    assert page.index("Mer finns på andra enheter") < page.index("kan vara gjort där")


async def test_the_doubt_about_what_is_not_shown_is_asked_once_a_day(door: Door, astrid: httpx.AsyncClient) -> None:
    """Asked at each dose it would be confirmed unread."""
    await others_dose(door)
    rota = {"product": "J07BH01", "batch": "AROLC123"}
    asked = await astrid.post(f"{AT}/w6-vaccines/rota-1/vaccine", data=rota, headers=FRAGMENT)
    assert "Andra har uppgifter i journalen" in asked.text
    kept = await astrid.post(
        f"{AT}/w6-vaccines/rota-1/vaccine", data=rota | {"sure-elsewhere": "yes"}, headers=FRAGMENT
    )
    assert kept.headers["HX-Redirect"] == AT
    hexa = {"product": "J07CA09", "batch": "A21CD", "site": "RT"}
    asked = await astrid.post(f"{AT}/m3-vaccines/hexa-1/vaccine", data=hexa, headers=FRAGMENT)
    assert "tidigare än programmet" in asked.text
    assert "Andra har uppgifter i journalen" not in asked.text


async def test_the_unit_s_figures_are_a_page_and_the_same_numbers_a_table(
    door: Door, astrid: httpx.AsyncClient
) -> None:
    """F13: small numbers are in neither."""
    some = [(f"c{n}", "20240501" if n < 6 else "20230501") for n in range(9)]
    async with door.opened(world.SYSTEM, "administration") as record:
        for n, (id_, born) in enumerate(some):
            small = [
                world.patient(id_, id_.upper(), "Ek", f"{born}-XA{n + 30}"),
                world.contact(f"{id_}s", id_, "cardiology"),
            ]
            await record.write([Wish("update", one, owner=Owner(world.CARDIOLOGY, world.REGION)) for one in small])
    page = (await astrid.get("/programmes/child-health/numbers")).text
    table = (await astrid.get("/programmes/child-health/numbers?as=csv")).text
    rows = [row.split(";") for row in table.splitlines()]
    assert "Per den 2026-03-01" in " ".join(page.split())
    assert [row[4] for row in rows if row[3].startswith("barn")] == [
        "färre än 5, eller kan röja någon",
        "6",
        "färre än 5, eller kan röja någon",
    ]
    assert "<strong>6</strong>" in page
    assert next(row for row in rows if row[:2] == ["2024", "4 veckor"])[4:] == ["0", "6"]
