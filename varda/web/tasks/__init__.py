"""Tasks in the chart: asked for, opened, and brought to an end."""

from varda.web.tasks.views import ROUTES

__all__ = ["ROUTES"]
