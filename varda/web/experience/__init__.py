"""What ordinary tasks take at the own unit, for those who have said that they want to be counted."""

from varda.web.experience.views import ROUTES

__all__ = ["ROUTES"]
