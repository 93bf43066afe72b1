"""Apps of others: opening one from the chart, and approving what one asks for."""

from varda.web.apps.views import ROUTES

__all__ = ["ROUTES"]
