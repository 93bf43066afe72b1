"""The answer to a write, as the Prefer header wants it: the resource, nothing, or a sentence.

http://hl7.org/fhir/R4/http.html#ops
"""

from varda.api import outcome
from varda.api.answer import Answer, Header, versioned
from varda.api.call import Call
from varda.kernel.errors import Problem
from varda.record import Stored


def written(call: Call, stored: Stored, status: int) -> Answer:
    """Location, ETag and Last-Modified of what was stored; the body by preference."""
    return Answer(status, _body(call, stored), (location(call, stored), *versioned(stored)))


def location(call: Call, stored: Stored) -> Header:
    """Where the version written is from now on."""
    return b"location", f"{call.base}/{stored.reference}/_history/{stored.version}".encode()


def told(stored: Stored) -> Problem:
    """What is said when a sentence is preferred to the resource."""
    return Problem(
        f"Stored as {stored.reference}, version {stored.version}.", code="informational", severity="information"
    )


def _body(call: Call, stored: Stored) -> bytes:
    returned = call.preference.returned
    if returned == "minimal":
        return b""
    return stored.body if returned == "representation" else outcome.encoded([told(stored)])
