"""The introduction programme as everybody affected may read it; who may write follows from appointments."""

from varda.web.introduction import (
    appointments,
    criteria,
    gateways,
    patterns,
    proposing,
    reports,
    tables,
    taking_part,
    versions,
    views,
)

ROUTES = [
    *views.ROUTES,
    *versions.ROUTES,
    *tables.ROUTES,
    *gateways.ROUTES,
    *reports.ROUTES,
    *appointments.ROUTES,
    *proposing.ROUTES,
    *criteria.ROUTES,
    *taking_part.ROUTES,
    *patterns.ROUTES,
]

__all__ = ["ROUTES"]
