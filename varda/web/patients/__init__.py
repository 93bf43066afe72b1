"""The unit's patients, finding anybody, and registering who is not there yet."""

from varda.web.patients.views import ROUTES

__all__ = ["ROUTES"]
