"""Setting, changing and ending diagnoses, in the panels where they are read and beside the note."""

from varda.web.problems.views import ROUTES

__all__ = ["ROUTES"]
