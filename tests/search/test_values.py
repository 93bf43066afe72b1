"""How values are read, by table: dates and their zones, numbers and their precision, words, sounds, order."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from varda.search.kinds import date, number, string
from varda.search.kinds.date import FIRST, LAST


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


SPANS = [
    ("2024", "2023-12-31T23:00", "2024-12-31T23:00"),
    ("2024-02", "2024-01-31T23:00", "2024-02-29T23:00"),
    ("2024-12", "2024-11-30T23:00", "2024-12-31T23:00"),
    ("2024-07-01", "2024-06-30T22:00", "2024-07-01T22:00"),
    ("2024-03-31", "2024-03-30T23:00", "2024-03-31T22:00"),  # a day of 23 hours
    ("2024-10-27", "2024-10-26T22:00", "2024-10-27T23:00"),  # a day of 25 hours
    ("2024-07-01T10:00", "2024-07-01T08:00", "2024-07-01T08:01"),
    ("2024-07-01T10:00:30", "2024-07-01T08:00:30", "2024-07-01T08:00:31"),
    ("2024-07-01T10:00:30Z", "2024-07-01T10:00:30", "2024-07-01T10:00:31"),
    ("2024-07-01T10:00:30-05:30", "2024-07-01T15:30:30", "2024-07-01T15:30:31"),
    ("2024-07-01T10:00:30.5Z", "2024-07-01T10:00:30.5", "2024-07-01T10:00:30.6"),
    ("2024-07-01T10:00:30.123Z", "2024-07-01T10:00:30.123", "2024-07-01T10:00:30.124"),
    ("2024-07-01T10:00:30.123456789Z", "2024-07-01T10:00:30.123456", "2024-07-01T10:00:30.123457"),
    ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00", "2017-01-01T00:00:01"),
]


@pytest.mark.parametrize(("text", "low", "high"), SPANS)
def test_a_date_means_the_interval_of_its_precision(text: str, low: str, high: str) -> None:
    assert date.span(text) == (utc(low), utc(high))


def test_the_ends_of_time_do_not_overflow() -> None:
    assert date.span("0001")[0] == FIRST
    assert date.span("9999")[1] == LAST
    assert date.span("9999-12-31")[1] == LAST
    assert date.span("9999-12-31T23:59:59.999999-12:00") == (LAST, LAST)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24",
        "2024-2",
        "2024-02-30",
        "2023-02-29",
        "2024-13",
        "2024-00",
        "2024-01-00",
        "2024-01-01T",
        "2024-01-01T24:00",
        "2024-01-01T10",
        "2024-01-01T10:60",
        "2024-01-01T10:00:61",
        "2024-01-01 10:00",
        "2024-01-01T10:00+25:00",
        "0000",
        "٢٠٢٤",
        "2024-01-01\n",
        "2024-W01",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        date.span(text)


@pytest.mark.parametrize(
    ("datatype", "value", "expected"),
    [
        ("Period", {"start": "2024-01-01", "end": "2024-01-02"}, [(utc("2023-12-31T23:00"), utc("2024-01-02T23:00"))]),
        ("Period", {"start": "2024-01-01"}, [(utc("2023-12-31T23:00"), LAST)]),
        ("Period", {"end": "2024-01-01T10:00:00Z"}, [(FIRST, utc("2024-01-01T10:00:01"))]),
        ("Period", {}, []),
        ("Timing", {"event": ["2024-02-01", "2024-01-01"]}, [(utc("2023-12-31T23:00"), utc("2024-02-01T23:00"))]),
        ("Timing", {"repeat": {"boundsPeriod": {"start": "2024"}}}, [(utc("2023-12-31T23:00"), LAST)]),
        ("Timing", {"repeat": {"frequency": 1}}, []),
        ("string", "förra året", []),
        ("dateTime", "2024-02-30", []),
    ],
)
def test_intervals_that_are_stored(datatype: str, value: object, expected: list[object]) -> None:
    assert list(date.spans(datatype, value)) == expected


@pytest.mark.parametrize(
    ("text", "prefix", "low", "high"),
    [
        ("72.5", "eq", "72.45", "72.55"),
        ("72.50", "eq", "72.495", "72.505"),
        ("100", "eq", "99.5", "100.5"),
        ("100.00", "eq", "99.995", "100.005"),
        ("1e2", "eq", "95", "105"),
        ("5.40e-3", "eq", "0.005395", "0.005405"),
        ("-3", "eq", "-3.5", "-2.5"),
        ("ne0", "ne", "-0.5", "0.5"),
        ("ap10", "ap", "9.5", "10.5"),
        ("+7", "eq", "6.5", "7.5"),
    ],
)
def test_a_number_means_what_would_be_written_so(text: str, prefix: str, low: str, high: str) -> None:
    read = number.compared(text)
    assert (read.prefix, read.low, read.high) == (prefix, Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    "text", ["", "x", "gt", "xx5", "5,4", "1.", ".5", "0x1", "NaN", "Infinity", "1e9999", "gt gt5", "٥"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="give a number"):
        number.compared(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Åsa  Öberg", "asa oberg"),
        ("O'Brien", "o brien"),
        ("LINDQVIST-EK", "lindqvist ek"),
        ("Élise", "elise"),
        ("Ærø", "aero"),
        ("Weiß", "weiss"),
        ("a\u030asa", "asa"),
        ("Łukasz", "lukasz"),
        ("ŞİMŞEK", "simsek"),
        ("  ", ""),
        ("72.5%", "72 5"),
        ("王小明", "王小明"),
    ],
)
def test_words_without_case_accent_and_punctuation(text: str, expected: str) -> None:
    assert string.normal(text) == expected


def test_the_swedish_alphabet_ends_with_three_letters() -> None:
    names = ["Öst", "Älg", "Åby", "Zorn", "Ek", "ek", "Wall", "Vik", "Ängel", "Éa"]
    assert sorted(names, key=string.swedish) == ["Éa", "Ek", "ek", "Vik", "Wall", "Zorn", "Åby", "Älg", "Ängel", "Öst"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Carlsson", "Karlson"),
        ("Christina", "Kristina"),
        ("Wikström", "Vikstrom"),
        ("Lindqvist", "Lindkvist"),
        ("Schütz", "Skutz"),
        ("Sophie", "Sofi"),
        ("Johansson", "Johanson"),
    ],
)
def test_names_that_sound_alike(one: str, other: str) -> None:
    assert string.sound(one) == string.sound(other)


@pytest.mark.parametrize(("word", "after"), [("a", "b"), ("az", "a{"), ("\ud7ff", "\ue000"), ("a\U0010ffff", "b")])
def test_the_text_after_all_that_begin_so(word: str, after: str) -> None:
    assert string.following(word) == after
    assert word + "\U0010ffff" < after


def test_a_long_text_is_kept_in_pieces_that_overlap() -> None:
    text = " ".join(f"ord{n}" for n in range(1000))
    pieces = list(string._pieces(string.normal(text)))
    assert all(len(piece) <= string.PIECE + 1 for piece in pieces)
    assert not any(piece.startswith("ord") for piece in pieces[1:])
    assert all(any(f"ord{n} ord{n + 1} " in piece for piece in pieces) for n in range(900))
