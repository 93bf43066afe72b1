"""Coaches on the screens: calls, the unit's own and lent, where they are lacking, floorwalkers (F203, F204, F242)."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

from tests.record import world
from tests.support import signing_in
from tests.web.conftest import SignIn, Visitor
from varda.catalogue import Deciding, Rights
from varda.introduction import training
from varda.introduction.coaching import Calls, Register, forget
from varda.introduction.practice import Ground
from varda.introduction.programme import LEADING, Appointment, Mandates
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door, Owner, Wish


async def words(visitor: Visitor, path: str) -> str:
    """What a page says, without its tags."""
    answer = await visitor.get(path)
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


async def finished(door: Door, clock: SetClock, person: str, *courses: str) -> None:
    """That somebody has finished courses."""
    learning = training.Learning(door.database, door.catalogue, "0.1.0+test")
    for code in ("introduction", *courses):
        course = training.shipped()[code]
        for step in course.steps:
            await learning.step_done(f"SE9999999999-{person}", course, step, clock.now())


async def coach(
    door: Door, clock: SetClock, boss: Visitor, person: str, *, is_ready: bool = True, duty: str = "coach"
) -> None:
    """Somebody is appointed coach of the boss's unit, and has finished the track."""
    said = {"person": f"SE9999999999-{person}", "duty": duty, "act": "appoint"}
    assert (await boss.post("/learning/unit", data=said)).status_code == 303
    if is_ready:
        await finished(door, clock, person, f"track-{duty}")


async def leads(door: Door, visitor_of: object, unit: str, name: str) -> Visitor:
    """Who leads a unit, signed in there."""
    county = [
        world.person(name, name.capitalize(), "Chef"),
        world.assignment(name, unit, "unit-manager", "administration"),
    ]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in county])
    visitor: Visitor = visitor_of()  # type: ignore[operator] # the fixture's own
    await signing_in.signed_in(visitor, f"SE9999999999-{name}", f"SE9999999999-{name}-{unit}")
    return visitor


async def test_who_has_not_finished_the_track_covers_nobody(door: Door, clock: SetClock, signed_in: SignIn) -> None:
    """F203, F204: the unit's own lead sees numbers under five, others do not."""
    liv, gun = await signed_in("liv", "nurse"), await signed_in("gun", "unit-manager", "administration")
    assert "Enheten har ingen coach än." in await words(liv, "/coaching/unit")
    await coach(door, clock, gun, "liv", is_ready=False)
    page = await words(gun, "/coaching/unit")
    assert "Liv Ny Sjuksköterska spåret är inte klart" in page
    assert "Enheten, med yrken som den har få av 2 0 1 1" in page, "Astrid and Liv, none ready, one needed"
    await finished(door, clock, "liv", "track-coach")
    assert "Liv Ny Sjuksköterska redo" in await words(liv, "/coaching/unit")
    assert "få av färre än 5 1 1 0" in await words(liv, "/coaching/unit")
    assert (await liv.post("/coaching/unit", data={"coach": "x|y"})).status_code == 403
    clock.instant += timedelta(days=400)
    gun = await signed_in("gun", "unit-manager", "administration")
    assert "spåret är inte klart" in await words(gun, "/coaching/unit"), "it is done anew every year"


