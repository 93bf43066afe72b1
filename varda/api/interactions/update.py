"""update: a new version, or a new item under an id of the caller's. http://hl7.org/fhir/R4/http.html#update"""

from varda.api.answer import Answer
from varda.api.call import Call, named, require_id
from varda.api.interactions.create import require_same_type
from varda.api.written import written
from varda.kernel.errors import Malformed
from varda.record import Record, bundles


async def update(record: Record, call: Call) -> Answer:
    """200, or 201 for a new item; 412 when If-Match does not name the newest version."""
    type_, id_ = call.parts
    require_id(id_)
    raw = await call.resource()
    require_same_type(raw, type_)
    _, given = named(raw)
    if given != id_:
        shown = given[:70] if isinstance(given, str) else "none"
        raise Malformed(f"The id in the body must be the one of the address, {id_}; the body's is {shown}.")
    stored = await record.update(raw, expected=call.expected)
    return written(call, stored, 201 if stored.version == 1 else 200)


async def update_matching(record: Record, call: Call) -> Answer:
    """Conditional update: of the one item that matches, or a new one. http://hl7.org/fhir/R4/http.html#cond-update"""
    (type_,) = call.parts
    raw = await call.resource()
    require_same_type(raw, type_)
    stored, is_new = await bundles.update_matching(record, type_, raw, call.question, expected=call.expected)
    return written(call, stored, 201 if is_new else 200)
