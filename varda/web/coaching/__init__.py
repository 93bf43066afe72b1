"""Coaches: the unit's own and lent, where they are lacking, and who walks the floors."""

from varda.web.coaching import floors, units

ROUTES = [*units.ROUTES, *floors.ROUTES]

__all__ = ["ROUTES"]
