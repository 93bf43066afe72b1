"""The screens as one application: routes of every view, headers, and errors translated once."""

from importlib import resources

from httpx2 import ASGITransport
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from varda.access.guesses import Guesses
from varda.kernel.errors import Fault
from varda.web import (
    apps,
    attention,
    badges,
    certificates,
    chart,
    coaching,
    command,
    consents,
    contacts,
    corrections,
    cutover,
    deviations,
    dictations,
    documents,
    downtime,
    effects,
    errors,
    experience,
    files,
    finding,
    forms,
    inbox,
    introduction,
    learning,
    live,
    living,
    messages,
    mylog,
    notes,
    office,
    openings,
    patients,
    practice,
    problems,
    programmes,
    provider,
    readiness,
    results,
    review,
    rights,
    signin,
    stops,
    tasks,
    testruns,
    timeline,
    vitals,
    voices,
)
from varda.web.bounds import Bounded
from varda.web.headers import Guarded
from varda.web.parts import Parts
from varda.web.relying import Relying


def application(parts: Parts) -> Starlette:
    """Everything under `/`. Mount the FHIR API before it; its own errors stay its own."""
    static = StaticFiles(directory=str(resources.files("varda.web") / "static"))
    app = Starlette(
        routes=[
            *signin.ROUTES,
            *(provider.ROUTES if parts.may_choose else ()),
            *inbox.ROUTES,
            *badges.ROUTES,
            *learning.ROUTES,
            *coaching.ROUTES,
            *command.ROUTES,
            *readiness.ROUTES,
            *downtime.ROUTES,
            *live.ROUTES,
            *patients.ROUTES,
            *notes.ROUTES,
            *certificates.ROUTES,
            *files.ROUTES,
            *dictations.ROUTES,
            *contacts.ROUTES,
            *vitals.ROUTES,
            *tasks.ROUTES,
            *messages.ROUTES,
            *finding.ROUTES,
            *timeline.ROUTES,
            *problems.ROUTES,
            *living.ROUTES,
            *programmes.ROUTES,
            *attention.ROUTES,
            *forms.ROUTES,
            *documents.ROUTES,
            *openings.ROUTES,
            *consents.ROUTES,
            *rights.ROUTES,
            *stops.ROUTES,
            *deviations.ROUTES,
            *corrections.ROUTES,
            *mylog.ROUTES,
            *review.ROUTES,
            *apps.ROUTES,
            *experience.ROUTES,
            *introduction.ROUTES,
            *cutover.ROUTES,
            *voices.ROUTES,
            *testruns.ROUTES,
            *office.ROUTES,
            *effects.ROUTES,
            *practice.ROUTES,
            *results.ROUTES,
            *chart.ROUTES,
            Mount("/static", static, name="static"),
        ],
        middleware=[Middleware(Guarded, is_secure=parts.address.startswith("https://")), Middleware(Bounded)],
        exception_handlers={Fault: errors.fault, 404: errors.missing, 405: errors.missing, 500: errors.crash},
    )
    app.state.parts = parts
    app.state.guesses = Guesses(parts.door.database, parts.clock, parts.door.limits.guesses)
    app.state.relying = _relying(parts, app)
    return app


def _relying(parts: Parts, app: Starlette) -> Relying | None:
    """With whom people sign in: the provider of the settings, or our own, which is asked inside the process."""
    if parts.client is not None:
        return Relying(parts.client, parts.clock)
    if parts.may_choose:
        return Relying(provider.client(parts.seal), parts.clock, ASGITransport(app))
    return None
