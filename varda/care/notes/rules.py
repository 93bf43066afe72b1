"""What may be done with a note, and how its text becomes narrative and back. Pure.

Nothing said is lost: what XHTML cannot carry is replaced visibly, never dropped (http://hl7.org/fhir/R4/narrative.html).
"""

import re
from collections.abc import Iterator, Mapping
from html import escape
from html.parser import HTMLParser
from typing import Any

from varda.record import signing

XHTML = "http://www.w3.org/1999/xhtml"
TAKE_ON = "take-on-notes"
"""The right of the catalogue to sign in somebody else's place, and to be named to sign what others write."""

MACRO = re.compile(r"[^\W_][^\W_]{0,19}")
"""The word of a macro: letters and figures."""
LONGEST_MACRO = 4000
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BLOCKS = {
    "p",
    "div",
    "ul",
    "ol",
    "table",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "dl",
    "dt",
    "dd",
}


def clean(text: str) -> str:
    """Text that FHIR and XHTML can carry: line ends as \\n, page and column breaks as line ends, what is not
    allowed (NUL, lone surrogates, control characters) as U+FFFD so that the writer sees that something stood there."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    return _FORBIDDEN.sub("\ufffd", text)


def div(text: str) -> str:
    """Plain text as the narrative of a section; `plain` gives the same text back."""
    body = escape(clean(text), quote=False).replace("\n", "<br/>")
    return f'<div xmlns="{XHTML}"><p>{body}</p></div>'


def plain(narrative: str) -> str:
    """What a narrative says, as text: lists with a dash, table cells with a tab. Others' markup is never shown."""
    reader = _Reader()
    reader.feed(narrative)
    reader.close()
    return reader.text()


def signs(powers: Any, function: str = signing.NOTES) -> bool:
    """Whether the role answers for notes (or for what else belongs to a function) by signing them; what others write
    is signed by somebody else.
    """
    return bool(powers.signs(function))


def may_sign(powers: Any, session: Any, note: Any) -> bool:
    """Whether this person may sign an unsigned note: the one who is to sign it, else its author (R1)."""
    may = signs(powers, note.function)
    return note.status == "preliminary" and signing.may_sign(session, may, note.to_sign, note.authors)


def may_write(powers: Any, session: Any, note: Any) -> bool:
    """Whether this person may go on writing an unsigned note: its author, or the one who is to sign it."""
    is_theirs = session.practitioner in (*note.authors, note.to_sign)
    return note.status == "preliminary" and is_theirs and powers.may("write", note.function)


def may_take_on(powers: Any, session: Any, note: Any) -> bool:
    """Whether this person may sign an unsigned note in somebody else's place, and is named first."""
    may = powers.has(TAKE_ON) and signs(powers, note.function)
    return note.status == "preliminary" and may and not may_sign(powers, session, note)


def may_amend(powers: Any, session: Any, note: Any) -> bool:
    """Whether this person may amend a signed note: those who wrote or signed it, in a role that signs. Nobody amends a
    certificate.
    """
    return not note.is_certificate and _answers_for(powers, session, note)


def may_strike(powers: Any, session: Any, note: Any) -> bool:
    """Whether this person may mark a note as entered in error, or cancel a certificate."""
    return may_write(powers, session, note) or _answers_for(powers, session, note)


def _answers_for(powers: Any, session: Any, note: Any) -> bool:
    may = signs(powers, note.function)
    return note.status in signing.SIGNED and signing.may_change(session, may, note.authors, note.signers)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._out.append("\n")
        elif tag == "li":
            self._break()
            self._out.append("– ")
        elif tag in ("td", "th"):
            if self._out and not self._out[-1].endswith("\n"):
                self._out.append("\t")
        elif tag in _BLOCKS:
            self._break()
        elif tag == "img":
            self._out.append(f"[{dict(attrs).get('alt') or 'bild'}]")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS and tag not in ("div", "p"):
            self._break()

    def handle_data(self, data: str) -> None:
        self._out.append(data)

    def _break(self) -> None:
        if self._out and not self._out[-1].endswith("\n"):
            self._out.append("\n")

    def text(self) -> str:
        return "".join(self._out)


def sections(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every section of a Composition, nested ones after their parent."""
    for section in resource.get("section", ()):
        yield section
        yield from sections(section)
