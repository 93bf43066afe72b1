"""The pack opened in a browser with the server dead: a file, a phrase, no network, and a clock that goes on (F246)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.person import AXE, RULES
from varda.access.people import Unit
from varda.care import attention, medication, patients
from varda.introduction.downtime import Carried, Contents, Facts, Phrase
from varda.web import downtime

pytestmark = pytest.mark.journey

MADE = datetime(2026, 3, 1, 12, tzinfo=UTC)
ENDS = MADE + timedelta(hours=12)
SEAL = b"s" * 32
WARD = Unit("SE9999999999-C", "Hjärtavdelningen", "cardiology", "SE9999999999-R", "Regionen")
PHRASE = Phrase(WARD.hsa)


def vera() -> Carried:
    person = patients.person({"id": "vera", "name": [{"given": ["Vera"], "family": "Åkesson"}]})
    drug = {"medicationCodeableConcept": {"text": "Metoprolol"}, "dosageInstruction": [{"text": "1 tablett"}]}
    drugs = [{"resourceType": "MedicationRequest", "id": "m", "status": "active", **drug}]
    facts = Facts(attention.allergies([]), [], medication.medicines(drugs), [], [], [])
    return Carried(patients.Row(person, place="Sal 1"), facts)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file as the process beside writes it. Nothing of Varda runs in this test."""
    contents = Contents(WARD, MADE, ENDS, [vera()], frozenset(), is_cut=False)
    path = tmp_path / "pack.html"
    path.write_bytes(downtime.written(contents, PHRASE, SEAL, "production"))
    return path


def test_the_pack_opens_with_the_server_dead(browser: Browser, file: Path) -> None:
    """F246: offline, from the disk; a wrong phrase says what to do; past its end it is opened and warns in red."""
    window = browser.new_context(offline=True, locale="sv-SE")
    asked: list[str] = []
    page = window.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.clock.set_fixed_time(MADE + timedelta(hours=3, minutes=20))
    page.goto(file.as_uri())
    field, button = page.get_by_label("Enhetens lösenfras"), page.get_by_role("button", name="Öppna underlaget")
    expect(page.get_by_text("För 3 h 20 min sedan.")).to_be_visible()
    expect(page.get_by_text("Metoprolol")).to_have_count(0)
    field.fill("GNDX")
    button.click()
    expect(page.get_by_text("Frasen har 16 tecken. Du har skrivit 4.")).to_be_visible()
    field.fill("0000 0000 0000 0000")
    button.click()
    expect(page.get_by_text("Frasen öppnar inte det här underlaget.")).to_be_visible()
    assert field.input_value() == "0000 0000 0000 0000", "nothing typed is lost"
    field.fill(PHRASE.said(SEAL).lower())
    button.click()
    expect(page.get_by_text("Metoprolol")).to_be_visible()
    old = page.get_by_text("DET HÄR UNDERLAGET ÄR GAMMALT.").first
    expect(old).to_be_hidden()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
    assert [one["id"] for one in found["violations"]] == []
    page.clock.set_fixed_time(ENDS + timedelta(minutes=1))
    page.reload()
    expect(old).to_be_visible()
    field.fill(PHRASE.said(SEAL))
    button.click()
    expect(page.get_by_text("Metoprolol")).to_be_visible()
    expect(page.get_by_text("Ge inget enbart efter den här listan")).to_be_visible()
    page.clock.set_fixed_time(MADE - timedelta(hours=1))
    page.reload()
    expect(page.get_by_text("Datorns klocka går fel")).to_be_visible()
    assert {url.partition(":")[0] for url in asked} == {"file"}, asked
    window.close()
