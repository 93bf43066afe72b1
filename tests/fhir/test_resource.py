"""JSON in and out: nothing lost, and what is not JSON refused with its place."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varda.fhir import resource
from varda.fhir.keys import key
from varda.kernel.errors import Malformed

NUMBERS = st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=3)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inside: st.lists(inside) | st.dictionaries(TEXT, inside),
    max_leaves=20,
)


@pytest.mark.parametrize("written", ["72.50", "0.0", "-0.10", "1000", "100000000000000000000", "0.000001"])
def test_a_number_comes_out_as_it_went_in(written: str) -> None:
    raw = b'{"value":' + written.encode() + b"}"
    assert resource.dump(resource.parse(raw)) == raw


@given(st.dictionaries(TEXT, JSON))
def test_whatever_is_written_is_read_back_equal(content: dict[str, object]) -> None:
    again = resource.parse(resource.dump(content))
    assert again == content
    assert resource.dump(again) == resource.dump(content)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_keeps_its_digits(number: Decimal) -> None:
    again = resource.parse(resource.dump({"value": number}))["value"]
    assert Decimal(str(again)).as_tuple() == number.as_tuple() or (number == 0 and not isinstance(again, Decimal))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"a":1,\n "\xc3\xa5":x}', "invalid character at line 2, column 6"),
        (b'{"a"', "ends too early at line 1, column 5"),
        (b"", "ends too early at line 1, column 1"),
        (b"[1]", "an object that starts with {"),
        (b'{"a":1}}', "trailing characters at line 1, column 8"),
        (b'{"a":"\\ud800"}', "at line 1"),
        (b'{"a":"b\xffc"}', "not UTF-8 at line 1, column 8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":1e99999999999999999999999}', "larger than any number may be"),
        (b'{"a":' + b"9" * 5000 + b"}", "a number is too long"),
        (b'{"a":NaN}', "invalid character"),
        (b"\xef\xbb\xbf{}", "at line 1, column 1"),
    ],
)
def test_what_is_not_json_is_refused_in_words(raw: bytes, words: str) -> None:
    with pytest.raises(Malformed, match=words.replace("{", r"\{")) as caught:
        resource.parse(raw)
    assert caught.value.problems[0].message == caught.value.message


@given(st.binary())
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert isinstance(resource.parse(raw), dict)


def test_a_key_is_the_same_everywhere_and_fits_a_bigint() -> None:
    assert key("Observation/7") == 926016930193982633
    assert 0 <= min(map(key, map(str, range(1000)))) <= max(map(key, map(str, range(1000)))) < 2**63
