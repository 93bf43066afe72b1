"""Search in one patient's record, and any entry of it in full."""

from varda.web.finding.views import ROUTES

__all__ = ["ROUTES"]
