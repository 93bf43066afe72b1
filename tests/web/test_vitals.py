"""The form of the bedside (F85): what cannot be right comes back at its field, and the score is told as one types."""

import re
from datetime import timedelta

import httpx

from tests.record import world
from tests.support.bedside import WELL
from tests.support.switching import switched
from tests.web.conftest import SignIn
from varda.kernel.clock import SetClock
from varda.record import Door, Owner, Wish

AT = "/chart/vera/vitals"
KEPT = f"{AT}?kept=yes"


async def test_what_cannot_be_right_comes_back_with_all_that_was_typed(astrid: httpx.AsyncClient, door: Door) -> None:
    answer = await astrid.post(f"{AT}/write", data=WELL | {"temperature": "368"})
    assert answer.status_code == 422
    assert 'value="368"' in answer.text
    assert 'value="128"' in answer.text
    assert "Sitter decimaltecknet rätt?" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "NEWS2 0" not in (await astrid.get(AT)).text


async def test_what_is_kept_is_shown_with_its_score_and_beside_the_next_form(astrid: httpx.AsyncClient) -> None:
    kept = await astrid.post(f"{AT}/write", data=WELL | {"pulse": "112", "oxygen": "2", "breathing": "26"})
    assert (kept.status_code, kept.headers["location"]) == (303, KEPT)
    page = (await astrid.get(AT)).text
    assert "NEWS2 7" in page
    assert "(saturationsskala 1)" in page
    assert "äldre än de senaste värdena" not in page
    assert 'data-risk="high"' in page
    assert "128/76" in page
    form = (await astrid.get(f"{AT}/write")).text
    assert "36,8 °C" in form
    assert "112 slag/min" in form
    assert re.search(r"2 l/min[^·]* · tomt: luft", form)
    assert "NEWS2 gäller inte gravida och barn under 16 år." in form


async def test_the_score_is_told_while_one_types_and_nothing_is_kept(astrid: httpx.AsyncClient) -> None:
    whole = (await astrid.post(f"{AT}/score", data=WELL | {"level": "C"})).text
    assert "NEWS2 3" in whole
    assert "(saturationsskala 1)" in whole
    assert "nya kontroller inom 1 timme" in whole
    assert 'data-risk="one"' in whole
    some = (await astrid.post(f"{AT}/score", data=WELL | {"level": ""})).text
    assert "NEWS2 " not in some.replace("För NEWS2", "")
    assert "medvetandegrad" in some
    assert "Andningsfrekvens" not in (await astrid.get(AT)).text
    assert (await astrid.post(f"{AT}/score", data=WELL | {"pulse": "x"})).status_code == 200


async def test_an_older_score_has_no_colour_and_says_so(astrid: httpx.AsyncClient, clock: SetClock) -> None:
    """A calm score does not stand beside worse values as if it were theirs."""
    await astrid.post(f"{AT}/write", data=WELL)
    assert 'data-risk="low"' in (await astrid.get(AT)).text
    clock.instant += timedelta(minutes=10)
    kept = await astrid.post(f"{AT}/write", data={"breathing": "30", "saturation": "84"})
    page = (await astrid.get(kept.headers["location"])).text
    assert "äldre än de senaste värdena" in page
    assert 'data-risk="unknown"' in page
    assert 'data-risk="low"' not in page
    assert "Ett enskilt värde ger 3 poäng: bedöm patienten nu" in page


async def test_one_value_that_gives_3_points_is_told_before_there_is_a_score(astrid: httpx.AsyncClient) -> None:
    some = (await astrid.post(f"{AT}/score", data={"breathing": "30"})).text
    assert "Ett enskilt värde ger 3 poäng: bedöm patienten nu" in some
    assert "saknas ännu" in some
    assert "Ett enskilt värde" not in (await astrid.post(f"{AT}/score", data={"breathing": "16"})).text


async def test_air_is_kept_when_the_field_is_empty(astrid: httpx.AsyncClient, clock: SetClock) -> None:
    await astrid.post(f"{AT}/write", data=WELL | {"oxygen": "2"})
    clock.instant += timedelta(minutes=10)
    await astrid.post(f"{AT}/write", data=WELL)
    page = (await astrid.get(AT)).text
    (row,) = re.findall(r"<tr>(?:(?!</tr>).)*Syrgasflöde.*?</tr>", page, re.DOTALL)
    assert re.findall(r'class="value">\s*(\d+)\s', row) == ["0", "2"]


