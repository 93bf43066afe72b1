"""What a narrative may contain: well-formed XHTML of the basic elements, nothing that can act in a reader's browser.

http://hl7.org/fhir/R4/narrative.html#xhtml
"""

import re
from html.entities import name2codepoint
from xml.parsers import expat

ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        "a abbr acronym area b bdo big blockquote br caption cite code col colgroup dd del dfn div dl dt em h1 h2 h3"
        " h4 h5 h6 hr i img ins kbd li map ol p pre q s samp small span strike strong sub sup table tbody td tfoot th"
        " thead tr tt u ul var",
    )
)
"""Chapters 7–11 (except section 4 of 9) and 15 of HTML 4.0, `a` and `img`, as the specification lists them."""

_KNOWN = ELEMENTS | {f"/{name}" for name in ELEMENTS}
_TAG = re.compile(r"<(/?\w+)([^>]*)>")
# Handlers, and addresses that are neither of the web nor plainly relative: the slow reading judges them.
_DOUBT = re.compile(r"""[\s"']on\w|(?:href|src)\s*=\s*["'](?!https?:|\#|[\w./\-]+["'#?])""", re.IGNORECASE)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_ACTIVE = re.compile(r"(?!data:image/(png|gif|jpeg|webp);)(javascript|vbscript|data):", re.IGNORECASE)
_BLANK = re.compile(r"[\x00-\x20]")
_XML = frozenset({"lt", "gt", "amp", "quot", "apos"})


class _Refused(Exception):
    """Why; leaves the parser at the first thing found."""


def is_plain(value: str) -> bool:
    """Whether a `Narrative.div` is right. Quick for what most narratives are; in doubt it reads as `narrative` does."""
    tags = _TAG.findall(value)
    # A > that ends no tag may hide an attribute from the pattern.
    if not value.startswith("<div") or len(tags) != value.count(">") or any(map(_is_doubtful, set(tags))):
        return not narrative(value)
    try:
        expat.ParserCreate().Parse(_without_names(value), True)
    except (expat.ExpatError, UnicodeEncodeError):
        return False
    return True


def narrative(value: str) -> str:
    """The reason why a `Narrative.div` is not right, or nothing."""
    if not value.lstrip().startswith("<div"):
        return "The narrative must be one div element of XHTML."
    parser = expat.ParserCreate()
    parser.StartElementHandler = _start
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(_without_names(value.lstrip()), True)
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        return f"The narrative is not well-formed XHTML: {reason} at line {error.lineno}, column {error.offset + 1}."
    except UnicodeEncodeError:
        return "The narrative contains half a character."
    except _Refused as refusal:
        return str(refusal)
    return ""


def _is_doubtful(tag: tuple[str, str]) -> bool:
    name, rest = tag
    return name not in _KNOWN or (len(rest) > 1 and _DOUBT.search(rest) is not None)


def _without_names(value: str) -> str:
    """XML knows five named entities, HTML many: the others become their characters."""
    return _ENTITY.sub(_plain, value) if "&" in value else value


def _plain(found: re.Match[str]) -> str:
    name = found[1]
    return chr(name2codepoint[name]) if name in name2codepoint and name not in _XML else found[0]


def _start(name: str, attributes: dict[str, str]) -> None:
    if name not in ELEMENTS:
        raise _Refused(f"The narrative contains the element {name}, which FHIR does not allow.")
    for key, value in attributes.items():
        word = key.lower()
        # A browser skips blanks and line ends inside an address, so `java&#10;script:` would run.
        if word.startswith("on") or (word in ("href", "src") and _ACTIVE.match(_BLANK.sub("", value))):
            raise _Refused(f"The narrative's {name} has an attribute {key} that could run a script.")


def _no_doctype(*_: object) -> None:
    raise _Refused("The narrative must not declare a document type.")
