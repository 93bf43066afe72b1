"""An export of staff is understood row by row, and nothing of it is guessed (bad input of issue 5's import)."""

import pytest

from varda.exchange.staff import Export, understood
from varda.kernel.errors import Malformed

UNITS = """unit;name;kinds;part_of
SE9999999999-R;Regionen;region,care-provider;
SE9999999999-W1;Avdelning 1;ward,care-unit;SE9999999999-R
"""
STAFF = """person;given;family;licences;assignment;unit;profession;purpose;title;from;to
SE9999999999-N1;Nora;Ny;sjuksköterska;SE9999999999-M1;SE9999999999-W1;nurse;care;;2026-01-01;
SE9999999999-N1;Nora;Ny;sjuksköterska;SE9999999999-M2;SE9999999999-W1;unit-manager;administration;chef;;2027-01-31
"""


def read(units: str = UNITS, staff: str = STAFF, known: frozenset[str] = frozenset()) -> Export:
    return understood(units.encode(), staff.encode(), known)


def test_a_person_of_two_assignments_is_one_person() -> None:
    export = read()
    assert not export.bad
    assert sorted(export.rows) == [
        ("assignment", "SE9999999999-M1"), ("assignment", "SE9999999999-M2"), ("person", "SE9999999999-N1"),
        ("unit", "SE9999999999-R"), ("unit", "SE9999999999-W1"),
    ]  # fmt: skip
    assert export.rows["assignment", "SE9999999999-M2"].said["title"] == "chef"
    assert export.rows["assignment", "SE9999999999-M1"].place == "SE9999999999-W1"


@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
def test_columns_may_be_divided_and_ordered_otherwise(delimiter: str) -> None:
    units = UNITS.replace("region,care-provider", "region").replace("ward,care-unit", "ward").replace(";", delimiter)
    assert ("unit", "SE9999999999-W1") in read("﻿" + units).rows


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("SE9999999999-N1;Nora", "nobody;Nora", "person: nobody is no HSA-id."),
        ("SE9999999999-M1", "", "assignment: nothing is no HSA-id."),
        ("SE9999999999-M1", "SE9999999999-M2", "stands in an earlier line"),
        ("sjuksköterska;SE9999999999-M1", "trollkarl;SE9999999999-M1", "licences: trollkarl is none of"),
        ("nurse;care", "pirate;care", "profession: pirate for the purpose care is no role"),
        ("nurse;care", "nurse;ransom", "for the purpose ransom"),
        ("2026-01-01", "2026-02-30", "from: 2026-02-30 is no day"),
        (";;2027-01-31", ";2027-02-01;2027-01-31", "ends before it begins"),
        ("SE9999999999-W1;nurse", "SE9999999999-X9;nurse", "unit: SE9999999999-X9 is no unit"),
        ("Nora;Ny;sjuksköterska;SE9999999999-M2", "Nora;Gammal;sjuksköterska;SE9999999999-M2", "another name"),
    ],
)
def test_a_row_that_is_wrong_is_left_out_with_its_line_and_reason(old: str, new: str, why: str) -> None:
    export = read(staff=STAFF.replace(old, new, 1))
    assert len(export.bad) == 1
    assert export.bad[0].line in (2, 3)
    assert any(why in reason for reason in export.bad[0].reasons)
    assert len([kind for kind, _ in export.rows if kind == "assignment"]) == 1


def test_all_reasons_of_a_row_are_told_at_once() -> None:
    bad = read(staff=STAFF.replace("SE9999999999-N1;Nora;Ny", "x;;", 1).replace("nurse", "pirate", 1)).bad
    assert len(bad[0].reasons) == 4


def test_a_unit_that_is_here_need_not_stand_in_the_export() -> None:
    assert not understood(b"", STAFF.encode(), frozenset({"SE9999999999-W1"})).bad


def test_a_unit_of_itself_and_of_nothing_readable_is_left_out() -> None:
    export = read(UNITS.replace("care-unit;SE9999999999-R", "care-unit;SE9999999999-W1"))
    assert "is part of itself" in export.bad[0].reasons[0]


def test_a_file_that_is_no_such_table_is_refused_whole() -> None:
    with pytest.raises(Malformed, match="header") as wrong:
        read(staff="name;age\nNora;3\n")
    assert {one.path for one in wrong.value.problems} == {
        "person",
        "given",
        "family",
        "assignment",
        "unit",
        "profession",
    }
    with pytest.raises(Malformed, match="not UTF-8 at line 2"):
        understood(UNITS.replace("Regionen", "Västra").encode("latin-1"), STAFF.encode())
