"""Numbers that can belong to nobody: reserve numbers of one letter block, HSA-ids never issued, numbers for fiction.

RULES §5. National reserve numbers are `YYYYMMDD-` and four characters without I O Q V W; the county keeps the block
whose letters start with X for invented people. Telephone numbers are of the series that the Swedish Post and Telecom
Authority has set aside for films and books; mail goes to example.se (RFC 6761).
"""

from datetime import date, timedelta
from random import Random

from varda.care.patients import INVENTED_BLOCK

RESERVE_NUMBER = "http://electronichealth.se/identifier/nationelltReservnummer"
HSA_ID = "urn:oid:1.2.752.29.4.19"
ORGANISATION_NUMBER = "urn:oid:2.5.4.97"
HSA_PREFIX = "SE9999999999-"

_LETTERS = "ABCDEFGHJKLMNPRSTUXYZ"
_BLOCK = len(_LETTERS) * 100 + len(_LETTERS) ** 2 * 10
_DAYS = 365
CAPACITY = _BLOCK * _DAYS
"""How many patients can be told apart: 2.3 million, more than the county has inhabitants."""


def hsa(suffix: str) -> str:
    """An HSA-id under a prefix that is never issued."""
    return HSA_PREFIX + suffix


def birthday(index: int, seed: int) -> int:
    """Day of the year (0–364) of patient `index`: those who share a suffix never share a birthday."""
    turn, suffix = divmod(index, _BLOCK)
    return (suffix * 7919 + seed * 104_729 + turn) % _DAYS


def born_in(year: int, index: int, seed: int) -> date:
    """The birth date of patient `index` in a year; 29 February is never used, so a birthday is a day of 365."""
    day = date(2023, 1, 1) + timedelta(days=birthday(index, seed))
    return date(year, day.month, day.day)


def reserve_number(born: date, index: int) -> str:
    """The reserve number of patient `index`, unique together with `birthday` up to `CAPACITY` patients."""
    suffix = index % _BLOCK
    if suffix < len(_LETTERS) * 100:
        letter, digits = divmod(suffix, 100)
        return f"{born:%Y%m%d}-{INVENTED_BLOCK}{_LETTERS[letter]}{digits:02d}"
    pair, digit = divmod(suffix - len(_LETTERS) * 100, 10)
    first, second = divmod(pair, len(_LETTERS))
    return f"{born:%Y%m%d}-{INVENTED_BLOCK}{_LETTERS[first]}{_LETTERS[second]}{digit}"


def mobile(chance: Random) -> str:
    """A mobile number of the series for fiction."""
    return f"070-17406{chance.randint(5, 99):02d}"


def landline(chance: Random) -> str:
    """A fixed number of the series for fiction (Gothenburg)."""
    return f"031-39006{chance.randint(0, 99):02d}"


def email(given: str, family: str, index: int) -> str:
    """An address that can reach nobody."""
    plain = f"{given}.{family}".lower().translate(str.maketrans("åäöéü ", "aaoeu-"))
    return f"{plain}{index % 97}@example.se"
