"""What comes in is compared with its page before anybody opens it, and the flow stops by itself (F216, F245).

Faults are put into what runs: an import that drops a negation, a page that changes a number.
"""

from base64 import b64encode
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.care.test_answers import LABORATORY, report, value
from tests.record import world
from tests.web.conftest import Visitor
from tests.web.test_answers import received
from varda.care.facts import Amount
from varda.introduction.readiness import Board, Gathering, Kept, Seal
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door
from varda.web import watching
from varda.web.watching import Arrivals

pytestmark = pytest.mark.anyio

SEAL = Seal(b"s" * 32)


@pytest.fixture
def arrivals(visitor: Visitor) -> Arrivals:
    return Arrivals(visitor._transport.app)  # type: ignore[attr-defined]  # as wired


async def how(door: Door, clock: SetClock, arrivals: Arrivals | None) -> tuple[str, list[str]]:
    """The county's tile after another round, and what is lacking."""
    door.catalogue.forget()
    gathering = Gathering(door.database, door.catalogue, SEAL, "0.1.0+test", arrivals=arrivals and arrivals.round)
    await gathering.gather(["text"], clock.now())
    found = await Board(door.database).county(clock.now())
    newest = await Kept(door.database, SEAL).newest("")
    return next(one.state for one in found if one.check.code == "text"), [
        one.why for row in newest if row.check == "text" for one in row.detail
    ]


async def stopped(door: Door, clock: SetClock) -> list[str]:
    """What is stopped at cardiology."""
    door.catalogue.forget()
    known = await door.catalogue.in_force(clock.now())
    return sorted(function for function, where in known.stopped if where == world.CARDIOLOGY)


async def test_a_dropped_negation_stops_the_flow_before_anybody_opens_the_answer(
    door: Door, clock: SetClock, database: Database, arrivals: Arrivals
) -> None:
    """F245: the words inget and inga vanished from answers, in November 2024."""
    await received(door, report("Inga tecken till malignitet."))
    assert await how(door, clock, arrivals) == ("met", [])
    assert await stopped(door, clock) == []
    original = b64encode(b"Inga tecken till malignitet.").decode()
    form = [{"contentType": "text/plain; charset=utf-8", "data": original}]
    clock.instant += timedelta(seconds=15)
    name = await received(door, report("Tecken till malignitet.", presentedForm=form))
    assert await how(door, clock, arrivals) == ("unmet", ["text"])
    assert await stopped(door, clock) == ["F49"]
    row = await database.one("select set_by, entry from catalogue.switch")
    assert (row["set_by"], row["entry"]) == ("job-text-comparison", name)
    assert await how(door, clock, arrivals) == ("unmet", ["text"]), "it does not pass by itself"
    assert (await database.one("select count(*) as n from catalogue.switch"))["n"] == 1, "stopped once"


async def test_a_changed_quantity_stops_the_flow_and_a_start_anew_does_not_forget_it(
    door: Door, clock: SetClock, arrivals: Arrivals, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F245: a number that the page shows otherwise than it came."""
    with monkeypatch.context() as changed:
        changed.setattr(
            "varda.care.results.model.amount",
            lambda one: Amount(Decimal("75.20"), one.get("unit", "")) if one else None,
        )
        await received(door, value(number="72.50", category=LABORATORY))
        assert await how(door, clock, arrivals) == ("unmet", ["text"])
        assert await stopped(door, clock) == ["F49"]
    assert await how(door, clock, arrivals) == ("unmet", ["text-stopped"]), "the page is mended, the flow stands still"
    later: Any = Arrivals(visitor._transport.app)  # type: ignore[attr-defined]  # as wired
    clock.instant += timedelta(hours=2)
    assert await how(door, clock, later) == ("unmet", ["text-stopped"])


async def test_a_flood_is_compared_by_rounds_and_told(
    door: Door, clock: SetClock, arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F245: bounded, and none is left out."""
    monkeypatch.setattr(watching, "MANY", 2)
    for number in range(3):
        clock.instant += timedelta(seconds=1)
        await received(door, report(f"Svar {number}."))
    assert await how(door, clock, arrivals) == ("unmet", ["text-behind"])
    assert await how(door, clock, arrivals) == ("met", [])


async def test_without_pages_it_is_missing(door: Door, clock: SetClock) -> None:
    """F216: silence is never green."""
    assert (await how(door, clock, None))[0] == "missing"
