"""Who else works here: those who can be named to sign, to take on a task or to read a message."""

from varda.care.colleagues.queries import Colleague, at_unit

__all__ = ["Colleague", "at_unit"]
