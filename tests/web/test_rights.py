"""What may I do? on a page for everybody; changes by two persons and exceptions by the manager (F274, F279; A2)."""

from html import unescape

import pytest

from tests.record.test_powers import decided
from tests.support.switching import switched
from tests.web.conftest import NOW, SignIn, Visitor
from varda.kernel.db import Database
from varda.record import Door


def change(**changed: str) -> dict[str, str]:
    given = {"role": "physiotherapist", "right": "F57 write", "granted": "yes", "reason": "Beslut 12"}
    return given | {"opens": "2026-03-01", "closes": "", "course": ""} | changed


async def test_everybody_reads_what_they_may_do_in_both_languages(signed_in: SignIn) -> None:
    per = await signed_in("per", "physiotherapist")
    page = (await per.get("/rights")).text
    assert "Du arbetar som fysioterapeut" in page
    assert "Röntgenremiss" in page
    assert "Registrera samtycken och spärrar" in page
    assert "Nödöppna en journal" not in page
    assert 'href="/rights/changes"' not in page
    per.cookies.set("varda_language", "en")
    page = (await per.get("/rights")).text
    assert "You work as physiotherapist" in page
    assert "Imaging referrals" in page
    assert 'href="/rights"' in (await per.get("/patients")).text


async def test_a_profession_without_a_role_is_told_so(signed_in: SignIn) -> None:
    page = (await (await signed_in("ada", "astrologer")).get("/rights")).text
    assert "ingen roll i katalogen" in page
    assert 'data-held="yes"' not in page


async def test_two_administrators_change_a_right_and_whom_it_touches_sees_it(signed_in: SignIn) -> None:
    anna, britt = await signed_in("anna", "rights-administrator"), await signed_in("britt", "rights-administrator")
    per = await signed_in("per", "physiotherapist")
    before = (await per.get("/rights")).text.count('data-held="yes"')
    assert (await anna.post("/rights/changes", data=change(closes="2026-04-30"))).status_code == 303
    own = (await anna.get("/rights/changes")).text
    assert "Någon annan beslutar" in own
    assert "Godkänn" not in own
    assert (await anna.post("/rights/changes/1", data={"act": "approve"})).status_code == 403
    assert (await per.get("/rights")).text.count('data-held="yes"') == before
    assert "Godkänn" in (await britt.get("/rights/changes")).text
    assert (await britt.post("/rights/changes/1", data={"act": "approve"})).status_code == 303
    page = (await per.get("/rights")).text
    assert page.count('data-held="yes"') == before + 1
    assert "2026-03-01 till 2026-04-30" in page
    assert "Föreslogs av Anna Ny, godkändes av Britt Ny" in page
    assert "Beslut 12" in page
    assert (await britt.post("/rights/changes/1", data={"act": "approve"})).status_code == 409


async def test_who_has_no_such_right_neither_sees_nor_changes_rights(signed_in: SignIn, astrid: Visitor) -> None:
    for path in ("/rights/changes", "/rights/unit"):
        assert (await astrid.get(path)).status_code == 403
    assert (await astrid.post("/rights/changes", data=change())).status_code == 403
    manager = await signed_in("gun", "unit-manager")
    assert (await manager.post("/rights/changes", data=change())).status_code == 303
    assert (await manager.get("/rights/changes")).status_code == 200
    for who in (manager, astrid):
        assert (await who.post("/rights/changes/1", data={"act": "approve"})).status_code == 403


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"role": "x"}, "ingen sådan roll"),
        ({"right": "F57"}, "ingen sådan behörighet"),
        ({"right": "F57 dance"}, "ingen sådan behörighet"),
        ({"opens": "i morgon"}, "inte ett datum"),
        ({"closes": "2026-02-01"}, "Sista dagen har passerat"),
        ({"reason": " "}, "Ange varför"),
        ({"right": "F57 read", "course": "x"}, "kräver aldrig en kurs"),
    ],
)
async def test_a_form_that_cannot_be_comes_back_with_what_is_wrong_and_what_was_typed(
    signed_in: SignIn, changed: dict[str, str], told: str
) -> None:
    anna = await signed_in("anna", "rights-administrator")
    answer = await anna.post("/rights/changes", data=change(**({"reason": "Beslut 77"} | changed)))
    assert answer.status_code == 422
    assert told in answer.text
    assert changed.get("reason", "Beslut 77") in answer.text
    assert "Inget väntar" in (await anna.get("/rights/changes")).text


