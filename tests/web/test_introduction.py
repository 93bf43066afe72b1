"""The introduction on screens: everybody reads, who is appointed writes, and what is wrong is said (F214, F217)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.introduction.programme.conftest import LEADER, OLGA, somebody, to
from tests.record.world import BORAS, CARDIOLOGY, HOME_CARE, REGION
from tests.web.conftest import NOW, SignIn, Visitor
from varda.introduction.programme import Item, Mandates, Participant, Participants, Plans
from varda.introduction.programme.template import local, overall
from varda.kernel.db import Database
from varda.record import Door

SOUTH = "south-delivery"
PAGES = ("", "/plan", "/plan?show=all", "/organisations", f"/organisations/{BORAS}", "/versions", "/mandates")


@pytest.fixture
async def programme(door: Door, database: Database) -> Plans:
    """A plan in force, with Olga as the office, Stina in the steering group, Kim at Borås, whose plan hangs on it."""
    mandates, plans = Mandates(database), Plans(database)
    await mandates.give(to("olga", "programme-office", opens=NOW), LEADER, NOW)
    for who, role, where in (("stina", "steering-group", ""), ("kim", "project-lead", BORAS)):
        person = f"SE9999999999-{who}"
        await mandates.give(to(person, role, where, opens=NOW, name=who.capitalize()), OLGA, NOW)
        await mandates.give(to(who, role, where, opens=NOW), OLGA, NOW)
    await mandates.give(to("SE9999999999-per", "programme-office", opens=NOW, name="Per"), OLGA, NOW)
    await Participants(database).keep([Participant(BORAS, "south", "municipality", ("option-1",))], OLGA, NOW)
    items = overall({"south": NOW.date()}, NOW.date())
    number = await plans.propose(items, "first", OLGA, NOW)
    await plans.decide(number, somebody("stina"), "§ 1", NOW, approved=True)
    await plans.keep(local(BORAS, SOUTH, items), somebody("kim"), "", NOW)
    return plans


@pytest.mark.parametrize("profession", ["nurse", "rights-administrator"])
async def test_everybody_who_works_reads_and_is_offered_nothing_to_write(
    programme: Plans, signed_in: SignIn, profession: str
) -> None:
    dan = await signed_in("dan", profession, "" if profession == "nurse" else "administration")
    for path in PAGES:
        page = await dan.get(f"/introduction{path}")
        assert page.status_code == 200, path
        assert page.text.count('method="post"') == page.text.count('action="/sign-out"') + page.text.count(
            'action="/language"'
        )
    for path, data in (
        (f"organisations/{BORAS}/work", {"title": "Vårt", "days": "3"}),
        (f"organisations/{BORAS}/progress", {"code": f"{BORAS}.plan", "begun": "2026-03-01"}),
        (f"organisations/{BORAS}/take-away", {"code": f"{BORAS}.plan", "reason": "x"}),
        ("versions", {"item": f"{SOUTH}.training", "days": "90", "reason": "more"}),
        ("versions/1", {"act": "approve", "minutes": "§ 2"}),
        ("state", {"state": "running", "why": "x", "minutes": "§ 2"}),
        ("mandates/1/end", {"reason": "x"}),
    ):
        assert (await dan.post(f"/introduction/{path}", data=data)).status_code == 403, path


async def test_before_there_is_a_plan_every_page_says_so(astrid: Visitor) -> None:
    for path in PAGES:
        assert (await astrid.get(f"/introduction{path}")).status_code == 200, path
    assert "Ingen plan är beslutad än." in (await astrid.get("/introduction")).text
    for path in ("/organisations/nowhere", "/versions/9", "/versions/x", f"?delivery={SOUTH}"):
        assert (await astrid.get(f"/introduction{path}")).status_code == 404, path


async def test_the_picture_shows_the_critical_path_and_the_table_says_the_same(
    programme: Plans, astrid: Visitor
) -> None:
    page = (await astrid.get("/introduction")).text
    assert 'data-state="critical" data-kind="go-live"' in page
    assert '<line class="today"' in page
    assert '<line class="freeze"' in page
    assert page.count('<th scope="row">') == page.count("<g data-state")
    assert "Pionjärenheterna startar" in page


async def test_a_local_lead_plans_at_home_and_a_threat_to_the_go_live_is_in_sight(
    programme: Plans, signed_in: SignIn
) -> None:
    kim = await signed_in("kim", "nurse")
    at = f"/introduction/organisations/{BORAS}"
    data = {"title": "Nya skrivare", "days": "400", "before": f"{SOUTH}.local-ready", "reason": ""}
    assert (await kim.post(f"{at}/work", data=data)).headers["location"] == at
    page = (await kim.get("/introduction")).text
    assert "Lokalt arbete på den kritiska linjen" in page
    assert "Nya skrivare" in page
    assert "dagar sent" in page
    made = f"{BORAS}.a1"
    assert "Nya skrivare" in (await kim.get(f"{at}?edit={made}")).text
    assert (await kim.post(f"{at}/progress", data={"code": made, "begun": "2026-02-20"})).status_code == 303
    assert (await programme.progress())[made].begun == date(2026, 2, 20)
    assert (await kim.post(f"{at}/take-away", data={"code": made, "reason": "köpta"})).status_code == 303
    assert made not in {one.code for one in await programme.work()}
    home = f"/introduction/organisations/{HOME_CARE}"
    assert (await kim.post(f"{home}/work", data={"title": "Hemma", "days": "3"})).status_code == 303


async def test_what_is_wrong_in_the_form_is_said_and_nothing_is_lost(programme: Plans, signed_in: SignIn) -> None:
    kim = await signed_in("kim", "nurse")
    at = f"/introduction/organisations/{BORAS}/work"
    wrong = await kim.post(at, data={"title": "Nya skrivare", "days": "many"})
    assert wrong.status_code == 422
    assert "Dagarna är ett heltal från 0 till 3650." in wrong.text
    assert 'value="Nya skrivare"' in wrong.text
    circle = await kim.post(
        at, data={"title": "Rundgång", "days": "3", "after": f"{SOUTH}.g5", "before": f"{SOUTH}.g4"}
    )
    assert circle.status_code == 422
    assert "De här väntar på varandra" in circle.text
    assert "Rundgång" in circle.text
    assert (await kim.post(at, data={"title": "x", "days": "1", "code": "nowhere"})).status_code == 404


async def test_a_change_of_the_overall_plan_is_proposed_by_the_office_and_decided_by_the_group(
    programme: Plans, signed_in: SignIn
) -> None:
    per, stina = await signed_in("per", "nurse"), await signed_in("stina", "nurse")
    page = await per.post("/introduction/versions", data={"item": f"{SOUTH}.training", "days": "95", "reason": "fler"})
    assert page.headers["location"] == "/introduction/versions/2"
    shown = (await stina.get("/introduction/versions/2")).text
    assert "dagar: 60 → 95" in shown
    assert "Styrgruppens beslut" in shown
    assert "Boras" in shown, "whose own work moves"
    assert "Styrgruppens beslut" not in (await per.get("/introduction/versions/2")).text
    assert (await stina.post("/introduction/versions/2", data={"act": "approve"})).status_code == 422
    assert (await stina.post("/introduction/versions/2", data={"act": "approve", "minutes": "§ 9"})).status_code == 303
    assert "§ 9" in (await per.get("/introduction")).text
    for data in (
        {"item": "nothing", "reason": "x"},
        {"item": f"{SOUTH}.training", "days": "95", "reason": "x"},
        {"item": f"{SOUTH}.training", "days": "-1", "reason": ""},
    ):
        assert (await per.post("/introduction/versions", data=data)).status_code == 422


async def test_a_delivery_is_paused_by_the_group(programme: Plans, signed_in: SignIn) -> None:
    """F233."""
    stina = await signed_in("stina", "nurse")
    for state in ("running", "paused"):
        data = {"delivery": SOUTH, "state": state, "why": "Tre av fyra prov föll", "minutes": "§ 3"}
        assert (await stina.post("/introduction/state", data=data)).status_code == 303
    page = (await stina.get("/introduction")).text
    assert 'data-state="paused"' in page
    assert "Tre av fyra prov föll" in page
    assert (await stina.post("/introduction/state", data={"state": "asleep"})).status_code == 400
    assert (await stina.post("/introduction/state", data={"delivery": SOUTH, "state": "running"})).status_code == 422


async def test_the_office_appoints_on_the_page_and_ends_it(programme: Plans, signed_in: SignIn) -> None:
    per = await signed_in("per", "nurse")
    assert "Astrid Lund" in (await per.get("/introduction/mandates", params={"who": "astrid"})).text
    data = {"person": "SE9999999999-astrid", "role": "reference-group", "organisation": "", "reason": "Läkarnas röst"}
    assert (await per.post("/introduction/mandates", data=data)).status_code == 303
    page = (await per.get("/introduction/mandates")).text
    assert "Astrid Lund" in page
    wrong = await per.post("/introduction/mandates", data=data | {"person": "", "reason": ""})
    assert wrong.status_code == 422
    assert "Välj en person." in wrong.text
    number = next(one.number for one in await Mandates(programme._database).in_force(NOW) if one.name == "Astrid Lund")
    assert (await per.post(f"/introduction/mandates/{number}/end", data={"reason": "slutar"})).status_code == 303
    assert "Astrid Lund" not in (await per.get("/introduction/mandates")).text
    assert (await per.post("/introduction/mandates/x/end", data={"reason": "slutar"})).status_code == 404


async def test_who_leads_the_introduction_begins_there_and_appoints_the_office(signed_in: SignIn) -> None:
    helena = await signed_in("helena", "programme-manager", "administration")
    assert (await helena.get("/")).headers["location"] == "/introduction"
    data = {"person": "SE9999999999-astrid", "role": "programme-office", "organisation": "", "reason": "Första"}
    assert (await helena.post("/introduction/mandates", data=data)).status_code == 303
    assert "Astrid Lund" in (await helena.get("/introduction/mandates")).text


async def test_the_detailed_plan_looks_four_months_ahead(programme: Plans, astrid: Visitor) -> None:
    """F218: the same activities, seen within a window that rolls with the day."""
    far = Item(
        f"{BORAS}.far", "activity", "Långt fram", days=3, opens=NOW.date() + timedelta(days=200), organisation=BORAS
    )
    await programme.keep([far], somebody("kim"), "", NOW)
    assert "Långt fram" not in (await astrid.get("/introduction/plan")).text
    assert "Långt fram" in (await astrid.get("/introduction/plan?show=all")).text


async def test_the_plan_is_taken_along_and_taken_in_all_or_nothing(programme: Plans, signed_in: SignIn) -> None:
    kim = await signed_in("kim", "nurse")
    for name, kind in (("ics", "text/calendar"), ("csv", "text/csv"), ("xlsx", "application/vnd")):
        answer = await kim.get(f"/introduction/plan.{name}")
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["content-disposition"].startswith("attachment")
    own = (await kim.get(f"/introduction/plan.csv?organisation={BORAS}")).text
    assert own.count("\n") == 11, "the heading and the ten of the pattern"

    async def sent(table: str) -> tuple[int, str]:
        answer = await kim.post("/introduction/plan/import", files={"table": ("plan.csv", table.encode())})
        return answer.status_code, answer.text

    changed = (await kim.get("/introduction/plan.csv")).text.replace("Lokal införandeplan", "Vår plan")
    assert (await sent(changed))[0] == 303, "rows of the overall plan are passed over"
    assert "Vår plan" in {one.title for one in await programme.work()}
    status, page = await sent(changed.replace("Vår plan;;20", "Vår plan;;tjugo"))
    assert status == 422
    assert "Rad " in page
    assert "Dagarna är ett heltal" in page
    assert (await sent("code;kind;title;organisation\nx;activity;Deras;SE9999999999-R\n"))[0] == 403
    assert (await sent("inget"))[0] == 422
    assert (await kim.post("/introduction/plan/import", data={"reason": "x"})).status_code == 422


async def test_a_gateway_shows_what_lacks_and_takes_two_keys(
    programme: Plans, signed_in: SignIn, database: Database
) -> None:
    """F215."""
    mandates = Mandates(database)
    for who, role in (("pia", "gateway-programme"), ("ove", "gateway-operations")):
        await mandates.give(to(f"SE9999999999-{who}", role, opens=NOW), OLGA, NOW)
    at = f"/introduction/gateways/{SOUTH}/g1"
    pia, ove, stina = (
        await signed_in("pia", "nurse"),
        await signed_in("ove", "nurse"),
        await signed_in("stina", "nurse"),
    )
    assert "3 kriterier är varken" in (await pia.get(at)).text
    key = {"side": "programme", "why": "Klart", "act": "pass"}
    assert (await pia.post(f"{at}/key", data=key)).status_code == 409
    for criterion in ("roles", "impact"):
        data = {"criterion": criterion, "met": "yes", "said": "Genomgånget"}
        assert (await pia.post(f"{at}/evidence", data=data)).status_code == 303
    assert (
        await stina.post(f"{at}/override", data={"criterion": "resources", "reason": "", "until": ""})
    ).status_code == 422
    data = {"criterion": "resources", "reason": "Beslut på onsdag", "until": "2026-03-10"}
    assert (await stina.post(f"{at}/override", data=data)).status_code == 303
    assert "gäller inte än" in (await pia.get(at)).text
    assert (await pia.post(f"{at}/key", data=key)).status_code == 409, "one lets nothing through"
    assert (await stina.post(f"{at}/overrides/1")).status_code == 403, "nor the same one twice"
    assert (await ove.post(f"{at}/overrides/x")).status_code == 404
    assert (await ove.post(f"{at}/overrides/1")).status_code == 303
    assert (await pia.post(f"{at}/key", data=key)).status_code == 303
    assert "väntar på andra nyckeln" in (await ove.get("/introduction/gateways")).text
    assert (await ove.post(f"{at}/key", data=key)).status_code == 403, "not of that side"
    assert (await ove.post(f"{at}/key", data={**key, "side": "operations"})).status_code == 303
    page = (await stina.get(at)).text
    assert "passerad" in page
    assert "Beslut på onsdag" in page
    assert "Vad beslutet vilade på" in page
    assert (await ove.post(f"{at}/key", data={"side": "nobody"})).status_code == 400
    for path in (f"/introduction/gateways/{SOUTH}/g9", "/introduction/gateways/nowhere/g1"):
        assert (await stina.get(path)).status_code == 404


async def test_a_report_is_sent_at_home_and_what_is_missing_is_in_sight(programme: Plans, signed_in: SignIn) -> None:
    """F254."""
    kim, dan = await signed_in("kim", "nurse"), await signed_in("dan", "nurse")
    assert "orörd" in (await dan.get("/introduction/reports")).text
    at = f"/introduction/organisations/{BORAS}/report"
    empty = await kim.post(at, data={})
    assert empty.status_code == 422
    assert "En rapport som inte berättar något" in empty.text
    data = {"duty-training": "hindered", "obstacles": "Salarna är bokade"}
    assert (await dan.post(at, data=data)).status_code == 403
    assert (await kim.post(at, data=data)).status_code == 303
    page = (await dan.get("/introduction/reports")).text
    assert "Salarna är bokade" in page
    assert "orörd" not in page
    assert "10 uppgifter inte berättade" in page
    assert "0 av 9 klara" in page, "the milestones that its plan hangs on, as the report told them"
    assert "Klara i" in page
    for text in ((await kim.get(at)).text, (await dan.get(at)).text):
        assert text.count("Gateway 1: leveransen kan starta") == 2, "as they stand now, and in the report"
    assert "Salarna är bokade" in (await dan.get(at)).text
    assert "Skicka rapporten" not in (await dan.get(at)).text
    assert "orörd" in (await dan.get("/introduction/reports?period=2026-01-05")).text
    assert (await dan.get("/introduction/reports?period=imorgon")).status_code == 400
    assert (await dan.get("/introduction/organisations/nowhere/report")).status_code == 404


async def test_a_whole_plan_is_proposed_from_the_pattern_and_from_a_table(programme: Plans, signed_in: SignIn) -> None:
    """F217, F231: the first plan as well."""
    per, dan = await signed_in("per", "nurse"), await signed_in("dan", "nurse")
    at = "/introduction/proposal"
    assert (await dan.get(at)).status_code == 403
    assert "opens-south" not in (await per.get(at)).text, "it is in the plan"
    wrong = await per.post(f"{at}/template", data={"reason": "Väst med", "pattern": "together"})
    assert wrong.status_code == 422
    assert "Ange för minst ett område" in wrong.text
    said = {"reason": "Väst med", "pattern": "together", "opens-west": "2026-09-01"}
    assert (await dan.post(f"{at}/template", data=said)).status_code == 403
    made = (await per.post(f"{at}/template", data=said)).headers["location"]
    plan = await programme.version(int(made.rpartition("/")[2]))
    codes = {one.code for one in plan.items}
    assert {f"{SOUTH}.go-live", "west-delivery.go-live"} <= codes, "what was there stays"
    assert "west-delivery.pilot" not in codes

    async def sent(table: str) -> tuple[int, str]:
        files, data = {"table": ("plan.csv", table.encode())}, {"reason": "Kortare utbildning"}
        answer = await per.post(f"{at}/table", data=data, files=files)
        return answer.status_code, answer.text if answer.status_code != 303 else answer.headers["location"]

    table = (await per.get("/introduction/plan.csv")).text.removeprefix("\ufeff")
    assert (await sent(table))[0] == 422, "nothing differs"
    status, where = await sent(
        table.replace("Alla utbildas;south-delivery.activate;60", "Alla utbildas;south-delivery.activate;50")
    )
    assert status == 303
    assert "dagar: 60 → 50" in (await dan.get(where)).text
    first = "Gateway 1: leveransen kan starta;south-delivery.coordinate;0;"
    for broken, words in (
        (table.replace(";60;", ";sextio;"), "Rad "), ("inget", "kind:"),
        (table.replace(f"{first}south-delivery.inventory", f"{first}south-delivery.g2"), "De här väntar på varandra"),
    ):  # fmt: skip
        status, page = await sent(broken)
        assert status == 422, words
        assert words in page, words
    assert (await per.post(f"{at}/table", data={"reason": "x"})).status_code == 422


async def test_a_circle_is_named_on_the_screen_where_it_was_made(programme: Plans, signed_in: SignIn) -> None:
    kim = await signed_in("kim", "nurse")
    table = (
        "code;kind;title;days;after;organisation\n"
        f"x1;activity;100 % klart;3;x2;{BORAS}\nx2;activity;Efter det;3;x1;{BORAS}\n"
    )
    answer = await kim.post("/introduction/plan/import", files={"table": ("plan.csv", table.encode())})
    assert answer.status_code == 422
    assert "100 % klart → Efter det → 100 % klart" in answer.text
    assert "x1" not in {one.code for one in await programme.work()}


async def test_the_office_writes_who_takes_part_and_with_what(programme: Plans, signed_in: SignIn) -> None:
    """F4, F225."""
    per, kim = await signed_in("per", "nurse"), await signed_in("kim", "nurse")
    at = f"/introduction/organisations/{REGION}"
    assert f'href="{at}"' in (await per.get("/introduction/organisations")).text, "takes no part yet"
    assert "Deltar inte" not in (await kim.get("/introduction/organisations")).text
    assert (
        (await per.get("/introduction/taking-part", params={"hsa": HOME_CARE})).headers["location"].endswith(HOME_CARE)
    )
    assert (await per.get("/introduction/taking-part?hsa=nowhere")).status_code == 404
    said = {"area": "west", "kind": "administration", "options": ["option-1", "option-2"], "act": "keep"}
    assert (await kim.post(f"{at}/part", data=said)).status_code == 403
    wrong = await per.post(f"{at}/part", data={**said, "area": "moon"})
    assert wrong.status_code == 422
    assert "Välj ett område." in wrong.text
    assert (await per.post(f"{at}/part", data={**said, "kind": "club"})).status_code == 400
    assert (await per.post(f"{at}/part", data=said)).status_code == 303
    parts = Participants(programme._database)
    assert (await parts.all())[REGION] == Participant(REGION, "west", "administration", ("option-1", "option-2"))
    assert (await per.post(f"{at}/part", data={**said, "act": "leave"})).status_code == 303
    assert REGION not in await parts.all()


async def test_pioneers_are_told_where_readiness_and_the_delivery_are_read(programme: Plans, signed_in: SignIn) -> None:
    """F231."""
    per, kim = await signed_in("per", "nurse"), await signed_in("kim", "nurse")
    at, name = f"/introduction/organisations/{BORAS}", "Pionjärer, som börjar före de andra:"
    said = {"area": "south", "kind": "municipality", "options": ["option-1"], "act": "keep"}
    assert name not in (await kim.get(at)).text
    wrong = await per.post(f"{at}/part", data={**said, "pioneers": [CARDIOLOGY]})
    assert wrong.status_code == 422
    assert "Välj enheter i organisationen." in wrong.text
    assert (await per.post(f"{at}/part", data={**said, "pioneers": [HOME_CARE]})).status_code == 303
    assert name in (await kim.get(at)).text
    assert name in (await kim.get("/introduction/gateways")).text
    unit = (await kim.get("/readiness/unit", params={"unit": HOME_CARE})).text
    assert "Enheten är pionjär i området Södra" in unit
    assert "pionjär" not in (await kim.get("/readiness/unit", params={"unit": CARDIOLOGY})).text


async def test_what_is_not_called_off_is_told_where_people_work(programme: Plans, signed_in: SignIn) -> None:
    """F4: on the organisation's page, among the rights, in the chart and where functions are stopped."""
    per, kim = await signed_in("per", "nurse"), await signed_in("kim", "nurse")
    manager = await signed_in("gun", "unit-manager", "administration")
    at = f"/introduction/organisations/{REGION}"
    assert "Har ingen funktion i Varda än." in (await per.get(at)).text, "social services"
    for options, is_closed in ((["option-1"], True), (["option-1", "option-2"], False)):
        data = {"area": "south", "kind": "municipality", "options": options, "act": "keep"}
        assert (await per.post(f"{at}/part", data=data)).status_code == 303
        assert ("23 funktioner är stängda för dess enheter" in (await kim.get(at)).text) is is_closed
        assert ("inte avropad: bara läsning" in (await kim.get("/rights")).text) is is_closed
        assert ("är inte avropade här" in (await kim.get("/chart/vera/notes")).text) is is_closed
        assert ("Inte avropade av organisationen" in (await manager.get("/rights/functions")).text) is is_closed


