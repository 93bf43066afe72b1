"""Certificates (F28, F30): drafted from a note, prepared by one, signed by another, and then unchanged (R1, R2, R6)."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pypdf

from tests.record import world
from tests.record.test_citizens import VERA, citizen
from tests.record.test_seeking import note as plain_note
from tests.record.test_seeking import written
from tests.support import signing_in
from tests.support.switching import switched
from tests.web.conftest import SignIn, Visitor
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Absent
from varda.record import Door, Owner, Wish, discretion

HOME = "/chart/vera"
AT = f"{HOME}/certificates"
HX = {"HX-Request": "true"}
LEAVE = {
    "underlag#Undersökning av patienten": "1", "underlag-dag": "2026-03-01", "sysselsattning#Arbetssökande": "1",
    "diagnos": "Ryggsmärta (M54.5)", "funktionsnedsattning": "Nedsatt rörlighet.",
    "aktivitetsbegransning": "Kan inte lyfta.", "grad": "100 %", "fran": "2026-03-01", "till": "2026-03-14",
    "prognos": "Prognosen är oklar",
}  # fmt: skip


async def a_note(astrid: Visitor, act: str = "sign", **texts: str) -> str:
    """The id of a note that Astrid has signed (or saved) about Vera."""
    said = texts or {"status": "Nedsatt rörlighet.", "funktion": "Kan inte lyfta."}
    data = {"template": "visit", "act": act, "encounter": "vera-stay"} | {f"text-{k}": v for k, v in said.items()}
    answer = await astrid.post(f"{HOME}/drafts/{abs(hash(str(said))):032x}/finish", data=data)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0].rpartition("/")[2]


async def begun(visitor: Visitor, note: str, kind: str = "sick-leave") -> str:
    """The panel with the draft."""
    answer = await visitor.post(f"{AT}/begin", data={"note": note, "kind": kind}, headers=HX)
    assert answer.status_code == 200, answer.text
    return answer.text


def hidden(panel: str) -> dict[str, str]:
    """What the form of the panel sends of itself."""
    found = re.findall(r'<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', panel)
    return {name: unescape(value) for name, value in found if name != "csrf"}


def draft_of(panel: str) -> str:
    found = re.search(r'data-draft="([^"]+)"', panel)
    assert found, panel
    return found[1]


async def finished(visitor: Visitor, panel: str, act: str = "sign", **said: Any) -> Any:
    answers = {f"text-{name}": text for name, text in (said.pop("answers", LEAVE) | said.pop("also", {})).items()}
    data = hidden(panel) | answers | {"act": act} | said
    return await visitor.post(f"{AT}/drafts/{draft_of(panel)}/finish", data=data)


async def signed(astrid: Visitor, note: str) -> str:
    """The id of a certificate that Astrid has signed."""
    answer = await finished(astrid, await begun(astrid, note))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0].rpartition("/")[2]


async def kept(door: Door, unit: str, *items: dict[str, Any]) -> None:
    owner = Owner(unit, world.REGION if unit else "")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=owner) for one in items])


async def stored(door: Door, id_: str) -> dict[str, Any]:
    async with door.opened(world.SYSTEM, "administration") as record:
        return (await record.read("Composition", id_)).resource


async def test_a_certificate_is_drafted_from_a_note_with_what_the_record_knows(astrid: Visitor) -> None:
    note = await a_note(astrid)
    page = (await astrid.get(f"{HOME}/notes/{note}")).text
    assert "Läkarintyg för sjukpenning" in page
    panel = await begun(astrid, note)
    assert 'data-save-state="saved"' in panel
    assert "Nedsatt rörlighet." in panel
    assert "Kan inte lyfta." in panel
    assert re.search(r"från\s+Besöksanteckning 2026-03-01, Astrid Lund", panel)
    assert "Försäkringskassan" in panel
    assert draft_of(await begun(astrid, note)) == draft_of(panel), "the draft that was begun is gone on with"
    unsigned = (await astrid.get("/unsigned")).text
    assert draft_of(panel) in unsigned
    assert "2026-03-01–" in unsigned, "what tells one draft from another"
    whole = await astrid.post(f"{AT}/begin", data={"note": note, "kind": "sick-leave"})
    assert whole.headers["location"] == f"{AT}?draft={draft_of(panel)}"
    assert f"certificates/write?draft={draft_of(panel)}" in (await astrid.get(whole.headers["location"])).text


async def test_a_nurse_prepares_and_the_physician_finds_it_and_signs(astrid: Visitor, signed_in: SignIn) -> None:
    """R1: it names who is to sign; nobody signs what the role or the licence does not let them."""
    note, kim = await a_note(astrid), await signed_in("kim", "nurse")
    panel = await begun(kim, note)
    assert 'value="sign"' not in panel
    assert re.search(r'"Practitioner/astrid"\s+selected', panel)
    assert (await finished(kim, panel, signer="Practitioner/astrid")).status_code == 403
    nobody = await finished(kim, panel, "unsigned", signer="")
    assert nobody.status_code == 422
    assert "Välj vem som ska signera" in nobody.text
    kept = await finished(kim, panel, "unsigned", signer="Practitioner/astrid")
    assert kept.status_code == 303, kept.text
    at = kept.headers["location"].partition("?")[0]
    for place in ("/inbox", "/unsigned", HOME):
        assert "Läkarintyg för sjukpenning" in (await astrid.get(place)).text, place
    assert "Läkarintyg för sjukpenning" not in (await kim.get("/unsigned")).text.partition("Skrivna av mig")[0]
    assert "Fortsätt skriva eller signera" in (await astrid.get(at)).text
    going = (await astrid.get(f"{AT}/write?certificate={at.rpartition('/')[2]}")).text
    answer = await finished(astrid, going, also={"till": "2026-03-20"})
    assert answer.status_code == 303, answer.text
    page = (await astrid.get(at)).text
    assert "Signerad av Astrid Lund" in page
    assert "2026-03-20" in page
    assert "Kopierat från Besöksanteckning" in page


async def test_a_signed_certificate_never_changes_and_is_cancelled_with_a_reason(
    astrid: Visitor, signed_in: SignIn, door: Door
) -> None:
    """R2: no amendment by any way, the API's rules included; what it said stays."""
    certificate = await signed(astrid, await a_note(astrid))
    before = await stored(door, certificate)
    assert before["status"] == "final"
    assert before["contained"][0]["questionnaire"].endswith("/certificate/sick-leave|1")
    panel = await astrid.get(f"{AT}/write?certificate={certificate}")
    assert panel.status_code == 409
    assert (await astrid.get(f"{HOME}/notes/write?note={certificate}")).status_code == 409
    note_panel = {"template": "visit", "base": certificate, "version": "1", "text-status": "Annat", "reason": "x"}
    assert (await astrid.post(f"{HOME}/drafts/{'b' * 32}/finish", data=note_panel | {"act": "sign"})).status_code == 409
    ulla = await signed_in("ulla", "physician")
    assert (await ulla.post(f"{AT}/{certificate}/cancel", data={"version": "1", "reason": "x"})).status_code == 403
    assert (await astrid.post(f"{AT}/{certificate}/cancel", data={"version": "1", "reason": " "})).status_code == 422
    gone = await astrid.post(f"{AT}/{certificate}/cancel", data={"version": "1", "reason": "Fel patient"})
    assert gone.status_code == 303
    page = (await astrid.get(f"{HOME}/notes/{certificate}")).text
    assert "Makulerat: Fel patient" in page
    assert "Kan inte lyfta." in page
    after = await stored(door, certificate)
    assert after["section"] == before["section"]
    assert "Fel patient" in (await astrid.get(f"{HOME}/notes/{certificate}/history")).text
    again = await astrid.post(f"{AT}/{certificate}/cancel", data={"version": "2", "reason": "Igen"})
    assert again.status_code == 403


