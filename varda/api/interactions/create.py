"""create: a new item under an id of ours, once only with If-None-Exist. http://hl7.org/fhir/R4/http.html#create"""

from varda.api.answer import Answer
from varda.api.call import Call, named
from varda.api.subset import SHAPING
from varda.api.written import written
from varda.fhir.resource import parse
from varda.kernel.errors import Malformed
from varda.record import Record, bundles


async def create(record: Record, call: Call) -> Answer:
    """201 with the new item; 200 with the one that If-None-Exist found; 412 when it found several."""
    (type_,) = call.parts
    raw = await call.resource()
    require_same_type(raw, type_)
    condition = _condition(call)
    if condition is not None:
        stored, is_new = await bundles.create_once(record, type_, raw, condition)
        return written(call, stored, 201 if is_new else 200)
    return written(call, await record.create_alone(raw), 201)


def _condition(call: Call) -> str | None:
    """If-None-Exist. A search in the address means the same: fhirpy's `get_or_create` writes it there."""
    if b"if-none-exist" in call.headers:
        return call.header(b"if-none-exist")
    return call.question if any(name not in SHAPING for name, _ in call.parameters) else None


def require_same_type(raw: bytes, type_: str) -> None:
    """Raise `Malformed` when the body is of another type than the address."""
    found, _ = named(raw)
    if not isinstance(found, str):
        parse(raw)  # says what is wrong with the JSON, and where
        raise Malformed(f"The body is no resource: it has no resourceType. The address says {type_}.")
    if found != type_:
        raise Malformed(f"The body is a {found[:60]}, but the address says {type_}.")
