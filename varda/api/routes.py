"""From an address to an interaction and back: one short application, so that a read passes few hands.

Whoever asks shows a bearer token; a browser's cookie is not looked at, so no page can make a browser write here.
http://hl7.org/fhir/R4/http.html#summary
"""

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from itertools import count
from typing import Any

from varda.access.guesses import Guesses
from varda.access.session import Session
from varda.access.tickets import Tickets
from varda.api import negotiation, outcome
from varda.api.answer import Answer, Send
from varda.api.body import Receive
from varda.api.call import Call, require_type
from varda.api.interactions.capabilities import capabilities
from varda.api.interactions.create import create
from varda.api.interactions.delete import delete, delete_matching
from varda.api.interactions.history import history
from varda.api.interactions.read import read
from varda.api.interactions.search import search, search_posted
from varda.api.interactions.transaction import transaction
from varda.api.interactions.update import update, update_matching
from varda.api.interactions.vread import vread
from varda.api.negotiation import WrongMethod
from varda.api.operations.access_log import access_log, audit_events
from varda.api.operations.everything import everything
from varda.kernel.errors import Absent, Fault, SignedOut
from varda.kernel.limits import TooMany, network
from varda.kernel.log import logger
from varda.record import Door, Record

PREFIX = "/fhir"
Interaction = Callable[[Record, Call], Awaitable[Answer]]

_log = logger(__name__)
_HOST = re.compile(r"[A-Za-z0-9.\-_]+(:\d{1,5})?|\[[0-9a-fA-F:.]+\](:\d{1,5})?")
_ONE: Mapping[str, Interaction] = {"GET": read, "PUT": update, "DELETE": delete}
_MANY: Mapping[str, Interaction] = {
    "GET": search,
    "POST": create,
    "PUT": update_matching,
    "DELETE": delete_matching,
}


class Fhir:
    """The ASGI application, for everything at and below /fhir. `build` is version and commit, as told in the
    CapabilityStatement; `address` is how the world reaches us, as https://varda.example (empty: links go where the
    request went).
    """

    def __init__(self, door: Door, tickets: Tickets, *, build: str, address: str = "") -> None:
        self._address = address.rstrip("/")
        self._door = door
        self._tickets = tickets
        self._guesses = Guesses(door.database, door.clock, door.limits.guesses)
        self._build = build
        self._started = door.clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")
        # Numbers to quote: unlike those of every other process, short enough to be read out on the telephone.
        self._numbers = map(f"{secrets.token_hex(3)}-{{}}".format, count(1))

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request; whatever happens, it has a number and an OperationOutcome."""
        number = next(self._numbers)
        method = scope["method"]
        try:
            answer = await self._answered(scope, receive, number)
        except Fault as fault:
            answer = outcome.refused(fault)
        except Exception as failed:
            answer = outcome.broken(failed, number)
        await answer.send(send, number, bodiless=method == "HEAD")

    async def _answered(self, scope: Mapping[str, Any], receive: Receive, number: str) -> Answer:
        call = called(scope, receive, number, self._address)
        negotiation.require_acceptable(call.header(b"accept"), call.parameter("_format"))
        if call.parts == ("metadata",) and call.method == "GET":
            in_force = await self._door.catalogue.in_force(self._door.clock.now())
            return Answer(200, capabilities(call.base, f"{self._build} {in_force.configuration}", self._started))
        interaction = found(call.method, call.parts)
        session = await self._session(call, scope.get("client"))
        async with self._door.opened(session, session.purpose, request=number, base=call.base) as record:
            return await interaction(record, call)

    async def _session(self, call: Call, client: Any) -> Session:
        scheme, _, secret = call.header(b"authorization").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise SignedOut("Nobody is signed in: send a bearer token in the Authorization header.")
        try:
            return await self._tickets.session(secret.strip(), kind="bearer", now=self._door.clock.now())
        except SignedOut:
            # Others behind the same address who have a token go on: only what fails is turned away.
            await self._count_guess(network(client))
            raise

    async def _count_guess(self, address: str) -> None:
        try:
            await self._guesses.count("token", address)
        except TooMany as many:
            if many.is_first:
                _log.warning("limit", limit=many.limit, address=address)
            raise


def called(scope: Mapping[str, Any], receive: Receive, number: str, address: str = "") -> Call:
    """The call that an ASGI request is."""
    root = scope.get("root_path", "").removesuffix(PREFIX)
    path = scope["path"].removeprefix(root).removeprefix(PREFIX)
    headers = dict(scope["headers"])
    method = scope["method"]
    return Call(
        "GET" if method == "HEAD" else method,
        tuple(part for part in path.split("/") if part),
        scope["query_string"].decode("latin-1"),
        f"{address or origin(scope, headers)}{root}{PREFIX}",
        number,
        headers,
        receive,
    )


def found(method: str, parts: tuple[str, ...]) -> Interaction:
    """What is done with an address. Raises `Absent` for an unknown one and `WrongMethod` for an unknown method."""
    if len(parts) == 2 and method == "GET" and parts[1][:1] not in ("_", "$"):
        require_type(parts[0])
        return read  # the shortest way for the commonest question
    ways = _ways(parts)
    if method not in ways:
        raise WrongMethod(method, ways)
    return ways[method]


def _ways(parts: tuple[str, ...]) -> Mapping[str, Interaction]:
    if not parts:
        return {"POST": transaction(inside)}
    if parts == ("metadata",):
        return {"GET": read}
    require_type(parts[0])
    match parts[1:]:
        case () if parts[0] == "AuditEvent":
            return {**_MANY, "GET": audit_events}
        case ():
            return _MANY
        case ("_search",):
            return {"POST": search_posted}
        case (id_,) if id_[:1] not in ("_", "$"):
            return _ONE
        case (_, "_history"):
            return {"GET": history}
        case (_, "_history", _):
            return {"GET": vread}
        case (_, "$access-log") if parts[0] == "Patient":
            return {"GET": access_log, "POST": access_log}
        case (_, "$everything") if parts[0] == "Patient":
            return {"GET": everything, "POST": everything}
    raise Absent(f"There is nothing at {PREFIX}/{'/'.join(parts)[:200]}.")


async def inside(record: Record, call: Call) -> Answer:
    """A GET inside a bundle."""
    if call.parts == ("metadata",):
        raise Absent("The CapabilityStatement is asked for by itself, not inside a bundle.")
    return await found("GET", call.parts)(record, call)


def origin(scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> str:
    """Where the request went, as https://varda.example."""
    host = headers.get(b"host", b"").decode("latin-1")
    if not _is_host(host):
        name, port = scope.get("server") or ("localhost", None)
        host = f"{name}:{port}" if port else str(name)
    return f"{scope.get('scheme', 'http')}://{host}"


@lru_cache(maxsize=256)
def _is_host(text: str) -> bool:
    return _HOST.fullmatch(text) is not None
