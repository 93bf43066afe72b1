"""Deviations on the screen: reported beside the chart, handled on pages of their own."""

from varda.web.deviations import cross, views

ROUTES = [*views.ROUTES, *cross.ROUTES]

__all__ = ["ROUTES"]
