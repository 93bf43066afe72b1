"""history of an instance, newest first. http://hl7.org/fhir/R4/http.html#history"""

from varda.api import asked, bundle
from varda.api.answer import Answer
from varda.api.call import Call, Parameters, require_id, used
from varda.api.subset import SHAPING, shape
from varda.record import Record

_USUAL = 100
_MOST = 999
"""Versions of one page: one less than the door gives at a time, so that it tells whether there are more."""
_NAMES = SHAPING | {"_count", "_page", "_since"}


async def history(record: Record, call: Call) -> Answer:
    """A Bundle of versions, deletions included, `_count` a page; `_since` an instant.

    `total` is how many versions there are, which the first page finds out and the others are told in `_page`; with
    `_since` nobody has counted them.
    """
    type_, id_, _ = call.parts
    require_id(id_)
    given = asked.understood(call, call.parameters, "A history", _NAMES)
    count, since = asked.count(given, _USUAL, _MOST), asked.since(given)
    before, total = _page(given)
    versions = await record.history(type_, id_, before=before)
    total = total or (versions[0].version if versions else 0)
    versions = [stored for stored in versions if since is None or stored.updated >= since]
    page, wanted = versions[:count], shape(given)
    path, following = f"{type_}/{id_}/_history", ""
    if page and len(versions) > count:
        rest = [pair for pair in given if pair[0] != "_page"]
        following = bundle.address(call.base, path, [*rest, ("_page", f"{page[-1].version}.{total}")])
    links = [("self", bundle.address(call.base, path, given)), ("next", following)]
    entries = [bundle.version(call.base, stored, wanted) for stored in page]
    answer = bundle.bundle("history", entries, total=None if since else total, links=links)
    return Answer(200, wanted.laid_out(answer))


def _page(given: Parameters) -> tuple[int, int]:
    """The version below which a page goes on, and how many there are; twice 0 for the first page."""
    said = used(given, "_page")
    if not said:
        return 0, 0
    before, _, total = said.partition(".")
    return asked.number(before, "_page"), asked.number(total or "0", "_page")
