"""vread: one version by its number. http://hl7.org/fhir/R4/http.html#vread"""

from varda.api.answer import Answer
from varda.api.call import Call, require_id
from varda.api.interactions.read import shown
from varda.kernel.errors import Absent
from varda.record import Record

_LONGEST = 9  # digits: more than the table's integer holds


async def vread(record: Record, call: Call) -> Answer:
    """The version as it was stored then."""
    type_, id_, _, number = call.parts
    require_id(id_)
    if not number.isascii() or not number.isdigit() or len(number) > _LONGEST:
        raise Absent(f"{type_}/{id_} has no such version; versions are numbered 1, 2, 3.")
    return shown(call, await record.version(type_, id_, int(number)))
