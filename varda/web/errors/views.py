"""Our faults as pages, as fragments for htmx and as JSON for the writing panel. Translated once, here."""

from contextlib import suppress
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from varda.introduction.programme import Circular
from varda.kernel.errors import Absent, Destroyed, Fault, Lacking, Locked, Occupied, Problem, SignedOut
from varda.kernel.limits import TooMany
from varda.kernel.log import logger, places
from varda.web.language import N_, translations
from varda.web.visit import Visit, _language, _number, _visit, nobody

SOURCE = "en"
GENERAL = {
    400: N_("What was asked could not be understood."),
    401: N_("You are signed out. Sign in again; what you typed is kept."),
    403: N_("Your role and assignment give no right to it."),
    404: N_("It does not exist, or you have no right to see it."),
    405: N_("That cannot be done to this kind of entry."),
    409: N_("Somebody else was there first. Look at the newest and try again."),
    410: N_("It has been removed; its history remains."),
    412: N_("It has been changed since you opened it. Look at the newest and try again."),
    413: N_("It is more than can be taken at once."),
    422: N_("Something in it is not right and was not stored."),
    423: N_("Varda is locked. Unlock it; everything is as you left it."),
    429: N_("It was asked too often in a short time. Wait a minute and try again."),
    500: N_("Something in Varda failed. What you typed is kept; nothing was half done."),
    503: N_("The database cannot be reached or has no room. Nothing was stored; please try again."),
}
"""Sentences for faults whose own words name things and stand only in English."""

_LOG = logger(__name__)


async def fault(request: Request, failed: Exception) -> Response:
    """The answer to one of our own faults."""
    assert isinstance(failed, Fault)
    return _answer(request, failed)


async def missing(request: Request, failed: Exception) -> Response:
    """The answer where there is no such page, or it does not take what was sent."""
    assert isinstance(failed, HTTPException)
    if request.method == "GET":
        with suppress(Fault):  # whoever it was stays signed in, and keeps the menu
            request.state.visit = await _visit(request)
    response = _answer(request, Absent("There is no such page."))
    response.status_code = failed.status_code
    return response


async def crash(request: Request, failed: Exception) -> Response:
    """The answer to a fault in Varda: the log has the details under the number that the user sees."""
    _LOG.error("unforeseen", request=_number(request), error=type(failed).__name__, at=places(failed))
    return _answer(request, Fault("Something in Varda failed. What you typed is kept; nothing was half done."))


def _answer(request: Request, failed: Fault) -> Response:
    response = _told(request, failed)
    if isinstance(failed, TooMany):
        response.headers["Retry-After"] = str(failed.wait)
    return response


def _told(request: Request, failed: Fault) -> Response:
    language, number = _language(request), f"{failed.number}-{_number(request)}"
    message = _spoken(failed.message, failed.status, language)
    if isinstance(failed, Destroyed | Circular | Occupied):
        message = translations(language).gettext(failed.sentence) % failed.values
    if isinstance(failed, Lacking):
        said = {name: words[language] for name, words in failed.values.items()}
        message = translations(language).gettext(failed.sentence) % said
    told = [] if isinstance(failed, Destroyed | Circular | Occupied | Lacking) else failed.problems
    problems = [_said(problem, _spoken(problem.message, failed.status, language)) for problem in told]
    if "application/json" in request.headers.get("accept", ""):
        body = {"message": message, "problems": problems, "number": number}
        return JSONResponse(body, failed.status)
    values = {
        "message": message,
        "problems": [said for said in problems if said != message],
        "number": number,
        "status": failed.status,
        "path": request.url.path,
    }
    if request.headers.get("HX-Request") == "true":
        headers = {"HX-Retarget": "#toasts", "HX-Reswap": "beforeend"}
        if failed.status == Locked.status:
            headers["HX-Trigger"] = "varda:locked"
        return _page(request, "errors/_toast.html", failed.status, values, headers)
    return _page(request, "errors/page.html", failed.status, values)


def _page(
    request: Request, template: str, status: int, values: dict[str, Any], headers: dict[str, str] | None = None
) -> HTMLResponse:
    """With the menu of whoever is signed in, as far as that was known before it failed."""
    visit: Visit | None = getattr(request.state, "visit", None)
    if visit is None or status == SignedOut.status:
        visit = nobody(request)
    answer = visit.page(template, status, **values)
    answer.headers.update(headers or {})
    return answer


def _spoken(message: str, status: int, language: str) -> str:
    """The message in the reader's language; a plain sentence about its kind when nobody has translated it."""
    gettext = translations(language).gettext
    said = gettext(message)
    if said != message or language == SOURCE:
        return said
    return gettext(GENERAL.get(status, GENERAL[500]))


def _said(problem: Problem, message: str) -> str:
    return f"{problem.path}: {message}" if "." in problem.path else message