async def test_a_coach_is_lent_by_the_words_of_both_leads(
    door: Door, clock: SetClock, signed_in: SignIn, visitor_of: object
) -> None:
    """F204: small units share; asked from the one, answered from the other, and over on its day."""
    await signed_in("liv", "nurse")
    gun, sif = await signed_in("gun", "unit-manager", "administration"), await leads(door, visitor_of, "surgery", "sif")
    await coach(door, clock, gun, "liv")
    assert "Liv Ny, Sjuksköterska, Cardiology" in await words(sif, "/coaching/unit")
    wish = {"coach": f"SE9999999999-liv|{world.CARDIOLOGY}", "opens": "2026-03-01", "closes": "2026-03-10"}
    assert "Välj en coach." in (await sif.post("/coaching/unit", data=wish | {"coach": "nobody|x"})).text
    assert "inom ett år" in unescape((await sif.post("/coaching/unit", data=wish | {"closes": "2026-02-01"})).text)
    assert (await sif.post("/coaching/unit", data=wish)).status_code == 303
    assert (await sif.post("/coaching/unit", data=wish)).status_code == 409
    assert (await sif.post("/coaching/loans/1", data={"act": "yes"})).status_code == 409, "not by who asked"
    assert "redo" not in await words(sif, "/coaching/unit")
    assert "begärt av Sif Chef" in await words(gun, "/coaching/unit")
    assert (await gun.post("/coaching/loans/1", data={"act": "yes"})).status_code == 303
    page = await words(sif, "/coaching/unit")
    assert "Liv Ny Sjuksköterska från Cardiology redo" in page
    assert "överenskommet av Sif Chef och Gun Ny" in page
    clock.instant += timedelta(days=10)
    await signing_in.signed_in(sif, "SE9999999999-sif", "SE9999999999-sif-surgery")
    assert "Enheten har ingen coach än." in await words(sif, "/coaching/unit")
    assert (await sif.post("/coaching/loans/77/end")).status_code == 404


async def test_gaps_are_rolled_up_for_everybody_to_read(door: Door, clock: SetClock, signed_in: SignIn) -> None:
    """F204: of the region two units with staff; numbers of people under five are told to nobody but the lead."""
    liv, gun = await signed_in("liv", "nurse"), await signed_in("gun", "unit-manager", "administration")
    assert "0 av 2 enheter med personal har de coacher de behöver. 2 coacher saknas." in await words(
        liv, "/coaching/coverage"
    )
    await coach(door, clock, gun, "liv")
    page = await words(liv, "/coaching/coverage")
    assert "1 av 2 enheter" in page
    assert "Surgery 1 0 1 Cardiology 1 1 0" in page
    assert "färre än 5" in await words(liv, f"/coaching/coverage?organisation={world.CARDIOLOGY}")
    assert (await liv.get("/coaching/coverage?organisation=nowhere")).status_code == 404


