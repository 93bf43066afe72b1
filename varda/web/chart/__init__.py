"""The chart of one patient: banner, sections, overview, trends."""

from varda.web.chart.views import ROUTES

__all__ = ["ROUTES"]
