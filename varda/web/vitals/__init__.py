"""The form of the bedside: values, their NEWS2 as they are typed, and the way into the record."""

from varda.web.vitals.views import ROUTES

__all__ = ["ROUTES"]
