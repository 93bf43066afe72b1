"""Log review: what waits to be judged, one matter with what was read, and the report of a year."""

from varda.web.review.views import ROUTES

__all__ = ["ROUTES"]
