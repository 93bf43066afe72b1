"""The URL becomes an object before the view runs: who asks, in which language, with which form, for which record."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from varda.access import Session
from varda.kernel.errors import Refused, SignedOut
from varda.record import Record
from varda.web import seals
from varda.web.language import LANGUAGES
from varda.web.pages import rendered
from varda.web.parts import Parts
from varda.web.phrases import Phrases

COOKIE = "varda_session"
LANGUAGE = "varda_language"
MOST_TYPED = 4_000_000
"""Bytes of text that one request may bring; far more than anybody types in a note."""


@dataclass(frozen=True)
class Visit:
    """One request of one browser. `number` is what a user may quote to the help desk."""

    request: Request
    parts: Parts
    ticket: str
    known: Session | None
    language: str
    form: FormData
    number: str

    @property
    def session(self) -> Session:
        """Who is signed in. Raises `SignedOut` when nobody is."""
        if self.known is None:
            raise SignedOut("You are signed out. Sign in again; what you typed is kept.")
        return self.known

    @property
    def wants_fragment(self) -> bool:
        """Whether htmx asks for a piece of the page instead of the whole."""
        return self.request.headers.get("HX-Request") == "true"

    @property
    def say(self) -> Phrases:
        """How values are said to this reader, now."""
        return Phrases(self.language, self.parts.clock.now())

    def part(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def asked(self, name: str, default: str = "") -> str:
        """A value of the query string."""
        return self.request.query_params.get(name, default)

    def said(self, name: str, default: str = "") -> str:
        """A text field of the form."""
        value = self.form.get(name, default)
        return value if isinstance(value, str) else default

    def record(self, purpose: str = "care") -> AbstractAsyncContextManager[Record]:
        """The door, opened for this session."""
        return self.parts.door.opened(self.session, purpose, request=self.number)

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page or fragment."""
        shared = {
            "visit": self,
            "say": self.say,
            "session": self.known,
            "language": self.language,
            "environment": self.parts.environment,
            "build": self.parts.build,
            "token": seals.form_token(self.parts.seal, self.ticket) if self.known else "",
            "salt": seals.salt(self.parts.seal, self.ticket) if self.known else "",
        }
        return HTMLResponse(rendered(self.language, template, shared | values), status)

    def go(self, url: str) -> Response:
        """On to another page, for a browser and for htmx alike."""
        if self.wants_fragment:
            return Response(headers={"HX-Redirect": url})
        return RedirectResponse(url, 303)


View = Callable[[Visit], Awaitable[Response]]


def page(path: str, view: View, *methods: str, is_open: bool = False) -> Route:
    """A route to a view. Unless it is open to all, nobody reaches it without signing in; no form without its token."""

    async def endpoint(request: Request) -> Response:
        visit = await _visit(request)
        if not is_open:
            if visit.known is None and request.method == "GET" and not visit.wants_fragment:
                return RedirectResponse(f"/sign-in?next={quote(_here(request))}", 303)
            _ = visit.session
        if request.method == "POST":
            _check(visit, is_open)
        return await view(visit)

    return Route(path, endpoint, methods=list(methods or ("GET",)), name=view.__name__)


async def _visit(request: Request) -> Visit:
    parts: Parts = request.app.state.parts
    ticket = request.cookies.get(COOKIE, "")
    known = await _known(parts, ticket)
    is_form = "form" in request.headers.get("content-type", "")
    form = await request.form(max_part_size=MOST_TYPED) if request.method == "POST" and is_form else FormData()
    return Visit(request, parts, ticket, known, _language(request), form, _number(request))


async def _known(parts: Parts, ticket: str) -> Session | None:
    if not ticket:
        return None
    try:
        return await parts.tickets.session(ticket, kind="browser", now=parts.clock.now())
    except SignedOut:
        return None


def _check(visit: Visit, is_open: bool) -> None:
    headers = visit.request.headers
    if headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Refused("This came from another site and was not done.")
    token = headers.get("X-CSRF-Token") or visit.said("csrf")
    if not is_open and not seals.is_form_token(visit.parts.seal, visit.ticket, token):
        raise Refused("This page belongs to an earlier sign-in. Reload it and try again; what you typed is kept.")


def _language(request: Request) -> str:
    chosen = request.cookies.get(LANGUAGE, "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def _number(request: Request) -> str:
    if not hasattr(request.state, "number"):
        request.state.number = uuid4().hex[:8].upper()
    return str(request.state.number)


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
