"""Documents out: read back, nothing is lost; noted as handed out before they leave (R6 in docs/law.md)."""

import io
import re
import unicodedata
from typing import Any

import httpx
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.record import world
from tests.record.test_seeking import note, written
from varda.kernel.db import Database
from varda.record import Door, Wish
from varda.web.documents import pdf

_WITHOUT_LOOK = {"Cf", "Mn", "Me", "Zs", "Zl", "Zp"} | {"Lm", "Lo", "Mc"}  # invisible, or drawn joined with others
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
LONG = "Lungröntgenundersökningsremissbedömningsprotokollsanteckning" * 3
TEXT = "Åke är öm.\nBlåser 38,5 – «ingen» feber. #strong[x] $a$ \\ @y <b> " + LONG


def document(*blocks: dict[str, Any]) -> dict[str, Any]:
    """A document with these blocks."""
    about = {"title": "Anteckning", "author": "Cardiology", "language": "sv", "banner": "TEST", "name": "Vera Åkesson"}
    foot = {"number": "19500214-XA07", "warning": "", "page": "sida", "foot": "Utskrivet av Astrid"}
    return {**about, **foot, "blocks": list(blocks)}


def said(made: bytes) -> str:
    """The text of a PDF without what only breaks lines, and without what stands above and below on every page."""
    reader = pypdf.PdfReader(io.BytesIO(made))
    pages = [bare(page.extract_text()) for page in reader.pages]
    return "".join(re.sub(r"^.*?sida\d+/\d+|Utskrivet(20|avAstrid).*$", "", page) for page in pages)


