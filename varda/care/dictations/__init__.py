"""Dictation: spoken by one, written by another of the unit, signed by who spoke (F24, F25)."""

from varda.care.dictations.actions import send, written
from varda.care.dictations.model import KIND, Dictation
from varda.care.dictations.queries import WAITS, Waiting, one_dictation, waiting

__all__ = ["KIND", "WAITS", "Dictation", "Waiting", "one_dictation", "send", "waiting", "written"]
