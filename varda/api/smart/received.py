"""What comes by HTTP, before anything of it is believed: its parameters, and which app it claims to be from."""

from collections.abc import Sequence
from typing import Any

import msgspec
from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6749.util import extract_basic_authorization
from joserfc import jws
from joserfc.errors import JoseError
from starlette.requests import Request as Asked

from varda.api.smart.authority import Request


async def pairs(asked: Asked) -> Sequence[tuple[str, str]]:
    """What is asked, in the body or else the address. Raises `InvalidRequestError` for what no table can hold."""
    given = asked.query_params if asked.method == "GET" else await asked.form()
    found = [(name, value) for name, value in given.multi_items() if isinstance(value, str)]
    if any("\x00" in text for pair in found for text in pair):
        raise InvalidRequestError("The request holds characters that are not understood.")
    return found


def speaking(decide: Any) -> Any:
    """What Authlib decides. It cannot say in an error what OAuth's alphabet does not have."""
    try:
        return decide()
    except ValueError as odd:
        raise InvalidRequestError("The request holds characters that are not understood.") from odd


def claimed(request: Request) -> str:
    """The client id that a request claims; nothing is believed of it yet."""
    basic, _ = extract_basic_authorization(request.headers)
    if basic:
        return str(basic)
    if request.form.get("client_assertion"):
        return _of_assertion(request.form["client_assertion"])
    return request.form.get("client_id", "")


def _of_assertion(text: str) -> str:
    try:
        claims = msgspec.json.decode(jws.extract_compact(text.encode()).payload)
    except (JoseError, ValueError):
        return ""
    return str(claims.get("sub", "")) if isinstance(claims, dict) else ""
