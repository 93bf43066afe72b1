"""A gateway is passed by two persons of two sides and by what speaks for it, or stays where it is (F215, F216)."""

from dataclasses import replace
from datetime import datetime, timedelta

import asyncpg
import pytest

from tests.introduction.programme.conftest import NOW, OLGA, somebody, to
from varda.introduction.programme import GATEWAYS, Gateways, Mandates, Plans
from varda.introduction.programme.template import overall
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Lacking, Refused, Unprocessable

SOUTH, AT = "south-delivery", ("south-delivery", "g5")
STINA, PIA, OVE = somebody("stina"), somebody("pia"), somebody("ove")
DAY = timedelta(days=1)


@pytest.fixture
async def gateways(mandates: Mandates, county: Database) -> Gateways:
    """Pia has the programme's key, Ove the operations'; Stina is of the steering group."""
    for who, role in (("stina", "steering-group"), ("pia", "gateway-programme"), ("ove", "gateway-operations")):
        await mandates.give(to(who, role), OLGA, NOW)
    return Gateways(county)


async def let(gateways: Gateways, criterion: str, until: datetime, at: tuple[str, str] = AT) -> None:
    """Stina lets it through, and Ove as the second."""
    await gateways.override(at, criterion, "the rest on leave", until, STINA, NOW)
    await gateways.confirm(at, (await gateways.standing(*at, NOW)).overrides[0].number, OVE, NOW)


async def met(gateways: Gateways, *but: str, at: tuple[str, str] = AT) -> None:
    """What people say is said; what is computed, of which nothing is known here, is let through."""
    for one in GATEWAYS[at[1]].criteria:
        if one.checks:
            await let(gateways, one.code, NOW + 30 * DAY, at)
        elif one.code not in but:
            await gateways.give_evidence(at, one.code, "looked at", OLGA, NOW, is_met=True)


def test_the_six_have_criteria_for_being_taken_up_and_for_being_passed() -> None:
    assert list(GATEWAYS) == ["g1", "g2", "g3", "g4", "g5", "g6"]
    for one in GATEWAYS.values():
        assert {criterion.when for criterion in one.criteria} == {"entry", "exit"}
        assert len({criterion.code for criterion in one.criteria}) == len(one.criteria)


async def test_both_keys_pass_it_once_every_criterion_is_met(gateways: Gateways) -> None:
    with pytest.raises(Conflict, match="neither met"):
        await gateways.turn(AT, "programme", "ready", PIA, NOW, passed=True)
    await met(gateways)
    await gateways.turn(AT, "programme", "ready", PIA, NOW, passed=True)
    assert (await gateways.standing(*AT, NOW)).state == "waiting"
    with pytest.raises(Conflict, match="other side"):
        await gateways.turn(AT, "programme", "again", await other_key(gateways), NOW, passed=True)
    await gateways.turn(AT, "operations", "ready too", OVE, NOW, passed=True)
    stands = await gateways.standing(*AT, NOW)
    assert stands.state == "passed"
    assert (stands.decisions[0].turned_name, stands.decisions[0].second_name) == ("Pia", "Ove")
    assert await gateways.states() == {AT: "passed"}
    with pytest.raises(Conflict, match="passed already"):
        await gateways.turn(AT, "operations", "again", OVE, NOW, passed=True)


async def other_key(gateways: Gateways) -> object:
    await Mandates(gateways._database).give(to("paul", "gateway-programme"), OLGA, NOW)
    return somebody("paul")


async def test_nobody_turns_both_keys_and_the_table_says_so_too(
    gateways: Gateways, mandates: Mandates, database: Database
) -> None:
    await met(gateways)
    await mandates.give(to("pia", "gateway-operations"), OLGA, NOW)
    await gateways.turn(AT, "programme", "ready", PIA, NOW, passed=True)
    with pytest.raises(Refused, match="another person"):
        await gateways.turn(AT, "operations", "ready", PIA, NOW, passed=True)
    for who, side in (("pia", "operations"), ("x", "programme")):
        statement = (
            "insert into programme.second_key (decision, first_by, first_side, side, stood, passed, reason,"
            " turned_by, turned_name, turned_at) select decision, turned_by, side, $1, '{}', true, 'r', $2, 'n', $3"
            " from programme.first_key"
        )
        with pytest.raises(asyncpg.CheckViolationError):
            await database.run(statement, side, who, NOW)
    with pytest.raises(Lacking):
        await gateways.turn(AT, "operations", "ready", OLGA, NOW, passed=True)


async def test_one_no_is_a_no_and_it_can_be_taken_up_again(gateways: Gateways) -> None:
    await gateways.turn(AT, "operations", "not trained", OVE, NOW, passed=False)
    await met(gateways)
    await gateways.turn(AT, "programme", "ready", PIA, NOW, passed=True)
    assert (await gateways.standing(*AT, NOW)).state == "declined"
    await gateways.turn(AT, "programme", "ready now", PIA, NOW + DAY, passed=True)
    await gateways.turn(AT, "operations", "so it is", OVE, NOW + DAY, passed=True)
    stands = await gateways.standing(*AT, NOW + DAY)
    assert stands.state == "passed"
    assert len(stands.decisions) == 2, "the no stays in sight"


