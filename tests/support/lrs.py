"""A learning record store that speaks xAPI 1.0.3: statements by POST and PUT, versions and credentials.

https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Communication.md. It has what it has taken in `statements`; what it
refuses as malformed is said by `refuses`, and `is_down` makes it answer nothing.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

KEY, WORD = "varda", "hidden"
VERBS = {
    f"http://adlnet.gov/expapi/verbs/{one}" for one in ("experienced", "attempted", "answered", "passed", "completed")
}


VOIDED = "http://adlnet.gov/expapi/verbs/voided"


class Lrs:
    """One store in memory."""

    def __init__(self, refuses: Callable[[dict[str, Any]], bool] = lambda _: False) -> None:
        self.statements: dict[str, dict[str, Any]] = {}
        self.refuses = refuses
        self.is_down = False
        self.asked = 0
        routes = [
            Route("/xapi/statements", self._post, methods=["POST"]),
            Route("/xapi/statements", self._put, methods=["PUT"]),
        ]
        self._app = httpx2.ASGITransport(Starlette(routes=routes))
        self.transport = _Line(self)

    @property
    def valid(self) -> list[dict[str, Any]]:
        """What a query gives: neither what was voided nor what voids it (Communication, 2.1.4)."""
        some = self.statements.values()
        gone = {one["object"]["id"] for one in some if one["verb"]["id"] == VOIDED}
        return [one for one in some if one["id"] not in gone and one["verb"]["id"] != VOIDED]

    async def _post(self, request: Request) -> Response:
        if wrong := self._wrong(request):
            return wrong
        body = json.loads(await request.body())
        some = body if isinstance(body, list) else [body]
        before = dict(self.statements)
        for one in some:
            why = self._malformed(one)
            if why or self.statements.get(one["id"], one) != one:
                self.statements = before
                return PlainTextResponse(why or "Conflict: another statement has this id", 400 if why else 409)
            self.statements[one["id"]] = one
        return JSONResponse([one["id"] for one in some])

    async def _put(self, request: Request) -> Response:
        if wrong := self._wrong(request):
            return wrong
        one, number = json.loads(await request.body()), request.query_params.get("statementId", "")
        if not number or one.get("id", number) != number:
            return PlainTextResponse("statementId is missing, or another than the statement's", 400)
        if why := self._malformed(one):
            return PlainTextResponse(why, 400)
        if self.statements.get(number, one) != one:
            return PlainTextResponse("Conflict: another statement has this id", 409)
        self.statements[number] = one
        return Response(status_code=204)

    def _wrong(self, request: Request) -> Response | None:
        self.asked += 1
        if not request.headers.get("X-Experience-API-Version", "").startswith("1.0"):
            return PlainTextResponse("X-Experience-API-Version is missing", 400)
        if request.headers.get("Authorization") != "Basic " + b64encode(f"{KEY}:{WORD}".encode()).decode():
            return PlainTextResponse("Unauthorized", 401)
        return None

    def _malformed(self, one: dict[str, Any]) -> str:
        try:
            UUID(one["id"])
            if one["verb"]["id"] == VOIDED:
                return self._wrongly_voided(one)
            account, definition = one["actor"]["account"], one["object"]["definition"]
            is_right = (
                account["homePage"].startswith("http") and account["name"] and one["verb"]["id"] in VERBS
                and one["object"]["id"].startswith("http") and definition["name"]["sv"]
                and one["timestamp"].endswith("Z")
            )  # fmt: skip
        except (KeyError, ValueError, TypeError) as wrong:
            return f"malformed: {wrong!r}"
        return "" if is_right and not self.refuses(one) else "malformed: object.definition is not allowed here"

    def _wrongly_voided(self, one: dict[str, Any]) -> str:
        """Data, 2.3.2: by a reference, of one that is here and does not void itself; no revision of an activity."""
        said, account = one["object"], one["actor"]["account"]
        target = self.statements.get(said["id"])
        is_right = (
            said["objectType"] == "StatementRef" and set(said) == {"objectType", "id"} and account["name"]
            and one["verb"]["display"]["en"] and not {"revision", "platform"} & set(one.get("context", ()))
        )  # fmt: skip
        if target is None or target["verb"]["id"] == VOIDED:
            return "malformed: nothing is here that could be voided"
        return "" if is_right else "malformed: a voiding statement"


class _Line(httpx2.AsyncBaseTransport):
    """The line to the store, which may be down."""

    def __init__(self, store: Lrs) -> None:
        self._store = store

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """One request."""
        if self._store.is_down:
            raise httpx2.ConnectError("no route")
        return await self._store._app.handle_async_request(request)
