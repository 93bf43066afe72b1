"""What an answer says in words, nothing lost on the way, and how urgent it is. Pure.

Laboratories mark up what they write. Every character of text comes through as it stands, blanks and all; markup that
carries meaning (struck, raised, a list's number, an empty cell) becomes a sign that can be read
(http://hl7.org/fhir/R4/narrative.html). One lost *inga* turns an answer into its opposite.
"""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any, Literal

Urgency = Literal["critical", "abnormal", "words", "normal"]
URGENCIES: tuple[Urgency, ...] = ("critical", "abnormal", "words", "normal")
"""From the most to the least urgent. `words`: nobody has judged what is said in words, so a person must read it."""
GIST = 240
"""Characters of an answer's beginning in a list, or the first whole sentence if that is longer."""

_BLOCKS = frozenset({
    "p", "div", "ul", "ol", "table", "caption", "thead", "tbody", "tfoot", "tr", "h1", "h2", "h3", "h4", "h5", "h6",
    "blockquote", "pre", "dl", "dt", "dd", "hr",
})  # fmt: skip
_SIGNS = {"del": ("[struket: ", "]"), "s": ("[struket: ", "]"), "strike": ("[struket: ", "]"), "sup": ("^", ""),
          "sub": ("_", ""), "q": ("”", "”")}  # fmt: skip
_SENTENCE = re.compile(r".+?(?:(?<![.!?])[.!?]++(?=\s+[^\sa-zåäö])|$)\s*")
"""A small letter after the stop goes on with the sentence: `u.a.` and `t.ex.` end none. A run of stops is read once."""


def spoken(narrative: str) -> str:
    """What marked-up text says, as text with the line breaks that its markup makes."""
    reader = _Reader()
    try:
        reader.feed(narrative)
        reader.close()
    except (AssertionError, ValueError):  # `<![foo[`: what cannot be read as markup is shown as it came
        return narrative.strip("\n")
    return "".join(reader.out).strip("\n")


def gist(text: str) -> tuple[str, int]:
    """The beginning of a text on one line, never ended inside a sentence, and how many words come after it."""
    line = " ".join(text.split())
    if len(line) <= GIST:
        return line, 0
    end = 0
    for sentence in (one[0] for one in _SENTENCE.finditer(line)):
        if end and end + len(sentence) > GIST:
            break
        end += len(sentence)
    return line[:end].rstrip(), len(line[end:].split())


def urgency(readings: Iterable[Any], has_words: bool, state: str, missing: int = 0) -> Urgency:
    """How urgent an answer is: by what its laboratory says of its values, else by their reference intervals. One with
    results that cannot be shown is never normal.
    """
    every = list(readings)
    if any(one.is_critical for one in every):
        return "critical"
    if any(one.mark or any(part.mark for part in one.parts) for one in every):
        return "abnormal"
    if state != "final" or has_words or missing or not every or not all(one.is_normal for one in every):
        return "words"
    return "normal"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._lists: list[int | None] = []
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.out.append("\n")
        elif tag in ("td", "th"):
            self.out.append("\t" * bool(self._cells))
            self._cells += 1
        elif tag == "li":
            self._break()
            self.out.append(self._mark())
        elif tag == "img":
            self.out.append(f"[{dict(attrs).get('alt') or 'bild'}]")
        elif tag in _SIGNS:
            self.out.append(_SIGNS[tag][0])
        elif tag in _BLOCKS:
            self._break()
            if tag in ("ul", "ol"):
                self._lists.append(_start(dict(attrs).get("start") or "") if tag == "ol" else None)
            self._cells = 0 if tag == "tr" else self._cells

    def handle_endtag(self, tag: str) -> None:
        if tag in _SIGNS:
            self.out.append(_SIGNS[tag][1])
        elif tag in _BLOCKS:
            self._break()
            if tag in ("ul", "ol") and self._lists:
                self._lists.pop()

    def handle_data(self, data: str) -> None:
        self.out.append(data)

    def _mark(self) -> str:
        """The dash of a list, or the number of an ordered one: `2.` may be what the text refers to."""
        if not self._lists or self._lists[-1] is None:
            return "– "
        number = self._lists[-1]
        self._lists[-1] = number + 1
        return f"{number}. "

    def _break(self) -> None:
        if self.out and not "".join(self.out[-1:]).endswith("\n"):
            self.out.append("\n")


def _start(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