async def test_a_new_one_takes_its_place_in_one_piece_of_work(astrid: Visitor, door: Door) -> None:
    certificate = await signed(astrid, await a_note(astrid))
    none = await astrid.post(f"{AT}/begin", data={"replaces": certificate, "reason": ""}, headers=HX)
    assert none.status_code == 422
    answer = await astrid.post(f"{AT}/begin", data={"replaces": certificate, "reason": "Fel period"}, headers=HX)
    assert answer.status_code == 200
    assert (await stored(door, certificate))["status"] == "final", "it stands until the new one is signed"
    new = await finished(astrid, answer.text, also={"till": "2026-03-07"})
    assert new.status_code == 303, new.text
    old = (await astrid.get(f"{HOME}/notes/{certificate}")).text
    assert "Ersatt av nytt intyg: Fel period" in old
    after = await stored(door, new.headers["location"].partition("?")[0].rpartition("/")[2])
    assert {"code": "replaces", "targetReference": {"reference": f"Composition/{certificate}"}} in after["relatesTo"]


async def test_pressing_twice_makes_one_and_two_do_not_sign_the_same(astrid: Visitor, signed_in: SignIn) -> None:
    note = await a_note(astrid)
    panel = await begun(astrid, note)
    first, second = await finished(astrid, panel), await finished(astrid, panel)
    assert first.headers["location"] == second.headers["location"]
    assert (await finished(astrid, panel, also={"till": "2026-04-01"})).status_code == 409
    kim = await signed_in("kim", "nurse")
    kept = await finished(kim, await begun(kim, note), "unsigned", signer="Practitioner/astrid")
    id_ = kept.headers["location"].partition("?")[0].rpartition("/")[2]
    going = (await astrid.get(f"{AT}/write?certificate={id_}")).text
    assert (await finished(kim, (await kim.get(f"{AT}/write?certificate={id_}")).text, "unsigned",
                           also={"till": "2026-03-09"}, signer="Practitioner/astrid")).status_code == 303  # fmt: skip
    stale = await finished(astrid, going)
    assert stale.status_code == 412, "it was changed after it was read"