async def test_floorwalkers_are_refused_until_they_have_finished_what_it_takes(
    door: Door, database: Database, clock: SetClock, signed_in: SignIn
) -> None:
    """F242: a competence requirement, said in a sentence; sent by who leads the training."""
    await signed_in("liv", "nurse")
    olga = await signed_in("olga", "unit-manager", "administration")
    said = {"person": "SE9999999999-liv", "organisation": world.REGION, "closes": "2026-03-05"}
    assert (await olga.post("/coaching/floorwalkers", data=said)).status_code == 403
    boss = Deciding("boss", "Boss", "", Rights(frozenset({(LEADING, "special")}), {}))
    office = Appointment("office", "Office", "programme-office", "", clock.now(), None, "x")
    await Mandates(database).give(office, boss, clock.now())
    wanted = Appointment("SE9999999999-olga", "Olga", "training-lead", world.REGION, clock.now(), None, "x")
    await Mandates(database).give(wanted, Deciding("office", "Office", "", Rights(frozenset(), {})), clock.now())
    refused = await olga.post("/coaching/floorwalkers?who=Liv", data=said)
    assert refused.status_code == 422, refused.text[-5000:]
    assert "Liv Ny kan inte vara golvstöd än" in refused.text
    assert "Introduktion till Varda, Coach på enheten" in refused.text
    await finished(door, clock, "liv", "track-coach")
    assert "Sista dagen" in unescape(
        (await olga.post("/coaching/floorwalkers", data=said | {"closes": "2026-02-01"})).text
    )
    assert (await olga.post("/coaching/floorwalkers", data=said)).status_code == 303
    assert "Liv Ny Region 2026-03-01 – 2026-03-05" in await words(olga, "/coaching/floorwalkers")
    learning = training.Learning(database, door.catalogue, "0.1.0+test")
    register = Register(database, learning, training.shipped())
    assert [sorted(ring) for ring in await register.rings(f"{world.CARDIOLOGY}", clock.now())][1] == [
        "SE9999999999-liv"
    ]
    assert (await register.reach("SE9999999999-liv", clock.now())).is_any
    past = "insert into training.finished values ('SE9999999999-liv', 'track-coach', '', $1, $2, 0, '')"
    clock.instant += timedelta(minutes=2)
    await database.run(past, clock.now() - timedelta(minutes=1), clock.now())
    assert (await register.rings(f"{world.CARDIOLOGY}", clock.now()))[1] == frozenset(), "it is to be done anew"
    assert not (await register.reach("SE9999999999-liv", clock.now())).is_any
    await database.run(past, clock.now(), None)
    assert (await register.rings(f"{world.CARDIOLOGY}", clock.now()))[1] == {"SE9999999999-liv"}
    async with door.opened(world.SYSTEM, "administration") as record:
        left = world.assignment("liv", "cardiology", "nurse") | {"active": False}
        await record.write([Wish("update", left, owner=Owner("", ""))])
    assert (await register.rings(f"{world.CARDIOLOGY}", clock.now()))[1] == frozenset()
    assert not (await register.reach("SE9999999999-liv", clock.now())).is_any
    assert (await olga.post("/coaching/floorwalkers/1/end")).status_code == 303
    assert "Inget golvstöd är ute nu." in await words(olga, "/coaching/floorwalkers")
    assert (await olga.post("/coaching/floorwalkers/1/end")).status_code == 404


PAGE = {"page": "chart/notes", "words": "Hittar inte mallen", "place": "Rum 4"}


async def panel(visitor: Visitor, **said: str) -> str:
    """What the small panel says."""
    answer = await visitor.get("/coaching/call", params={"page": "chart/notes"} | said)
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def test_a_call_is_taken_by_one_and_the_other_is_told(door: Door, clock: SetClock, signed_in: SignIn) -> None:
    """F204: from any page; sent twice it is one; of two who come one gets it; the caller sees who."""
    liv, eva, pia = await signed_in("liv", "nurse"), await signed_in("eva", "nurse"), await signed_in("pia", "nurse")
    gun = await signed_in("gun", "unit-manager", "administration")
    assert "Ingen coach kan kallas på härifrån nu" in await panel(pia)
    assert "Ring supporten" not in await panel(pia)
    assert "Ingen coach kan kallas" in unescape((await pia.post("/coaching/call", data=PAGE)).text)
    for one in ("liv", "eva"):
        await coach(door, clock, gun, one)
    assert "Gäller: Anteckningar" in await panel(pia)
    assert "Det når 2 av enhetens coacher direkt" in await panel(pia)
    for _ in range(2):
        assert "Ditt anrop väntar. 2 av enhetens coacher har fått det." in " ".join(
            re.sub(r"<[^>]+>", " ", (await pia.post("/coaching/call", data=PAGE)).text).split()
        )
    assert (await liv.get("/inbox/waiting")).json()["calls"] == 1
    assert (await gun.get("/inbox/waiting")).json() == {"waiting": 0}
    assert "1 kollega väntar på en coach." in await panel(liv)
    queue = await words(eva, "/coaching")
    assert "Pia Ny Cardiology, Rum 4 väntar" in queue
    assert "Anteckningar Hittar inte mallen" in queue
    both = await asyncio.gather(liv.post("/coaching/calls/1/take"), eva.post("/coaching/calls/1/take"))
    assert sorted(one.status_code for one in both) == [303, 409]
    late = next(one for one in both if one.status_code == 409)
    assert "En kollega har redan tagit anropet." in late.text
    won = liv if both[0].status_code == 303 else eva
    name = "Liv" if won is liv else "Eva"
    assert f"{name} Ny kommer." in await panel(pia)
    assert (await pia.get("/inbox/waiting")).json()["coming"] == f"{name} Ny"
    assert (await won.post("/coaching/calls/1/answer", data={"category": "x"})).status_code == 422
    clock.instant += timedelta(minutes=3)
    assert (await won.post("/coaching/calls/1/answer", data={"category": "how"})).status_code == 303
    assert "Ingen väntar på en coach nu." in await words(won, "/coaching")
    assert "Kalla på en coach" in await panel(pia)
    assert (await won.post("/coaching/calls/1/answer", data={"category": "how"})).status_code == 409


