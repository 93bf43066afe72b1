"""Discovery, the page where one chooses whom to be, code, token and userinfo (authorization code with PKCE)."""

import hmac
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode

from authlib.oauth2.rfc6749.util import extract_basic_authorization
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from varda.access import Session
from varda.care.patients import normal_identity
from varda.kernel.errors import Malformed, Refused
from varda.web.parts import Parts
from varda.web.provider import tokens
from varda.web.relying import callback, left
from varda.web.visit import Visit, address, page

_LETTER = 8  # place of a reserve number's first letter


async def discovery(request: Request) -> Response:
    """What the provider says of itself."""
    issuer = address(request) + tokens.PATH
    about = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/keys",
        "end_session_endpoint": f"{issuer}/sign-out",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "profile"],
        "acr_values_supported": [tokens.LEVEL],
        "authorization_response_iss_parameter_supported": True,
    }
    return JSONResponse(about)


async def keys(request: Request) -> Response:
    """The public half of the key."""
    return JSONResponse({"keys": [tokens.key(_parts(request).seal).as_dict(private=False, use="sig", alg="ES256")]})


async def people(visit: Visit) -> Response:
    """The people to choose among: well-known ones, those that a search finds, or whoever is hinted at."""
    asked = _asked(visit, str(visit.request.url.query))
    text, now, parts = visit.asked("q"), visit.parts.clock.now(), visit.parts
    hint = asked.get("login_hint", "")
    known = (hint,) if hint and not text else parts.well_known if not text else ()
    found: list[Session] = []
    for person in known:
        found += await parts.people.sessions(person, now)
    choices = await parts.people.choices(text, now) if not found else []
    grouped: dict[str, list[tuple[str, str, str]]] = {}
    for one in choices:
        grouped.setdefault(one.person, []).append((one.name, one.title, one.unit_name))
    for session in found:
        grouped.setdefault(session.actor, []).append((session.name, session.title, session.unit_name))
    template = "provider/_people.html" if visit.wants_fragment else "provider/people.html"
    return visit.page(template, people=grouped, text=text, asked=asked, request=urlencode(asked), hint=hint)


async def chosen(visit: Visit) -> Response:
    """Somebody is chosen: back with a code."""
    asked, now = _asked(visit, visit.said("request")), visit.parts.clock.now()
    person, number = visit.said("person"), visit.said("number")
    if person:
        sessions = await visit.parts.people.sessions(person, now)
        if not sessions:
            raise Refused("That person has no assignment now.")
        claims = tokens.staff(sessions)
    else:
        claims = tokens.inhabitant(_invented(visit, number))
    kept: dict[str, Any] = {
        "claims": claims | {"iss": address(visit.request) + tokens.PATH, "aud": asked["client_id"], "acr": tokens.LEVEL,
                            "nonce": asked.get("nonce", ""), "auth_time": int(now.timestamp())},
        "challenge": asked["code_challenge"],
        "redirect": asked["redirect_uri"],
    }  # fmt: skip
    code = await visit.parts.once.kept("provider code", kept, now=now, lasts=tokens.LASTS)
    answer = {"code": code, "state": asked["state"], "iss": kept["claims"]["iss"]}
    return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 303)


async def token(request: Request) -> Response:
    """A code becomes an id_token, once, for the client that began with the verifier."""
    parts, now = _parts(request), _parts(request).clock.now()
    form = {name: values[0] for name, values in parse_qs((await request.body()).decode("utf-8", "replace")).items()}
    ours = tokens.client(parts.seal)
    name, secret = extract_basic_authorization(dict(request.headers.items()) | _capital(request))
    if name != ours.id or not hmac.compare_digest(unquote_plus(secret or "").encode(), ours.secret.encode()):
        return _failed("invalid_client", 401)
    if form.get("grant_type") != "authorization_code":
        return _failed("unsupported_grant_type")
    kept = await parts.once.taken("provider code", form.get("code", ""), now=now)
    if kept is None or form.get("redirect_uri") != kept["redirect"]:
        return _failed("invalid_grant")
    if create_s256_code_challenge(form.get("code_verifier", "")) != kept["challenge"]:
        return _failed("invalid_grant")
    access = await parts.once.kept("provider access", kept["claims"], now=now, lasts=tokens.LASTS)
    answer = {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": int(tokens.LASTS.total_seconds()),
        "id_token": tokens.id_token(parts.seal, kept["claims"], access, now),
    }
    return JSONResponse(answer)


async def userinfo(request: Request) -> Response:
    """The claims once more, to whoever has the access token; once."""
    parts = _parts(request)
    secret = request.headers.get("authorization", "").removeprefix("Bearer ")
    claims = await parts.once.taken("provider access", secret, now=parts.clock.now())
    if claims is None:
        return _failed("invalid_token", 401)
    return JSONResponse({name: value for name, value in claims.items() if name not in ("nonce", "aud", "auth_time")})


async def ended(request: Request) -> Response:
    """Nobody stays signed in here. So there is only the way back: to ourselves, by who shows what we vouched with."""
    said = request.query_params if request.method == "GET" else await request.form()
    ours, seal = tokens.client(_parts(request).seal), _parts(request).seal
    given = {name: value for name, value in said.items() if isinstance(value, str)}
    fits = (
        given.get("client_id", ours.id) == ours.id
        and given.get("post_logout_redirect_uri") == left(address(request))
        and tokens.is_own(seal, given.get("id_token_hint", ""), address(request) + tokens.PATH)
    )
    if not fits:
        return _failed("invalid_request")
    state = f"?{urlencode({'state': given['state']})}" if given.get("state") else ""
    return RedirectResponse(given["post_logout_redirect_uri"] + state, 303)


def _asked(visit: Visit, query: str) -> dict[str, str]:
    """The question of the client, checked: nobody is sent anywhere but back to ourselves."""
    asked = {name: values[0] for name, values in parse_qs(query).items() if name != "q"}
    fits = (
        asked.get("client_id") == tokens.client(visit.parts.seal).id
        and asked.get("redirect_uri") == callback(address(visit.request))
        and asked.get("response_type") == "code"
        and asked.get("code_challenge_method") == "S256"
        and bool(asked.get("code_challenge"))
        and bool(asked.get("state"))
        and "openid" in asked.get("scope", "").split()
    )
    if not fits:
        raise Malformed("This page is reached by signing in. Go to the start page and begin there.")
    return asked


def _invented(visit: Visit, text: str) -> str:
    number = normal_identity(text, visit.parts.clock.now().date())
    if number[_LETTER : _LETTER + 1] != visit.parts.reserve_block:
        raise Refused("Write the reserve number of an invented inhabitant, twelve characters.")
    return number


def _capital(request: Request) -> dict[str, str]:
    return {"Authorization": request.headers.get("authorization", "")}


def _failed(error: str, status: int = 400) -> Response:
    return JSONResponse({"error": error}, status)


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


ROUTES: list[Any] = [
    Route(f"{tokens.PATH}/.well-known/openid-configuration", discovery),
    Route(f"{tokens.PATH}/keys", keys),
    page(f"{tokens.PATH}/authorize", people, is_open=True),
    page(f"{tokens.PATH}/authorize", chosen, "POST", is_open=True),
    Route(f"{tokens.PATH}/token", token, methods=["POST"]),
    Route(f"{tokens.PATH}/userinfo", userinfo),
    Route(f"{tokens.PATH}/sign-out", ended, methods=["GET", "POST"]),
]
