"""Headers of every answer: nothing inline runs, nothing is framed, nothing of a patient stays in a shared cache."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

SECURE_FOR = "max-age=31536000; includeSubDomains"
"""A year during which a browser that came by HTTPS comes by nothing else (RFC 6797)."""


class Guarded:
    """ASGI wrapper that sets the headers (https://www.w3.org/TR/CSP3/). `is_secure`: people come by HTTPS and never by
    anything else, whatever a proxy in front of us makes of it."""

    def __init__(self, app: ASGIApp, *, is_secure: bool = False) -> None:
        self.app = app
        self.is_secure = is_secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add headers to the start of its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", POLICY)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Frame-Options"] = "DENY"
                if self.is_secure or scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = SECURE_FOR
                headers["Referrer-Policy"] = "same-origin"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), microphone=(self), geolocation=(), payment=(), usb=()"
                is_asset = scope["path"].startswith("/static/")
                headers["Cache-Control"] = "no-cache" if is_asset else "no-store"
            await send(message)

        await self.app(scope, receive, guarded)
