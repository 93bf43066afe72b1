"""Who else works here: those who can be named to sign, to take on a task or to read a message, and who covers whom."""

from varda.care.colleagues.actions import LEADS, RIGHT, cover, end_cover
from varda.care.colleagues.queries import Colleague, at_unit

__all__ = ["LEADS", "RIGHT", "Colleague", "at_unit", "cover", "end_cover"]
