"""Signing in and out, the assignment of the session, the language of the person."""

from varda.web.signin.views import ROUTES

__all__ = ["ROUTES"]
