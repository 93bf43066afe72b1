"""Coaches: calling for one from any page, the unit's own and lent, where they are lacking, who walks the floors."""

from varda.web.coaching import calling, floors, units

ROUTES = [*calling.ROUTES, *units.ROUTES, *floors.ROUTES]

__all__ = ["ROUTES"]
