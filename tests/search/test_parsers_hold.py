"""Whatever is sent, the answer is a question or a `Malformed`, and its SQL holds nothing that was sent."""

import base64
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.search.kept import EVERYTHING
from varda.kernel.errors import Malformed
from varda.search import cursor
from varda.search.compile import compiled, counted
from varda.search.escapes import escaped, plain, split
from varda.search.index import indexed
from varda.search.kinds import date, number, string
from varda.search.parameters import meanings
from varda.search.plan import Cursor
from varda.search.question import asked

TYPES = st.sampled_from(["Observation", "Patient", "Encounter", "MedicationRequest", "Provenance", "ValueSet"])
CODES = sorted({code for type_ in ("Observation", "Patient", "Encounter") for code in meanings(type_)})
CONTROLS = [
    "_sort",
    "_count",
    "_include",
    "_revinclude",
    "_elements",
    "_total",
    "_summary",
    "_page",
    "_text",
    "_has:Observation:patient",
]
NAMES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(CODES + CONTROLS),
    st.tuples(
        st.sampled_from(CODES),
        st.sampled_from([":", ".", ":Patient.", ":missing", ":not", ":exact"]),
        st.sampled_from(["", *CODES]),
    ).map("".join),
)
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "true",
            "5.4|u|mg",
            "ge2024-01",
            "Patient/1",
            "1,2",
            "a|b",
            "-date,code",
            "Observation:subject",
            "*",
            "\\,",
            "9" * 400,
        ]
    ),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
)


@given(TYPES, st.lists(st.tuples(NAMES, VALUES), max_size=4), st.booleans())
def test_every_question_is_answered_or_refused(type_: str, pairs: list[tuple[str, str]], lenient: bool) -> None:
    try:
        question = asked(type_, pairs, lenient)
    except Malformed:
        return
    for statement in (compiled(question, EVERYTHING), counted(question, EVERYTHING)):
        assert statement.text.isascii()
        places = {f"${n}::" for n in range(1, len(statement.values) + 1)}
        assert all(place in statement.text for place in places)


@given(
    st.text(alphabet=st.characters(min_codepoint=0x41, max_codepoint=0x2FFF, categories=["L"]), min_size=3, max_size=30)
)
def test_no_word_of_the_user_is_in_the_text_of_a_statement(word: str) -> None:
    marked = "ZZ" + word
    try:
        question = asked(
            "Patient",
            [("name", marked), ("identifier", marked), ("family:exact", marked), ("address:contains", marked)],
        )
    except Malformed:
        return
    assert "ZZ" not in compiled(question, EVERYTHING).text


@given(st.text())
def test_escaping_goes_both_ways(text: str) -> None:
    assert [plain(part) for part in split(escaped(text), ",")] == [text]


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_none(text: str) -> None:
    try:
        low, high = date.span(text)
    except ValueError:
        return
    assert low <= high


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001 - a zone follows
def test_an_instant_lies_in_every_date_that_it_is_written_as(at: datetime) -> None:
    text = at.replace(tzinfo=UTC).isoformat()
    low, high = date.span(text)
    assert low <= at.replace(tzinfo=UTC) < high
    local = at.replace(tzinfo=UTC).astimezone(date.STOCKHOLM)
    for length in (4, 7, 10):
        low, high = date.span(local.isoformat()[:length])
        assert low <= local < high


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_lies_in_what_it_means(value: Decimal) -> None:
    read = number.compared(f"{value:f}")
    assert read.low < value < read.high


@given(st.text(), st.text())
def test_words_normalise_once_and_keep_their_beginnings(text: str, more: str) -> None:
    word = string.normal(text)
    assert string.normal(word) == word
    if word and text[-1:].isascii() and text[-1:].isalnum():
        assert string.normal(text + " " + more).startswith(word)


@given(st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_everything_that_begins_so_lies_before_the_following(word: str, rest: str) -> None:
    if not any("\ud800" <= sign <= "\udfff" for sign in word + rest) and word.strip("\U0010ffff"):
        assert word <= word + rest < string.following(word)


FINGERPRINT = "0123456789abcdef" * 2
ORDER = asked("Patient", [("_sort", "family,-_lastUpdated,_id")]).order
BIG = st.integers(0, 2**63 - 1)


@given(
    BIG,
    st.integers(0, 2**31 - 1),
    BIG,
    BIG,
    st.datetimes(timezones=st.just(UTC)),
    st.from_regex(r"\A[a-z0-9.-]{1,64}\Z"),
)
def test_a_cursor_comes_back_as_it_went(
    item: int, version: int, born: int, snapshot: int, updated: datetime, id_: str
) -> None:
    place = Cursor(item, version, born, snapshot, (None, updated, id_))
    text = cursor.written(place, FINGERPRINT)
    assert cursor.read(text, FINGERPRINT, ORDER) == place
    assert all(sign.isalnum() or sign in "-_" for sign in text)


def forged(body: bytes) -> str:
    """A cursor made by somebody who has read our code."""
    return base64.urlsafe_b64encode(cursor._sign(body, FINGERPRINT) + body).decode().rstrip("=")


WELL = '[7,1,5,9,[null,"2024-07-01T12:00:00+00:00","a"]]'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("7", "9223372036854775808"),
        ("7", "-1"),
        ("7", "7.5"),
        ("7", '"7"'),
        ("7", "null"),
        ("1,", "2147483648,"),
        ("5", "1e400"),
        ("9", "true"),
        ("9", "[]"),
        ("[7", "[7,7"),
        ("null,", ""),
        (',"a"', ""),
        (',"a"', ',"a","b"'),
        ("2024-07-01T12:00:00+00:00", "0001-01-01T00:00:00+14:00"),
        ("2024-07-01T12:00:00+00:00", "soon"),
        ('"2024-07-01T12:00:00+00:00"', "null"),
        ('"a"', "null"),
        ('"a"', "5"),
        ('"a"', '"\\u0000"'),
        ('"a"', f'"{"a" * 65}"'),
        (WELL, "{}"),
        (WELL, "[7,"),
        (WELL, ""),
    ],
)
def test_a_forged_cursor_is_refused_and_never_a_fault(old: str, new: str) -> None:
    assert cursor.read(forged(WELL.encode()), FINGERPRINT, ORDER).item == 7
    with pytest.raises(ValueError, match="start again from the first page"):
        cursor.read(forged(WELL.replace(old, new, 1).encode()), FINGERPRINT, ORDER)


@given(st.binary(max_size=40))
def test_any_bytes_are_a_cursor_or_none(body: bytes) -> None:
    with pytest.raises(ValueError, match="start again"):
        cursor.read(forged(body), FINGERPRINT, ORDER)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=10), st.decimals(allow_nan=False)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["reference", "coding", "code", "system", "value", "start", "event", "family", "unit", "low", "x"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "id",
                "code",
                "subject",
                "effectivePeriod",
                "valueQuantity",
                "component",
                "meta",
                "performer",
                "identifier",
                "valueString",
            ]
        ),
        JSON,
    )
)
def test_any_json_can_be_indexed(body: dict[str, object]) -> None:
    index = indexed({**body, "resourceType": "Observation"})
    assert all(isinstance(token, int) for token in index.tokens)
