"""Sign-in by choosing an invented person and an assignment (RULES A2: a session is one assignment, never two).

Only where the wiring says that people may be chosen; elsewhere the page says so and a post is refused.
"""

import json
from datetime import timedelta

from starlette.responses import JSONResponse, RedirectResponse, Response

from varda.access import Session
from varda.kernel.errors import Refused
from varda.web import seals
from varda.web.language import LANGUAGES
from varda.web.visit import COOKIE, LANGUAGE, Visit, page

LASTS = timedelta(hours=12)


async def people(visit: Visit) -> Response:
    """The people to choose among."""
    text, now = visit.asked("q"), visit.parts.clock.now()
    found: list[Session] = []
    if visit.parts.may_choose and not text:
        for person in visit.parts.well_known:
            found += await visit.parts.people.sessions(person, now)
    choices = await visit.parts.people.choices(text, now) if visit.parts.may_choose and not found else []
    grouped: dict[str, list[tuple[str, str, str]]] = {}
    for one in choices:
        grouped.setdefault(one.person, []).append((one.name, one.title, one.unit_name))
    for known in found:
        grouped.setdefault(known.actor, []).append((known.name, known.title, known.unit_name))
    template = "signin/_people.html" if visit.wants_fragment else "signin/people.html"
    return visit.page(
        template, people=grouped, text=text, next=_inside(visit.asked("next")), may_choose=visit.parts.may_choose
    )


async def sign_in(visit: Visit) -> Response:
    """Begin a session; asks which assignment first when there are several."""
    if not visit.parts.may_choose:
        raise Refused("People cannot be chosen here. Sign in with your service card.")
    person, assignment, now = visit.said("person"), visit.said("assignment"), visit.parts.clock.now()
    sessions = await visit.parts.people.sessions(person, now, language=visit.language)
    chosen = [one for one in sessions if one.assignment == assignment] if assignment else sessions
    if not chosen:
        raise Refused("That person has no such assignment now.")
    if len(chosen) > 1:
        return visit.page("signin/assignments.html", sessions=chosen, next=_inside(visit.said("next")))
    secret = await visit.parts.tickets.made(chosen[0], kind="browser", now=now, lasts=LASTS)
    response = RedirectResponse(_inside(visit.said("next")), 303)
    is_secure = visit.request.url.scheme == "https"
    response.set_cookie(COOKIE, secret, httponly=True, samesite="lax", secure=is_secure, path="/")
    return response


async def sign_out(visit: Visit) -> Response:
    """End the session."""
    await visit.parts.tickets.ended(visit.ticket, kind="browser", now=visit.parts.clock.now())
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


async def choose_language(visit: Visit) -> Response:
    """Remember the language in this browser and go back to where one was."""
    wanted = visit.said("language")
    response = RedirectResponse(_inside(visit.said("next")), 303)
    if wanted in LANGUAGES:
        year = 365 * 24 * 3600
        response.set_cookie(LANGUAGE, wanted, max_age=year, httponly=True, samesite="lax", path="/")
    return response


async def text_key(visit: Visit) -> Response:
    """The key of text kept in this browser and the token of its forms, as JSON, to the signed-in person alone."""
    seal = visit.parts.seal
    salt = visit.asked("salt") or seals.salt(seal, visit.ticket)
    body = {
        "key": seals.text_key(seal, visit.session.actor, salt),
        "salt": salt,
        "token": seals.form_token(seal, visit.ticket),
    }
    return JSONResponse(body)


def _inside(url: str) -> str:
    # Only a path of our own: never a redirect to another site.
    is_ours = url.startswith("/") and not url.startswith(("//", "/\\")) and json.dumps(url).isascii()
    return url if is_ours else "/patients"


ROUTES = [
    page("/sign-in", people, is_open=True),
    page("/sign-in", sign_in, "POST", is_open=True),
    page("/sign-out", sign_out, "POST"),
    page("/language", choose_language, "POST", is_open=True),
    page("/session/key", text_key),
]
