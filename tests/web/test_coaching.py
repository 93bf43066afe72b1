"""Coaches on the screens: the unit's own and lent, where they are lacking, floorwalkers (F203, F204, F242)."""

import re
from datetime import timedelta
from html import unescape

from tests.record import world
from tests.support import signing_in
from tests.web.conftest import SignIn, Visitor
from varda.catalogue import Deciding, Rights
from varda.introduction import training
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
    assert (await olga.post("/coaching/floorwalkers/1/end")).status_code == 303
    assert "Inget golvstöd är ute nu." in await words(olga, "/coaching/floorwalkers")
    assert (await olga.post("/coaching/floorwalkers/1/end")).status_code == 404
