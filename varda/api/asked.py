"""Parameters of an operation or a history that are no search: which are understood, and what their values mean.

Whatever cannot be understood is `Malformed` in a sentence, never a fault of ours further down.
"""

from datetime import UTC, datetime

from varda.api import body, negotiation
from varda.api.call import Call, Parameters, used
from varda.fhir import validate
from varda.fhir.definitions import TYPES
from varda.kernel.errors import Malformed

_TYPES = frozenset(TYPES)
_DIGITS = 9  # more than any count or version needs


async def given(call: Call) -> Parameters:
    """The parameters of an operation: those of the address and, of a POST, those of a Parameters resource in its body.

    Raises `Malformed`, `UnsupportedMedia`, `TooLarge` or, for Parameters that are not valid, `Unprocessable`.
    """
    raw = await body.read(call.receive, call.headers) if call.method == "POST" else b""
    if not raw.strip():
        return call.parameters
    negotiation.require_json(call.header(b"content-type"))
    found = validate.check(raw)
    if found["resourceType"] != "Parameters":
        raise Malformed(f"The body of an operation is a Parameters resource, not a {found['resourceType']}.")
    values = [(one["name"], [v for k, v in one.items() if k.startswith("value")]) for one in found.get("parameter", ())]
    return [*call.parameters, *((name, str(value)) for name, several in values for value in several)]


def understood(call: Call, given: Parameters, what: str, names: frozenset[str]) -> Parameters:
    """The parameters that are used. Raises `Malformed` for another one unless handling is lenient."""
    unknown = sorted({name for name, _ in given if name not in names})
    if unknown and not call.preference.lenient:
        taken = ", ".join(sorted(names - {"_page"}))
        raise Malformed(f"{what} has no parameter {', '.join(unknown)} here. It takes {taken}.")
    return [pair for pair in given if pair[0] in names]


def count(asked: Parameters, usual: int, most: int) -> int:
    """`_count`: how many on a page, never more than `most`. Raises `Malformed`."""
    said = used(asked, "_count")
    return min(number(said, "_count"), most) if said else usual


def number(text: str, name: str) -> int:
    """A whole number as typed. Raises `Malformed`."""
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS:
        raise Malformed(f"{name} must be a whole number.")
    return int(text)


def since(asked: Parameters) -> datetime | None:
    """`_since`: an instant, in UTC where it names no zone. Raises `Malformed`."""
    # A plus sign that was not escaped in the address has become a space.
    said = used(asked, "_since").replace(" ", "+")
    if not said:
        return None
    try:
        at = datetime.fromisoformat(said)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Malformed("_since must be an instant such as 2024-02-29T13:28:17+01:00.") from None


def types(asked: Parameters) -> frozenset[str]:
    """`_type`: names of resource types between commas; several are added up. Raises `Malformed` naming the wrong."""
    named = {name.strip() for key, value in asked if key == "_type" for name in value.split(",")} - {""}
    if wrong := sorted(named - _TYPES):
        raise Malformed(f"_type names what is no resource type of FHIR R4: {', '.join(wrong)[:200]}.")
    return frozenset(named)
