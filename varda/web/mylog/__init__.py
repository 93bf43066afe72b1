"""Who has read my record: each person's own log, and the copy that staff print at the patient's demand."""

from varda.web.mylog.views import ROUTES

__all__ = ["ROUTES"]
