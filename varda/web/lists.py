"""A list that stays open: a page begins it, and each renewal logs only who is new to it (RULES §3)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from varda.record import Record
from varda.web import seals
from varda.web.visit import Visit


@asynccontextmanager
async def kept_open(visit: Visit, part: str = "") -> AsyncIterator[Record]:
    """The record for such a list; `part` tells lists of one address apart. htmx asks for a renewal, a browser for the
    page.
    """
    shown = visit.parts.shown
    place = (seals.salt(visit.parts.seal, visit.ticket), visit.session.assignment, visit.request.url.path + part)
    before = shown.before(place) if visit.wants_fragment else frozenset()
    async with visit.record() as record:
        if visit.wants_fragment:
            record.renews(before)
        yield record
    shown.keep(place, before | record.told)
