"""create: a new item under an id of ours, once only with If-None-Exist. http://hl7.org/fhir/R4/http.html#create"""

from varda.api.answer import Answer
from varda.api.call import Call, named
from varda.api.written import written
from varda.fhir.resource import parse
from varda.kernel.errors import Malformed
from varda.record import Record, bundles


async def create(record: Record, call: Call) -> Answer:
    """201 with the new item; 200 with the one that If-None-Exist found; 412 when it found several."""
    (type_,) = call.parts
    raw = await call.resource()
    require_same_type(raw, type_)
    condition = call.header(b"if-none-exist")
    if condition:
        stored, is_new = await bundles.create_once(record, type_, raw, condition)
        return written(call, stored, 201 if is_new else 200)
    return written(call, await record.create_alone(raw), 201)


def require_same_type(raw: bytes, type_: str) -> None:
    """Raise `Malformed` when the body is of another type than the address."""
    found, _ = named(raw)
    if not isinstance(found, str):
        parse(raw)  # says what is wrong with the JSON, and where
        raise Malformed(f"The body is no resource: it has no resourceType. The address says {type_}.")
    if found != type_:
        raise Malformed(f"The body is a {found[:60]}, but the address says {type_}.")
