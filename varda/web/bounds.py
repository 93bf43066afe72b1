"""What is turned away before anybody reads it: too much text, and too many attempts to sign in from one address."""

import re
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from varda.access.guesses import Guesses
from varda.care import files
from varda.kernel.errors import Fault, TooLarge
from varda.kernel.limits import Limits, TooMany, network
from varda.kernel.log import logger
from varda.web import errors
from varda.web.visit import MOST_TYPED, TOO_MUCH

SIGNING_IN = ("/sign-in", "/provider/")
"""Beginnings of paths where somebody shows who they are. Of what is only read there, the steps of a sign-in count."""
_STEPS = ("/sign-in", "/sign-in/callback", "/sign-in/unlock")
_FAILED = (400, 401, 403)
_LARGEST = 2 * MOST_TYPED  # bytes: a form writes å as %C3%A5
_FILES = re.compile(r"/chart/[^/]+/drafts/[^/]+/files|/introduction/documents(/[^/]+)?")
"""Where a file comes in: as it is and by itself, or with a short form."""
_log = logger(__name__)


class Bounded:
    """ASGI wrapper inside the application, so that its answers are pages like any other fault's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429 or 413."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            await self._passed(scope, _measured(scope, receive), send)
        except (TooMany, _TooMuch) as fault:
            if isinstance(fault, TooMany) and fault.is_first:
                _log.warning("limit", limit=fault.limit, address=network(scope.get("client")))
            response = await errors.fault(Request(scope), fault)
            await response(scope, receive, send)

    async def _passed(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_attempt(scope):
            await self.app(scope, receive, send)
            return
        limits: Limits = scope["app"].state.parts.door.limits
        guesses: Guesses = scope["app"].state.guesses
        who = network(scope.get("client"))
        await guesses.require("sign-in", who)
        limits.sign_in.take(who)

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in _FAILED:
                with suppress(TooMany):
                    await guesses.count("sign-in", who)
            await send(message)

        await self.app(scope, receive, watched)


class _TooMuch(TooLarge):
    """Raised through the application while it reads; nothing has been answered yet."""


def _is_attempt(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.startswith(SIGNING_IN) and (scope["method"] not in ("GET", "HEAD") or path in _STEPS)


def _measured(scope: Scope, receive: Receive) -> Receive:
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    is_file = bool(_FILES.fullmatch(scope["path"]))
    most = files.LARGEST if is_file else _LARGEST
    if not said.isdigit() or int(said) > most:
        raise _too_much(is_file)
    came = 0

    async def measured() -> Message:
        nonlocal came
        message: Any = await receive()
        came += len(message.get("body", b""))
        if came > most:
            raise _too_much(is_file)
        return message  # type: ignore[no-any-return] # ASGI messages are untyped

    return measured


def _too_much(is_file: bool) -> Fault:
    return _TooMuch(files.TOO_LARGE if is_file else TOO_MUCH)
