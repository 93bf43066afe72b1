"""Which format is asked for and which is given: JSON, in the spellings that the field uses. XML is not spoken yet.

http://hl7.org/fhir/R4/http.html#mime-type and http://hl7.org/fhir/R4/http.html#ops (Prefer)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from varda.kernel.errors import Fault, Malformed, NotAllowed

_JSON = frozenset({"application/fhir+json", "application/json", "application/json+fhir", "text/json"})
_ANY = _JSON | {"*/*", "application/*", "text/*"}
_FORMATS = _JSON | {"json"}
_RETURNS = frozenset({"minimal", "representation", "OperationOutcome"})


class NotAcceptable(Fault):
    """A format or FHIR version is asked for that is not spoken here."""

    number, status, code = "V406", 406, "not-supported"


class UnsupportedMedia(Fault):
    """The body is in a format, character set or encoding that is not read here."""

    number, status, code = "V415", 415, "not-supported"


class WrongMethod(NotAllowed):
    """The address is known, but this is not done there; `allowed` is what is."""

    def __init__(self, method: str, allowed: Iterable[str]) -> None:
        self.allowed = ", ".join(sorted(allowed))
        super().__init__(f"{method} is not possible here. Possible: {self.allowed}.")


@dataclass(frozen=True, slots=True)
class Preference:
    """The `Prefer` header: `returned` is minimal, representation or OperationOutcome."""

    returned: str = "representation"
    lenient: bool = False


@lru_cache(maxsize=256)
def preference(header: str) -> Preference:
    """Read a Prefer header. What is not known is passed by, as RFC 7240 asks; a wrong `handling` is an error."""
    returned, handling = "representation", "strict"
    for part in header.replace(";", ",").split(","):
        name, _, value = (word.strip().strip('"') for word in part.partition("="))
        if name == "return" and value in _RETURNS:
            returned = value
        elif name == "handling":
            handling = value
    if handling not in ("strict", "lenient"):
        raise Malformed("Prefer: handling must be strict or lenient.")
    return Preference(returned, handling == "lenient")


@lru_cache(maxsize=1024)
def require_acceptable(accept: str, format_: str) -> None:
    """Raise `NotAcceptable` when neither `_format` nor, without one, the Accept header lets us answer in JSON."""
    if format_:
        # A plus sign that was not escaped in the address has become a space.
        media, version = _read(format_.replace(" ", "+"))
        if media not in _FORMATS or version not in ("", "4.0"):
            raise NotAcceptable(
                f"_format={format_[:60]} is not spoken here. Use _format=json; the FHIR version is 4.0."
            )
        return
    if not accept:
        return
    ranges = [_read(one) for one in accept.split(",") if not _is_refused(one)]
    if not any(media in _ANY and version in ("", "4.0") for media, version in ranges):
        raise NotAcceptable("Only application/fhir+json (fhirVersion=4.0) is spoken here; change the Accept header.")


@lru_cache(maxsize=256)
def require_json(content_type: str) -> None:
    """Raise `UnsupportedMedia` when a body is not JSON in UTF-8. A body without a type is read as JSON."""
    if not content_type:
        return
    media, version = _read(content_type)
    charset = _parameter(content_type, "charset").lower()
    if media not in _JSON or version not in ("", "4.0") or charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise UnsupportedMedia(
            f"A body of type {content_type[:80]} is not read here. Send application/fhir+json in UTF-8."
        )


def _read(media: str) -> tuple[str, str]:
    return media.partition(";")[0].strip().lower(), _parameter(media, "fhirversion")


def _parameter(media: str, name: str) -> str:
    for part in media.split(";")[1:]:
        found, _, value = part.partition("=")
        if found.strip().lower() == name:
            return value.strip().strip('"')
    return ""


def _is_refused(media: str) -> bool:
    return _parameter(media, "q") in ("0", "0.0", "0.00", "0.000")
