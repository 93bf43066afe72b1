"""Command on the screens: a fault told in few actions, what others see of it, the support (F237, F243; decision 53)."""

import re
from datetime import timedelta
from html import unescape

import pytest

from tests.web.conftest import SignIn, Visitor
from varda.catalogue import Deciding, Rights
from varda.introduction.command import FIGURES, SOURCES, Situation, Watch, World
from varda.introduction.programme import LEADING, Appointment, Mandates
from varda.kernel.clock import SetClock
from varda.record import Door

pytestmark = pytest.mark.anyio
TOLD = {"words": "Kommer inte åt tavlan", "category": "rights", "severity": "3", "function": "F77"}


async def words(visitor: Visitor, path: str) -> str:
    """What a page says, without its tags."""
    answer = await visitor.get(path, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


async def appointed(door: Door, clock: SetClock, person: str, role: str) -> None:
    """Somebody has a role of the introduction for the whole county."""
    boss = Deciding("boss", "Boss", "", Rights(frozenset({(LEADING, "special")}), {}))
    office = Deciding("SE9999999999-office", "Office", "", Rights(frozenset(), {}))
    mandates = Mandates(door.database)
    if not await mandates.of(office.person, clock.now()):
        first = Appointment(office.person, "Office", "programme-office", "", clock.now(), None, "x")
        await mandates.give(first, boss, clock.now())
    wanted = Appointment(f"SE9999999999-{person}", person, role, "", clock.now(), None, "x")
    await mandates.give(wanted, office, clock.now())


async def test_a_fault_is_told_with_unit_function_and_build_by_itself(
    door: Door, clock: SetClock, signed_in: SignIn
) -> None:
    """F237: anybody tells; command takes it; who told it sees what becomes of it."""
    liv = await signed_in("liv", "nurse")
    form = await liv.get("/command/tell?page=patients")
    assert re.search(r'value="F72"\s+selected', form.text), "the page says which function"
    empty = await liv.post("/command/tell", data=TOLD | {"words": " ", "page": "patients"})
    assert empty.status_code == 422
    assert "Skriv något" in empty.text
    assert 'name="page" value="patients"' in empty.text
    answer = await liv.post("/command/tell", data=TOLD | {"page": "patients"})
    assert answer.headers["location"] == "/command/incidents/1?told=yes"
    page = await words(liv, answer.headers["location"])
    assert "Tack. Det är anmält." in page
    assert "0.1.0+test" in page
    assert "Jag tar det" not in page
    assert (await liv.post("/command/incidents/1", data={"act": "take"})).status_code == 403
    await appointed(door, clock, "cia", "command")
    cia = await signed_in("cia", "unit-manager", "administration")
    assert "Jag tar det" in await words(cia, "/command/incidents/1")
    assert (await cia.post("/command/incidents/1", data={"act": "take"})).status_code == 303
    assert "Cia Ny" in await words(liv, "/command/incidents")
    bare = await cia.post("/command/incidents/1", data={"act": "close", "words": ""})
    assert bare.status_code == 422
    assert (await cia.post("/command/incidents/1", data={"act": "close", "words": "Åter"})).status_code == 303
    assert "Inget fel är öppet." in await words(liv, "/command/incidents")
    assert (await liv.get("/command/incidents/77")).status_code == 404


async def test_a_patient_is_kept_where_needed_and_opened_by_who_may_alone(
    door: Door, clock: SetClock, astrid: Visitor, signed_in: SignIn
) -> None:
    """The door is asked when it is told and when it is opened; nobody sees whom it is about otherwise."""
    about = TOLD | {"patient": "vera", "about": "patient", "page": "chart/notes"}
    assert (await astrid.post("/command/tell", data=TOLD | {"patient": "vera", "category": "slow"})).status_code == 303
    assert "Öppna patienten" not in await words(astrid, "/command/incidents/1"), "not asked for, not kept"
    assert (await astrid.post("/command/tell", data=about | {"patient": "nobody"})).status_code == 404
    told = await astrid.post("/command/tell", data=about)
    shown = (await astrid.get(told.headers["location"])).text
    assert "Öppna patienten" in shown
    assert "vera" not in shown.partition("<main")[2].partition("</main>")[0].lower()
    step = re.search(r"/command/tellings/\d+/patient", shown)
    assert step is not None
    assert (await astrid.post(step[0], data={})).headers["location"] == "/chart/vera"
    await appointed(door, clock, "cia", "command")
    cia = await signed_in("cia", "programme-manager", "administration")
    refused = await cia.post(step[0], data={})
    assert refused.status_code in (403, 404)
    assert "chart/vera" not in refused.text


async def test_the_support_is_asked_and_answers(door: Door, clock: SetClock, signed_in: SignIn) -> None:
    """F243."""
    liv = await signed_in("liv", "nurse")
    assert (await liv.post("/command/support", data={"words": "", "page": "inbox"})).status_code == 422
    assert (await liv.post("/command/support", data={"words": "Kortläsaren", "page": "inbox"})).status_code == 303
    page = await words(liv, "/command/support")
    assert "Kortläsaren" in page
    assert "Kön" not in page
    assert (await liv.post("/command/support/1", data={"act": "take"})).status_code == 403
    await appointed(door, clock, "sten", "support")
    sten = await signed_in("sten", "nurse")
    assert "Liv Ny" in await words(sten, "/command/support")
    assert (await sten.post("/command/support/1", data={"act": "take"})).status_code == 303
    again = await sten.post("/command/support/1", data={"act": "take"})
    assert again.status_code == 409
    assert "En kollega har redan tagit ärendet" in again.text
    assert (await sten.post("/command/support/1", data={"act": "answer", "answer": ""})).status_code == 422
    assert (await sten.post("/command/support/1", data={"act": "answer", "answer": "Ny läsare"})).status_code == 303
    assert "Svar: Ny läsare" in await words(liv, "/command/support")


async def test_the_picture_is_for_command_with_alarms_on_top(door: Door, clock: SetClock, signed_in: SignIn) -> None:
    """F238: what is not measured is said to be unknown; an alarm is taken by one; nobody who told a fault is named."""
    liv = await signed_in("liv", "nurse")
    assert (await liv.get("/command")).status_code == 403
    await appointed(door, clock, "cia", "command")
    cia = await signed_in("cia", "unit-manager", "administration")
    page = await words(cia, "/command")
    assert page.count("aldrig mätt") == len(FIGURES)
    assert "inom" not in page.replace("Inom", "")
    await liv.post("/command/tell", data=TOLD | {"severity": "4", "page": "patients"})
    watch = Watch(door)
    await watch.measure(list(FIGURES.values()), clock.now())
    page = await words(cia, "/command")
    assert "Fara för patient: 1" in page
    assert "Recept skickas inte ännu." in page
    assert "Liv" not in page
    alarm = re.search(r"/command/alarms/\d+", (await cia.get("/command")).text)
    assert alarm is not None
    assert (await liv.post(alarm[0], data={})).status_code == 403
    assert (await cia.post(alarm[0], data={})).status_code == 303
    assert "Cia Ny" in await words(cia, "/command")
    assert (await cia.post(alarm[0], data={})).status_code == 409
    told = (await cia.get("/command/situation.csv")).text
    assert "danger;;over;;1.0;0" in told
    assert "prints;;missing;failed;;0" in told
    assert (await cia.get("/command?organisation=SE9999999999-NO")).status_code in (403, 404)
    assert "Läget: " in await words(cia, "/command?organisation=SE9999999999-C")


async def test_the_support_takes_the_alarms_that_are_its_own_and_is_offered_no_other(
    door: Door, clock: SetClock, signed_in: SignIn
) -> None:
    """F238: what is offered is not refused."""
    liv = await signed_in("liv", "nurse")
    await liv.post("/command/support", data={"words": "Kortläsaren", "page": "inbox"})
    await liv.post("/command/tell", data=TOLD | {"severity": "4", "page": "patients"})
    clock.instant += timedelta(minutes=16)
    await appointed(door, clock, "sten", "support")
    sten = await signed_in("sten", "nurse")
    await Watch(door).measure(list(FIGURES.values()), clock.now())
    page = (await sten.get("/command")).text
    assert "Fara för patient: 1" in page
    (offered,) = set(re.findall(r"/command/alarms/\d+", page))
    danger = next(one for one in await Situation(door.database).alarms() if one.figure == "danger")
    assert (await sten.post(f"/command/alarms/{danger.alarm}", data={})).status_code == 403
    assert (await sten.post(offered, data={})).status_code == 303
    assert {one.figure: one.taken_name for one in await Situation(door.database).alarms()} == {
        "danger": "", "support": "Sten Ny"
    }  # fmt: skip


async def test_denied_access_is_a_share_told_of_units_where_several_asked(
    door: Door, clock: SetClock, signed_in: SignIn
) -> None:
    for name in ("a1", "a2", "a3", "a4", "a5"):
        nurse = await signed_in(name, "nurse")
        for _ in range(4):
            await nurse.get("/chart/vera")
            await nurse.get("/chart/vera/notes")
    before = await SOURCES["denied"](World(door, clock.now() + timedelta(seconds=1)))
    assert before == {"": 0.0, "SE9999999999-C": 0.0}
    helper = await signed_in("a6", "home-help")
    for _ in range(20):
        assert (await helper.get("/chart/otto")).status_code in (403, 404)
    found = await SOURCES["denied"](World(door, clock.now() + timedelta(seconds=1)))
    assert found[""] > 10
    assert found["SE9999999999-C"] == found[""]
