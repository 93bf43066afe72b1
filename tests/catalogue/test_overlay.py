"""The county's word: two persons, dates, courses, exceptions, states; in effect at once and never taken away."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from tests.support.switching import EVERYWHERE, switched, wanted
from varda.catalogue import NOTHING, Catalogue, Deciding, Proposal, Rights, Worker
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Refused, Unprocessable

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
UNIT, OTHER_UNIT = "SE9999999999-C", "SE9999999999-S"
NURSE = frozenset({"sjuksköterska"})
PER = Worker("physiotherapist", "SE9999999999-per", UNIT, licences=frozenset({"fysioterapeut"}))
FATIMA = Worker("nurse", "SE9999999999-fatima", UNIT, licences=NURSE)


def holding(person: str, special: str = "change-rights") -> Deciding:
    rights = Rights(frozenset({(special, "special")}), {})
    return Deciding(f"SE9999999999-{person}", person.capitalize(), UNIT, rights)


ANNA, BRITT, MANAGER = holding("anna"), holding("britt"), holding("gun", "manage-unit")


def imaging(**changed: Any) -> Proposal:
    given = {"role": "physiotherapist", "right": ("F57", "write"), "granted": True, "reason": "Beslut 12", "opens": NOW}
    return Proposal(**(given | changed))


@pytest.fixture
def catalogue(database: Database) -> Catalogue:
    return Catalogue(database)


async def decided(catalogue: Catalogue, proposal: Proposal, at: datetime = NOW) -> None:
    await catalogue.decide(await catalogue.propose(proposal, ANNA, at), BRITT, at, approved=True)


async def test_a_change_needs_two_persons_and_then_holds_at_once(catalogue: Catalogue) -> None:
    assert not (await catalogue.rights(PER, NOW)).may("write", "F57")
    number = await catalogue.propose(imaging(), ANNA, NOW)
    assert not (await catalogue.rights(PER, NOW + 10 * SECOND)).may("write", "F57")
    with pytest.raises(Refused, match="two persons"):
        await catalogue.decide(number, ANNA, NOW, approved=True)
    await catalogue.decide(number, BRITT, NOW, approved=True)
    assert (await catalogue.rights(PER, NOW + 10 * SECOND)).may("write", "F57")
    (one,) = await catalogue.changes()
    assert (one.change.proposed_name, one.change.approved_name, one.approved) == ("Anna", "Britt", True)


async def test_the_database_itself_refuses_one_person_as_both(catalogue: Catalogue, database: Database) -> None:
    number = await catalogue.propose(imaging(), ANNA, NOW)
    with pytest.raises(asyncpg.CheckViolationError):
        await database.run(
            "insert into catalogue.decision values ($1, $2, true, $2, 'Anna', $3)", number, ANNA.person, NOW
        )


@pytest.mark.parametrize("table", ["change", "decision", "exception", "finished_course", "switch"])
async def test_history_cannot_be_changed_or_deleted(database: Database, table: str) -> None:
    for deed in ("UPDATE", "DELETE", "TRUNCATE"):
        row = await database.one("select has_table_privilege('varda_app', $1::text, $2::text) as may",
                                 f"catalogue.{table}", deed)  # fmt: skip
        assert row["may"] is False


async def test_a_change_begins_and_ends_by_itself(catalogue: Catalogue) -> None:
    await decided(catalogue, imaging(opens=NOW + 2 * SECOND, closes=NOW + 4 * SECOND))
    held = [(await catalogue.rights(PER, NOW + n * SECOND)).may("write", "F57") for n in (0, 2, 3, 4, 5)]
    assert held == [False, True, True, False, False]


async def test_another_process_knows_within_two_seconds(catalogue: Catalogue, database: Database) -> None:
    elsewhere = Catalogue(database)
    assert not (await elsewhere.rights(PER, NOW)).may("write", "F57")
    await decided(catalogue, imaging())
    assert not (await elsewhere.rights(PER, NOW + SECOND)).may("write", "F57")
    assert (await elsewhere.rights(PER, NOW + 2 * SECOND)).may("write", "F57")


async def test_what_was_turned_down_changes_nothing_and_is_kept(catalogue: Catalogue) -> None:
    number = await catalogue.propose(imaging(), ANNA, NOW)
    await catalogue.decide(number, BRITT, NOW, approved=False)
    assert not (await catalogue.rights(PER, NOW)).may("write", "F57")
    with pytest.raises(Conflict):
        await catalogue.decide(number, holding("cia"), NOW, approved=True)
    assert [one.approved for one in await catalogue.changes()] == [False]


async def test_what_waits_for_a_decision_stands_first(catalogue: Catalogue) -> None:
    await decided(catalogue, imaging())
    waiting = await catalogue.propose(imaging(granted=False), ANNA, NOW)
    await decided(catalogue, imaging(reason="Beslut 13"))
    assert next(one.change.number for one in await catalogue.changes()) == waiting


async def test_a_decision_that_comes_too_late_or_about_nothing_is_refused(catalogue: Catalogue) -> None:
    number = await catalogue.propose(imaging(closes=NOW + DAY), ANNA, NOW)
    with pytest.raises(Conflict, match="passed"):
        await catalogue.decide(number, BRITT, NOW + 2 * DAY, approved=True)
    with pytest.raises(Absent):
        await catalogue.decide(number + 1000, BRITT, NOW, approved=True)


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ({"role": "astrologer"}, ["role"]),
        ({"right": ("F999", "write")}, ["right"]),
        ({"right": ("F57", "dance")}, ["right"]),
        ({"right": ("F57", "special")}, ["right"]),
        ({"reason": "  "}, ["reason"]),
        ({"closes": NOW - DAY}, ["closes"]),
        ({"opens": NOW + DAY, "closes": NOW + DAY}, ["closes"]),
        ({"right": ("F57", "read"), "course": "x"}, ["course"]),
        ({"right": ("open-emergency", "special"), "course": "x"}, ["course"]),
        ({"granted": False, "course": "x"}, ["course"]),
        ({"right": ("change-rights", "special"), "granted": False}, ["right"]),
        ({"role": "x", "reason": ""}, ["role", "reason"]),
    ],
)
async def test_a_proposal_that_cannot_be_is_told_with_every_problem(
    catalogue: Catalogue, changed: dict[str, Any], paths: list[str]
) -> None:
    with pytest.raises(Unprocessable) as told:
        await catalogue.propose(imaging(**changed), ANNA, NOW)
    assert [problem.path for problem in told.value.problems] == paths


async def test_only_the_rights_of_a_role_let_somebody_propose_decide_or_except(catalogue: Catalogue) -> None:
    nobody = Deciding("SE9999999999-x", "X", UNIT, NOTHING)
    with pytest.raises(Refused):
        await catalogue.propose(imaging(), nobody, NOW)
    number = await catalogue.propose(imaging(), MANAGER, NOW)
    for one in (nobody, holding("other", "manage-unit")):
        with pytest.raises(Refused):
            await catalogue.decide(number, one, NOW, approved=True)
    with pytest.raises(Refused):
        await catalogue.except_from("c", (FATIMA.person, "F"), [UNIT], ANNA, NOW + DAY, "r", NOW)


async def test_a_course_is_demanded_until_it_is_finished(catalogue: Catalogue) -> None:
    await decided(catalogue, imaging(role="nurse", right=("F40", "write"), course="drugs-1"))
    rights = await catalogue.rights(FATIMA, NOW)
    assert not rights.may("write", "F40")
    assert rights.may("read", "F40")
    assert rights.waiting["F40", "write"] == "drugs-1"
    await catalogue.finished([(FATIMA.person, "drugs-1", NOW, NOW + DAY)] * 2)
    assert (await catalogue.rights(FATIMA, NOW)).may("write", "F40")
    assert not (await catalogue.rights(FATIMA, NOW + DAY)).may("write", "F40")
    another = Worker("nurse", "SE9999999999-other", UNIT, licences=NURSE)
    assert not (await catalogue.rights(another, NOW)).may("write", "F40")


async def test_a_manager_excepts_a_person_of_the_own_unit_for_a_time(catalogue: Catalogue) -> None:
    await decided(catalogue, imaging(role="nurse", right=("F40", "write"), course="drugs-1"))
    person = (FATIMA.person, "Fatima")
    await catalogue.except_from("drugs-1", person, [OTHER_UNIT, UNIT], MANAGER, NOW + DAY, "Ny på enheten", NOW)
    assert (await catalogue.rights(FATIMA, NOW)).may("write", "F40")
    elsewhere = Worker("nurse", FATIMA.person, OTHER_UNIT, licences=NURSE)
    assert not (await catalogue.rights(elsewhere, NOW)).may("write", "F40")
    assert not (await catalogue.rights(FATIMA, NOW + DAY)).may("write", "F40")
    (kept,) = await catalogue.exceptions(UNIT)
    assert (kept.name, kept.given_name, kept.reason) == ("Fatima", "Gun", "Ny på enheten")


@pytest.mark.parametrize(
    ("person", "units", "days", "reason", "fault"),
    [
        ("fatima", [OTHER_UNIT], 1, "r", Refused),
        ("gun", [UNIT], 1, "r", Refused),
        ("fatima", [UNIT], 31, "r", Unprocessable),
        ("fatima", [UNIT], 0, "r", Unprocessable),
        ("fatima", [UNIT], 1, " ", Unprocessable),
    ],
)
async def test_an_exception_has_limits(
    catalogue: Catalogue, person: str, units: list[str], days: int, reason: str, fault: type[Exception]
) -> None:
    whom = (f"SE9999999999-{person}", person)
    with pytest.raises(fault):
        await catalogue.except_from("c", whom, units, MANAGER, NOW + days * DAY, reason, NOW)


async def test_the_gravest_state_of_unit_and_county_holds(catalogue: Catalogue) -> None:
    async def state(function: str = "F45", unit: str = UNIT) -> str:
        return (await catalogue.in_force(NOW)).state(function, unit)

    assert await state() == "on"
    await switched(catalogue, "F45", UNIT, "stopped", NOW)
    assert (await state(), await state(unit=OTHER_UNIT), await state("F49")) == ("stopped", "on", "on")
    await switched(catalogue, "F45", "", "paper", NOW)
    assert (await state(), await state(unit=OTHER_UNIT)) == ("stopped", "paper")
    await switched(catalogue, "F45", UNIT, "on", NOW)
    await switched(catalogue, "F45", "", "on", NOW)
    assert (await state(), await state(unit=OTHER_UNIT)) == ("on", "on")


async def test_a_switch_holds_from_its_day_until_its_last_and_the_newest_word_stands(catalogue: Catalogue) -> None:
    async def states(*days: int) -> list[str]:
        return [(await catalogue.in_force(NOW + day * DAY)).state("F45", UNIT) for day in days]

    await switched(catalogue, "F45", UNIT, "stopped", NOW, opens=1, closes=3)
    assert await states(0, 1, 2, 3) == ["on", "stopped", "stopped", "on"]
    assert (await catalogue.in_force(NOW)).until <= NOW + DAY
    await switched(catalogue, "F45", UNIT, "paper", NOW, opens=2)
    assert await states(1, 2, 3) == ["stopped", "paper", "paper"]
    told = await catalogue.switches(UNIT)
    assert [(one.switch.state, one.by) for one in told] == [("paper", "Anna"), ("stopped", "Anna")]


async def test_what_begins_within_what_is_remembered_is_not_waited_for(catalogue: Catalogue) -> None:
    anna = Deciding("SE9999999999-anna", "Anna", UNIT, EVERYWHERE)
    await catalogue.switch(wanted("F45", UNIT, "stopped", NOW + SECOND), anna, NOW)
    assert (await catalogue.in_force(NOW)).state("F45", UNIT) == "on"
    assert (await catalogue.in_force(NOW + SECOND)).state("F45", UNIT) == "stopped"


@pytest.mark.parametrize(
    ("right", "unit", "fault"),
    [
        ("manage-unit", UNIT, Refused),
        ("switch-functions", OTHER_UNIT, Unprocessable),
        ("switch-functions", "", Unprocessable),
    ],
)
async def test_only_those_with_the_right_stop_and_only_at_their_own_unit(
    catalogue: Catalogue, right: str, unit: str, fault: type[Exception]
) -> None:
    manager = Deciding("SE9999999999-gun", "Gun", UNIT, Rights(frozenset({(right, "special")}), {}))
    with pytest.raises(fault):
        await catalogue.switch(wanted("F45", unit, "stopped", NOW), manager, NOW)
    assert (await catalogue.in_force(NOW)).states == {}


@pytest.mark.parametrize(("function", "state", "reason"), [("F0", "on", "r"), ("F45", "off", "r"), ("F45", "on", "")])
async def test_a_state_that_cannot_be_is_refused(catalogue: Catalogue, function: str, state: Any, reason: str) -> None:
    with pytest.raises(Unprocessable):
        await switched(catalogue, function, UNIT, state, NOW, reason=reason)


async def test_what_is_remembered_costs_no_trip(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    await catalogue.rights(PER, NOW)
    monkeypatch.setattr(catalogue, "_read", None)
    monkeypatch.setattr(catalogue, "_database", None)
    for n in range(2):
        assert (await catalogue.rights(PER, NOW + n * SECOND)).may("write", "F55")
