"""Quantities with their units, as written: nothing is converted. https://hl7.org/fhir/R4/search.html#quantity

`5.4|http://unitsofmeasure.org|mg` wants that system and code; `5.4||mg` wants mg as code or as the unit shown; `5.4`
takes any unit. "< 5" in an item is everything below 5.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import Any

from varda.fhir.keys import key
from varda.search.escapes import plain, split
from varda.search.kinds import number
from varda.search.kinds.number import LEAST, MOST, Compared, decimal
from varda.search.kinds.token import Writer, text_of
from varda.search.parameters import Meaning
from varda.search.row import Row

MODIFIERS = frozenset({"missing"})
INSTEAD: dict[str, str] = {}
CURRENCY = "urn:iso:std:iso:4217"

_A_HAIR = Decimal("1e-12")
Amount = tuple[Decimal, Decimal]
"""A closed interval."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One alternative: a number as compared, and keys of system and unit (0: any)."""

    number: Compared
    system: int
    code: int


def writer(meaning: Meaning, datatype: str) -> Writer | None:
    """What writes a Quantity (Age, Duration …), Money, Range or SampledData."""
    inside = _INSIDE.get(datatype)
    if inside is None:
        return None
    param = meaning.key

    def write(index: Any, value: Any) -> None:
        if value.__class__ is not dict:
            return
        for low, high, unit in inside(value):
            for system, code in _units(unit):
                index.amounts.append((param, low, high, system, code))

    return write


def _units(unit: dict[str, Any]) -> Iterator[tuple[int, int]]:
    system, code, shown = (text_of(unit, field) for field in ("system", "code", "unit"))
    if code or not shown:
        yield key(system) if system else 0, key(code) if code else 0
    if shown and shown != code:
        yield key(system) if system and not code else 0, key(shown)


def _quantity(value: dict[str, Any]) -> Iterator[tuple[Decimal, Decimal, dict[str, Any]]]:
    found = decimal(value.get("value"))
    if found is not None:
        low, high = _compared(found, value.get("comparator"))
        yield low, high, value


def _compared(value: Decimal, comparator: Any) -> Amount:
    """A hair keeps "< 5" from being 5."""
    return {
        "<": (LEAST, value - _A_HAIR),
        "<=": (LEAST, value),
        ">": (value + _A_HAIR, MOST),
        ">=": (value, MOST),
    }.get(comparator if isinstance(comparator, str) else "", (value, value))


def _money(value: dict[str, Any]) -> Iterator[tuple[Decimal, Decimal, dict[str, Any]]]:
    found = decimal(value.get("value"))
    if found is not None:
        yield found, found, {"system": CURRENCY, "code": value.get("currency")}


def _range(value: dict[str, Any]) -> Iterator[tuple[Decimal, Decimal, dict[str, Any]]]:
    low, high = number.limits(value)
    if low is not None and high is not None:
        unit: dict[str, Any] = next((end for end in (value.get("low"), value.get("high")) if isinstance(end, dict)), {})
        yield low, high, unit


def _sampled(value: dict[str, Any]) -> Iterator[tuple[Decimal, Decimal, dict[str, Any]]]:
    """From the least to the greatest sample: origin + factor × each number in `data`."""
    origin = value.get("origin")
    if not isinstance(origin, dict) or not isinstance(value.get("data"), str):
        return
    start = decimal(origin.get("value"))
    if start is None:
        return
    factor = decimal(value.get("factor"))
    samples = []
    for word in value["data"].split():
        try:
            samples.append(Decimal(word))
        except DecimalException:
            continue  # E, U and L mark what could not be measured
    finite = [sample for sample in samples if sample.is_finite()]
    if finite:
        ends = [start + (Decimal(1) if factor is None else factor) * end for end in (min(finite), max(finite))]
        yield min(ends), max(ends), origin


_INSIDE: dict[str, Callable[[dict[str, Any]], Iterator[tuple[Decimal, Decimal, dict[str, Any]]]]] = {
    "Quantity": _quantity,
    "Age": _quantity,
    "Duration": _quantity,
    "Count": _quantity,
    "Distance": _quantity,
    "Money": _money,
    "Range": _range,
    "SampledData": _sampled,
}


def wanted(meaning: Meaning, modifier: str, text: str) -> Measured:
    """One alternative. Raises ValueError with what is possible."""
    pieces = [plain(piece) for piece in split(text, "|")]
    if len(pieces) not in (1, 3):
        raise ValueError("give number, number|system|code or number||unit")
    _, system, code = pieces if len(pieces) == 3 else (pieces[0], "", "")
    return Measured(number.compared(pieces[0]), key(system) if system else 0, key(code) if code else 0)


def condition(meaning: Meaning, modifier: str, values: tuple[Measured, ...], row: Row) -> str:
    """The SQL of one question: any of the alternatives."""
    return row.beside("amount", number.params(meaning), f"({' or '.join(_compare(value, row) for value in values)})")


def _compare(value: Measured, row: Row) -> str:
    found = [number.compare(value.number, row)]
    if value.system:
        found.append(f"x.system = {row.bind(value.system, 'bigint')}")
    if value.code:
        found.append(f"x.code = {row.bind(value.code, 'bigint')}")
    return f"({' and '.join(found)})"


missing = number.missing
