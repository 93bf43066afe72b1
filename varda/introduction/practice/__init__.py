"""The training environment: copied units with invented patients, a clock of its own, and words that come and go."""

from varda.introduction.practice.ground import OWN_TEAM, Ground, Seat, Stock
from varda.introduction.practice.lives import KINDS
from varda.introduction.practice.post import Post
from varda.introduction.practice.words import Word

__all__ = ["KINDS", "OWN_TEAM", "Ground", "Post", "Seat", "Stock", "Word"]
