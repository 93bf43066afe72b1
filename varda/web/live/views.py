"""What open pages listen to: a stream that says that something changed, and nothing else (server-sent events).

https://html.spec.whatwg.org/multipage/server-sent-events.html. The stream ends with its session, and never keeps one
from being locked. A page without it asks by itself.
"""

from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse

from varda.kernel.errors import SignedOut, Unavailable
from varda.record.live import Live
from varda.web.visit import Visit, page

KIND = "text/event-stream"


async def live(visit: Visit) -> Response:
    """The stream of one browser."""
    told = visit.parts.live
    if told is None:
        raise Unavailable("Changes are not told here. The page asks by itself.")
    if visit.request.method == "HEAD":
        return Response(media_type=KIND)
    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(_events(visit, told), media_type=KIND, headers=headers)


async def _events(visit: Visit, told: Live) -> AsyncIterator[str]:
    with told.listening(visit.session) as listener:
        yield "retry: 3000\n\n"
        while not told.is_over:
            kinds = await listener.changed(visit.parts.beat)
            if not await _is_on(visit):
                yield "event: end\ndata: \n\n"
                return
            yield f"data: {' '.join(sorted(kinds))}\n\n" if kinds else "event: beat\ndata: \n\n"


async def _is_on(visit: Visit) -> bool:
    """Whether the session that began the stream goes on, unlocked, in the same assignment."""
    parts = visit.parts
    try:
        now = await parts.tickets.browser(visit.ticket, now=parts.clock.now(), idle=parts.idle, is_quiet=True)
    except (SignedOut, Unavailable):
        return False
    return now.session == visit.session and not now.is_locked


ROUTES = [page("/live", live, is_quiet=True)]
