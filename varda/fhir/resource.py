"""JSON in, JSON out, nothing lost: decimals keep their written precision (`72.50` is not `72.5`).

http://hl7.org/fhir/R4/json.html and http://hl7.org/fhir/R4/datatypes.html#decimal
"""

import re
from decimal import Decimal, DecimalException
from typing import Any

import msgspec

from varda.kernel.errors import Malformed, Problem

Resource = dict[str, Any]

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


def parse(raw: bytes) -> Resource:
    """The resource as a dict; numbers with a point or an exponent become `Decimal`.

    Raises Malformed with line and column when it is not JSON, and when the JSON is not an object. A repeated key is
    not seen here (the last one wins): `validate.check` of the bytes finds it.
    """
    try:
        found = _decoder.decode(raw)
    except msgspec.DecodeError as error:
        raise malformed(raw, str(error)) from None
    except UnicodeDecodeError:
        raise _refusal(_placed(raw, _not_utf8(raw), "a byte is not UTF-8"), "structure") from None
    except (RecursionError, DecimalException) as error:
        deep = isinstance(error, RecursionError)
        reason = "it is nested too deeply" if deep else "a number in it is larger than any number may be"
        raise _refusal(reason, "too-costly" if deep else "value") from None
    if not isinstance(found, dict):
        raise _refusal("a resource is an object that starts with { and ends with }", "structure")
    return found


def dump(resource: Resource) -> bytes:
    """The resource as JSON without spaces; decimals as they were written."""
    return _encoder.encode(resource)


def malformed(raw: bytes, reason: str) -> Malformed:
    """The error for bytes that are not JSON, from the decoder's own words, with line and column (both from 1)."""
    found = re.search(r"^(?:JSON is malformed: )?(.*?) \(byte (\d+)\)$", reason)
    if found is None:
        words = "the text ends too early" if "truncated" in reason else "a number is too long"
        return _refusal(_placed(raw, len(raw), words), "structure")
    beyond = found[1].startswith("trailing")  # the decoder counts one byte too far there
    return _refusal(_placed(raw, int(found[2]) - beyond, found[1]), "structure")


def _not_utf8(raw: bytes) -> int:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _placed(raw: bytes, at: int, words: str) -> str:
    before = raw[:at]
    column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
    return f"{words} at line {before.count(10) + 1}, column {column}"


def _refusal(reason: str, code: str) -> Malformed:
    message = f"This is not JSON that can be read: {reason}."
    return Malformed(message, [Problem(message, code=code)])
