"""Apps that run in a browser ask from a site of their own (CORS): let in is where a registered app lives, nobody else,
and never with cookies. https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from datetime import datetime, timedelta
from typing import Any

from varda.access.apps import Apps
from varda.api.answer import Header, Send
from varda.api.routes import PREFIX
from varda.kernel.clock import Clock
from varda.kernel.errors import Unavailable

_REMEMBERED = timedelta(seconds=5)
_OPEN = frozenset(
    {"/.well-known/smart-configuration", "/.well-known/openid-configuration", "/jwks", "/token", "/revoke"}
)
"""Where else than below /fhir an app asks by itself: a person goes to /authorize, servers alone ask /introspect."""
_SEEN = b"ETag, Location, Content-Location, Last-Modified, Retry-After, X-Request-Id"
_PREFLIGHT: tuple[Header, ...] = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, DELETE"),
    (
        b"access-control-allow-headers",
        b"Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Exist, If-None-Match, Prefer",
    ),
    (b"access-control-max-age", b"600"),
    (b"content-length", b"0"),
)


class Crossing:
    """ASGI wrapper about the FHIR API and the authorization server. An app that has ended is known for five seconds."""

    def __init__(self, app: Callable[[Any, Any, Any], Awaitable[None]], apps: Apps, clock: Clock) -> None:
        self._app, self._apps, self._clock = app, apps, clock
        self._known: frozenset[str] = frozenset()
        self._until: datetime | None = None

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Send) -> None:
        """Pass the request on; to an app's own site, say that it may read the answer."""
        origin = next((value for name, value in scope["headers"] if name == b"origin"), b"")
        if not origin or not await self._may(scope["path"], origin):
            await self._app(scope, receive, send)
            return
        shared = ((b"access-control-allow-origin", origin), (b"vary", b"Origin"))
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": [*shared, *_PREFLIGHT]})
            await send({"type": "http.response.body", "body": b""})
            return

        async def sharing(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                seen = (b"access-control-expose-headers", _SEEN)
                message["headers"] = [*message["headers"], *shared, seen]
            await send(message)

        await self._app(scope, receive, sharing)

    async def _may(self, path: str, origin: bytes) -> bool:
        if path not in _OPEN and not path.startswith(f"{PREFIX}/") and path != PREFIX:
            return False
        now = self._clock.now()
        if self._until is None or self._until <= now:
            try:
                self._known = await self._apps.origins(now)
            except Unavailable:
                return False  # the answer itself says what is wrong
            self._until = now + _REMEMBERED
        return origin.decode("latin-1") in self._known
