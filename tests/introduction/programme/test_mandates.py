"""Who may write in the introduction follows from an appointment that somebody else has made (F224; decision 38)."""

from datetime import timedelta

import asyncpg
import pytest

from tests.introduction.programme.conftest import LEADER, NOW, OLGA, somebody, to
from tests.record.world import BORAS, CARDIOLOGY, HOME_CARE, REGION
from varda.catalogue import SPECIAL
from varda.introduction.programme import LEADING, LOCAL, ROLES, Mandates
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Lacking, Refused, Unprocessable

DAY = timedelta(days=1)


def test_what_is_declared_holds_together() -> None:
    assert len(LOCAL) == 6
    assert all(one.gives <= ROLES.keys() for one in ROLES.values())
    assert ROLES["programme-office"].gives == ROLES.keys()
    assert LEADING in SPECIAL


async def test_the_first_appointment_is_the_leaders_and_the_office_gives_the_others(mandates: Mandates) -> None:
    with pytest.raises(Refused, match="may not appoint"):
        await mandates.give(to("per", "steering-group"), LEADER, NOW)
    await mandates.give(to("per", "steering-group"), OLGA, NOW)
    with pytest.raises(Refused):
        await mandates.give(to("pia", "steering-group"), somebody("per"), NOW)
    assert [one.role.code for one in await mandates.of("per", NOW)] == ["steering-group"]


async def test_it_counts_below_its_organisation_and_nowhere_else(mandates: Mandates) -> None:
    await mandates.give(to("kim", "project-lead", BORAS), OLGA, NOW)
    found = await mandates.require("kim", {"project-lead", "it-lead"}, HOME_CARE, NOW)
    assert (found.role.code, found.organisation, found.given_name) == ("project-lead", BORAS, "Olga")
    for organisation in ("", REGION, CARDIOLOGY, "SE9999999999-NOWHERE"):
        with pytest.raises(Lacking, match="Project lead"):
            await mandates.require("kim", "project-lead", organisation, NOW)
    with pytest.raises(Lacking, match="IT lead"):
        await mandates.require("kim", "it-lead", BORAS, NOW)
    assert await mandates.require("olga", "programme-office", HOME_CARE, NOW), "the whole programme is above all"


async def test_one_person_may_hold_several_roles_and_a_lead_appoints_the_others_at_home(mandates: Mandates) -> None:
    await mandates.give(to("kim", "implementation-lead", BORAS), OLGA, NOW)
    kim = somebody("kim")
    for role in LOCAL[1:]:
        await mandates.give(to("lisa", role, BORAS), kim, NOW)
    assert len(await mandates.of("lisa", NOW)) == 5
    with pytest.raises(Refused):
        await mandates.give(to("lisa", "it-lead", REGION), kim, NOW)
    with pytest.raises(Refused):
        await mandates.give(to("lisa", "implementation-lead", BORAS), kim, NOW)
    with pytest.raises(Conflict):
        await mandates.give(to("lisa", "it-lead", BORAS), kim, NOW)


async def test_it_lasts_from_its_day_until_its_end_and_stays_in_the_history(mandates: Mandates) -> None:
    ends = NOW + 10 * DAY
    number = await mandates.give(to("per", "reference-group", opens=NOW + DAY, closes=ends), OLGA, NOW)
    assert [await mandates.held("per", "reference-group", "", at) is not None
            for at in (NOW, NOW + DAY, ends - DAY, ends)] == [False, True, True, False]  # fmt: skip
    with pytest.raises(Unprocessable):
        await mandates.end(number, OLGA, " ", NOW + 2 * DAY)
    with pytest.raises(Refused):
        await mandates.end(number, somebody("stranger"), "because", NOW + 2 * DAY)
    await mandates.end(number, OLGA, "moved", NOW + 2 * DAY)
    assert await mandates.held("per", "reference-group", "", NOW + 2 * DAY) is None
    with pytest.raises(Conflict):
        await mandates.end(number, OLGA, "moved", NOW + 3 * DAY)
    kept = next(one for one in await mandates.at([""]) if one.number == number)
    assert (kept.closes, kept.end_reason, kept.ended_name) == (NOW + 2 * DAY, "moved", "Olga")
    with pytest.raises(Absent):
        await mandates.end(10**6, OLGA, "moved", NOW)


async def test_everybody_may_leave_what_they_were_appointed_to(mandates: Mandates) -> None:
    number = await mandates.give(to("per", "steering-group"), OLGA, NOW)
    await mandates.end(number, somebody("per"), "on leave", NOW + DAY)
    assert await mandates.of("per", NOW + DAY) == []


async def test_nobody_appoints_themselves_and_the_table_says_so_too(mandates: Mandates, database: Database) -> None:
    with pytest.raises(Refused, match="appoints themselves"):
        await mandates.give(to("olga", "steering-group"), OLGA, NOW)
    statement = (
        "insert into programme.mandate (person, name, role, organisation, opens, reason, given_by, given_name,"
        " given_at) values ('x', 'X', 'steering-group', '', $1, 'r', 'x', 'X', $1)"
    )
    with pytest.raises(asyncpg.CheckViolationError):
        await database.run(statement, NOW)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.run("delete from programme.mandate")


async def test_what_is_wrong_is_said_all_at_once(mandates: Mandates) -> None:
    with pytest.raises(Unprocessable) as wrong:
        await mandates.give(to("", "astrologer", "SE9999999999-NOWHERE", reason=" ", closes=NOW - DAY), OLGA, NOW)
    assert set(wrong.value.by_path) == {"person", "role", "reason", "closes", "organisation"}
    for role, organisation in (("it-lead", ""), ("steering-group", BORAS)):
        with pytest.raises(Unprocessable) as wrong:
            await mandates.give(to("per", role, organisation), OLGA, NOW)
        assert set(wrong.value.by_path) == {"organisation"}
