"""Programmes of check-ups: the panel of the overview, the page with the schedule, and what is noted from its rows."""

from varda.web.programmes import birth, checkup, handover, numbers, pregnancy, risk, unit, views

ROUTES = [
    *birth.ROUTES,
    *checkup.ROUTES,
    *handover.ROUTES,
    *numbers.ROUTES,
    *pregnancy.ROUTES,
    *risk.ROUTES,
    *unit.ROUTES,
    *views.ROUTES,
]

__all__ = ["ROUTES"]
