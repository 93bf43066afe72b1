"""Competence cards on the screens: two words, a plan, what a unit has and needs, and who sees it (F182, F184-F186)."""

import re
from html import unescape

from tests.web.conftest import SignIn, Visitor


async def words(visitor: Visitor, path: str) -> str:
    """What a page says, without its tags."""
    answer = await visitor.get(path)
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


LIV = "/learning/competence/unit/SE9999999999-liv"
SAID = {"act": "assess", "level-drugs": "B", "level-skin": "C", "level-nothing": "A"}


async def test_a_level_takes_two_words_and_shows_what_the_unit_lacks(signed_in: SignIn) -> None:
    """F184, F186."""
    liv, gun = await signed_in("liv", "nurse"), await signed_in("gun", "unit-manager", "administration")
    assert "Iordningställa och ge läkemedel Vad varje nivå får göra" in await words(liv, "/learning/competence")
    assert (await liv.post("/learning/competence/nurse", data=SAID)).status_code == 303
    assert (await liv.post("/learning/competence/nurse", data={"level-drugs": "D"})).status_code == 422
    assert (await liv.post("/learning/competence/physician", data=SAID)).status_code == 404, "not her card"
    page = await words(liv, "/learning/competence")
    assert "B väntar på bekräftelse" in page
    unit = await words(gun, "/learning/competence/unit")
    assert "Liv Ny Sjuksköterska i regionens vård 0 av 10 uppgifter bekräftade 2 väntar på bekräftelse" in unit
    confirmed = {"act": "assess", "level-drugs": "B", "level-skin": "B", "level-handover": "C"}
    assert (await gun.post(f"{LIV}/nurse", data=confirmed)).status_code == 303
    page = await words(liv, "/learning/competence")
    assert "B gäller" in page
    assert "C väntar på bekräftelse" in page, "she says more of skin than has been confirmed"
    assert "B bekräftad av Gun Ny, 2026-03-01" in page
    need = {"card": "nurse", "want.drugs.B": "3", "want.drugs.C": "1", "want.skin.B": "1", "want.handover.A": "x"}
    assert (await gun.post("/learning/competence/unit", data=need)).status_code == 303
    unit = await words(gun, "/learning/competence/unit")
    assert "Iordningställa och ge läkemedel 1 1 0 2 B 1 C" in unit
    assert "Förebygga och behandla trycksår 1 1 0 Dokumentera" in unit
    assert "Överrapportera enligt SBAR 0 0 0" in unit, "what she has not said of herself is confirmed by nobody"


async def test_a_plan_names_the_goal_the_day_and_the_courses(signed_in: SignIn) -> None:
    """F182, F184."""
    liv, gun = await signed_in("liv", "nurse"), await signed_in("gun", "unit-manager", "administration")
    wanted = {"act": "plan", "task": "deteriorating", "goal": "B", "due": "2026-06-01"}
    assert "Välj en dag som inte har passerat." in unescape(
        (await liv.post("/learning/competence/nurse", data=wanted | {"due": "2025-01-01"})).text
    )
    assert (await gun.post(f"{LIV}/nurse", data=wanted)).status_code == 303
    page = await words(liv, "/learning/competence")
    assert "till nivå B senast 2026-06-01 Grundkurs för sjuksköterskor Gun Ny" in page
    for visitor, at in ((liv, "/learning/competence/nurse"), (gun, f"{LIV}/nurse")):
        assert (await visitor.post(at, data={"level-deteriorating": "B"})).status_code == 303
    assert "senast 2026-06-01 målet nått" in await words(liv, "/learning/competence")
    assert (await liv.post("/learning/competence/nurse", data=wanted | {"goal": ""})).status_code == 303
    assert "Planen" not in await words(liv, "/learning/competence")


async def test_only_the_person_and_who_leads_the_unit_see_it(signed_in: SignIn) -> None:
    """F184: not a colleague, nor who leads another unit; and nobody confirms their own."""
    liv, eva = await signed_in("liv", "nurse"), await signed_in("eva", "nurse")
    await liv.post("/learning/competence/nurse", data=SAID)
    for url in ("/learning/competence/unit", LIV):
        assert (await eva.get(url)).status_code == 403
    assert (await eva.post(f"{LIV}/nurse", data=SAID)).status_code == 403
    gun = await signed_in("gun", "unit-manager", "administration")
    assert (await gun.get("/learning/competence/unit/SE9999999999-bo")).status_code == 404, "he works at surgery"
    assert "Det finns inget kompetenskort för det här arbetet än." in await words(gun, "/learning/competence")
    assert (await gun.post("/learning/competence/unit/SE9999999999-gun/nurse", data=SAID)).status_code == 404