async def test_an_override_is_named_reasoned_timed_and_stays_in_sight(gateways: Gateways) -> None:
    await met(gateways, "rollback")
    await gateways.give_evidence(AT, "rollback", "92 % have passed", OLGA, NOW, is_met=False, reference="Rapport 7")
    with pytest.raises(Lacking):
        await gateways.override(AT, "rollback", "the rest on leave", NOW + DAY, OLGA, NOW)
    for until in (NOW, NOW + 91 * DAY):
        with pytest.raises(Unprocessable) as wrong:
            await gateways.override(AT, "rollback", " ", until, STINA, NOW)
        assert set(wrong.value.by_path) == {"reason", "until"}
    await gateways.override(AT, "rollback", "the rest on leave", NOW + 5 * DAY, STINA, NOW)
    assert (await gateways.standing(*AT, NOW)).how("rollback") == "unmet", "one is not enough"
    [first, *_] = (await gateways.standing(*AT, NOW)).overrides
    with pytest.raises(Refused, match="two persons"):
        await gateways.confirm(AT, first.number, STINA, NOW)
    with pytest.raises(Lacking):
        await gateways.confirm(AT, first.number, OLGA, NOW)
    with pytest.raises(Absent):
        await gateways.confirm(("west-delivery", "g5"), first.number, OVE, NOW)
    await gateways.confirm(AT, first.number, OVE, NOW)
    with pytest.raises(Conflict, match="already"):
        await gateways.confirm(AT, first.number, PIA, NOW)
    assert (await gateways.standing(*AT, NOW)).how("rollback") == "overridden"
    later = await gateways.standing(*AT, NOW + 6 * DAY)
    assert later.how("rollback") == "unmet"
    assert ("rollback", "Stina") in [(one.criterion, one.given_name) for one in later.overrides]
    assert later.newest("rollback").kind == "document"  # type: ignore[union-attr] # it is there
    with pytest.raises(Conflict):
        await gateways.turn(AT, "programme", "ready", PIA, NOW + 6 * DAY, passed=True)


async def test_the_newest_evidence_counts_and_says_nothing_of_itself(gateways: Gateways, database: Database) -> None:
    await met(gateways)
    await gateways.give_evidence(AT, "rollback", "two faults came back", PIA, NOW + DAY, is_met=False)
    stands = await gateways.standing(*AT, NOW + DAY)
    assert stands.how("rollback") == "unmet"
    assert [one.code for one in stands.lacking] == ["rollback"]
    for wrong in (("g9", "roles"), ("g5", "nothing")):
        with pytest.raises(Absent):
            await gateways.give_evidence((SOUTH, wrong[0]), wrong[1], "x", OLGA, NOW, is_met=True)
    with pytest.raises(Unprocessable):
        await gateways.give_evidence(AT, "rollback", " ", OLGA, NOW, is_met=True)
    with pytest.raises(Lacking):
        await gateways.give_evidence(AT, "rollback", "x", STINA, NOW, is_met=True)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.run("delete from programme.evidence")


async def test_a_change_of_what_is_frozen_reopens_the_gateway_before_the_go_live(
    gateways: Gateways, county: Database
) -> None:
    """F230."""
    plans = Plans(county)
    items = [
        replace(one, due=NOW.date()) if one.kind == "freeze" else one
        for one in overall({"south": NOW.date()}, NOW.date())
    ]
    await plans.decide(await plans.propose(items, "first", OLGA, NOW), STINA, "§ 1", NOW, approved=True)
    await met(gateways)
    await gateways.turn(AT, "programme", "ready", PIA, NOW, passed=True)
    await gateways.turn(AT, "operations", "ready", OVE, NOW, passed=True)
    more = [replace(one, days=one.days + 5) if one.code == f"{SOUTH}.rehearsal" else one for one in items]
    number = await plans.propose(more, "longer", OLGA, NOW + DAY, reopens=True)
    assert (await gateways.standing(*AT, NOW + DAY)).state == "passed"
    assert (await plans.progress())[f"{SOUTH}.g5"].finished == NOW.date(), "reached by its decision"
    await plans.decide(number, STINA, "§ 2", NOW + DAY, approved=True)
    assert (await gateways.standing(*AT, NOW + DAY)).state == "reopened"
    assert (await plans.progress())[f"{SOUTH}.g5"].finished is None
    assert await gateways.states() == {AT: "reopened"}
    await gateways.turn(AT, "programme", "ready again", PIA, NOW + 2 * DAY, passed=True)
    await gateways.turn(AT, "operations", "ready again", OVE, NOW + 2 * DAY, passed=True)
    assert (await gateways.standing(*AT, NOW + 2 * DAY)).state == "passed"


async def test_what_is_computed_is_said_by_nobody(gateways: Gateways) -> None:
    with pytest.raises(Refused, match="computed"):
        await gateways.give_evidence(AT, "trained", "all have", OLGA, NOW, is_met=True)
    assert (await gateways.standing(*AT, NOW)).how("trained") == "unknown"
