"""A small provider of identities that speaks OpenID Connect, for places where everybody is invented.

Anybody may be anybody here: the wiring never makes its routes in production.
"""

from varda.web.provider.tokens import client
from varda.web.provider.views import ROUTES

__all__ = ["ROUTES", "client"]
