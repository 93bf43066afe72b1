"""Badges of finished base courses: downloaded by whoever has one, and checked by anybody."""

from varda.web.badges.views import ROUTES

__all__ = ["ROUTES"]
