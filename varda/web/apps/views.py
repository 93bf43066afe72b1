"""What an app asks for, told in words; approved, refused and taken back by the person whose rights it would use.

An app is opened from the chart for its patient, or by itself; then a patient is chosen here if it asks for one, and
only a patient whose record is open to the person. Whose role has the right `use-apps` may.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import quote, urlsplit

from authlib.common.urls import add_params_to_uri
from starlette.responses import RedirectResponse, Response

from varda.access import scopes
from varda.access.apps import App, Approval, Apps, Launch
from varda.access.people import People
from varda.kernel.errors import Absent, Problem, Refused, Unprocessable
from varda.web.headers import POLICY
from varda.web.mylog.words import CATEGORIES, PURPOSES, words
from varda.web.visit import Visit, address, page

RIGHT = "use-apps"


async def approving(visit: Visit) -> Response:
    """The app, its owner and purpose, what it asks for, and whom it is about, who is looked for by POST."""
    secret = visit.said("request") or visit.asked("request")
    waiting, app = await _waiting(visit, secret)
    text, found = visit.said("q").strip(), []
    async with visit.record() as record:
        record.powers.require(RIGHT)
        if len(text) > 1 and _needs_patient(waiting):
            found = [one for one in await record.find_patients(text) if one.reached]
        person = await record.who(waiting.patient) if waiting.patient else None
    owner = await People(visit.parts.door.database).unit(app.owner)
    response = visit.page(
        "apps/approve.html",
        app=app,
        owner=owner,
        words=words,
        PURPOSES=PURPOSES,
        secret=secret,
        person=person,
        found=found,
        text=text,
        needs_patient=_needs_patient(waiting),
        grants=scopes.grants(waiting.scope),
        others=set(waiting.scope.split()),
        kind=_kind(visit),
    )
    return _leading(response, waiting.redirect)


async def approve(visit: Visit) -> Response:
    """Give the app a code, or tell it that the person has refused."""
    secret, now = visit.said("request"), visit.parts.clock.now()
    waiting, app = await _waiting(visit, secret)
    back = [("state", waiting.state)] if waiting.state else []
    apps = Apps(visit.parts.door.database)
    if visit.said("answer") != "approve":
        await apps.end(waiting.approval, now)
        return _back(waiting.redirect, [("error", "access_denied"), *back])
    patient = waiting.patient or (visit.said("patient") if _needs_patient(waiting) else "")
    if _needs_patient(waiting) and not patient:
        problem = Problem("Choose the patient that the app is to be opened for.", "patient")
        raise Unprocessable(problem.message, [problem])
    async with visit.record() as record:
        record.powers.require(RIGHT)
        if patient:
            await record.read("Patient", patient)
        await record.note("approve", [], "app", f"{app.client} {waiting.scope}"[:1000])
    online = "offline_access" not in waiting.scope.split()
    code = await apps.approved(
        secret,
        replace(visit.session, language=visit.language),
        patient=patient,
        encounter=waiting.encounter,
        browser=visit.ticket if online else "",
        now=now,
    )
    return _back(waiting.redirect, [("code", code), *back])


async def choosing(visit: Visit) -> Response:
    """The apps that can be opened for a patient."""
    patient = visit.part("patient")
    async with visit.record() as record:
        record.powers.require(RIGHT)
        await record.read("Patient", patient)
        person = await record.who(patient)
    found = [one for one in await Apps(visit.parts.door.database).all() if one.launch and one.closes is None]
    response = visit.page(
        "apps/choose.html",
        person=person,
        apps=found,
        encounter=visit.asked("encounter"),
        words=words,
        PURPOSES=PURPOSES,
    )
    return _leading(response, *[one.launch for one in found])


async def open_app(visit: Visit) -> Response:
    """Open an app for a patient, and for a contact if one is said (EHR launch)."""
    patient, encounter = visit.part("patient"), visit.said("encounter")
    apps, now = Apps(visit.parts.door.database), visit.parts.clock.now()
    app = await apps.one(visit.part("client"), now)
    if app is None or not app.launch:
        raise Absent("There is no such app to open.")
    async with visit.record() as record:
        record.powers.require(RIGHT)
        await record.read("Patient", patient)
        if encounter:
            contact = (await record.read("Encounter", encounter)).resource
            if contact.get("subject", {}).get("reference") != f"Patient/{patient}":
                raise Absent("There is no such contact of this patient.")
    secret = await apps.launched(app.client, Launch(visit.session.actor, patient, encounter), now)
    return _back(app.launch, [("iss", f"{address(visit.request)}/fhir"), ("launch", secret)])


async def mine(visit: Visit) -> Response:
    """The apps that may act in the reader's name now, with what each may do."""
    database, now = visit.parts.door.database, visit.parts.clock.now()
    found = await Apps(database).in_use(_names(visit), now)
    owners = {one.owner: await _named(People(database), one.owner) for one in found}
    return visit.page(
        "apps/mine.html",
        apps=found,
        owners=owners,
        grants=scopes.grants,
        words=words,
        PURPOSES=PURPOSES,
        kind=_kind(visit),
    )


