"""Attempts of apps and systems to show who they are, counted by network address: many, or many that fail, must wait."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import msgspec

from varda.api.answer import Send
from varda.kernel.limits import Limits, TooMany, network
from varda.kernel.log import logger

_FAILED = (400, 401, 403)
_log = logger(__name__)


class Counted:
    """ASGI wrapper about an authorization server; what it reads to anybody is not counted."""

    def __init__(self, app: Callable[[Any, Any, Any], Awaitable[None]], limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Send) -> None:
        """Pass the request on, or answer 429 (RFC 6585)."""
        if scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        who = network(scope.get("client"))
        try:
            self._limits.guesses.require(who)
            self._limits.sign_in.take(who)
        except TooMany as many:
            await _refused(many, who, send)
            return

        async def watched(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start" and message["status"] in _FAILED:
                self._limits.guesses.count(who)
            await send(message)

        await self._app(scope, receive, watched)


async def _refused(many: TooMany, who: str, send: Send) -> None:
    if many.is_first:
        _log.warning("limit", limit=many.limit, address=who)
    body = msgspec.json.encode({"error": "temporarily_unavailable", "error_description": many.message})
    headers = [(b"content-type", b"application/json"), (b"retry-after", b"%d" % many.wait)]
    await send({"type": "http.response.start", "status": many.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
