"""Certificates on screen: drafted from a note, prepared, signed, cancelled and replaced."""

from varda.web.certificates.views import ROUTES

__all__ = ["ROUTES"]
