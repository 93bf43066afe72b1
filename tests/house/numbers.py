"""Numbers that look like a Swedish identity: a real date, and Luhn over the last ten digits (SFS 1991:481)."""

import re
from datetime import date

# Published as test numbers and held by nobody (Skatteverket, Testpersonnummer).
PUBLISHED = frozenset({"191212121212"})
_LOOKS = re.compile(r"(?<![\w.])((?:19|20)\d{6}[-+]?\d{4}|\d{6}[-+]\d{4})(?![\w])")


def identities(text: str) -> list[str]:
    """Every number in a text that could be somebody's personnummer or samordningsnummer."""
    return [number for number in _LOOKS.findall(text) if could_be_somebody(number)]


def could_be_somebody(number: str) -> bool:
    """With or without century and dash; False for numbers published for tests."""
    digits = re.sub(r"\D", "", number)
    if digits in PUBLISHED or digits in {known[2:] for known in PUBLISHED}:
        return False
    return _luhn(digits[-10:]) and any(_is_date(century, digits[-10:-4]) for century in _centuries(digits))


def _centuries(digits: str) -> tuple[str, ...]:
    return (digits[:2],) if len(digits) == 12 else ("19", "20")


def _is_date(century: str, six: str) -> bool:
    day = int(six[4:])
    try:
        date(int(century + six[:2]), int(six[2:4]), day - 60 if day > 60 else day)
    except ValueError:
        return False
    return True


def _luhn(ten: str) -> bool:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(ten)]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