async def test_what_is_missing_or_cannot_be_comes_back_at_its_place(astrid: Visitor) -> None:
    panel = await begun(astrid, await a_note(astrid))
    short = await finished(astrid, panel, answers={"diagnos": "Ryggsmärta"})
    assert short.status_code == 422
    assert "Ryggsmärta" in short.text
    assert short.text.count('aria-invalid="true"') >= 5
    backwards = await finished(astrid, panel, also={"till": "2026-02-01"})
    assert backwards.status_code == 422
    assert "Sista dagen är före den första" in backwards.text
    assert (await finished(astrid, panel, answers={})).status_code == 422
    assert (await finished(astrid, panel, "unsigned", answers={"diagnos": "Ryggsmärta"})).status_code == 303


async def test_a_note_that_changes_is_told_of_and_one_in_error_is_not_signed_from(astrid: Visitor) -> None:
    note = await a_note(astrid)
    panel = await begun(astrid, note)
    amended = {"template": "visit", "base": note, "version": "1", "reason": "Fel sida", "text-status": "Annat fynd."}
    assert (await astrid.post(f"{HOME}/drafts/{'c' * 32}/finish", data=amended | {"act": "sign"})).status_code == 303
    again = (await astrid.get(f"{AT}/write?draft={draft_of(panel)}")).text
    assert "Anteckningen har ändrats sedan" in again
    struck = await astrid.post(f"{HOME}/notes/{note}/strike", data={"version": "2", "reason": "Fel patient"})
    assert struck.status_code == 303
    refused = await finished(astrid, again)
    assert refused.status_code == 409
    assert draft_of(panel) in (await astrid.get("/unsigned")).text, "and what was written is there still"
    assert (await astrid.post(f"{AT}/begin", data={"note": note, "kind": "statement"})).status_code == 409


