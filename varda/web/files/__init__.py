"""Pictures and files: parked beside a note that is written, shown with the note that they belong to."""

from varda.web.files.views import ROUTES

__all__ = ["ROUTES"]