@pytest.mark.parametrize("number", ["99", "x", "9" * 30, "-1"])
async def test_a_proposal_that_is_not_there_is_told(signed_in: SignIn, number: str) -> None:
    anna = await signed_in("anna", "rights-administrator")
    assert (await anna.post(f"/rights/changes/{number}", data={"act": "approve"})).status_code == 404


async def test_a_manager_excepts_somebody_from_a_course_and_the_log_knows(
    signed_in: SignIn, door: Door, database: Database
) -> None:
    anna, britt = await signed_in("anna", "rights-administrator"), await signed_in("britt", "rights-administrator")
    gun, fatima = await signed_in("gun", "unit-manager"), await signed_in("fatima", "nurse")
    assert "inget undantag behövs" in (await gun.get("/rights/unit")).text
    await anna.post("/rights/changes", data=change(role="nurse", right="F40 write", course="lm-1"))
    await britt.post("/rights/changes/1", data={"act": "approve"})
    assert "genomför kursen lm-1" in (await fatima.get("/rights")).text
    page = (await gun.get("/rights/unit")).text
    assert "Fatima Ny" in page
    assert "Gun Ny</option>" not in page
    given = {"person": "SE9999999999-fatima", "course": "lm-1", "days": "14", "reason": "Ny på enheten"}
    for wrong, status in (
        ({"days": "31"}, 422),
        ({"days": "två"}, 422),
        ({"reason": ""}, 422),
        ({"person": ""}, 422),
        ({"person": "SE9999999999-nobody"}, 422),
        ({"person": "SE9999999999-cia"}, 403),  # of another unit
        ({"person": "SE9999999999-gun"}, 403),
    ):
        assert (await gun.post("/rights/unit", data=given | wrong)).status_code == status, wrong
    assert (await gun.post("/rights/unit", data=given)).status_code == 303
    assert "genomför kursen" not in (await fatima.get("/rights")).text
    assert "till och med 2026-03-15" in (await fatima.get("/rights")).text
    rows = await database.all("select actor, what from audit.event where action = 'exception'")
    assert [(row["actor"], "lm-1" in row["what"]) for row in rows] == [("SE9999999999-gun", True)]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("sv", ("vårdkontakter", "Nödöppna en journal", "Provsvar, Mätvärden", "kursen lm-1", "I din meny")),
        ("en", ("contacts", "Open a record in an emergency", "Laboratory results", "the course lm-1", "in your menu")),
    ],
)
async def test_a_refusal_names_the_right_or_course_that_is_missing(
    signed_in: SignIn, door: Door, language: str, told: tuple[str, ...]
) -> None:
    """F274: what one lacks is said in the words of the catalogue, in the reader's language."""
    contact = {"kind": "AMB", "reason": "x"}
    dan = await signed_in("dan", "nurse", "quality")
    rut, per = await signed_in("rut", "receptionist"), await signed_in("per", "physiotherapist")
    for one in (dan, rut, per):
        one.cookies.set("varda_language", language)
    contacts, emergency, part, course, menu = told
    page = unescape((await dan.post("/chart/vera/contacts/open", data=contact)).text)
    assert contacts in page
    assert menu in page
    said = {"reason": "Jour"}
    assert emergency in unescape((await per.post("/chart/vera/openings/emergency", data=said)).text)
    page = unescape((await rut.get("/chart/vera/results")).text)
    assert part.split(", ")[0] in page
    await decided(door, "physiotherapist", "F72", "write", course="lm-1")
    assert course in unescape((await per.post("/chart/vera/contacts/open", data=contact)).text)


async def test_a_refused_write_says_why_in_the_reader_s_language(signed_in: SignIn, door: Door) -> None:
    await switched(door.catalogue, "F72", "", "stopped", NOW)
    per = await signed_in("per", "physiotherapist")
    answer = await per.post("/chart/vera/contacts/open", data={"kind": "AMB", "reason": "x"})
    assert answer.status_code == 403
    assert "Funktionen är stoppad" in answer.text
