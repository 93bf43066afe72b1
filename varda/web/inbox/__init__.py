"""The inbox: everything that waits for the one who is signed in, on the page where clinical work begins."""

from varda.web.inbox.views import ROUTES

__all__ = ["ROUTES"]
