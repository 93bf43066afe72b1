"""From a course to the training environment and back, and the page there that says what to do and what is right."""

from varda.web.practice.views import ROUTES

__all__ = ["ROUTES"]
