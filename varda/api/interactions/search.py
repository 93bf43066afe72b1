"""search by type, by GET and by POST. http://hl7.org/fhir/R4/search.html"""

from varda.api import body, bundle, outcome
from varda.api.answer import Answer
from varda.api.call import Call, Parameters, parameters
from varda.api.negotiation import UnsupportedMedia
from varda.api.subset import SHAPING, Shape, shape
from varda.kernel.errors import Malformed, Problem
from varda.record import Page, Record

_OURS = SHAPING - {"_elements"}
_FORM = "application/x-www-form-urlencoded"


async def search(record: Record, call: Call) -> Answer:
    """A searchset: matches, then what they include. The links name only what was used."""
    return await _searched(record, call, call.parts[0], call.parameters)


async def search_posted(record: Record, call: Call) -> Answer:
    """The same question in the body of a POST, so that no identity stands in an address."""
    content = call.header(b"content-type")
    if content.partition(";")[0].strip().lower() not in ("", _FORM):
        raise UnsupportedMedia(f"A search is posted as {_FORM}.")
    raw = await body.read(call.receive, call.headers)
    try:
        asked = parameters(raw.decode())
    except UnicodeDecodeError:
        raise Malformed("The form holds bytes that are not UTF-8.") from None
    return await _searched(record, call, call.parts[0], [*call.parameters, *asked])


async def _searched(record: Record, call: Call, type_: str, asked: Parameters) -> Answer:
    asked = [_spoken(pair) if pair[0] == "_totalMethod" else pair for pair in asked]
    wanted = shape(asked)
    # The search itself looks at `_elements` and `_summary=count`; the rest of the shape is ours alone.
    ours = [pair for pair in asked if pair[0] in _OURS and pair != ("_summary", "count")]
    theirs = [pair for pair in asked if pair not in ours] if ours else asked
    page = await record.search(type_, theirs, lenient=call.preference.lenient)
    return Answer(200, wanted.laid_out(searchset(call, type_, page, [*page.used, *ours], wanted)))


def _spoken(pair: tuple[str, str]) -> tuple[str, str]:
    """`count()` of fhirpy asks for a total by the name that another server gave it."""
    return "_total", "accurate" if pair[1] == "count" else pair[1]


def searchset(call: Call, path: str, page: Page, used: Parameters, wanted: Shape) -> bytes:
    """A page as a Bundle. `used` are the parameters of its self link; the next link adds where to go on."""
    remark = outcome.encoded(_ignored(name) for name in page.ignored) if page.ignored else b""
    links = [("self", bundle.address(call.base, path, used)), ("next", "")]
    if page.next:
        rest = [pair for pair in used if pair[0] != "_page"]
        links[1] = ("next", bundle.address(call.base, path, [*rest, ("_page", page.next)]))
    return bundle.searchset(call.base, page.matches, page.included, remark, shape=wanted, total=page.total, links=links)


def _ignored(name: str) -> Problem:
    return Problem(f"The parameter {name} is not known here and was passed over.", "", "not-supported", "warning")
