"""delete: a version that is a deletion; what was written stays in the history. http://hl7.org/fhir/R4/http.html#delete"""

from varda.api.answer import Answer
from varda.api.call import Call, require_id
from varda.record import Record, bundles


async def delete(record: Record, call: Call) -> Answer:
    """204, also for what is deleted already."""
    type_, id_ = call.parts
    require_id(id_)
    await record.delete(type_, id_, expected=call.expected)
    return Answer(204)


async def delete_matching(record: Record, call: Call) -> Answer:
    """Conditional delete of the one item that matches, if any. http://hl7.org/fhir/R4/http.html#3.1.0.7.1"""
    (type_,) = call.parts
    await bundles.delete_matching(record, type_, call.question)
    return Answer(204)
