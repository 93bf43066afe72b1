"""The register of test runs on the screens (F229)."""

from varda.web.testruns.views import ROUTES

__all__ = ["ROUTES"]
