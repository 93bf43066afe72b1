"""Filling in forms in the writing panel, reading them, and designing the county's forms."""

from varda.web.forms.views import ROUTES

__all__ = ["ROUTES"]
