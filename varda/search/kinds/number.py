"""Numbers. https://hl7.org/fhir/R4/search.html#number

A number that is asked for without a prefix means everything that would be written so: 100 is [99.5, 100.5), 100.00 is
[99.995, 100.005), 1e2 is [95, 105). With a prefix it is exact, and so is the number in an item.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from varda.search.kinds.date import PREFIXES
from varda.search.kinds.token import Writer
from varda.search.parameters import Meaning, meanings
from varda.search.row import Row

MODIFIERS = frozenset({"missing"})
INSTEAD: dict[str, str] = {}
LEAST, MOST = Decimal("-Infinity"), Decimal("Infinity")

_FORM = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap)?([+-]?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Compared:
    """One alternative: a prefix, the number, and the interval [low, high) that it means without a prefix."""

    prefix: str
    value: Decimal
    low: Decimal
    high: Decimal


def compared(text: str) -> Compared:
    """Read prefix and number. Raises ValueError with what is possible."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"give a number such as 5.4, before it one of {', '.join(PREFIXES)} if you like")
    value = Decimal(match[2])
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    # The specification's own example gives 1e2 one digit more than it has.
    half = Decimal(5).scaleb(exponent - 1 if exponent <= 0 else exponent - 2)
    return Compared(match[1] or "eq", value, value - half, value + half)


def decimal(value: Any) -> Decimal | None:
    """A number of JSON, exact; None for anything else."""
    if value.__class__ is Decimal:
        return value if value.is_finite() else None
    return Decimal(value) if value.__class__ is int else None


def writer(meaning: Meaning, datatype: str) -> Writer | None:
    """What writes a number, or a Range of numbers."""
    inside: Callable[[Any], tuple[Decimal | None, Decimal | None]]
    inside = limits if datatype == "Range" else lambda value: (decimal(value), decimal(value))
    param = meaning.key

    def write(index: Any, value: Any) -> None:
        low, high = inside(value)
        if low is not None and high is not None:
            index.amounts.append((param, low, high, 0, 0))

    return write


def limits(value: Any) -> tuple[Decimal | None, Decimal | None]:
    """The closed interval of a Range; an open end is infinite. (None, None) when it has neither end."""
    ends = [end if isinstance(end, dict) else {} for end in (value.get("low"), value.get("high"))]
    low, high = (decimal(end.get("value")) for end in ends)
    if low is None and high is None:
        return None, None
    return LEAST if low is None else low, MOST if high is None else high


def wanted(meaning: Meaning, modifier: str, text: str) -> Compared:
    """One alternative. Raises ValueError with what is possible."""
    return compared(text)


def condition(meaning: Meaning, modifier: str, values: tuple[Compared, ...], row: Row) -> str:
    """The SQL of one question: any of the alternatives."""
    return row.beside("amount", params(meaning), f"({' or '.join(compare(value, row) for value in values)})")


def params(meaning: Meaning) -> list[int]:
    """The keys under which the values of a parameter lie."""
    family = meanings(meaning.type)
    return [family[part].key for part in meaning.parts]


def compare(value: Compared, row: Row) -> str:
    """Whether the closed interval of the side row `x` stands to the asked number as the prefix says."""
    if value.prefix in ("eq", "ne"):
        low, high = row.bind(value.low, "numeric"), row.bind(value.high, "numeric")
        inside = f"(x.low >= {low} and x.low < {high} and x.high < {high})"
        return inside if value.prefix == "eq" else f"not {inside}"
    if value.prefix == "ap":
        slack = abs(value.value) / 10
        low, high = row.bind(value.value - slack, "numeric"), row.bind(value.value + slack, "numeric")
        return f"(x.low <= {high} and x.high >= {low})"
    exact = row.bind(value.value, "numeric")
    return {
        "gt": f"x.high > {exact}",
        "lt": f"x.low < {exact}",
        "ge": f"x.high >= {exact}",
        "le": f"x.low <= {exact}",
        "sa": f"x.low > {exact}",
        "eb": f"x.high < {exact}",
    }[value.prefix]


def missing(meaning: Meaning, row: Row) -> str:
    """The SQL that is true of an item without any value."""
    return f"not {row.beside('amount', params(meaning))}"
