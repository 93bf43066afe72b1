"""Countersigning: a colleague has read a signed note and stands beside it – asked by name, or since the role must."""

from varda.care.countersigning.actions import ask, countersign
from varda.care.countersigning.model import KIND, Countersigning, must
from varda.care.countersigning.queries import Waiting, of_note, waiting, waits

__all__ = ["KIND", "Countersigning", "Waiting", "ask", "countersign", "must", "of_note", "waiting", "waits"]
