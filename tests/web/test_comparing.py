"""A word or a number that is lost between what came in and what is shown stops the flow by itself (F245).

Faults are put into what runs: an import that drops a negation, a page that drops a word, a print that does.
"""

from base64 import b64encode
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.care.test_answers import LABORATORY, report, value
from tests.record import world
from tests.record.test_seeking import note, written
from tests.web.conftest import NOW, SignIn
from tests.web.test_answers import on_screen, received
from tests.web.test_documents import printed
from varda.care.facts import Amount
from varda.kernel.db import Database
from varda.record import Door


async def stopped(door: Door, unit: str = world.CARDIOLOGY) -> list[str]:
    """What is stopped at a unit."""
    known = await door.catalogue.in_force(NOW)
    door.catalogue.forget()
    return sorted(function for function, where in known.stopped if where == unit)


async def test_a_negation_that_an_import_dropped_stops_the_flow_at_the_unit_and_is_told(
    astrid: httpx.AsyncClient, door: Door, database: Database, signed_in: SignIn
) -> None:
    """F245: the words inget and inga vanished from answers, in November 2024."""
    original = b64encode(b"Inga tecken till malignitet.").decode()
    form = [{"contentType": "text/plain; charset=utf-8", "data": original}]
    name = await received(door, report("Tecken till malignitet.", presentedForm=form))
    assert await stopped(door) == []
    page = on_screen((await astrid.get(f"/chart/vera/answers/{name}")).text)
    assert "visar inte ord för ord" in page
    assert "inga tecken till malignitet" in page
    assert await stopped(door) == ["F49"]
    assert await stopped(door, world.SURGERY) == []
    row = await database.one("select set_by, set_name, entry, way_back from catalogue.switch")
    assert (row["set_by"], row["entry"]) == ("job-text-comparison", name)
    logged = await database.one("select what, patients from audit.event where action = 'mismatch'")
    assert "inga tecken till malignitet" in logged["what"]
    assert len(logged["patients"]) == 1
    told = (await astrid.get("/stops/F49")).text
    assert f'href="/chart/vera/answers/{name}"' in told
    assert "Textjämförelsen" in told
    assert name not in (await (await signed_in("rut", "receptionist")).get("/stops/F49")).text
    await astrid.get(f"/chart/vera/answers/{name}")
    assert (await database.one("select count(*) as n from catalogue.switch"))["n"] == 1, "stopped once"


async def test_a_word_or_a_number_that_a_page_drops_stops_the_flow(
    astrid: httpx.AsyncClient, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = [await received(door, value(number="72.50", category=LABORATORY))]
    name = await received(door, report("Inga tecken till malignitet.", results))
    page = f"/chart/vera/answers/{name}"
    assert "visar inte ord för ord" not in on_screen((await astrid.get(page)).text)
    assert await stopped(door) == []

    def changed(quantity: Any) -> Amount:
        return Amount(Decimal("75.20"), quantity.get("unit", ""))

    monkeypatch.setattr("varda.care.results.model.amount", lambda one: changed(one) if one else None)
    shown = on_screen((await astrid.get(page)).text)
    assert "visar inte ord för ord" in shown
    assert "72.50" in shown, "as it came"
    assert await stopped(door) == ["F49"]


async def test_a_note_that_would_be_printed_without_a_word_is_not_printed(
    astrid: httpx.AsyncClient, door: Door, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await written(door, world.CARDIOLOGY, note("whole", "Inga kända allergier &amp; frisk"))
    assert (await printed(astrid, what="note:whole")).status_code == 200
    assert await stopped(door) == []
    monkeypatch.setattr("varda.web.documents.contents._text", lambda text: {"kind": "text", "text": text.lower()})
    answer = await printed(astrid, what="note:whole")
    assert answer.status_code == 409
    assert await stopped(door) == ["F19"]
    assert (await database.one("select count(*) as n from record.copy"))["n"] == 1, "the first one alone"
