"""One certificate in several hands and windows: what is typed stays, and each does what is theirs (F28; R1, R2)."""

from typing import Any

from tests.record import world
from tests.web.conftest import SignIn, Visitor
from tests.web.test_certificates import AT, HOME, HX, LEAVE, a_note, begun, draft_of, finished, hidden, signed, stored
from varda.care.notes.marks import REASON
from varda.record import Door, Owner, Wish


def id_of(answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0].rpartition("/")[2]


async def prepared(visitor: Visitor, note: str, **said: Any) -> str:
    """The id of a certificate that waits to be signed."""
    return id_of(await finished(visitor, await begun(visitor, note), "unsigned", **said))


async def going_on(visitor: Visitor, certificate: str) -> str:
    answer = await visitor.get(f"{AT}/write?certificate={certificate}")
    assert answer.status_code == 200, answer.text
    return answer.text


def body_of(panel: str, **typed: Any) -> dict[str, Any]:
    """What the page's autosave sends of the panel, with what was typed."""
    said = hidden(panel)
    texts = {name.removeprefix("text-"): text for name, text in said.items() if name.startswith("text-")}
    about = {name: said[name] for name in ("template", "encounter", "base", "version", "revision")}
    return about | {"texts": texts | LEAVE | typed, "window": "one", "count": 3}


async def test_what_was_typed_in_a_prepared_one_is_there_when_it_is_opened_again(
    astrid: Visitor, signed_in: SignIn
) -> None:
    """By the button of the certificate itself, and it is what is signed; each has a draft of their own."""
    kim = await signed_in("kim", "nurse")
    certificate = await prepared(kim, await a_note(astrid), signer="Practitioner/astrid")
    hers, his = await going_on(astrid, certificate), await going_on(kim, certificate)
    assert draft_of(hers) != draft_of(his)
    for visitor, panel, text in ((kim, his, "Av Kim."), (astrid, hers, "Av Astrid.")):
        kept = await visitor.post(f"{AT}/drafts/{draft_of(panel)}", json=body_of(panel, ovrigt=text))
        assert kept.status_code == 200, kept.text
    again = await going_on(astrid, certificate)
    assert draft_of(again) == draft_of(hers)
    assert "Av Astrid." in again
    assert "Av Kim." not in again
    assert id_of(await finished(astrid, again, also={"ovrigt": "Av Astrid."})) == certificate
    assert "Av Astrid." in (await astrid.get(f"{HOME}/notes/{certificate}")).text
    assert draft_of(his) in (await kim.get("/unsigned")).text, "nothing that was typed is lost"


async def test_a_draft_of_an_older_version_waits_beside_what_stands_now(astrid: Visitor, signed_in: SignIn) -> None:
    kim = await signed_in("kim", "nurse")
    certificate = await prepared(kim, await a_note(astrid), signer="Practitioner/astrid")
    hers = await going_on(astrid, certificate)
    assert (await astrid.post(f"{AT}/drafts/{draft_of(hers)}", json=body_of(hers, ovrigt="Av Astrid."))).is_success
    later = await going_on(kim, certificate)
    changed = await finished(kim, later, "unsigned", also={"till": "2026-03-10"}, signer="Practitioner/astrid")
    assert id_of(changed) == certificate
    now = await going_on(astrid, certificate)
    assert draft_of(now) != draft_of(hers)
    assert "2026-03-10" in now
    assert id_of(await finished(astrid, now, also={"till": "2026-03-10"})) == certificate
    assert "Av Astrid." in (await astrid.get(f"{AT}/write?draft={draft_of(hers)}")).text


async def test_a_save_is_told_of_the_other_window_or_that_the_draft_is_gone(astrid: Visitor) -> None:
    """What the page needs to find its own text again, or to save it anew."""
    panel = await begun(astrid, await a_note(astrid))
    at, body = f"{AT}/drafts/{draft_of(panel)}", body_of(panel, ovrigt="Ring mig.")
    assert (await astrid.post(at, json=body)).status_code == 200
    other = await astrid.post(at, json=body | {"window": "two"})
    assert other.status_code == 409
    assert (other.json()["window"], other.json()["count"], other.json()["revision"]) == ("one", 3, 2)
    assert other.json()["texts"]["ovrigt"] == "Ring mig."
    assert id_of(await finished(astrid, panel))
    gone = await astrid.post(at, json=body | {"revision": 2})
    assert (gone.status_code, gone.json()) == (409, {"gone": True})


async def test_a_third_person_neither_changes_nor_signs_it_before_taking_it_on(
    astrid: Visitor, signed_in: SignIn, door: Door
) -> None:
    """R1: it is its author's and the named signer's."""
    kim, ulla = await signed_in("kim", "nurse"), await signed_in("ulla", "physician")
    certificate = await prepared(kim, await a_note(astrid), signer="Practitioner/astrid")
    before = await stored(door, certificate)
    refused = await ulla.get(f"{AT}/write?certificate={certificate}")
    assert refused.status_code == 403
    assert "Ta över signeringen" in refused.text
    forged = await going_on(astrid, certificate)
    for act in ("sign", "unsigned"):
        answer = await finished(ulla, forged, act, also={"till": "2026-12-24"})
        assert answer.status_code == 403, answer.text
        assert "Ta över signeringen" in answer.text
    assert await stored(door, certificate) == before
    page = (await ulla.get(f"{HOME}/notes/{certificate}")).text
    assert f"/notes/{certificate}/take-on" in page
    assert "certificates/write" not in page
    taken = await ulla.post(f"{HOME}/notes/{certificate}/take-on", data={"version": "1"})
    assert taken.status_code == 303
    assert (await astrid.get(f"{AT}/write?certificate={certificate}")).status_code == 403
    panel = await going_on(ulla, certificate)
    assert 'value="sign"' in panel
    assert id_of(await finished(ulla, panel)) == certificate


