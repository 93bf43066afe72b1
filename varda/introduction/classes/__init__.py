"""Classes: where and when, who teaches, who is booked and came; hours and a forecast; proposals that are reckoned."""

from varda.introduction.classes import calendar, shifts
from varda.introduction.classes.booking import FARTHEST, Absence, Bookings, Whom
from varda.introduction.classes.codes import LASTS, code, is_code
from varda.introduction.classes.gathering import Gathered, Gathering
from varda.introduction.classes.hours import Follow, Forecast, Hours, followed, forecast
from varda.introduction.classes.model import KINDS, STATES, Booking, Occasion, Period, Room, Wanted, at
from varda.introduction.classes.planning import MOST, Near, Planning
from varda.introduction.classes.proposals import Listed, Proposal, Proposals
from varda.introduction.classes.reckoning import Content, Lack, reckon
from varda.introduction.classes.search import Search
from varda.introduction.classes.taken import Class

PLANNERS = ("programme-office", "instructor-lead", "training-lead")
"""The mandates of the introduction that may plan classes, at their organisation and below it."""

__all__ = [
    "FARTHEST",
    "KINDS",
    "LASTS",
    "MOST",
    "PLANNERS",
    "STATES",
    "Absence",
    "Booking",
    "Bookings",
    "Class",
    "Content",
    "Follow",
    "Forecast",
    "Gathered",
    "Gathering",
    "Hours",
    "Lack",
    "Listed",
    "Near",
    "Occasion",
    "Period",
    "Planning",
    "Proposal",
    "Proposals",
    "Room",
    "Search",
    "Wanted",
    "Whom",
    "at",
    "calendar",
    "code",
    "followed",
    "forecast",
    "is_code",
    "reckon",
    "shifts",
]
