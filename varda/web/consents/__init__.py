"""The patient's decisions: informed, consent and blocks; and what other providers ask to have lifted."""

from varda.web.consents.views import ROUTES

__all__ = ["ROUTES"]
