"""The screens as one application: routes of every view, headers, and errors translated once."""

from importlib import resources

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from varda.kernel.errors import Fault
from varda.web import chart, contacts, errors, notes, patients, signin
from varda.web.headers import Guarded
from varda.web.parts import Parts


def application(parts: Parts) -> Starlette:
    """Everything under `/`. Mount the FHIR API before it; its own errors stay its own."""
    static = StaticFiles(directory=str(resources.files("varda.web") / "static"))
    app = Starlette(
        routes=[
            *signin.ROUTES,
            *patients.ROUTES,
            *notes.ROUTES,
            *contacts.ROUTES,
            *chart.ROUTES,
            Mount("/static", static, name="static"),
        ],
        middleware=[Middleware(Guarded)],
        exception_handlers={Fault: errors.fault, 404: errors.missing, 405: errors.missing, 500: errors.crash},
    )
    app.state.parts = parts
    return app
