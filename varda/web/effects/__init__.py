"""The effect goals of the introduction, and the action plan that leads there."""

from varda.web.effects import fan, goals, table

# The table first: an indicator's page would take its name for an indicator.
ROUTES = [*table.ROUTES, *goals.ROUTES, *fan.ROUTES]

__all__ = ["ROUTES"]
