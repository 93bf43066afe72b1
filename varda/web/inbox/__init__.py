"""The inbox: everything that waits for the one who is signed in, on the page where clinical work begins."""

from varda.web.inbox import cover, left, views

ROUTES = [*views.ROUTES, *left.ROUTES, *cover.ROUTES]

__all__ = ["ROUTES"]
