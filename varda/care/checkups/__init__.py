"""A check-up of a programme, noted in one piece: that it took place, what was measured, done and given."""

from varda.care.checkups.actions import keep
from varda.care.checkups.model import Checkup, Given, checkup

__all__ = ["Checkup", "Given", "checkup", "keep"]