async def test_a_call_is_taken_back_given_back_and_left_to_others(
    door: Door, clock: SetClock, signed_in: SignIn, visitor_of: object
) -> None:
    """F204, F242: who is away is not asked; floorwalkers after a while, then coaches beside."""
    liv, pia = await signed_in("liv", "nurse"), await signed_in("pia", "nurse")
    gun, sif = await signed_in("gun", "unit-manager", "administration"), await leads(door, visitor_of, "surgery", "sif")
    await coach(door, clock, gun, "liv")
    await door.database.run(
        "insert into coaching.walk (person, name, organisation, opens, closes, given_by, given_name, given_at)"
        " values ('SE9999999999-bo', 'Bo', $1, '2026-03-01', '2026-03-01', '', '', $2)", world.REGION, clock.now(),
    )  # fmt: skip
    await finished(door, clock, "bo", "track-coach")
    bo: Visitor = visitor_of()  # type: ignore[operator] # the fixture's own
    await signing_in.signed_in(bo, "SE9999999999-bo", "SE9999999999-bo-surgery")
    await pia.post("/coaching/call", data=PAGE)
    assert "Pia Ny" not in await words(bo, "/coaching")
    assert (await bo.post("/coaching/calls/1/take")).status_code == 409
    clock.instant += timedelta(minutes=2)
    assert "Pia Ny" in await words(bo, "/coaching")
    assert (await bo.post("/coaching/calls/1/take")).status_code == 303
    assert (await bo.post("/coaching/calls/1/leave")).status_code == 303
    assert "Pia Ny" in await words(liv, "/coaching"), "it waits again"
    assert "Kalla på en coach" in unescape((await pia.post("/coaching/call/withdraw")).text)
    assert "Ingen väntar" in await words(liv, "/coaching")
    assert "Du är varken coach eller golvstöd just nu." in await words(sif, "/coaching")
    assert (await liv.post("/coaching/rest", data={"hours": "shift"})).status_code == 303
    assert "Du tar inga anrop före" in await words(liv, "/coaching")
    assert "Det når golvstöd direkt." in await panel(pia)
    await pia.post("/coaching/call", data=PAGE)
    assert "Pia Ny" in await words(bo, "/coaching"), "nobody nearer comes"
    clock.instant += timedelta(hours=13)
    await signing_in.signed_in(pia, "SE9999999999-pia", "SE9999999999-pia-cardiology")
    assert "Det når 1 av enhetens coacher direkt" in await panel(pia), "what nobody took in a shift is over"


