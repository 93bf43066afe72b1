"""What came in, word for word, against what is shown: which words are lost between an entry and its page or print.

It reads the received bytes itself, by nothing that pages read them with, so that a fault there is found. Space is no
word; all else must stand as it came (F245: `inget` vanished from answers, and a quantity was changed).
"""

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

NEGATIONS = frozenset(
    {"inget", "inga", "ingen", "ej", "inte", "icke", "utan", "aldrig", "no", "not", "none", "without"}
)
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)?|[.:;!?\n]")
UNSEEN = re.compile(r"[\s\u00ad\u200b]+")
_LEFT_OUT = frozenset({"del", "script", "style", "template"})


def lost(bodies: Iterable[bytes], shown: str) -> list[str]:
    """What the entries say that `shown` (plain text, numbers with a decimal comma or point) does not hold, in the order
    in which it came; empty where nothing is lost. What an entry says less than its own original is lost as well.
    """
    squashed, spaced = _squashed(shown), UNSEEN.sub(" ", shown.replace(",", ".").replace("−", "-"))
    found: dict[str, None] = {}
    for body in bodies:
        entry = json.loads(body, parse_float=Decimal, parse_int=Decimal)
        found |= dict.fromkeys(text for text in texts(entry) if _squashed(text) not in squashed)
        found |= dict.fromkeys(text for text in quantities(entry) if not _holds(spaced, text))
        found |= dict.fromkeys(unsaid(entry))
    return list(found)


def texts(entry: Mapping[str, Any]) -> Iterator[str]:
    """The words of an answer or a note, as they came."""
    for name in ("conclusion", "valueString"):
        if isinstance(entry.get(name), str):
            yield entry[name]
    if entry.get("resourceType") == "Observation":
        yield from (note["text"] for note in entry.get("note", ()) if isinstance(note.get("text"), str))
    yield from _originals(entry)
    for section in entry.get("section", ()):
        yield from plain(section.get("text", {}).get("div", "")).split("\n")


def quantities(entry: Mapping[str, Any]) -> Iterator[str]:
    """Numbers with their units, components without, since these share theirs."""
    value = entry.get("valueQuantity")
    if isinstance(value, dict) and "value" in value:
        yield f"{value.get('comparator', '')}{value['value']:f} {value.get('unit', '')}".strip()
    for part in entry.get("component", ()):
        value = part.get("valueQuantity")
        if isinstance(value, dict) and "value" in value:
            yield f"{value['value']:f}"


def unsaid(entry: Mapping[str, Any]) -> list[str]:
    """Negations of an answer's original text that its conclusion, else the same words, has lost or gained."""
    said = _words(str(entry.get("conclusion") or ""))
    found = []
    for original in _originals(entry):
        window = _same(said, _words(original))
        if window is not None and _negations(window) != _negations(said):
            found.append(" ".join(window))
    return found


def plain(html: str) -> str:
    """The text of a page or a narrative, a line for each piece; what is struck or hidden is left out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "\n".join(reader.pieces)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _LEFT_OUT:
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not self._within and data.strip():
            self.pieces.append(data)


def _squashed(text: str) -> str:
    return UNSEEN.sub("", text)


def _holds(spaced: str, quantity: str) -> bool:
    """Whether a number stands there whole: 5 is not in 15, nor in 5.1."""
    said = r"\s*".join(map(re.escape, quantity.replace(",", ".").split()))
    return re.search(rf"(?<![\d.]){said}(?![\d]|\.\d)", spaced) is not None


def _originals(entry: Mapping[str, Any]) -> Iterator[str]:
    """What came as plain text."""
    for one in entry.get("presentedForm", ()):
        kind, _, rest = str(one.get("contentType", "")).partition(";")
        if kind.strip().lower() != "text/plain" or "data" not in one:
            continue
        named = re.search(r"charset\s*=\s*\"?([\w.:-]+)", rest, re.IGNORECASE)
        for charset in (*([named[1]] if named else []), "utf-8", "latin-1"):
            try:
                yield b64decode(one["data"]).decode(charset)
                break
            except (ValueError, LookupError):
                continue


def _words(text: str) -> list[str]:
    return [one.casefold() for one in _WORD.findall(text)]


def _negations(words: Iterable[str]) -> list[str]:
    return [one for one in words if one in NEGATIONS]


def _same(said: list[str], original: list[str]) -> list[str] | None:
    """The stretch of the original that says the same but for negations and marks; None where there is none."""
    wanted = [one for one in said if _counts(one)]
    places = [nth for nth, one in enumerate(original) if _counts(one)]
    kept = [original[nth] for nth in places]
    for start in range(len(kept) - len(wanted) + 1 if wanted else 0):
        if kept[start : start + len(wanted)] == wanted:
            first, last = places[start], places[start + len(wanted) - 1]
            while first and original[first - 1] in NEGATIONS:
                first -= 1
            while last + 1 < len(original) and original[last + 1] in NEGATIONS:
                last += 1
            return original[first : last + 1]
    return None


def _counts(word: str) -> bool:
    return word not in NEGATIONS and word[0].isalnum()
