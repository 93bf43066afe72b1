"""history of an instance, newest first. http://hl7.org/fhir/R4/http.html#history"""

from collections.abc import Iterable
from datetime import UTC, datetime

from varda.api import bundle
from varda.api.answer import Answer
from varda.api.call import Call, Parameters, require_id, used
from varda.api.subset import SHAPING, shape
from varda.kernel.errors import Malformed
from varda.record import Record, Stored

_USUAL, _MOST = 100, 1000
_UNDERSTOOD = SHAPING | {"_count", "_since", "_page"}


async def history(record: Record, call: Call) -> Answer:
    """A Bundle of versions, deletions included, `_count` a page; `_since` an instant."""
    type_, id_, _ = call.parts
    require_id(id_)
    asked = understood(call)
    count, before, since = _count(asked), used(asked, "_page"), _since(asked)
    versions = _wanted(await record.history(type_, id_), since)
    total = len(versions)
    if before:
        versions = [stored for stored in versions if stored.version < _number(before, "_page")]
    page, wanted = versions[:count], shape(asked)
    path = f"{type_}/{id_}/_history"
    following = ""
    if page and len(versions) > count:
        rest = [pair for pair in asked if pair[0] != "_page"]
        following = bundle.address(call.base, path, [*rest, ("_page", str(page[-1].version))])
    links = [("self", bundle.address(call.base, path, asked)), ("next", following)]
    entries = (bundle.version(call.base, stored, wanted) for stored in page)
    return Answer(200, wanted.laid_out(bundle.bundle("history", entries, total=total, links=links)))


def understood(call: Call) -> Parameters:
    """The parameters that are used. Raises `Malformed` for another one unless handling is lenient."""
    unknown = sorted({name for name, _ in call.parameters if name not in _UNDERSTOOD})
    if unknown and not call.preference.lenient:
        raise Malformed(f"A history has no parameter {', '.join(unknown)}. It takes _count and _since.")
    return [pair for pair in call.parameters if pair[0] in _UNDERSTOOD]


def _wanted(versions: Iterable[Stored], since: datetime | None) -> list[Stored]:
    return [stored for stored in versions if since is None or stored.updated >= since]


def _count(asked: Parameters) -> int:
    said = used(asked, "_count")
    return min(_number(said, "_count"), _MOST) if said else _USUAL


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise Malformed(f"{name} must be a whole number.")
    return int(text)


def _since(asked: Parameters) -> datetime | None:
    said = used(asked, "_since").replace(" ", "+")
    if not said:
        return None
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise Malformed("_since must be an instant such as 2024-02-29T13:28:17+01:00.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