async def test_what_is_typed_is_safe_and_two_windows_are_not_mixed_up(astrid: Visitor) -> None:
    panel = await begun(astrid, await a_note(astrid))
    draft, said = draft_of(panel), hidden(panel)
    texts = {name.removeprefix("text-"): text for name, text in said.items() if name.startswith("text-")}
    body = {"template": said["template"], "texts": texts | {"ovrigt": "Ring mig."}, "revision": int(said["revision"])}
    kept = await astrid.post(f"{AT}/drafts/{draft}", json=body)
    assert kept.status_code == 200
    assert "Ring mig." in (await astrid.get(f"{AT}/write?draft={draft}")).text
    other = await astrid.post(f"{AT}/drafts/{draft}", json=body | {"texts": {"ovrigt": "Annat"}})
    assert other.status_code == 409
    assert other.json()["texts"]["ovrigt"] == "Ring mig."
    assert (await astrid.post(f"{AT}/drafts/{draft}", json={"texts": "x"})).status_code == 400
    assert (await astrid.post(f"{AT}/drafts/{draft}/discard")).status_code == 303
    assert (await astrid.get(f"{AT}/write?draft={draft}")).status_code == 404


async def test_who_may_not_is_offered_nothing_and_refused(
    astrid: Visitor, signed_in: SignIn, door: Door, clock: SetClock
) -> None:
    note = await a_note(astrid)
    for name, role in (("sixten", "medical-student"), ("ulf", "assistant-nurse")):
        visitor = await signed_in(name, role)
        assert "/certificates/begin" not in (await visitor.get(f"{HOME}/notes/{note}")).text
        assert (await visitor.post(f"{AT}/begin", data={"note": note, "kind": "statement"})).status_code == 403
    for wrong in ({"kind": "no-such"}, {"note": "no-such"}):
        answer = await astrid.post(f"{AT}/begin", data={"note": note, "kind": "statement"} | wrong)
        assert answer.status_code == 404
    panel = await begun(astrid, note)
    await switched(door.catalogue, "F28", world.CARDIOLOGY, "stopped", clock.now())
    assert (await finished(astrid, panel)).status_code == 403
    assert (await astrid.get(f"{HOME}/notes/{note}")).status_code == 200, "reading never stops"


async def test_without_the_licence_nobody_prepares_or_signs(
    astrid: Visitor, door: Door, visitor_of: Callable[..., Visitor], signed_in: SignIn
) -> None:
    """A2: the role alone is not enough."""
    note = await a_note(astrid)
    await kept(door, "", world.person("rut", "Rut", "Ny"), world.assignment("rut", "cardiology", "physician"))
    rut = visitor_of()
    await signing_in.signed_in(rut, "SE9999999999-rut", "SE9999999999-rut-cardiology")
    assert "/certificates/begin" not in (await rut.get(f"{HOME}/notes/{note}")).text
    refused = await rut.post(f"{AT}/begin", data={"note": note, "kind": "statement"})
    assert refused.status_code == 403
    assert "legitimation som läkare" in refused.text
    panel = await begun(await signed_in("kim", "nurse"), note)
    assert 'value="Practitioner/astrid"' in panel
    assert 'value="Practitioner/rut"' not in panel, "nothing waits for somebody who may not sign it"
    await rut.aclose()


async def test_activity_on_prescription_is_signed_by_whoever_is_licensed_for_it(
    astrid: Visitor, signed_in: SignIn
) -> None:
    note = await a_note(astrid, funktion="Går utan stöd.", mal="Orka trapporna.")
    per = await signed_in("per", "physiotherapist")
    panel = await begun(per, note, "physical-activity")
    assert "Orka trapporna." in panel
    answers = {"orsak": "Hypertoni", "aktivitet#Promenad": "1", "aktivitet#other": "Dans", "ganger": "3",
               "minuter": "30", "intensitet": "Måttlig: samtala med viss ansträngning",
               "uppfoljning": "2026-06-01"}  # fmt: skip
    wrong = await finished(per, panel, answers=answers | {"ganger": "40"})
    assert wrong.status_code == 422
    done = await finished(per, panel, answers=answers)
    assert done.status_code == 303, done.text
    page = (await per.get(done.headers["location"])).text
    assert "Promenad" in page
    assert "Dans" in page
    panel = await begun(per, note)
    assert 'value="sign"' not in panel, "sick leave is signed by a physician"


