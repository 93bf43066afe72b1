"""What open pages are told while they are open."""

from varda.web.live.views import ROUTES

__all__ = ["ROUTES"]
