"""Patient/$everything: the whole compartment, page by page. http://hl7.org/fhir/R4/operation-patient-everything.html"""

from varda.api.answer import Answer
from varda.api.call import Call, Parameters, parameters, require_id, used
from varda.api.interactions.search import searchset
from varda.api.subset import SHAPING, shape
from varda.kernel.errors import Malformed
from varda.record import Record

_USUAL, _MOST = 1000, 5000
_UNDERSTOOD = SHAPING | {"_count", "_page"}


async def everything(record: Record, call: Call) -> Answer:
    """A searchset of the patient and everything in the compartment that may be seen, `_count` a page."""
    _, id_, _ = call.parts
    require_id(id_)
    asked = understood(call)
    page = await record.everything(id_, most=_count(asked), after=used(asked, "_page"))
    wanted = shape(asked)
    return Answer(200, wanted.laid_out(searchset(call, f"Patient/{id_}/$everything", page, asked, wanted)))


def understood(call: Call) -> Parameters:
    """The parameters that are used. Raises `Malformed` for another one unless handling is lenient."""
    asked = parameters(call.question)
    unknown = sorted({name for name, _ in asked if name not in _UNDERSTOOD})
    if unknown and not call.preference.lenient:
        raise Malformed(f"$everything has no parameter {', '.join(unknown)} here. It takes _count.")
    return [pair for pair in asked if pair[0] in _UNDERSTOOD]


def _count(asked: Parameters) -> int:
    said = used(asked, "_count")
    if not said:
        return _USUAL
    if not (said.isascii() and said.isdigit()) or int(said[:9]) == 0:
        raise Malformed("_count must be a whole number above 0.")
    return min(int(said[:9]), _MOST)