async def test_a_diagnosis_that_the_patient_keeps_back_leaves_no_trace_on_the_paper(
    astrid: Visitor, door: Door
) -> None:
    panel = await begun(astrid, await a_note(astrid), "statement")
    answers = {"syfte": "Arbetsgivaren", "vard#Besök": "1", "fran": "2026-03-01", "ange-diagnos": "false",
               "diagnos": "Ryggsmärta", "utlatande": "Vårdas."}  # fmt: skip
    done = await finished(astrid, panel, answers=answers)
    assert done.status_code == 303, done.text
    at = done.headers["location"].partition("?")[0]
    page = (await astrid.get(at)).text
    assert "Vårdas." in page
    assert "Ryggsmärta" not in page
    assert "Vill patienten" not in page
    answered = (await stored(door, at.rpartition("/")[2]))["contained"][0]["item"]
    assert "ange-diagnos" in [one["linkId"] for one in answered]


async def test_the_list_finds_a_certificate_behind_all_that_was_written_since(astrid: Visitor, door: Door) -> None:
    certificate = await signed(astrid, await a_note(astrid))
    async with door.opened(world.SYSTEM, "administration") as record:
        owner = Owner(world.CARDIOLOGY, world.REGION)
        later = [plain_note(f"n{n}", "Mår bra.") | {"date": "2026-03-02T08:00:00Z"} for n in range(205)]
        await record.write([Wish("update", one, owner=owner) for one in later])
    page = (await astrid.get(AT)).text
    assert f"{HOME}/notes/{certificate}" in page
    assert f"{HOME}/notes/n1" not in page


async def test_what_is_kept_back_from_the_patient_is_not_taken_over(astrid: Visitor, door: Door) -> None:
    """A17: the certificate has no label, and the patient reads it."""
    note = await a_note(astrid)
    async with door.opened(world.SYSTEM, "administration") as record:
        held = await record.read("Composition", note)
        await record.update(discretion.labelled(held.resource), expected=held.version)
    panel = await begun(astrid, note)
    assert "togs inte med" in panel
    assert "Kan inte lyfta." not in panel
    assert "togs inte med" not in await begun(astrid, await a_note(astrid, status="Mår bra."))


async def test_where_it_was_copied_from_is_named_to_whoever_reads_that_alone(astrid: Visitor, door: Door) -> None:
    """A13: the mark holds no title, no day and no author of a note that others may not see."""
    note = await a_note(astrid)
    certificate = await signed(astrid, note)
    marks = [one["extension"] for one in (await stored(door, certificate))["section"] if "extension" in one]
    assert {"reference": f"Composition/{note}"} in [one["valueReference"] for some in marks for one in some]
    assert all("display" not in one["valueReference"] for some in marks for one in some)
    page = (await astrid.get(f"{HOME}/notes/{certificate}")).text
    named = "Besöksanteckning 2026-03-01 13:00, Astrid Lund, Physician"
    assert set(re.findall(r"Kopierat från (.*)<", page)) == {named}


async def test_it_is_handed_out_as_an_accessible_pdf_and_noted(astrid: Visitor, database: Database) -> None:
    """R6: what, to whom, why – before it leaves."""
    certificate = await signed(astrid, await a_note(astrid))
    form = {"what": f"note:{certificate}", "recipient": "Försäkringskassan", "reason": "På patientens begäran"}
    answer = await astrid.post(f"{HOME}/documents", data=form)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    text = " ".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages).split())
    for said in ("Läkarintyg för sjukpenning, version 1", "Det är inte mottagarens egen blankett.", "Försäkringskassan",
                 "Kan inte lyfta.",
                 "Signerad av Astrid Lund", "Cardiology", "19500214-XA07"):  # fmt: skip
        assert said in text, said
    row = await database.one("select recipient, entries from record.copy")
    assert tuple(row.values()) == ("Försäkringskassan", [f"Composition/{certificate}"])
    gone = {"version": "1", "reason": "Fel period"}
    assert (await astrid.post(f"{AT}/{certificate}/cancel", data=gone)).status_code == 303
    again = await astrid.post(f"{HOME}/documents", data=form)
    assert "MAKULERAT" in "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(again.content)).pages)


