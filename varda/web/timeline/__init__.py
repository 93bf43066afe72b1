"""The timeline of a patient's whole life."""

from varda.web.timeline.views import ROUTES

__all__ = ["ROUTES"]
