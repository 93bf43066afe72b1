"""What may be kept as a file, and in which words it is said what may not. Pure."""

from dataclasses import dataclass

from varda.care.files.kinds import ENDINGS, LARGEST, Divided, is_other, recognised, without_traces
from varda.kernel.errors import Problem, TooLarge, Unprocessable

TOO_LARGE = "The file is larger than 20 MB. Make the picture smaller, or divide the document."
LONGEST_SAID = 500
"""Characters of a description."""
_UNKNOWN = (
    "This is no picture (JPEG, PNG, WebP), no PDF and no recording, whatever its name says. Nothing was kept. Save it "
    "as one of these and choose it again."
)
_HEIC = (
    "This is a picture in HEIC, which not everybody can open. Nothing was kept. Save it as JPEG and choose it again."
)
_BROKEN = "The picture is broken: it ends in the middle. Nothing was kept. Take it or save it again."
_DIVIDED = "The picture is in too many parts. Nothing was kept. Open it, save it as a new picture and choose that."
_EMPTY = "The file is empty. Nothing was kept."


@dataclass(frozen=True, slots=True)
class Fit:
    """A file as it may be kept: less what a device noted in a picture. `is_misnamed`: its name is another kind's."""

    kind: str
    content: bytes
    is_misnamed: bool


def fit(name: str, content: bytes) -> Fit:
    """What is kept of a file. Raises `TooLarge`, or `Unprocessable` with what is wrong and what to do."""
    if len(content) > LARGEST:
        raise TooLarge(TOO_LARGE)
    kind = recognised(content)
    if not kind:
        is_heic = content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc")
        raise _wrong(_HEIC if is_heic else _UNKNOWN if content else _EMPTY)
    try:
        return Fit(kind, without_traces(content, kind), is_other(name, kind))
    except Divided as divided:
        raise _wrong(_DIVIDED) from divided
    except ValueError as broken:
        raise _wrong(_BROKEN) from broken


def ending(kind: str) -> str:
    """The ending of a name for a file of a kind; "bin" for what came otherwise."""
    return ENDINGS.get(kind, ("bin",))[0]


def described(said: str) -> str:
    """A description that may stand beside a file. Raises `Unprocessable` without one: not everybody sees pictures."""
    text = " ".join(said.split())
    if not text:
        raise Unprocessable(
            "Describe each picture and file in words.", [Problem("Describe each picture and file in words.", "said")]
        )
    return text[:LONGEST_SAID]


def _wrong(message: str) -> Unprocessable:
    return Unprocessable(message, [Problem(message, "file")])
