"""What may I do, which rights the county changes, and exceptions at my unit."""

from varda.web.rights.views import ROUTES

__all__ = ["ROUTES"]
