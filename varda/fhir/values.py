"""What a primitive value may look like: a quick test, and a plain sentence for the value that fails it.

http://hl7.org/fhir/R4/datatypes.html – the regular expressions are the specification's; the calendar inside those for
dates is ours, because `2024-02-30` passes the published ones.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from varda.fhir.definitions import TYPES
from varda.fhir.narrative import is_plain, narrative

LONGEST = 1024 * 1024
"""Characters in a string (http://hl7.org/fhir/R4/datatypes.html#string)."""

DIGITS = 1000
"""Digits of a number before or after its point; more would not go into an index. FHIR itself asks for 18."""

_LONGEST_KNOWN = 300
_MOST_KNOWN = 1 << 12


@dataclass(frozen=True, slots=True)
class Rule:
    """`test` is truthy for a right value (as fast as can be: a method of C); `said` is the sentence for a wrong one."""

    test: Callable[[str], object]
    said: Callable[[str], str]

    def reason(self, value: str) -> str:
        """Why the value is wrong; nothing when it is right."""
        return "" if self.test(value) else self.said(value)


def shown(value: str) -> str:
    """A value in quotation marks, cut to a length that can be read."""
    return f'"{value[:60]}…"' if len(value) > 60 else f'"{value}"'


def _rule(pattern: str, sentence: str, flags: int = 0) -> Rule:
    return Rule(re.compile(pattern, flags).fullmatch, lambda value: f"{shown(value)} is not {sentence}.")


class _Known(dict[str, bool]):
    """What a test said of the short texts it has met: of those known, at the speed of C. A long one is not kept."""

    def __init__(self, test: Callable[[str], object]) -> None:
        self._test = test

    def __missing__(self, value: str) -> bool:
        is_right = len(value) <= LONGEST and bool(self._test(value))
        if len(value) <= _LONGEST_KNOWN:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[value] = is_right
        return is_right


def _again(rule: Rule) -> Rule:
    """The same rule for texts that come again and again, as the address of a code system or a patient does; one that
    is longer than a text may be is wrong.
    """
    return Rule(_Known(rule.test).__getitem__, rule.said)


_YEAR = r"(?:\d{3}[1-9]|\d{2}[1-9]0|\d[1-9]00|[1-9]000)"
_LEAP = r"(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)-02-29"
_LONG = r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_DAY = rf"(?:{_LEAP}|{_YEAR}-{_LONG})"
# The fraction's end keeps the whole no longer than a text may be.
_CLOCK = rf"(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{{1,{LONGEST - 30}}})?"
_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))"
_MONTH = rf"{_YEAR}(?:-(?:0[1-9]|1[0-2]))?"
_NO_SUCH_DAY = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))-(29|30|31)(?:T.*)?", re.ASCII | re.DOTALL)


def _calendar(pattern: str, kind: str, example: str) -> Rule:
    test = re.compile(pattern, re.ASCII).fullmatch

    def said(value: str) -> str:
        found = _NO_SUCH_DAY.fullmatch(value)
        if found is not None and not re.fullmatch(_DAY, value[:10], re.ASCII):
            return f"{shown(value)} is not {kind}: {found[1]} has no day {found[2]}."
        return f"{shown(value)} is not {kind} such as {example}."

    return Rule(test, said)


_TYPE = "|".join(TYPES)
_ID = r"[A-Za-z0-9\-.]{1,64}"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")

ID = _rule(_ID, "an id: use 1 to 64 of the characters A–Z, a–z, 0–9, hyphen and point")
# The absolute address comes first: to learn that it begins with none of 148 types takes longer than all the rest.
REFERENCE = _again(
    _rule(
        rf"[A-Za-z][A-Za-z0-9+.\-]*:\S+|#[A-Za-z0-9\-.]{{0,64}}"
        rf"|(?:{_TYPE})/{_ID}(?:/_history/{_ID})?(?:#\S+)?|(?:{_TYPE})\?\S+",
        "a reference such as Patient/123, #contained or an absolute address",
    )
)
_URI = _again(_rule(r"\S+", "an address: it must not contain a space"))

RULES: Mapping[str, Rule] = {
    "id": ID,
    "uri": _URI,
    "url": _URI,
    "canonical": _URI,
    "oid": _again(_rule(r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+", "an OID such as urn:oid:1.2.752.29.4.19")),
    "uuid": _rule(
        r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "a UUID: urn:uuid: and 32 hexadecimal digits",
        re.IGNORECASE,
    ),
    "code": _again(_rule(r"\S+(?:\s\S+)*", "a code: it has a space too many")),
    "date": _calendar(rf"{_DAY}|{_MONTH}", "a date", "2024, 2024-02 or 2024-02-29"),
    "dateTime": _calendar(
        rf"{_DAY}(?:T{_CLOCK}{_ZONE})?|{_MONTH}",
        "a date or a time with zone",
        "2024-02-29 or 2024-02-29T13:28:17+01:00",
    ),
    "instant": _calendar(rf"{_DAY}T{_CLOCK}{_ZONE}", "an instant", "2024-02-29T13:28:17.239+01:00"),
    "time": _rule(_CLOCK, "a time such as 13:28:17", re.ASCII),
    "xhtml": Rule(is_plain, narrative),
}
"""Rules by FHIR type. Of the others, fhirkit sees numbers, booleans and base64, and `text` what a string may hold."""


def is_bounded(value: int | Decimal) -> bool:
    """Whether a number is of a size that can be kept and searched."""
    if isinstance(value, Decimal):
        return -DIGITS < value.adjusted() < DIGITS and len(value.as_tuple().digits) <= DIGITS
    return value.bit_length() < 3 * DIGITS


def one_of(listed: frozenset[str], url: str) -> Rule:
    """The rule that a code is one of a required value set."""
    known = ", ".join(sorted(listed)) if len(listed) <= 12 else f"the codes of {url}"
    return Rule(listed.__contains__, lambda value: f"{shown(value)} is not one of {known}.")


def text(value: str, type_: str = "string") -> str:
    """The reason why a text may not be stored: a control character, half a character, or too long a string."""
    found = _CONTROL.search(value)
    if found is not None:
        return f"The text contains the character U+{ord(found[0]):04X}, which FHIR forbids."
    long = len(value) > LONGEST and type_ not in ("xhtml", "base64Binary")
    return f"The text is longer than {LONGEST} characters." if long else ""
