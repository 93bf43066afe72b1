"""How a county gets there: the plan and its gateways, who is appointed to what, and how each one says that it goes."""

from varda.introduction.programme.criteria import GATEWAYS, Criterion, Gateway
from varda.introduction.programme.differences import Change, Differences, Hit, between
from varda.introduction.programme.gateways import SIDES, Computed, Gateways, Readiness
from varda.introduction.programme.items import DETAILED, KINDS, MOMENTS, Item, Kind, Link, Progress, delivery_of
from varda.introduction.programme.mandates import LEADING, Appointment, Mandate, Mandates
from varda.introduction.programme.milestones import STANDS, Milestone, milestones_of
from varda.introduction.programme.network import CIRCULAR, Circular, Times, critical, forecast, scheduled
from varda.introduction.programme.participants import AREAS, FUNCTIONS, OPTIONS, SORTS, Participant, Participants
from varda.introduction.programme.pictures import STATES, Picture, Standing, State, Version, frozen, standstill
from varda.introduction.programme.plans import DECIDES, Plans
from varda.introduction.programme.roles import LOCAL, OFFICE, ROLES, Role, declared

__all__ = [
    "AREAS",
    "CIRCULAR",
    "DECIDES",
    "DETAILED",
    "FUNCTIONS",
    "GATEWAYS",
    "KINDS",
    "LEADING",
    "LOCAL",
    "MOMENTS",
    "OFFICE",
    "OPTIONS",
    "ROLES",
    "SIDES",
    "SORTS",
    "STANDS",
    "STATES",
    "Appointment",
    "Change",
    "Circular",
    "Computed",
    "Criterion",
    "Differences",
    "Gateway",
    "Gateways",
    "Hit",
    "Item",
    "Kind",
    "Link",
    "Mandate",
    "Mandates",
    "Milestone",
    "Participant",
    "Participants",
    "Picture",
    "Plans",
    "Progress",
    "Readiness",
    "Role",
    "Standing",
    "State",
    "Times",
    "Version",
    "between",
    "critical",
    "declared",
    "delivery_of",
    "forecast",
    "frozen",
    "milestones_of",
    "scheduled",
    "standstill",
]