def bare(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


async def printed(astrid: httpx.AsyncClient, **form: str) -> httpx.Response:
    page = (await astrid.get("/chart/vera/documents")).text
    token = re.findall(r'name="csrf" value="([^"]+)"', page)[-1]
    wanted = {"to": "Patienten", "reason": "På patientens begäran", "csrf": token}
    return await astrid.post("/chart/vera/documents", data=wanted | form)


async def test_a_note_comes_out_whole_with_who_it_is_about_on_every_page(
    door: Door, astrid: httpx.AsyncClient, database: Database
) -> None:
    lines = " ".join(f"Rad {number} med åäö." for number in range(900))
    await written(door, world.CARDIOLOGY, note("long", f"{lines} 🤒 slut"))
    answer = await printed(astrid, what="note:long")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert "vera" not in answer.headers["content-disposition"].lower()
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    assert len(reader.pages) > 2
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text()
        assert "Vera Maria Åkesson" in text
        assert "19500214-XA07" in text
        assert bare(f"sida {number} / {len(reader.pages)}") in bare(text)
        assert bare("av Astrid Lund, Physician, Cardiology") in bare(text)
        assert "TEST" in text
    body = said(answer.content)
    assert all(bare(f"Rad {number} med åäö.") in body for number in range(900))
    assert bare("[U+1F912 FACE WITH THERMOMETER] slut") in body
    row = await database.one("select recipient, reason, entries, way, name from record.copy")
    assert tuple(row.values()) == ("Patienten", "På patientens begäran", ["Composition/long"], "paper", "Astrid Lund")
    logged = await database.one("select what from audit.event where action = 'hand-out'")
    assert "Composition/long" in logged["what"]
    assert "På patientens begäran" in (await astrid.get("/chart/vera/corrections")).text


@pytest.mark.parametrize("what", ["medication", "diagnoses", "results", "summary"])
async def test_lists_hold_what_the_chart_shows_and_nothing_of_others(
    door: Door, astrid: httpx.AsyncClient, what: str
) -> None:
    vera = {"subject": {"reference": "Patient/vera"}}
    await written(
        door, world.CARDIOLOGY,
        {"resourceType": "Condition", "id": "c", "code": {"text": "Åderbråck"}} | vera,
        {"resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order",
         "medicationCodeableConcept": {"text": "Alvedon " + LONG}, "dosageInstruction": [{"text": "1 vid värk"}]}
        | vera,
        note("n", "Mår bra."),
    )  # fmt: skip
    await written(door, world.SURGERY, {"resourceType": "Condition", "id": "s", "code": {"text": "Blindtarm"}} | vera)
    answer = await printed(astrid, what=what)
    assert answer.status_code == 200, answer.text
    body = said(answer.content)
    wanted = {
        "medication": ["Alvedon" + LONG, "1 vid värk"], "diagnoses": ["Åderbråck"], "results": ["72,50"],
        "summary": ["Åderbråck", "72,50", "Alvedon", "Mår bra.", "ej känt"],
    }[what]  # fmt: skip
    assert [one for one in wanted if bare(one) not in body] == []
    assert "Blindtarm" not in body
    assert "71,0" not in body


async def test_a_diagnosis_that_was_ruled_out_is_printed_as_such(door: Door, astrid: httpx.AsyncClient) -> None:
    refuted = {
        "resourceType": "Condition", "id": "r", "code": {"text": "Lungemboli"},
        "subject": {"reference": "Patient/vera"},
        "verificationStatus": {"coding": [{"system": VERIFICATION, "code": "refuted"}]},
    }  # fmt: skip
    await written(door, world.CARDIOLOGY, refuted)
    for what in ("diagnoses", "summary"):
        body = said((await printed(astrid, what=what)).content)
        assert bare("Lungemboli (utesluten)") in body
        assert bare("(inte bekräftad)") not in body
        assert bare("Lungemboli (avslutad)") not in body


async def test_a_document_says_where_there_may_be_more_than_was_read(door: Door, astrid: httpx.AsyncClient) -> None:
    some = [
        {"resourceType": "Condition", "id": f"c{number}", "code": {"text": f"Diagnos {number}"},
         "subject": {"reference": "Patient/vera"}}
        for number in range(100)
    ]  # fmt: skip
    line = bare("Diagnosposter: bara de 100 senaste lästes för det här dokumentet.")
    await written(door, world.CARDIOLOGY, *some[:99])
    assert line not in said((await printed(astrid, what="summary")).content)
    await written(door, world.CARDIOLOGY, some[99])
    assert line in said((await printed(astrid, what="summary")).content)
    assert bare("senaste lästes") not in said((await printed(astrid, what="diagnoses")).content), "a list reads 500"


async def test_what_may_not_be_seen_is_not_printed_and_nothing_is_noted(
    door: Door, astrid: httpx.AsyncClient, database: Database
) -> None:
    await written(door, world.SURGERY, note("theirs", "Hemligt."))
    await written(door, world.SURGERY, note("asas", "Hemligt.", patient="asa"))
    for what, status in {"note:theirs": 404, "note:asas": 404, "note:none": 404, "nonsense": 400, "": 400}.items():
        assert (await printed(astrid, what=what)).status_code == status, what
    assert await database.all("select 1 from record.copy") == []


async def test_an_unsigned_note_says_so_on_paper(door: Door, astrid: httpx.AsyncClient) -> None:
    await written(door, world.CARDIOLOGY, note("open", "Mår bra.") | {"status": "preliminary"})
    assert "OSIGNERAD" in said((await printed(astrid, what="note:open")).content)


async def test_the_form_asks_to_whom_and_refuses_nobody(astrid: httpx.AsyncClient) -> None:
    answer = await printed(astrid, what="diagnoses", to=" ")
    assert answer.status_code == 422
    assert 'id="recipient-wrong"' in answer.text


async def test_what_was_typed_comes_back_with_what_is_wrong(astrid: httpx.AsyncClient) -> None:
    answer = await printed(astrid, what="diagnoses", to=" ", reason="Fortsatt vård", other="Försäkring")
    assert answer.status_code == 422
    assert 'value="Försäkring"' in answer.text
    assert re.search(r'value="Fortsatt vård"\s+checked', answer.text)


async def test_without_relation_there_is_no_form(astrid: httpx.AsyncClient) -> None:
    assert 'name="recipient"' not in (await astrid.get("/chart/asa/documents")).text


async def test_protected_people_are_marked_on_paper(door: Door, astrid: httpx.AsyncClient) -> None:
    """A14: prints alert."""
    vera = world.patient("vera", "Vera Maria", "Åkesson", "19500214-XA07")
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    more = {"meta": {"security": [label]}, "address": [{"text": "Hemliga gatan 1"}]}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", vera | more)])
    made = (await printed(astrid, what="summary")).content
    for page in pypdf.PdfReader(io.BytesIO(made)).pages:
        assert "SKYDDADE PERSONUPPGIFTER" in page.extract_text()
        assert "Hemliga" not in page.extract_text()


def test_it_is_tagged_and_has_title_and_language() -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf.made(document({"kind": "text", "text": TEXT}))))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "sv"
    assert reader.metadata is not None
    assert reader.metadata.title == "Anteckning"
    assert bare(TEXT) in said(pdf.made(document({"kind": "text", "text": TEXT})))


@settings(max_examples=25)
@given(st.text(max_size=60))
def test_no_sign_is_lost_whatever_is_written(text: str) -> None:
    """Each sign is drawn, or written out by number and name."""
    blocks = [{"kind": "text", "text": text}, {"kind": "table", "heads": ["a"], "widths": [1], "rows": [(text,)]}]
    body = said(pdf.made(document(*blocks)))
    for sign in text:
        if unicodedata.category(sign) not in _WITHOUT_LOOK:
            assert sign.isspace() or sign in body or bare(pdf.marked(sign)) in body, hex(ord(sign))
