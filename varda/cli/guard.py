"""Headers that every answer carries, whoever gives it: screens, FHIR API, health. What is set already stands.

https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]
Header = tuple[bytes, bytes]

ALWAYS: tuple[Header, ...] = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
HTTPS: tuple[Header, ...] = (*ALWAYS, (b"strict-transport-security", b"max-age=31536000"))
"""Only where people come by HTTPS: a browser that has seen it comes in no other way for a year."""


class Guarded:
    """ASGI wrapper. `is_https`: people come by HTTPS though a proxy ends it and does not say so."""

    def __init__(self, app: App, *, is_https: bool = False) -> None:
        self._app = app
        self._is_https = is_https

    def __call__(self, scope: Scope, receive: Any, send: Any) -> Awaitable[None]:
        """Pass the request on; what its answer lacks is added."""
        if scope["type"] != "http":
            return self._app(scope, receive, send)
        always = HTTPS if self._is_https or scope.get("scheme") == "https" else ALWAYS

        def guarded(message: MutableMapping[str, Any]) -> Any:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(one for one in always if one[0] not in given)]
            return send(message)

        return self._app(scope, receive, guarded)