async def test_the_patient_sees_what_is_signed_and_nothing_before(astrid: Visitor, door: Door) -> None:
    """A17: a prepared certificate is not the patient's to read yet."""
    note = await a_note(astrid)
    panel = await begun(astrid, note)
    kept = await finished(astrid, panel, "unsigned")
    id_ = kept.headers["location"].partition("?")[0].rpartition("/")[2]

    async def seen() -> bool:
        async with door.opened(citizen(VERA), "own") as record:
            try:
                return bool((await record.read("Composition", id_)).resource)
            except Absent:
                return False

    assert not await seen()
    going = (await astrid.get(f"{AT}/write?certificate={id_}")).text
    assert (await finished(astrid, going)).status_code == 303
    assert await seen()


async def test_a_block_hides_the_certificate_and_what_it_was_drafted_from(
    astrid: Visitor, door: Door, visitor_of: Callable[..., Visitor]
) -> None:
    """A3, A4: another unit sees it by an active choice, and after a block neither it nor that it is there (A13)."""
    note = await a_note(astrid)
    certificate = await signed(astrid, note)
    await kept(door, world.SURGERY, world.contact("vera-surgery", "vera", "surgery"))
    bo = visitor_of()
    await signing_in.signed_in(bo, "SE9999999999-bo", "SE9999999999-bo-surgery")
    await bo.post(f"{HOME}/choose", data={"reason": "Jour", "width": "units"})
    assert "Kan inte lyfta." in (await bo.get(f"{HOME}/notes/{certificate}")).text
    await kept(door, world.CARDIOLOGY, world.decision(
        "inner-block", "vera", id_="blocked", provider="region", actors=("cardiology",)
    ))  # fmt: skip
    assert (await bo.get(f"{HOME}/notes/{certificate}")).status_code == 404
    assert (await bo.post(f"{AT}/begin", data={"note": note, "kind": "statement"})).status_code == 404
    listed = await bo.get(AT)
    assert listed.status_code == 200
    assert certificate not in listed.text
    await bo.aclose()


async def test_a_contact_that_has_ended_keeps_its_days_and_the_draft_its_text(
    astrid: Visitor, door: Door, clock: SetClock
) -> None:
    note = await a_note(astrid)
    panel = await begun(astrid, note)
    stay = world.contact("vera-stay", "vera", "cardiology", "finished")
    stay["period"] = {"start": "2026-02-26T08:00:00Z", "end": "2026-03-01T11:00:00Z"}
    await kept(door, world.CARDIOLOGY, stay)
    clock.instant += timedelta(minutes=1)
    closed = await finished(astrid, panel)
    assert closed.status_code in (403, 404), "the relation has ended with the contact"
    opened = await astrid.post(f"{HOME}/choose", data={"reason": "Intyg", "next": HOME})
    assert opened.status_code == 303, opened.text
    assert draft_of(panel) in (await astrid.get("/unsigned")).text
    statement = await begun(astrid, note, "statement")
    assert 'value="2026-02-26"' in statement
    assert 'value="2026-03-01"' in statement
    assert (await finished(astrid, panel)).status_code == 303


async def test_a_note_is_not_made_a_certificate_by_any_way(astrid: Visitor, door: Door) -> None:
    """The category that the rights go by stays (F28)."""
    await written(door, world.CARDIOLOGY, plain_note("n1", "Mår bra."))
    page = (await astrid.get(f"{HOME}/notes/n1")).text
    assert "/certificates/begin" in page
    assert (await astrid.post(f"{AT}/n1/cancel", data={"version": "1", "reason": "x"})).status_code == 404
