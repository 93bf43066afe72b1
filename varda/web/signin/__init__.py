"""Signing in and out, the assignment of the session, lock and unlock, the language of the person."""

from varda.web.signin.views import ROUTES

__all__ = ["ROUTES"]