async def test_no_patient_can_stand_in_a_call_and_none_is_made_where_people_practise(
    door: Door, clock: SetClock, database: Database, signed_in: SignIn, visitor_of: Callable[..., Visitor]
) -> None:
    """A1: what is sent as a page is looked up; an address is not among them."""
    await signed_in("liv", "nurse")
    pia, gun = await signed_in("pia", "nurse"), await signed_in("gun", "unit-manager", "administration")
    await coach(door, clock, gun, "liv")
    assert 'data-does="coach"' in (await pia.get("/chart/vera")).text
    assert "vera" not in (await pia.get("/coaching/call?page=/chart/vera/notes")).text
    await pia.post("/coaching/call", data={"page": "/chart/vera/notes"})
    assert (await database.one("select page from coaching.call"))["page"] == "other"
    assert (await pia.post("/coaching/call", data={"words": "x" * 501})).status_code == 422
    async with visitor_of(ground=Ground(door), support="010-123") as learner:
        await signing_in.signed_in(learner, "SE9999999999-pia", "SE9999999999-pia-cardiology")
        assert 'data-does="coach"' not in (await learner.get("/chart/vera")).text
        assert (await learner.get("/coaching/call")).status_code == 404
        assert "calls" not in (await learner.get("/inbox/waiting")).json()
    async with visitor_of(support="010-123") as other:
        await signing_in.signed_in(other, "SE9999999999-cia", "SE9999999999-cia-homecare")
        assert "Ring supporten: 010-123" in await panel(other)
        clock.instant += timedelta(hours=20)
        lost = await other.post("/coaching/call", data=PAGE, headers={"HX-Request": "true"})
        assert lost.status_code == 401
        assert "Logga in igen" in unescape(lost.text)


async def test_figures_are_of_a_unit_and_a_week_and_of_no_person(
    door: Door, clock: SetClock, database: Database, signed_in: SignIn
) -> None:
    """F204: the middle and nine in ten, from five calls on; who called and who came is forgotten after a while."""
    liv, gun = await signed_in("liv", "nurse"), await signed_in("gun", "unit-manager", "administration")
    fill = (
        "insert into coaching.call (caller, caller_name, unit, unit_name, page, words, place, nearest, told, called_at,"
        " taken_by, taken_name, taken_at, answered_at, category)"
        " select 'p' || n, 'Kalle', $1, 'C', 'chart/notes', 'ord', '', 0, 0, $2::timestamptz, 'c', 'Coach',"
        " $2::timestamptz + n * interval '1 minute', $2::timestamptz + n * interval '2 minutes', 'how'"
        " from generate_series(1, $3::integer) n"
    )
    await database.run(fill, world.CARDIOLOGY, clock.now(), 10)
    await database.run(fill, world.CARDIOLOGY, clock.now() - timedelta(weeks=1), 4)
    page = await words(liv, "/coaching/unit")
    assert "2026-02-23 10 5,0 och 9,0 min 10,0 och 18,0 min" in page
    assert "2026-02-16" not in page, "four are too few"
    assert "Oftast frågat, per sida Anteckningar 10" in page, "what a week hides is not what is left"
    assert "Hur man gör 10" in await words(gun, "/learning/unit")
    assert "Kalle" not in page
    await forget(database, clock.now() + timedelta(days=31))
    assert (
        await database.one(
            "select max(caller || caller_name || words || taken_by || taken_name) as x from coaching.call"
        )
    )["x"] == ""
    assert "2026-02-23 10 5,0 och 9,0 min" in await words(liv, "/coaching/unit")


async def test_the_next_ring_is_told_once_whoever_looks(door: Door, clock: SetClock, database: Database) -> None:
    """F242."""
    await database.run(
        "insert into coaching.call (caller, caller_name, unit, unit_name, page, words, place, nearest, told, called_at)"
        " values ('p', 'P', $1, 'C', 'other', '', '', 0, 0, $2)", world.CARDIOLOGY, clock.now(),
    )  # fmt: skip
    register = Register(database, training.Learning(database, door.catalogue, "x"), training.shipped())
    calls = Calls(database, register)
    assert await calls.widen(clock.now()) == 0
    found = await asyncio.gather(*(calls.widen(clock.now() + timedelta(minutes=2)) for _ in range(4)))
    assert sorted(found) == [0, 0, 0, 1]
    assert await calls.widen(clock.now() + timedelta(minutes=6)) == 1
    assert await calls.widen(clock.now() + timedelta(minutes=7)) == 0