async def _named(people: People, unit: str) -> str:
    """The name of a unit, or its HSA-id once it is none of ours any more: its app can be taken back all the same."""
    try:
        return (await people.unit(unit)).name
    except Absent:
        return unit


async def take_back(visit: Visit) -> Response:
    """End what an app was given, with every token that rests on it; other processes know within five seconds."""
    now = visit.parts.clock.now()
    client = await Apps(visit.parts.door.database).taken_back(visit.said("approval"), _names(visit), now)
    visit.parts.tickets.forget()
    async with visit.record() as record:
        await record.note("app-removed", [], "app", client)
    return visit.go("/my-apps?done=yes")


def _kind(visit: Visit) -> Callable[[str], str]:
    """Says a resource type in the words of the record."""
    return partial(words, visit.language, CATEGORIES)


def _names(visit: Visit) -> list[str]:
    """Everything that the signed-in person is called as an actor: staff may have several HSA-ids."""
    return [visit.session.actor, *(visit.signed.holder.people if visit.signed else ())]


async def _waiting(visit: Visit, secret: str) -> tuple[Approval, App]:
    apps, now = Apps(visit.parts.door.database), visit.parts.clock.now()
    waiting = await apps.waiting(secret, now)
    app = await apps.one(waiting.client, now)
    if app is None:
        raise Absent("The app is not in use any more.")
    if waiting.is_launch and waiting.actor != visit.session.actor:
        raise Refused("The app was opened by somebody else. Open it from the chart yourself.")
    return waiting, app


def _needs_patient(waiting: Approval) -> bool:
    asks = "launch/patient" in waiting.scope.split()
    return not waiting.patient and (asks or any(one.level == "patient" for one in scopes.grants(waiting.scope)))


def _back(url: str, pairs: list[tuple[str, str]]) -> Response:
    return _leading(RedirectResponse(add_params_to_uri(url, pairs), 303), url)


def _leading(response: Response, *urls: str) -> Response:
    """Forms of this page may end at these addresses: browsers hold the redirect of a form to the policy too."""
    places = sorted({_place(url) for url in urls})
    response.headers["Content-Security-Policy"] = POLICY.replace(
        "form-action 'self'", " ".join(["form-action 'self'", *places])
    )
    return response


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{quote(parts.netloc, safe=':[]')}" if parts.netloc else f"{parts.scheme}:"


ROUTES = [
    page("/my-apps", mine, kind="any"),
    page("/my-apps", take_back, "POST", kind="any"),
    page("/apps/approve", approving),
    page("/apps/approve/find", approving, "POST"),
    page("/apps/approve", approve, "POST"),
    page("/chart/{patient}/apps", choosing),
    page("/chart/{patient}/apps/{client}", open_app, "POST"),
]
