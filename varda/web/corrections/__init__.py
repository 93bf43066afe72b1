"""Pages for what is wrong in a record: the patient's view, copies that are out, and destruction by decision."""

from varda.web.corrections.views import ROUTES

__all__ = ["ROUTES"]
