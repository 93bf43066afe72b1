"""Stopping functions, and what is said of a stop on every page."""

from varda.web.stops.views import ROUTES

__all__ = ["ROUTES"]