async def test_whoever_joins_is_offered_a_local_plan_from_the_pattern(programme: Plans, signed_in: SignIn) -> None:
    """F219: shown before it is put in, and what the plan has stays as it is."""
    per, kim, dan = [await signed_in(name, "nurse") for name in ("per", "kim", "dan")]
    at = f"/introduction/organisations/{BORAS}"
    assert f"{at}/pattern" not in (await kim.get(at)).text, "it has everything"
    assert "Planen har allt" in (await kim.get(f"{at}/pattern")).text
    await programme.take_away(f"{BORAS}.follow", OLGA, "later", NOW)
    mine = next(one for one in await programme.work() if one.code == f"{BORAS}.plan")
    await programme.keep([replace(mine, days=33)], OLGA, "", NOW)
    assert f"{at}/pattern" in (await kim.get(at)).text
    page = (await kim.get(f"{at}/pattern")).text
    assert "Följ upp nyttan lokalt" in page
    assert "Lägg in 1 sak i planen" in page
    assert "Lägg in" not in (await dan.get(f"{at}/pattern")).text
    assert f"{BORAS}.follow" not in {one.code for one in await programme.work()}, "shown, not put in"
    assert (await dan.post(f"{at}/pattern")).status_code == 403
    assert (await kim.post(f"{at}/pattern")).status_code == 303
    work = {one.code: one for one in await programme.work()}
    assert [link.code for link in work[f"{BORAS}.follow"].before] == [f"{SOUTH}.g6"]
    assert work[f"{BORAS}.plan"].days == 33
    assert (await per.get(f"/introduction/organisations/{REGION}/pattern")).status_code == 404


