"""A wave gets its go by two keys, on evidence that is frozen, and never while a criterion lacks (F240, F231)."""

from datetime import datetime, timedelta

import asyncpg
import pytest

from tests.introduction.cutover.conftest import HOUR, IDA, MINUTE, OVE, PIA, SOUTH, STARTS, STINA
from tests.introduction.programme.conftest import NOW, OLGA
from tests.introduction.readiness.test_gathering import Ward
from varda.introduction.cutover import Books, Course, Going, Template, Waves
from varda.introduction.readiness import Concerns, Register
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Lacking, Refused

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)


async def driven(books: Books, template: Template, county: Database, kind: str = "start") -> Course:
    """A run-book of the candidate as it runs, all done before the first go."""
    await Ward(county).gather()
    known = (await Register(county).all()).now
    assert known is not None
    candidate = (known.build, known.configuration)
    number = await books.make(SOUTH, kind, STARTS, template, candidate, OLGA, NOW)  # type: ignore[arg-type] # it is one
    for code in ("move", "print"):
        await books.say(number, code, "begun", IDA, NOW)
        await books.say(number, code, "ended", IDA, NOW + MINUTE)
    await books.say(number, "moved", "go", IDA, NOW + MINUTE)
    return await books.course(number, NOW + 2 * MINUTE)


async def through(going: Going, now: datetime) -> None:
    """Let all that lacks through, by two."""
    for one in (await going.standing(now)).lacking:
        await going.gateways.override(going.at, one.code, "Ersättare finns", now + 5 * DAY, STINA, now)
        newest = (await going.standing(now)).overrides[0]
        await going.gateways.confirm(going.at, newest.number, OVE, now)


async def test_go_without_evidence_is_refused_and_what_it_rested_on_is_frozen(
    books: Books, template: Template, county: Database
) -> None:
    course = await driven(books, template, county)
    going = Going(county, course, "first")
    now = NOW + HOUR
    stands = await going.standing(now)
    assert stands.how("steps") == stands.how("candidate") == "met"
    assert {"gateway", "trained", "paper"} <= {one.code for one in stands.lacking}
    with pytest.raises(Conflict, match="neither met"):
        await going.turn("programme", "vi kör", PIA, now, passed=True)
    with pytest.raises(Refused, match="computed"):
        await going.gateways.give_evidence(going.at, "trained", "det är nog bra", OLGA, now, is_met=True)
    await through(going, now)
    await going.turn("programme", "vi kör", PIA, now, passed=True)
    assert (await books.course(course.book.number, now)).steps["go-first"].state == "stopped", "one key is none"
    with pytest.raises(Lacking):
        await going.turn("operations", "vi kör", OLGA, now, passed=True)
    await going.turn("operations", "vi kör", OVE, now + MINUTE, passed=True)
    [decision] = (await going.standing(now + MINUTE)).decisions
    assert decision.is_passed
    assert decision.stood["build"] == course.book.build
    figures = {one["code"]: one for one in decision.stood["criteria"]}
    assert figures["steps"] | {"sv": "", "en": ""} == {
        "code": "steps", "sv": "", "en": "", "how": "met", "met": 3, "units": 3, "carried": 0
    }  # fmt: skip
    assert figures["trained"]["how"] == "overridden"
    assert figures["trained"]["met"] < figures["trained"]["units"]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await county.run("update programme.first_key set stood = '{}'")
    assert (await books.course(course.book.number, now + MINUTE)).steps["go-first"].state == "done"


async def test_a_held_wave_waits_for_a_new_decision_of_both(books: Books, template: Template, county: Database) -> None:
    course = await driven(books, template, county)
    going, now = Going(county, course, "first"), NOW + HOUR
    await through(going, now)
    with pytest.raises(Conflict, match="nothing to hold"):
        await going.gateways.reopen(going.at, "vi väntar", PIA, now)
    for side, by in (("programme", PIA), ("operations", OVE)):
        await going.turn(side, "vi kör", by, now, passed=True)
    with pytest.raises(Lacking):
        await going.gateways.reopen(going.at, "vi väntar", IDA, now + MINUTE)
    await going.gateways.reopen(going.at, "Labbsvaren saknas", OVE, now + MINUTE)
    stands = await going.standing(now + MINUTE)
    assert (stands.state, stands.reopened.reason) == ("reopened", "Labbsvaren saknas")  # type: ignore[union-attr] # it is there
    number = course.book.number
    assert (await books.course(number, now + MINUTE)).steps["go-first"].state == "stopped"
    with pytest.raises(Conflict):
        await books.say(number, "switch-first", "begun", IDA, now + MINUTE)
    for side, by in (("programme", PIA), ("operations", OVE)):
        await going.turn(side, "svaren är här", by, now + 2 * MINUTE, passed=True)
    assert (await books.course(number, now + 2 * MINUTE)).steps["go-first"].state == "done"