async def test_who_may_make_no_task_is_told_to_call(signed_in: SignIn, astrid: httpx.AsyncClient) -> None:
    """The ambulance measures and has no tasks to give: nobody is told unless somebody tells."""
    pia = await signed_in("pia", "paramedic")
    kept = await pia.post(f"{AT}/write", data=WELL | {"level": "V"})
    assert kept.status_code == 303
    assert "Ingen uppgift skapades: kontakta läkare." in (await pia.get(kept.headers["location"])).text
    assert (await pia.post(f"{AT}/write", data=WELL)).headers["location"] == KEPT
    assert (await astrid.post(f"{AT}/write", data=WELL | {"level": "V"})).headers["location"] == KEPT


async def test_an_empty_form_is_told_so(astrid: httpx.AsyncClient) -> None:
    answer = await astrid.post(f"{AT}/write", data={})
    assert answer.status_code == 422
    assert "Skriv minst ett värde." in answer.text


async def test_a_physician_decides_on_scale_2_where_the_score_is(astrid: httpx.AsyncClient, signed_in: SignIn) -> None:
    """Who, when and why stand beside; a nurse sees it and has no button; it ends by a decision again."""
    assert "Besluta om skala 2" in (await astrid.get(AT)).text
    told = await astrid.post(f"{AT}/scale", data={"why": " "})
    assert told.status_code == 422
    assert "hyperkapnisk andningssvikt" in told.text
    assert (await astrid.post(f"{AT}/scale", data={"why": "KOL, pCO2 7,9"})).headers["location"] == AT
    nurse = await signed_in("nils", "nurse")
    page = (await nurse.get(AT)).text
    assert "Skala 2, mål 88–92 procent" in page
    assert "KOL, pCO2 7,9" in page
    assert "/scale" not in page
    assert "Saturationsskala 2 enligt Astrid Lund" in (await nurse.get(f"{AT}/write")).text
    assert (await nurse.post(f"{AT}/scale", data={"why": "KOL"})).status_code == 403
    score = {**WELL, "saturation": "97", "oxygen": "2"}
    assert "NEWS2 5" in (await nurse.post(f"{AT}/score", data=score | {"scale": "2"})).text
    await nurse.post(f"{AT}/write", data=score)
    assert "(saturationsskala 2)" in (await nurse.get(AT)).text
    ends = re.search(r'action="(/chart/vera/vitals/scale/[^"]+/end)"', (await astrid.get(AT)).text)
    assert ends is not None
    assert (await nurse.post(ends[1], data={"why": "Fel"})).status_code == 403
    assert (await astrid.post(ends[1], data={"why": "Normal blodgas"})).headers["location"] == AT
    assert "Normal blodgas" in (await astrid.get(AT)).text


async def test_a_stopped_score_is_said_to_be_stopped(astrid: httpx.AsyncClient, door: Door, clock: SetClock) -> None:
    await switched(door.catalogue, "F85.news2", "", "stopped", clock.now())
    assert "NEWS2 är stoppat på enheten" in (await astrid.get(f"{AT}/write")).text
    page = (await astrid.get(AT)).text
    assert "NEWS2 är stoppat på enheten" in page
    assert '/stops/F85.news2"><strong>NEWS2 (2017)</strong></a>:' in page, "the band above the chart tells it too"
    assert "NEWS2 " not in (await astrid.post(f"{AT}/score", data=WELL)).text
    await astrid.post(f"{AT}/write", data=WELL)
    assert "NEWS2 0" not in (await astrid.get(AT)).text


async def test_when_to_measure_again_is_told_and_when_it_is_late(astrid: httpx.AsyncClient, clock: SetClock) -> None:
    await astrid.post(f"{AT}/write", data=WELL | {"pulse": "112", "breathing": "22", "temperature": "38,4"})
    page = (await astrid.get(AT)).text
    assert "Nya kontroller senast 14:00." in page
    for _ in range(7):
        clock.instant += timedelta(minutes=9)  # read now and then, so that the page does not lock
        await astrid.get(AT)
    assert "Försenat: nya kontroller skulle ha tagits senast 14:00." in (await astrid.get(AT)).text
    await astrid.post(f"{AT}/write", data=WELL)
    page = (await astrid.get(AT)).text
    assert "Försenat" not in page
    assert "från 5" in page


async def test_a_time_in_the_future_comes_back_at_its_field(astrid: httpx.AsyncClient) -> None:
    answer = await astrid.post(f"{AT}/write", data=WELL | {"at": "2026-03-02T08:00"})
    assert answer.status_code == 422
    assert "Den tiden har inte kommit än." in answer.text
    assert 'value="2026-03-02T08:00"' in answer.text


