"""Notes on screen: written, parked, read, signed, amended, struck – and listed when they wait; macros and templates."""

from varda.web.notes import macros, templates, views

ROUTES = [*views.ROUTES, *macros.ROUTES, *templates.ROUTES]

__all__ = ["ROUTES"]
