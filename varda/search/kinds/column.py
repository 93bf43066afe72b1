"""`_id` and `_lastUpdated`: answered by the row's own columns. https://hl7.org/fhir/R4/search.html#all"""

import re

from varda.fhir.keys import key
from varda.search.escapes import plain
from varda.search.kinds import date
from varda.search.kinds.date import Compared
from varda.search.parameters import Meaning
from varda.search.row import Row

MODIFIERS = frozenset({"not"})
INSTEAD: dict[str, str] = {}
_SIGNS = {"gt": ">=", "sa": ">=", "lt": "<", "eb": "<", "ge": ">=", "le": "<"}
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def wanted(meaning: Meaning, modifier: str, text: str) -> int | Compared:
    """The item's key, or the time that is asked for. Raises ValueError with what is possible."""
    if meaning.code == "_lastUpdated":
        if modifier:
            raise ValueError("use the prefix ne instead of :not")
        return date.wanted(meaning, "", text)
    if not _ID.fullmatch(plain(text)):
        raise ValueError("give an id of letters, digits, - and ., at most 64")
    return key(f"{meaning.type}/{plain(text)}")


def condition(meaning: Meaning, modifier: str, values: tuple[int | Compared, ...], row: Row) -> str:
    """The SQL of one question: any of the alternatives."""
    times = [value for value in values if isinstance(value, Compared)]
    if times:
        return f"({' or '.join(_updated(value, row) for value in times)})"
    found = f"{row.name}.item = any({row.bind(sorted(v for v in values if isinstance(v, int)), 'bigint[]')})"
    return f"not ({found})" if modifier == "not" else found


def _updated(value: Compared, row: Row) -> str:
    """An instant is shorter than anything one can ask for: it lies before, inside or after."""
    if value.prefix == "ap":
        return date.compared(value, f"{row.name}.updated", f"{row.name}.updated", row)
    at = f"{row.name}.updated"
    if value.prefix in ("eq", "ne"):
        start, end = row.bind(value.low, "timestamptz"), row.bind(value.high, "timestamptz")
        inside = f"({at} >= {start} and {at} < {end})"
        return inside if value.prefix == "eq" else f"not {inside}"
    sign = _SIGNS[value.prefix]
    limit = value.low if value.prefix in ("lt", "eb", "ge") else value.high
    return f"{at} {sign} {row.bind(limit, 'timestamptz')}"


def missing(meaning: Meaning, row: Row) -> str:
    """No item is without them."""
    return "false"
