"""How somebody lives: one compact panel, and small forms in the writing panel."""

from varda.web.living.views import ROUTES

__all__ = ["ROUTES"]
