"""What is asked: the method, the path below `/fhir`, the parameters, the headers and who asks."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec

from varda.api import body, negotiation
from varda.api.negotiation import Preference
from varda.fhir.definitions import TYPES
from varda.kernel.errors import Absent, Malformed

Parameters = list[tuple[str, str]]

_TYPES = frozenset(TYPES)
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
_TAG = re.compile(r'(?:W/)?"?([^"]*)"?')
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_MOST_PARAMETERS = 500


class _Named(msgspec.Struct):
    """A glance at a resource: its type and id, the rest passed over."""

    resourceType: Any = None  # noqa: N815 - FHIR's own name
    id: Any = None


_glance = msgspec.json.Decoder(_Named)


class Call(msgspec.Struct, frozen=True, dict=True):
    """`parts` is the path below `base`; `number` is what a user can quote; `receive` gives the body."""

    method: str
    parts: tuple[str, ...]
    question: str
    base: str
    number: str
    headers: Mapping[bytes, bytes] = msgspec.field(default_factory=dict)
    receive: Any = None

    def header(self, name: bytes) -> str:
        """One header as text; empty when it is missing."""
        found = self.headers.get(name)
        return found.decode("latin-1").strip() if found else ""

    @cached_property
    def parameters(self) -> Parameters:
        """The parameters of the address in order. Raises `Malformed`."""
        return parameters(self.question)

    def parameter(self, name: str) -> str:
        """The last value given for a parameter; empty when there is none."""
        return next((value for key, value in reversed(self.parameters) if key == name), "") if self.question else ""

    @property
    def preference(self) -> Preference:
        """The Prefer header."""
        return negotiation.preference(self.header(b"prefer"))

    @property
    def expected(self) -> int | None:
        """The version of If-Match; None when there is none. Raises `Malformed`."""
        tag = self.header(b"if-match")
        return version(tag) if tag else None

    async def resource(self) -> bytes:
        """The body, which must be JSON; never parsed here. Raises `UnsupportedMedia`, `TooLarge`, `Malformed`."""
        negotiation.require_json(self.header(b"content-type"))
        raw = await body.read(self.receive, self.headers)
        if not raw.strip():
            raise Malformed("There is no body; send the resource as JSON.")
        return raw

    def inner(self, url: str, headers: Mapping[bytes, bytes] | None = None) -> "Call":
        """The GET that an entry of a bundle asks for, relative to the same base."""
        path, _, question = url.removeprefix(f"{self.base}/").removeprefix("/").partition("?")
        parts = tuple(unquote(part) for part in path.split("/") if part)
        return msgspec.structs.replace(
            self, method="GET", parts=parts, question=question, headers=headers or {}, receive=None
        )


def parameters(question: str) -> Parameters:
    """What a query string or a form says, in order. Raises `Malformed`."""
    try:
        found = parse_qsl(
            question, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS, strict_parsing=False
        )
    except UnicodeDecodeError:
        raise Malformed("The address holds bytes that are not UTF-8.") from None
    except ValueError:
        raise Malformed(f"More than {_MOST_PARAMETERS} parameters are not taken.") from None
    for name, value in found:
        control = _CONTROL.search(name) or _CONTROL.search(value)
        if control:
            raise Malformed(f"A parameter holds the character U+{ord(control[0]):04X}, which FHIR forbids.")
    return found


def require_type(name: str) -> None:
    """Raise `Absent` for what is no resource type."""
    if name not in _TYPES:
        raise Absent(f"{_shown(name)} is not a resource type of FHIR R4. Types are written as in Patient.")


def require_id(id_: str) -> None:
    """Raise `Malformed` for an id that FHIR does not allow."""
    if not _ID.fullmatch(id_):
        raise Malformed(
            f"{_shown(id_)} cannot be an id: use 1 to 64 of the characters A–Z, a–z, 0–9, hyphen and point."
        )


def version(tag: str) -> int:
    """The version number in `W/"3"`. Raises `Malformed`."""
    found = _TAG.fullmatch(tag)
    if found is None or not found[1].isdecimal() or len(found[1]) > 9:
        raise Malformed(f'A version tag is written as W/"3"; {_shown(tag)} is not one.')
    return int(found[1])


def is_known(tags: str, etag: str) -> bool:
    """Whether an If-None-Match header names the version."""
    return tags == "*" or any(tag.strip().removeprefix("W/") == etag.removeprefix("W/") for tag in tags.split(","))


def named(raw: bytes) -> tuple[Any, Any]:
    """resourceType and id of a resource as written; None for what is missing, twice None for what is not JSON."""
    try:
        found = _glance.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None, None
    return found.resourceType, found.id


def used(given: Iterable[tuple[str, str]], name: str) -> str:
    """The last value of a parameter in a list; empty when there is none."""
    return next((value for key, value in reversed(list(given)) if key == name), "")


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:70])
