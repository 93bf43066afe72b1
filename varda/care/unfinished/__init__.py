"""Work that was left about patients whose contact here has ended (decision 35): how much of it, and about whom."""

from varda.care.unfinished.queries import KINDS, LISTS, is_told, number, told
from varda.record.unfinished import Left, LeftBehind

__all__ = ["KINDS", "LISTS", "Left", "LeftBehind", "is_told", "number", "told"]
