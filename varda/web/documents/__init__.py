"""Documents out: a note, a list or a summary as PDF, noted as handed out before it leaves."""

from varda.web.documents.views import ROUTES

__all__ = ["ROUTES"]
