"""Patient/$everything: the whole compartment, page by page. http://hl7.org/fhir/R4/operation-patient-everything.html"""

from varda.api import asked
from varda.api.answer import Answer
from varda.api.call import Call, require_id, used
from varda.api.interactions.search import searchset
from varda.api.subset import SHAPING, shape
from varda.kernel.errors import Malformed
from varda.record import Record

_USUAL, _MOST = 1000, 5000
_NAMES = SHAPING | {"_count", "_page", "_since", "_type"}


async def everything(record: Record, call: Call) -> Answer:
    """A searchset of the patient and everything in the compartment that may be seen, `_count` a page.

    `_type` keeps to some types, `_since` to what was stored at an instant or later.
    """
    _, id_, _ = call.parts
    require_id(id_)
    given = asked.understood(call, await asked.given(call), "$everything", _NAMES)
    most = asked.count(given, _USUAL, _MOST)
    if most == 0:
        raise Malformed("_count must be a whole number above 0.")
    page = await record.everything(
        id_, most=most, after=used(given, "_page"), types=asked.types(given), since=asked.since(given)
    )
    wanted = shape(given)
    return Answer(200, wanted.laid_out(searchset(call, f"Patient/{id_}/$everything", page, given, wanted)))
