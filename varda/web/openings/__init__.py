"""Opening what lies behind the two walls, step by step, and closing it again."""

from varda.web.openings.views import ROUTES

__all__ = ["ROUTES"]
