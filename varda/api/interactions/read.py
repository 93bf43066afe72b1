"""read: the newest version. http://hl7.org/fhir/R4/http.html#read"""

from varda.api.answer import Answer, etag, versioned
from varda.api.call import Call, is_known, require_id
from varda.api.subset import shape
from varda.record import Record, Stored


async def read(record: Record, call: Call) -> Answer:
    """The resource as its bytes were stored; 304 when the caller has this version already."""
    type_, id_ = call.parts
    require_id(id_)
    return shown(call, await record.read(type_, id_))


def shown(call: Call, stored: Stored) -> Answer:
    """One version, in the shape that the call asks for."""
    known = call.headers.get(b"if-none-match")
    if known is not None and is_known(known.decode("latin-1"), etag(stored)):
        return Answer(304, b"", versioned(stored))
    if not call.question:
        return Answer(200, stored.body, versioned(stored))
    wanted = shape(call.parameters)
    return Answer(200, wanted.laid_out(wanted.of(stored.body)), versioned(stored))
