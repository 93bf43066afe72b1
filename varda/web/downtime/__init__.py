"""Downtime on the screens, and the pack as a file that needs neither screens nor server (F246; decision 48)."""

from varda.web.downtime import map as unit_map
from varda.web.downtime import paper, views
from varda.web.downtime.file import written

__all__ = ["ROUTES", "written"]

ROUTES = [*views.ROUTES, *paper.ROUTES, *unit_map.ROUTES]
