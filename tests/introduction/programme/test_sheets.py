"""Plans as tables, out and in, and as a calendar: what goes out comes in, what is odd is told by its row (F218)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varda.introduction.programme import Item, Link, scheduled
from varda.introduction.programme.calendar import written
from varda.introduction.programme.sheets import as_csv, as_excel, items, rows
from varda.introduction.programme.template import local, overall
from varda.kernel.errors import Malformed, Unprocessable

TODAY = date(2026, 3, 2)
PLAN = overall({"south": TODAY}, TODAY)
WORK = [*PLAN, *local("SE-1", "south-delivery", PLAN)]
TIMES = scheduled(WORK, {}, TODAY)


@pytest.mark.parametrize("to", [as_csv, as_excel])
def test_what_goes_out_comes_in_the_same(to: object) -> None:
    assert items(to(rows(WORK, TIMES, {}))) == WORK  # type: ignore[operator] # one of two functions


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40))
def test_every_title_survives_and_none_is_a_formula(title: str) -> None:
    one = Item("a", "activity", title, days=3, after=(Link("b", -2), Link("c")))
    table = as_csv(rows([one], scheduled([one], {}, TODAY), {}))
    assert items(table) == [one]
    cell = table.decode("utf-8-sig").splitlines()[1].split(";")[2].strip('"')
    assert not cell.startswith(("=", "+", "-", "@"))


def test_every_wrong_row_is_told_by_its_number() -> None:
    table = (
        "kind;code;title;days;opens;after\nactivity;a;Bra;3;;\nnonsense;b;X;3;;\nactivity;;X;many;;\n"
        "activity;c;X;1;imorgon;b sju\n"
    )
    with pytest.raises(Unprocessable) as wrong:
        items(table.encode())
    assert [one.path for one in wrong.value.problems] == ["3", "4", "4", "5", "5"]
    with pytest.raises(Unprocessable) as wrong:
        items(b"code,days\na,3\n")
    assert set(wrong.value.by_path) == {"kind", "title"}


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"PK\x03\x04 no workbook",
        b"\xff\xfe\x00code",
        b"code;kind;title\n" + b"a;activity;x\n" * 6000,
        b"x" * 3_000_001,
    ],
)
def test_what_is_no_table_is_refused(wrong: bytes) -> None:
    with pytest.raises(Malformed):
        items(wrong)


def test_a_swedish_spreadsheet_with_commas_or_semicolons_is_read() -> None:
    for mark in ",;\t":
        table = (
            mark.join(["Code", "KIND", "title", "opens"])
            + "\r\n"
            + mark.join(["a", "activity", "Åtgärd", "2026-05-01"])
        )
        assert items(table.encode()) == [Item("a", "activity", "Åtgärd", opens=date(2026, 5, 1))]


def test_a_calendar_has_whole_days_in_short_lines_that_join_again() -> None:
    long = Item("x", "activity", "Åäö, med; tecken\\ " * 9, days=3)
    some = [replace(long), *PLAN]
    text = written(some, TIMES | scheduled([long], {}, TODAY), datetime(2026, 3, 2, 9, tzinfo=UTC), "Införandet")
    assert max(len(line) for line in text.split(b"\r\n")) <= 75
    whole = text.decode().replace("\r\n ", "")
    assert whole.count("BEGIN:VEVENT") == len(some)
    assert "DTSTART;VALUE=DATE:20260302\r\nDTEND;VALUE=DATE:20260305" in whole
    assert "SUMMARY:Åäö\\, med\\; tecken\\\\ " in whole
    go_live = TIMES["south-delivery.go-live"].finish
    assert (
        f"UID:south-delivery.go-live@varda\r\nDTSTAMP:20260302T090000Z\r\nDTSTART;VALUE=DATE:{go_live:%Y%m%d}" in whole
    )
