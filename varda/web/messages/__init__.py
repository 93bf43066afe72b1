"""Messages between staff: writing one about a patient, reading a thread, answering."""

from varda.web.messages import memos, views

ROUTES = [*views.ROUTES, *memos.ROUTES]

__all__ = ["ROUTES"]
