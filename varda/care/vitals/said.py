"""Measures as clinicians write them in a sentence: "BT 140/85, puls 72, temp 38,2". Pure.

What is sure is found and nothing else: a span ("72–80"), a guess ("ca 70") or a number of another kind is left as text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from varda.care.vitals.model import MEASURES
from varda.care.vitals.rules import bedside
from varda.kernel.errors import Unprocessable

_NUMBER = r"\d{1,3}(?:[.,]\d{1,2})?"
_WAYS = (
    (("systolic", "diastolic"), r"bt|blodtryck(?:et)?|bp", rf"({_NUMBER})\s?/\s?({_NUMBER})", r"mm\s?hg"),
    (("pulse",), r"puls(?:en)?|hjärtfrekvens(?:en)?|hf|hr", rf"({_NUMBER})", r"/min|slag/min|slag per minut|bpm"),
    (("temperature",), r"temp(?:eratur(?:en)?)?|kroppstemp(?:eratur)?|tp", rf"({_NUMBER})", r"°\s?c|grader|°"),
    (("saturation",), r"saturation(?:en)?|sat|spo2|pox|syremättnad(?:en)?", rf"({_NUMBER})", r"%|procent"),
    (("breathing",), r"andningsfrekvens(?:en)?|andfrekvens|rr", rf"({_NUMBER})", r"/min|andetag/min|per minut"),
    (("weight",), r"vikt(?:en)?|väger", rf"({_NUMBER})", r"kg|kilo"),
    (("height",), r"längd(?:en)?", rf"({_NUMBER})", r"cm|m\b"),
)
_OTHER_UNIT = r"(?!\s?(?:[-–/]|till\b|st\b|år|månader|veckor|dagar|timmar|gånger|g\b|gram|mg|ml|lb))"
# What is taken is not given back (?+): "5 kg/vecka" must not be read as 5 with something after it.
_PATTERNS = tuple(
    (
        keys,
        re.compile(
            rf"(?<!\w)(?:{names})\s{{0,3}}(?:är|:|=)?\s{{0,3}}{number}(?![\d.,]*\d)(?:\s?({units}))?+{_OTHER_UNIT}",
            re.IGNORECASE,
        ),
    )
    for keys, names, number, units in _WAYS
)
_CLAUSE = re.compile(r"[.,;:!?()\n]\s|\n")
_AROUND = 80  # characters before and after that may say that a number is none of the patient's own, now
_NOT_SO = re.compile(
    r"\b(?:inte|ej|ingen|inget|inga|aldrig|utan|förneka\w*|ca|cirka|runt|omkring|över|under|max\w*|minst|mål\w*|"
    r"gräns\w*|ner|ned|upp|minska\w*|öka\w*|tappa\w*|\w*nedgång|\w*uppgång|igår|går|förrgår|hemma|förra|tidigare|"
    r"sedan|brukar|vanlig\w*|mamma\w*|mor|mors|moder\w*|pappa\w*|far|fars|fader\w*|bror\w*|syster\w*|son\w*|dotter\w*|"
    r"barn\w*|foster\w*|make\w*|maka\w*|hustru\w*|sambo\w*|anhörig\w*|(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_OF_WHOM = re.compile(r"(\w+)\s*$")
_OWN = {"patientens", "pats", "dagens", "hans", "hennes"}


@dataclass(frozen=True, slots=True)
class Said:
    """A measure in a text: the words as they stand, and its numbers by `MEASURES`, `is_plausible` where anybody can
    have them."""

    text: str
    numbers: dict[str, Decimal]
    is_plausible: bool


def said(text: str) -> Iterator[Said]:
    """Every measure in a text, in its order; the same words twice are one."""
    hits = sorted(
        ((hit.start(), keys, hit) for keys, pattern in _PATTERNS for hit in pattern.finditer(text)), key=_place
    )
    seen: set[str] = set()
    for _, keys, hit in hits:
        if hit[0] not in seen and _is_own(text, hit):
            seen.add(hit[0])
            yield _read(keys, hit)


def _place(found: tuple[int, tuple[str, ...], re.Match[str]]) -> int:
    return found[0]


def _is_own(text: str, hit: re.Match[str]) -> bool:
    """Whether nothing in the clause says that it is another's, of another time, denied, guessed or a change."""
    before = _CLAUSE.split(text[max(0, hit.start() - _AROUND) : hit.start()])[-1]
    after = _CLAUSE.split(text[hit.end() : hit.end() + _AROUND], maxsplit=1)[0]
    of_whom = _OF_WHOM.search(before)
    is_anothers = of_whom is not None and of_whom[1].lower().endswith("s") and of_whom[1].lower() not in _OWN
    return not is_anothers and not _NOT_SO.search(before) and not _NOT_SO.search(after)


def _read(keys: tuple[str, ...], hit: re.Match[str]) -> Said:
    numbers = {key: Decimal(hit[place].replace(",", ".")) for place, key in enumerate(keys, 1)}
    if keys == ("height",) and (hit[2] or "").lower() == "m":
        numbers["height"] *= 100
    try:
        bedside({key: str(value) for key, value in numbers.items()})
    except Unprocessable:
        return Said(hit[0], numbers, is_plausible=False)
    return Said(hit[0], numbers, is_plausible=True)


def spelled(numbers: dict[str, Decimal]) -> str:
    """What becomes an entry of the record, as its names and units say it: "Puls 72 slag/min"."""
    if set(numbers) == {"systolic", "diastolic"}:
        return f"Blodtryck {_plain(numbers['systolic'])}/{_plain(numbers['diastolic'])} mmHg"
    parts = (f"{MEASURES[key].text} {_plain(value)} {MEASURES[key].unit}" for key, value in numbers.items())
    return ", ".join(parts)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",") if value == value.to_integral() else str(value).replace(".", ",")
