"""Whom a function that stands still concerns: patients about whom something of it, or of what rests on it, is open."""

from varda.care.stops.queries import Concern, Concerned, concerned, stopped_for

__all__ = ["Concern", "Concerned", "concerned", "stopped_for"]
