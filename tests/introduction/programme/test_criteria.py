"""The county's own criteria of a gateway: by two persons, from a day, with a version of their own (F215)."""

from datetime import timedelta

import pytest

from tests.introduction.programme.conftest import NOW, OLGA, somebody, to
from varda.catalogue import Catalogue, Declaration
from varda.introduction.programme import GATEWAYS, LEADING, Gateways, Mandates
from varda.introduction.programme.criteria import KIND, in_effect, lines, proposed
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Unprocessable

LINES = "roles | entry | Roller | Roles\nbudget | exit | Pengarna finns | There is money"
LEA, BEA = somebody("lea", LEADING), somebody("bea", LEADING)


async def test_the_county_s_own_count_from_their_day_and_what_was_said_stands_by_its_version(
    mandates: Mandates, county: Database
) -> None:
    await mandates.give(to("pia", "gateway-programme"), OLGA, NOW)
    at, pia = ("south-delivery", "g1"), somebody("pia")
    await Gateways(county).give_evidence(at, "roles", "Alla är utsedda", pia, NOW, is_met=True)
    catalogue = Catalogue(county)
    before = await catalogue.in_force(NOW)
    assert in_effect(before) == GATEWAYS
    later = NOW + timedelta(days=2)
    wanted = Declaration(KIND, "g1", proposed(before, "g1", LINES), later, "styrgruppen har beslutat")
    number = await catalogue.declarations.propose(wanted, LEA, NOW, LEADING)
    await catalogue.declarations.decide(number, KIND, BEA, NOW, LEADING, approved=True)
    assert in_effect(await catalogue.in_force(NOW)) == GATEWAYS, "not before its day"
    known = in_effect(await catalogue.in_force(later))
    own = known["g1"]
    assert ([one.code for one in own.criteria], own.version, own.is_own) == (["roles", "budget"], 4, True)
    assert known["g2"] == GATEWAYS["g2"]
    standing = await Gateways(county, known).standing(*at, later)
    assert [one.code for one in standing.lacking] == ["budget"], "what was said of the same criterion before"
    with pytest.raises(Absent):
        await Gateways(county, known).give_evidence(at, "resources", "x", pia, later, is_met=True)
    await Gateways(county, known).give_evidence(at, "budget", "Beslutat", pia, later, is_met=True)
    assert [one.criteria for one in (await Gateways(county, known).standing(*at, later)).evidence] == [4, 3]


async def test_criteria_are_written_one_on_a_line_and_a_wrong_line_is_told(county: Database) -> None:
    force = await Catalogue(county).in_force(NOW)
    assert lines(GATEWAYS["g1"].criteria).count("\n") == 2
    for text, said in (
        ("", "at least one"), ("a1 | entry | x | y", "at least one"), (LINES + "\nbudget | exit | x | y", "same code"),
        ("budget | exit | x", "line of its own"), ("Budget! | exit | x | y", "line of its own"),
        ("budget | maybe | x | y", "line of its own"), ("budget | exit | | y", "line of its own"),
        (lines(GATEWAYS["g1"].criteria), "Nothing differs"),
    ):  # fmt: skip
        with pytest.raises(Unprocessable, match=said):
            proposed(force, "g1", text)
    with pytest.raises(Absent):
        proposed(force, "g9", LINES)
