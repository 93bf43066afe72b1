"""Filling in forms in the writing panel, reading them, and designing the county's forms."""

from varda.web.forms import design, views

ROUTES = [*views.ROUTES, *design.ROUTES]

__all__ = ["ROUTES"]