async def test_what_a_device_measured_stands_in_the_form_and_is_confirmed_by_keeping(
    astrid: httpx.AsyncClient, door: Door
) -> None:
    category = [{"coding": [{"code": "vital-signs"}]}]
    sent = {
        "resourceType": "Observation", "status": "preliminary", "category": category,
        "device": {"display": "Monitor 4"},
        "code": {"coding": [{"code": "8867-4"}]}, "subject": {"reference": "Patient/vera"},
        "effectiveDateTime": "2026-03-01T11:40:00Z", "valueQuantity": {"value": 84},
    }  # fmt: skip
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("create", sent, owner=Owner(world.CARDIOLOGY, world.REGION))])
    form = (await astrid.get(f"{AT}/write")).text
    assert "Från en enhet, inte bekräftat ännu" in form
    assert "Monitor 4" in form
    assert re.search(r'name="pulse"\s+value="84"', form)
    assert form.count('value="2026-03-01T12:40"') == 2, "its time stands in the form, and what is set aside is of it"
    assert "preliminärt" in (await astrid.get(AT)).text
    assert (await astrid.post(f"{AT}/set-aside", data={"why": ""})).status_code == 422
    await astrid.post(f"{AT}/write", data={"pulse": "84", "at": "2026-03-01T12:40"})
    assert "Från en enhet" not in (await astrid.get(f"{AT}/write")).text
    page = (await astrid.get(AT)).text
    assert "preliminärt" not in page
    assert page.count("84") >= 1


async def test_the_chart_of_early_warning_stands_above_its_table(
    astrid: httpx.AsyncClient, clock: SetClock, door: Door
) -> None:
    await astrid.post(f"{AT}/write", data=WELL)
    assert 'class="ews"' not in (await astrid.get(AT)).text, "one moment is no line"
    clock.instant += timedelta(minutes=10)
    await astrid.post(f"{AT}/write", data=WELL | {"pulse": "112"})
    page = (await astrid.get(AT)).text
    assert page.index('class="ews"') < page.index("vital-values")
    assert page.count("<polyline points=") > 5
    await switched(door.catalogue, "F85.news2", "", "stopped", clock.now())
    assert 'class="ews"' not in (await astrid.get(AT)).text, "its bands are the score's"


async def test_a_child_has_curves_of_growth_and_no_score(astrid: httpx.AsyncClient, door: Door) -> None:
    child = {"resourceType": "Patient", "id": "new", "birthDate": "2025-03-01", "gender": "female"}
    stay = world.contact("new-stay", "new", "cardiology")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", child, owner=Owner("", ""))])
        await record.write([Wish("update", stay, owner=Owner(world.CARDIOLOGY, world.REGION))])
    form = (await astrid.get("/chart/new/vitals/write")).text
    assert "Huvudomfång" in form
    assert "NEWS2 är inte avsedd för barn under 16 år." in form
    await astrid.post("/chart/new/vitals/write", data={"weight": "8,9", "height": "74", "head": "45", "pulse": "160"})
    page = (await astrid.get("/chart/new/vitals")).text
    assert page.count('class="standard"') == 4 * 7
    assert "WHO:s standard" in page
    assert "−0,0 SD" in page or "0,0 SD" in page
    assert "Besluta om skala 2" not in page
    assert "Tillväxt" not in (await astrid.get(AT)).text
    assert "Huvudomfång" not in (await astrid.get(f"{AT}/write")).text


async def test_a_slip_of_the_pen_is_not_drawn_and_takes_no_page_away(astrid: httpx.AsyncClient, door: Door) -> None:
    """30 kg and 23 cm reckon to a body mass index of 567."""
    child = {"resourceType": "Patient", "id": "new", "birthDate": "2016-03-01", "gender": "female"}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", child, owner=Owner("", ""))])
        stay = world.contact("new-stay", "new", "cardiology")
        await record.write([Wish("update", stay, owner=Owner(world.CARDIOLOGY, world.REGION))])
    await astrid.post("/chart/new/vitals/write", data={"weight": "30", "height": "23"})
    answer = await astrid.get("/chart/new/vitals")
    assert answer.status_code == 200
    assert answer.text.count("1 värde ligger för långt från standarden") == 2, "the length and the index"
    assert "567" in answer.text, "it stands in the table"
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", child | {"gender": "unknown"}, owner=Owner("", ""))])
    await astrid.post("/chart/new/vitals/write", data={"weight": "30", "height": "200"})
    assert (await astrid.get("/chart/new/vitals")).status_code == 200, "without a standard all is drawn"
