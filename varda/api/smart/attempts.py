"""Attempts of apps and systems to show who they are, counted by address and app: one that guesses must wait, and keeps
no other app behind the same address from going on.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from authlib.oauth2.rfc6749 import OAuth2Error
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from varda.access.guesses import Guesses
from varda.kernel.limits import Limits, TooMany, network
from varda.kernel.log import logger

Endpoint = Callable[[Request], Awaitable[Response]]
_FAILED = (400, 401, 403)
_log = logger(__name__)


class Attempts:
    """What was tried, and how often it failed. Apps that do not exist count as one, whatever they say."""

    def __init__(self, limits: Limits, guesses: Guesses) -> None:
        self._limits, self._guesses = limits, guesses

    async def require(self, asked: Request, client: str) -> None:
        """Count an attempt of the app, "" for one that is none. Raises `TooMany`, before anything else is looked at."""
        who = network(asked.client)
        asked.state.tried = ("app", who, client)
        try:
            await self._guesses.require(*asked.state.tried)
            self._limits.sign_in.take(f"{who} {client}")
        except TooMany as many:
            if many.is_first:
                _log.warning("limit", limit=many.limit, address=who, app=client)
            raise

    def counted(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint, whose refusals are told in OAuth's format and counted."""

        async def watched(asked: Request) -> Response:
            try:
                answer = await endpoint(asked)
            except OAuth2Error as wrong:
                status, body, _ = wrong()
                answer = JSONResponse(body, status, {"cache-control": "no-store"})
            if _is_refusal(answer) and hasattr(asked.state, "tried"):
                with suppress(TooMany):
                    await self._guesses.count(*asked.state.tried)
            return answer

        return watched


def _is_refusal(answer: Response) -> bool:
    """Whether it says no, to the app itself or by the person's browser."""
    query = parse_qs(urlsplit(answer.headers.get("location", "")).query)
    return answer.status_code in _FAILED or "error" in query
