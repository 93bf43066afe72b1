"""Who is asking and whom they may reach: sessions, assignments, care relations, and the narrowing of every question."""

from varda.access.relations import Reach, derived
from varda.access.session import Session, narrowing

__all__ = ["Reach", "Session", "derived", "narrowing"]
