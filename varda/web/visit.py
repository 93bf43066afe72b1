"""The URL becomes an object before the view runs: who asks, in which language, with which form, for which record."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote, urlsplit
from uuid import uuid4

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from varda.access import Session
from varda.access.session import Kind
from varda.access.tickets import Ticket
from varda.kernel.clock import NOT_MOVED
from varda.kernel.errors import Locked, Malformed, Refused, SignedOut, TooLarge
from varda.record import Record
from varda.record.powers import Powers, powers
from varda.web import places, seals
from varda.web.language import LANGUAGES
from varda.web.pages import rendered
from varda.web.parts import Parts
from varda.web.phrases import Phrases
from varda.web.standing import touching

START = "/"
"""Leads everybody to the page where their work begins."""
LANGUAGE = "varda_language"
QUIET = "X-Varda-Quiet"
"""The header of what a page asks by itself."""
WHO, WHOM = "X-Varda-Who", "X-Varda-Patient"
"""Headers of what a window sends: as whom it was opened, and whose chart it shows."""
COUNTED = "varda_counted"
MOST_TYPED = 4_000_000
"""Bytes of text that one request may bring; far more than anybody types in a note."""
MOST_FIELDS = 10_000
"""Fields of one request: a form of 300 rows is drawn with some 5,000."""
_NOBODY = "The synthetic user opens the list and the practice patient, and nothing else."
TOO_MUCH = "It is more than can be taken at once."
_OWN = re.compile(r"/(?![/\\])[!-\[\]-~]*")  # printable ASCII but the backslash, which browsers take for a slash


@dataclass(frozen=True)
class Visit:
    """One request of one browser. `ticket` is the secret in its cookie, `signed` what is known of it, `held` the powers
    of its session; `number` is what a user may quote to the help desk."""

    request: Request
    parts: Parts
    ticket: str
    signed: Ticket | None
    held: Powers | None
    language: str
    form: FormData
    number: str

    @property
    def known(self) -> Session | None:
        """Who is signed in, unless it is locked."""
        return self.signed.session if self.signed and not self.signed.is_locked else None

    @property
    def session(self) -> Session:
        """Who is signed in. Raises `Locked`, or `SignedOut` when nobody is."""
        if self.signed and self.signed.is_locked:
            raise Locked("Varda is locked. Unlock it; everything is as you left it.")
        if self.known is None:
            raise SignedOut("You are signed out. Sign in again; what you typed is kept.")
        return self.known

    @property
    def powers(self) -> Powers:
        """What the role may do: pages offer nothing else. The door asks again, and it alone refuses."""
        _ = self.session
        assert self.held is not None
        return self.held

    @property
    def home(self) -> str:
        """The page where this session's work begins."""
        return places.first(self.session, self.powers)

    @property
    def is_secure(self) -> bool:
        """Whether the browser came by HTTPS, as far as anybody can know behind a proxy."""
        return address(self.request).startswith("https://")

    @property
    def is_counted(self) -> bool:
        """Whether whoever is signed in has asked, in this browser, that their tasks are counted."""
        if self.known is None or self.known.kind != "staff":
            return False
        word = self.request.cookies.get(COUNTED, "")
        return bool(word) and word == seals.counted(self.parts.seal, self.known.practitioner)

    @property
    def wants_fragment(self) -> bool:
        """Whether htmx asks for a piece of the page instead of the whole."""
        return self.request.headers.get("HX-Request") == "true"

    @property
    def now(self) -> datetime:
        """The instant of the session's clock, UTC."""
        return self.parts.clock.now(self.known.ahead if self.known else NOT_MOVED)

    @property
    def say(self) -> Phrases:
        """How values are said to this reader, now."""
        return Phrases(self.language, self.now)

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

    def number_said(self, name: str) -> int:
        """A whole number of the form, such as a version; 0 where none is said. Raises `Malformed`."""
        text = self.said(name)
        if not text:
            return 0
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise Malformed("The number of the version could not be understood.")
        return int(text)

    async def json(self) -> dict[str, Any]:
        """What a script of ours has sent. Raises `Malformed` for what is no JSON object."""
        try:
            body = json.loads(await self.request.body())
        except (ValueError, RecursionError) as wrong:
            raise Malformed("The text could not be understood.") from wrong
        if not isinstance(body, dict):
            raise Malformed("The text could not be understood.")
        return body

    def record(self, purpose: str = "") -> AbstractAsyncContextManager[Record]:
        """The door, opened for this session: for what the assignment is for, unless a step has a purpose of its own."""
        return self.parts.door.opened(self.session, purpose or self.session.purpose, request=self.number)

    def page(self, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
        """A page or fragment."""
        shared = {
            "visit": self,
            "say": self.say,
            "session": self.known,
            "powers": self.held,
            "stops": touching(self.held, self.known.unit) if self.known and self.held and self.known.unit else [],
            "idle": int(self.parts.idle.total_seconds()) if self.known else 0,
            "language": self.language,
            "environment": self.parts.environment,
            "build": self.parts.build,
            "configuration": self.held.in_force.configuration if self.held else "",
            "token": seals.form_token(self.parts.seal, self.ticket) if self.signed else "",
            "opened_as": seals.who(self.parts.seal, self.known.actor, self.known.assignment) if self.known else "",
            "salt": seals.salt(self.parts.seal, self.ticket) if self.known else "",
        }
        assert not shared.keys() & values.keys(), (
            "the frame's own names: a page that took one would unlock what it guards"
        )
        return HTMLResponse(rendered(self.language, template, shared | values), status)

    def go(self, url: str) -> Response:
        """On to another page, for a browser and for htmx alike."""
        if self.wants_fragment:
            return Response(headers={"HX-Redirect": url})
        return RedirectResponse(url, 303)


View = Callable[[Visit], Awaitable[Response]]
Wider = Literal["any", "holder", "tried"]
_OPEN_TO: Mapping[str, Sequence[Kind]] = {"tried": ("staff", "synthetic")}


def page(
    path: str, view: View, *methods: str, is_open: bool = False, kind: Kind | Wider = "staff", is_quiet: bool = False
) -> Route:
    """A route to a view for one kind of session. Unless it is open to all, nobody reaches it without signing in; no
    form without its token. "any" is every kind of session; "holder" whoever holds a ticket, locked or without an
    assignment too; "tried" staff, and the synthetic user, who has no other page. One that `is_quiet` is asked by pages
    themselves.
    """

    async def endpoint(request: Request) -> Response:
        visit = request.state.visit = await _visit(request, is_quiet=is_quiet)  # an error page shows the menu by it
        if request.method not in ("GET", "HEAD"):
            _check(visit, is_open)
        if kind == "holder" and visit.signed is None:
            raise SignedOut("You are signed out. Sign in again; what you typed is kept.")
        if not is_open and kind != "holder":
            known = visit.known
            if known is None and request.method == "GET" and not visit.wants_fragment:
                return _on_the_way(visit)
            if known is not None and known.kind == "synthetic" and kind != "tried":
                raise Refused(_NOBODY)
            if known is not None and known.kind not in _OPEN_TO.get(kind, (kind,)) and kind != "any":
                return visit.go(visit.home)
            _require_own_window(visit)
        return await view(visit)

    endpoint.__module__, endpoint.__name__ = view.__module__, view.__name__  # what operators see as having answered
    return Route(path, endpoint, methods=list(methods or ("GET",)), name=view.__name__)


def inside(url: str) -> str:
    """The address, if it is a path of our own; otherwise the start. Nobody is led to another site."""
    return url if _OWN.fullmatch(url) else START


def address(request: Request) -> str:
    """Our own address as the browser knows it, without a slash at the end."""
    parts: Parts = request.app.state.parts
    return parts.address or f"{request.url.scheme}://{request.url.netloc}"


def _on_the_way(visit: Visit) -> Response:
    """Where somebody goes who cannot have the page yet."""
    here = _here(visit.request)
    if visit.signed is None:
        return RedirectResponse(f"/sign-in?next={quote(here)}", 303)
    if visit.signed.is_locked:
        return visit.page("signin/locked.html", 423, next=here, holder=visit.signed.holder)
    return RedirectResponse(f"/sign-in/assignment?next={quote(here)}", 303)


async def _visit(request: Request, *, is_quiet: bool = False) -> Visit:
    parts: Parts = request.app.state.parts
    ticket = request.cookies.get(parts.cookie, "")
    # What an open page asks by itself is no sign that anybody sits there: it never keeps a browser from being locked.
    signed = await _signed(parts, ticket, is_quiet=is_quiet or request.headers.get(QUIET) == "yes")
    is_form = "form" in request.headers.get("content-type", "")
    form = await _form(request) if request.method == "POST" and is_form else FormData()
    known = signed.session if signed and not signed.is_locked else None
    held = await powers(parts.door.catalogue, known, parts.clock) if known else None
    return Visit(request, parts, ticket, signed, held, _language(request), form, _number(request))


def nobody(request: Request) -> Visit:
    """A request as of somebody who is not signed in."""
    parts: Parts = request.app.state.parts
    ticket = request.cookies.get(parts.cookie, "")
    return Visit(request, parts, ticket, None, None, _language(request), FormData(), _number(request))


async def _form(request: Request) -> FormData:
    try:
        return await request.form(max_fields=MOST_FIELDS, max_part_size=MOST_TYPED)
    except HTTPException as wrong:  # says it in English and without a number
        raise TooLarge(TOO_MUCH) from wrong


async def _signed(parts: Parts, ticket: str, *, is_quiet: bool) -> Ticket | None:
    if not ticket:
        return None
    try:
        return await parts.tickets.browser(ticket, now=parts.clock.now(), idle=parts.idle, is_quiet=is_quiet)
    except SignedOut:
        return None


def _check(visit: Visit, is_open: bool) -> None:
    headers = visit.request.headers
    # Browsers say where a request comes from, older ones and those without HTTPS only by the origin of a form.
    site = headers.get("Sec-Fetch-Site") or _site(visit.request, headers.get("Origin"))
    if site not in ("same-origin", "none"):
        raise Refused("This came from another site and was not done.")
    token = headers.get("X-CSRF-Token") or visit.said("csrf")
    if not is_open and not seals.is_form_token(visit.parts.seal, visit.ticket, token):
        raise Refused("This page belongs to an earlier sign-in. Reload it and try again; what you typed is kept.")


def _require_own_window(visit: Visit) -> None:
    """Raise `Refused` for what comes from a window that was opened as somebody else, in another assignment, or with
    another patient than it is about: two windows are never mixed up, and what is typed there stays there."""
    session, said = visit.session, visit.request.headers
    mine = seals.who(visit.parts.seal, session.actor, session.assignment)
    if said.get(WHO, "") not in ("", mine):
        raise Refused(
            "This window was opened as somebody else or in another assignment, so nothing of it was done. What you "
            "typed is kept here. Sign in as before to go on, or reload the page."
        )
    patient = visit.request.path_params.get("patient")
    if patient is not None and said.get(WHOM, "") not in ("", patient):
        raise Refused("This window shows another patient than this is about, so nothing of it was done. Reload it.")


def _site(request: Request, origin: str | None) -> str:
    is_own = origin is None or urlsplit(origin).netloc in (request.url.netloc, urlsplit(address(request)).netloc)
    return "same-origin" if is_own else "cross-site"


def _language(request: Request) -> str:
    chosen = request.cookies.get(LANGUAGE, "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def _number(request: Request) -> str:
    if not hasattr(request.state, "number"):
        request.state.number = uuid4().hex[:8].upper()
    return str(request.state.number)


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
