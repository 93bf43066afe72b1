"""The cut-over on the screens: run-books, the go of each wave, the units, and notices to owners (F240)."""

from varda.web.cutover import deciding, driving, views

ROUTES = [*views.ROUTES, *driving.ROUTES, *deciding.ROUTES]

__all__ = ["ROUTES"]
