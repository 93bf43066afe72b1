"""Opening a contact, admitting to a bed, closing."""

from varda.web.contacts.views import ROUTES

__all__ = ["ROUTES"]
