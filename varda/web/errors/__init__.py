"""What went wrong, in words, with a number to quote."""

from varda.web.errors.views import crash, fault, missing

__all__ = ["crash", "fault", "missing"]