async def test_the_county_writes_its_own_criteria_by_two_persons(programme: Plans, signed_in: SignIn) -> None:
    """F215."""
    per, stina, dan = (
        await signed_in("per", "nurse"),
        await signed_in("stina", "nurse"),
        await signed_in("dan", "nurse"),
    )
    at = "/introduction/criteria"
    said = {
        "criteria": "budget | exit | Pengarna finns | There is money",
        "opens": "2026-03-01",
        "reason": "Vårt beslut",
    }
    assert (await dan.post(f"{at}/g1", data=said)).status_code == 403
    for wrong, words in (
        ({"criteria": "budget"}, "Skriv varje kriterium på en egen rad"),
        ({"reason": ""}, "Pengarna finns"),
    ):
        answer = await per.post(f"{at}/g1", data=said | wrong)
        assert answer.status_code == 422
        assert words in answer.text
    assert (await per.post(f"{at}/g1", data=said)).status_code == 303
    assert "Pengarna finns" in (await dan.get(at)).text, "everybody reads"
    assert "/decide/" not in (await dan.get(at)).text
    assert (await per.post(f"{at}/decide/1", data={"act": "approve"})).status_code == 403, "not one's own"
    assert (await dan.post(f"{at}/decide/1", data={"act": "approve"})).status_code == 403
    assert (await stina.post(f"{at}/decide/1", data={"act": "approve"})).status_code == 303
    page = (await dan.get(f"/introduction/gateways/{SOUTH}/g1")).text
    assert "Pengarna finns" in page
    assert "Vardas" not in page
    for nowhere in ("9", "x"):
        assert (await stina.post(f"{at}/decide/{nowhere}", data={"act": "approve"})).status_code == 404
    assert (await per.post(f"{at}/g9", data=said)).status_code == 404


async def test_whoever_reads_english_has_the_titles_in_english_too(programme: Plans, astrid: Visitor) -> None:
    assert "Pionjärenheterna startar" in (await astrid.get("/introduction")).text
    astrid.cookies.set("varda_language", "en")
    page = (await astrid.get("/introduction")).text
    assert "The pioneer units start" in page
    assert "The south delivery" in page
    assert "Pionjärenheterna" not in page
    assert "SUMMARY:The pioneer units start" in (await astrid.get("/introduction/plan.ics")).text
    table = (await astrid.get("/introduction/plan.csv")).text
    assert ";The pioneer units start;" in table
    assert "Pionjärenheterna startar;" in table, "a table that goes out and comes in has both"
    assert "Local plan of the introduction" in (await astrid.get(f"/introduction/organisations/{BORAS}")).text
