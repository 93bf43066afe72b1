"""Reading, writing, signing and amending notes."""

from varda.web.notes.views import ROUTES

__all__ = ["ROUTES"]
