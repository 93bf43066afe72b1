"""A document as PDF/UA-1 by Typst: tagged, the same everywhere, and no sign dropped.

The maker refuses a sign that no font can draw; it is then written out by its number and name (decision 30).
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import resources
from typing import Any

import typst

_SOURCE = (resources.files("varda.web.documents") / "paper.typ").read_bytes()
_PLAIN = 0x24F  # Latin up to here is in every font of ours
_MOST_TRIED = 300
"""Different signs of one document that are tried one by one; more are all written out."""
_NONE = frozenset({"Cc", "Cn", "Co", "Cs"})
_LONG = re.compile(r"\S{28,}")
_EVERY = re.compile(r"(\S{14})(?=\S)")
_TRIAL = b'#set document(title: "t")\n#sys.inputs.at("sign")'


def made(document: dict[str, Any]) -> bytes:
    """The document as the bytes of a PDF. It holds what `paper.typ` asks for."""
    breakable = _through(document, _broken)
    try:
        return _set(breakable)
    except typst.TypstError:
        return _set(_through(breakable, _marks(breakable)))


def _set(document: dict[str, Any]) -> bytes:
    found: bytes = typst.compile(
        _SOURCE, sys_inputs={"document": json.dumps(document)}, pdf_standards="ua-1", ignore_system_fonts=True
    )
    return found


def _marks(document: dict[str, Any]) -> Callable[[str], str]:
    """What writes out the signs of a document that cannot be drawn."""
    odd: set[str] = set()
    for text in texts(document):
        odd.update(sign for sign in text if ord(sign) > _PLAIN)
    undrawn = {sign for sign in odd if len(odd) > _MOST_TRIED or not _is_drawn(sign)}
    named = str.maketrans({sign: marked(sign) for sign in undrawn})
    return lambda text: text.translate(named)


def marked(sign: str) -> str:
    """A sign by number and name."""
    return f"[U+{ord(sign):04X} {unicodedata.name(sign, '')}".rstrip() + "]"


@lru_cache(maxsize=4096)
def _is_drawn(sign: str) -> bool:
    try:
        typst.compile(_TRIAL, sys_inputs={"sign": sign}, pdf_standards="ua-1", ignore_system_fonts=True)
    except typst.TypstError:
        return False
    return True


def _broken(text: str) -> str:
    """A word longer than a column may be broken where it must, without a hyphen; what is no sign is written out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    if not text.isprintable():  # what is no sign of anybody's is passed over in silence otherwise
        text = "".join(marked(sign) if unicodedata.category(sign) in _NONE and sign != "\n" else sign for sign in text)
    return _LONG.sub(lambda long: _EVERY.sub("\\1\u200b", long[0]), text)


def texts(value: Any) -> Iterator[str]:
    """Every text of a document, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)


def _through(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _through(one, change) for name, one in value.items()}
    return [_through(one, change) for one in value] if isinstance(value, list | tuple) else value
