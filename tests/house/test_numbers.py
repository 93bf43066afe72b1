"""No personal number that could belong to someone is anywhere in the tree (RULES of law, identities)."""

import pytest

from tests.house.files import paths, text
from tests.house.numbers import could_be_somebody, identities

# Hashes are long rows of digits, and the official definitions and examples are not ours to change.
BUT = ("requirements", "varda/fhir/definitions/", "varda/web/static/vendor/", "tests/fhir/examples/")


def _with_check(nine: str) -> str:
    """A number that must not stand written here: the tenth digit is found only when the test runs."""
    return next(nine + digit for digit in "0123456789" if could_be_somebody(nine[:6] + "-" + nine[6:] + digit))


def test_the_tree_holds_nobodys_number() -> None:
    found = {path: hits for path in paths() if not path.startswith(BUT) and (hits := identities(text(path) or ""))}
    assert not found, f"{found}. Use a national reserve number from the block for invented people (letters from X)."


@pytest.mark.parametrize("nine", ["850230000".replace("0230", "0228"), "850288000"])
def test_a_real_looking_number_is_caught_however_it_is_written(nine: str) -> None:
    ten = _with_check(nine)
    for written in (f"{ten[:6]}-{ten[6:]}", f"19{ten}", f"19{ten[:6]}-{ten[6:]}"):
        assert identities(f"number {written}.") == [written]


@pytest.mark.parametrize("number", ["191212121212", "19121212-1212", "121212-1212"])
def test_numbers_published_for_tests_are_left_alone(number: str) -> None:
    assert identities(number) == []


@pytest.mark.parametrize("number", ["19850230-0007", "19500214-XA07", "199913011234", "2.5.198502280000.1"])
def test_what_nobody_can_be_called_is_left_alone(number: str) -> None:
    assert identities(number) == []