async def test_no_is_a_decision_and_an_unanswered_concern_lets_nothing_through(
    books: Books, template: Template, county: Database
) -> None:
    going, now = Going(county, await driven(books, template, county), "first"), NOW + HOUR
    await Concerns(county).raise_("", "Ingen har provat skrivarna.", ("u", "Union"), now)
    await through(going, now)
    with pytest.raises(Conflict, match="concern is unanswered"):
        await going.turn("programme", "vi kör", PIA, now, passed=True)
    for side, by in (("programme", PIA), ("operations", OVE)):
        await going.turn(side, "inte nu", by, now, passed=False)
    stands = await going.standing(now)
    assert stands.state == "declined"
    assert stands.decisions[0].stood["concerns"] == 1
    with pytest.raises(Absent):
        await going.turn("citizens", "x", PIA, now, passed=False)
    with pytest.raises(Absent):
        Going(county, await driven(books, template, county), "nobody")


async def test_another_candidate_than_the_run_books_does_not_go(
    books: Books, template: Template, county: Database
) -> None:
    course = await driven(books, template, county)
    ward = Ward(county)
    ward.build = "0.1.0+forged"
    await ward.gather()
    assert (await Going(county, course, "first").standing(NOW + HOUR)).how("candidate") == "unmet"


async def test_the_next_wave_waits_for_the_evaluation_of_the_pilots(
    books: Books, template: Template, county: Database
) -> None:
    course, now = await driven(books, template, county), NOW + HOUR
    number = course.book.number
    first = Going(county, course, "first")
    assert not [one for one in first.criteria if one.code.startswith("pilots-")]
    await through(first, now)
    for side, by in (("programme", PIA), ("operations", OVE)):
        await first.turn(side, "vi kör", by, now, passed=True)
    await books.say(number, "switch-first", "begun", IDA, now)
    await books.say(number, "switch-first", "ended", IDA, now)
    units = await Waves(county).units(number)
    assert {one.wave for one in units if one.is_on} == {"first"}
    assert await Waves(county).started(units[0].unit) == now
    rest = Going(county, await books.course(number, now), "rest")
    stands = await rest.standing(now)
    assert {one.code for one in stands.lacking if one.code.startswith("pilots-")} == {
        "pilots-ran", "pilots-answer", "pilots-care", "pilots-learnt"
    }  # fmt: skip
    await rest.attest("pilots-care", "Två fel, båda rättade", PIA, now, is_met=True)
    [said] = await rest.attested()
    assert (await rest.standing(now)).how("pilots-care") == "unmet", "one is not enough"
    with pytest.raises(Refused, match="two persons"):
        await rest.confirm(said.number, PIA, now)
    with pytest.raises(Lacking):
        await rest.confirm(said.number, IDA, now)
    await rest.confirm(said.number, OVE, now)
    with pytest.raises(Conflict, match="already"):
        await rest.confirm(said.number, OLGA, now)
    with pytest.raises(Absent):
        await rest.attest("trained", "alla", PIA, now, is_met=True)
    later = now + 11 * DAY
    stands = await rest.standing(later)
    assert (stands.how("pilots-care"), stands.how("pilots-ran")) == ("met", "met")
    assert stands.how("pilots-faults") == "met"
    await county.run(
        "insert into command.fault (function, category, place, severity, unit, unit_name, first_by, first_at, last_at)"
        " values ('F46', 'slow', '', 3, 'u', 'U', 'p', $1, $1)",
        later,
    )
    assert (await rest.standing(later)).how("pilots-faults") == "unmet"
    await rest.attest("pilots-care", "Ett nytt fel", OVE, later, is_met=False)
    assert (await rest.standing(later)).how("pilots-care") == "unmet", "the newest counts"
    with pytest.raises(Conflict, match="neither met"):
        await rest.turn("programme", "vi kör", PIA, later, passed=True)


async def test_a_stopping_fault_holds_the_go_until_it_is_mended(
    books: Books, template: Template, county: Database
) -> None:
    course, now = await driven(books, template, county, "rehearsal"), NOW + HOUR
    number = course.book.number
    await books.say(number, "print", "fault", IDA, now, note="Skrivaren säger ja och skriver inget")
    going = Going(county, await books.course(number, now), "first")
    assert [one.code for one in (await going.standing(now)).lacking] == ["steps"]
    await books.say(number, "print", "mended", IDA, now, note="Ny kö")
    with pytest.raises(Conflict, match="open"):
        await books.say(number, "print", "mended", IDA, now, note="Ny kö")
    going = Going(county, await books.course(number, now), "first")
    assert (await going.standing(now)).lacking == []
