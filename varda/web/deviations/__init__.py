"""Deviations on the screen: reported beside the chart, handled on pages of their own."""

from varda.web.deviations.views import ROUTES

__all__ = ["ROUTES"]
