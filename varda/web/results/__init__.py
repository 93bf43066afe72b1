"""Answers: what waits to be signed, one answer in full with its original, and signing."""

from varda.web.results.views import ROUTES

__all__ = ["ROUTES"]
