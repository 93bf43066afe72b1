"""Identity numbers and age. Pure. Numbers by RULES §5: personal, co-ordination and national reserve numbers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from varda.care.facts import Moment

PERSONAL = "http://electronichealth.se/identifier/personnummer"
COORDINATION = "http://electronichealth.se/identifier/samordningsnummer"
RESERVE = "http://electronichealth.se/identifier/nationelltReservnummer"
IDENTITY_SYSTEMS = (
    PERSONAL,
    COORDINATION,
    RESERVE,
    "urn:oid:1.2.752.129.2.1.3.1",
    "urn:oid:1.2.752.129.2.1.3.3",
)
INVENTED_BLOCK = "X"
"""The first letter of the reserve numbers of invented people: demo, training and tests issue no other (RULES §5)."""
UNKNOWN_BLOCK = "Z"
"""The first letter of those that real care issues to somebody who cannot say who they are: never an invented one's."""
LETTERS = "ABCDEFGHJKLMNPRSTUXYZ"

_NUMBER = re.compile(r"^(\d{2})?(\d{6})[-+]?(\d{4}|[A-HJ-NPR-UX-Z]{2}\d{2}|[A-HJ-NPR-UX-Z]{3}\d)$")


@dataclass(frozen=True, slots=True)
class Age:
    """A whole number of years, months, weeks or days, as one says it. `about` when only the year is known."""

    number: int
    unit: str
    about: bool = False


def age(born: Moment | None, today: date) -> Age | None:
    """How old somebody is: days under 2 weeks, weeks under 3 months, months under 2 years, then years."""
    if born is None or born.day > today:
        return None
    days = (today - born.day).days
    months = (today.year - born.day.year) * 12 + today.month - born.day.month - (today.day < born.day.day)
    about = born.precision in ("year", "month")
    if months >= 24 or born.precision == "year":
        return Age(months // 12, "years", about)
    if months >= 3 or about:
        return Age(months, "months", about)
    return Age(days // 7, "weeks") if days >= 14 else Age(days, "days")


def normal_identity(text: str, today: date) -> str:
    """An identity number as twelve characters without dash; empty when it is none. A missing century is the latest
    that is not in the future; `+` says a hundred years old or more."""
    match = _NUMBER.match(text.strip().upper().replace(" ", ""))
    if not match:
        return ""
    century, day, last = match.groups()
    if not _is_day((century or "20") + day):
        return ""
    if not century:
        whole = today.year // 100
        century = str(whole if f"{whole}{_true_day(day)}" <= f"{today:%Y%m%d}" else whole - 1)
        if "+" in text:
            century = str(int(century) - 1)
    number = century + day + last
    return number if not last.isdigit() or _luhn(day + last) else ""


def is_whole_identity(text: str, today: date) -> bool:
    """Whether a number is written to its end, century included: then it can be the beginning of no longer one."""
    bare = text.strip().upper().replace(" ", "").replace("-", "")
    return len(bare) == 12 and normal_identity(text, today) == bare


def shown_identity(number: str) -> str:
    """Twelve characters with a dash before the last four; anything else as it is."""
    bare = number.replace("-", "")
    return f"{bare[:8]}-{bare[8:]}" if len(bare) == 12 and bare[:8].isdigit() else number


def identity_system(number: str) -> str:
    """The naming system of a normal identity number."""
    if not number[8:].isdigit():
        return RESERVE
    return COORDINATION if int(number[6:8]) > 60 else PERSONAL


def birth_date(number: str) -> str:
    """The birth date (YYYY-MM-DD) that a normal identity number tells; empty for a reserve number made on arrival."""
    day = _true_day(number[:8])
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def sex(number: str) -> str:
    """Sex by the ninth digit of a personal number; `unknown` for reserve numbers, whose characters tell nothing."""
    if not number[8:].isdigit():
        return "unknown"
    return "male" if int(number[10]) % 2 else "female"


def reserve_number(today: date, block: str, draw: Callable[[int], int]) -> str:
    """A new reserve number whose letters start with `block`. `draw(n)` gives a number below n."""
    return f"{today:%Y%m%d}-{block}{LETTERS[draw(len(LETTERS))]}{draw(100):02d}"


def _true_day(day: str) -> str:
    return day[:-2] + f"{int(day[-2:]) - 60:02d}" if int(day[-2:]) > 60 else day


def _is_day(day: str) -> bool:
    true = _true_day(day)
    try:
        date(int(true[:4]), int(true[4:6]), int(true[6:]))
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    doubled = (int(d) * (2 - i % 2) for i, d in enumerate(digits))
    return sum(n // 10 + n % 10 for n in doubled) % 10 == 0
