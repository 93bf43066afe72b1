"""The effect goals of the introduction, and the action plan that leads there."""

from varda.web.effects import fan, goals

ROUTES = [*goals.ROUTES, *fan.ROUTES]

__all__ = ["ROUTES"]
