"""Noting what is not tolerated and what must not be missed, where it is read."""

from varda.web.attention.views import ROUTES

__all__ = ["ROUTES"]