async def test_an_author_whose_certificate_was_taken_on_is_offered_no_signing(
    astrid: Visitor, signed_in: SignIn
) -> None:
    certificate = await prepared(astrid, await a_note(astrid))
    ulla = await signed_in("ulla", "physician")
    assert (await ulla.post(f"{HOME}/notes/{certificate}/take-on", data={"version": "1"})).status_code == 303
    panel = await going_on(astrid, certificate)
    assert 'value="sign"' not in panel
    assert "Ulla Ny" in panel
    assert id_of(await finished(astrid, panel, "unsigned", also={"till": "2026-03-11"})) == certificate
    assert "Ulla Ny" in (await astrid.get(f"{HOME}/notes/{certificate}")).text, "who is to sign stays"


async def test_a_replacement_that_is_prepared_first_keeps_why(astrid: Visitor, signed_in: SignIn, door: Door) -> None:
    """R2: the reason; and who cancels the old one is said before anybody signs."""
    old = await signed(astrid, await a_note(astrid))
    ulla = await signed_in("ulla", "physician")
    asked = {"replaces": old, "reason": "Fel period"}
    hers = await ulla.post(f"{AT}/begin", data=asked, headers=HX)
    assert hers.status_code == 403
    assert "den som signerade" in hers.text
    panel = (await astrid.post(f"{AT}/begin", data=asked, headers=HX)).text
    new = id_of(await finished(astrid, panel, "unsigned", also={"till": "2026-03-07"}))
    assert {"url": REASON, "valueString": "Fel period"} in (await stored(door, new))["extension"]
    assert "Fel period" in await going_on(astrid, new)
    assert (await ulla.post(f"{HOME}/notes/{new}/take-on", data={"version": "1"})).status_code == 303
    panel = await going_on(ulla, new)
    assert 'value="sign"' not in panel
    assert "den som signerade" in panel
    answer = await finished(ulla, panel, also={"till": "2026-03-07"})
    assert answer.status_code == 403
    assert (await stored(door, old))["status"] == "final"
    assert (await astrid.post(f"{HOME}/notes/{new}/take-on", data={"version": "2"})).status_code == 303
    blank = {"text-#reason": "", "text-#replaces": "", "text-#origin": ""}
    done = await finished(astrid, await going_on(astrid, new), also={"till": "2026-03-07"}, **blank)
    assert id_of(done) == new
    assert "Ersatt av nytt intyg: Fel period" in (await astrid.get(f"{HOME}/notes/{old}")).text


async def test_a_draft_that_replaces_is_never_what_the_note_begins(astrid: Visitor, door: Door) -> None:
    note = await a_note(astrid)
    old = await signed(astrid, note)
    asked = {"replaces": old, "reason": "Fel period"}
    replacing = (await astrid.post(f"{AT}/begin", data=asked, headers=HX)).text
    second = await begun(astrid, note)
    assert draft_of(second) != draft_of(replacing)
    assert id_of(await finished(astrid, second)) != old
    assert (await stored(door, old))["status"] == "final"


async def test_where_it_comes_from_and_what_it_replaces_is_not_the_pages_to_say(astrid: Visitor, door: Door) -> None:
    note = await a_note(astrid)
    other = await a_note(astrid, status="En annan dag.")
    panel = await begun(astrid, note, "sick-leave")
    blanked = body_of(panel) | {"texts": LEAVE}
    kept = await astrid.post(f"{AT}/drafts/{draft_of(panel)}", json=blanked)
    assert kept.status_code == 200
    again = (await astrid.get(f"{AT}/write?draft={draft_of(panel)}")).text
    assert hidden(again)["text-#origin"] == f"Composition/{note}/_history/1"
    named = {"text-#replaces": other, "text-#reason": "x"}
    new = id_of(await finished(astrid, again, **named))
    assert [one["code"] for one in (await stored(door, new))["relatesTo"]] == ["transforms"]
    unheld = panel.replace(draft_of(panel), "d" * 32)
    assert (await finished(astrid, unheld, **named)).status_code == 409
    assert (await stored(door, other))["status"] == "final"
    third = await begun(astrid, note)
    struck = await astrid.post(f"{HOME}/notes/{note}/strike", data={"version": "1", "reason": "Fel patient"})
    assert struck.status_code == 303
    assert (await finished(astrid, third, **{"text-#origin": ""})).status_code == 409


async def test_what_is_told_after_it_goes_by_how_it_stands(astrid: Visitor) -> None:
    certificate = await prepared(astrid, await a_note(astrid))
    assert "✓" not in (await astrid.get(f"{HOME}/notes/{certificate}?done=signed")).text
    assert "✓" in (await astrid.get(f"{HOME}/notes/{certificate}?done=prepared")).text


async def test_a_child_gets_no_certificate_of_grown_up_people(astrid: Visitor, door: Door) -> None:
    """Decision 37: which certificate there is follows from the age."""
    note = await a_note(astrid)
    async with door.opened(world.SYSTEM, "administration") as record:
        vera = (await record.read("Patient", "vera")).resource
        await record.write([Wish("update", vera | {"birthDate": "2015-01-01"}, owner=Owner("", ""))])
    answer = await astrid.post(f"{AT}/begin", data={"note": note, "kind": "sick-leave"}, headers=HX)
    assert answer.status_code == 409
    assert "för ung" in answer.text
    assert await begun(astrid, note, "statement")
