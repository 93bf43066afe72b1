"""The unit's dictations that wait to be written."""

from varda.web.dictations.views import ROUTES

__all__ = ["ROUTES"]
