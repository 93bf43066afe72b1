"""Reading, writing, signing and amending notes."""

from varda.web.notes import macros, views

ROUTES = [*views.ROUTES, *macros.ROUTES]

__all__ = ["ROUTES"]
